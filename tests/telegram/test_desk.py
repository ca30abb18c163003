"""The desk: who handles a press is whom asking everybody in turn would have found, and the others are not asked."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.types import CallbackQuery, Message, User

from bot.telegram.desk import Desk
from bot.telegram.dispatcher import ROUTERS


class Tea(CallbackData, prefix="tea"):
    """A kind of button."""

    id: int


class Cup(CallbackData, prefix="cup"):
    """Another one."""


def router(name: str, asked: list[str], *kinds: type[CallbackData] | None) -> Router:
    """Return a router that handles presses of these kinds, and notes that it was asked."""
    made = Router(name=name)

    async def note(_press: CallbackQuery) -> bool:
        asked.append(name)
        return True

    for kind in kinds:
        filters = [kind.filter()] if kind else []

        @made.callback_query(note, *filters)
        async def handle(_press: CallbackQuery) -> str:
            return name

    return made


def press(data: str) -> CallbackQuery:
    return CallbackQuery(id="1", from_user=User(id=1, is_bot=False, first_name="A"), chat_instance="1", data=data)


async def met(routers: Sequence[Router], data: str) -> Any:
    return await Desk(routers).propagate_event("callback_query", press(data))


@pytest.mark.parametrize(
    ("data", "handles", "asked"),
    [
        ("tea:1", "tea", ["tea"]),
        ("cup", "cup", ["cup"]),
        ("tea:no number", "any", ["tea", "any"]),
        ("plate", "any", ["any"]),
        ("", "any", ["any"]),
    ],
)
async def test_only_those_are_asked_who_know_the_kind_of_a_button(data: str, handles: str, asked: list[str]):
    seen: list[str] = []
    routers = [router("tea", seen, Tea), router("cup", seen, Cup), router("any", seen, None)]

    assert await met(routers, data) == handles
    assert seen == asked


async def test_the_order_of_the_routers_stays():
    seen: list[str] = []

    assert await met([router("any", seen, None), router("tea", seen, Tea)], "tea:1") == "any"
    assert await met([router("one", seen, Tea), router("two", seen, Tea)], "tea:1") == "one"


async def test_what_nobody_knows_stays_unhandled():
    assert await met([router("tea", [], Tea)], "cup") is UNHANDLED


async def test_what_is_no_press_passes_everybody():
    made = Router(name="texts")

    @made.message()
    async def handle(_message: Message) -> str:
        return "heard"

    message = Message.model_validate({"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "tea"})
    assert await Desk([router("tea", [], Tea), made]).propagate_event("message", message) == "heard"


@pytest.fixture(scope="module")
def desk() -> Any:
    """Return the shop's own desk; a router has one parent only, so they are handed back afterwards."""
    parents = {each: each.parent_router for each in ROUTERS}
    for each in ROUTERS:
        each._parent_router = None
    yield Desk(ROUTERS)
    for each, parent in parents.items():
        each._parent_router = parent


def test_every_handler_of_the_shop_is_found_by_the_kind_of_its_button(desk: Desk):
    filters = [
        (made, each.callback.callback_data.__prefix__)
        for made in ROUTERS
        for handler in made.callback_query.handlers
        for each in handler.filters or ()
        if isinstance(each.callback, CallbackQueryFilter)
    ]

    assert len(filters) > 100
    assert all(made in desk.asked_for(kind) for made, kind in filters)
    assert all(len(desk.asked_for(kind)) <= 5 < len(ROUTERS) for _, kind in filters)
