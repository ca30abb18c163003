"""Every button and every question of the staff, by whoever has not the right to it: refused, and nothing changes.

What is tried is read from the dispatcher, so that a new screen is tried by itself; one that has lost its right fails.
"""

from collections.abc import Iterator
from itertools import product
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey

from bot.main import BotProcess
from bot.models import OrderStatus, Right, RoleName
from bot.sandbox import Person
from bot.services import people
from bot.telegram import admin
from bot.telegram.admin.router import StaffRouter
from bot.telegram.dialogue_stores import Storage
from bot.telegram.dispatcher import ROUTERS
from tests.shop import Shop
from tests.telegram.steps import delivers, unchanged

CLOSED = "This is for the people who run the shop."
ONLY_THE_OWNER = {"team": Right.STAFF, "log files": Right.OWN}
"""The routers that admins do not get into, whatever else is added to them."""


def doors() -> Iterator[tuple[Router, HandlerObject]]:
    """Yield every handler of presses that stands in a file of the staff, whatever kind of router it hangs on."""
    for router in ROUTERS:
        for handler in router.callback_query.handlers:
            if handler.callback.__module__.startswith(admin.__name__):
                yield router, handler


def questions() -> Iterator[tuple[Router, str]]:
    """Yield every state in which a text goes to a file of the staff."""
    for router in ROUTERS:
        for handler in router.message.handlers:
            if not handler.callback.__module__.startswith(admin.__name__):
                continue
            for each in handler.filters or []:
                asked = each.callback.states if isinstance(each.callback, StateFilter) else (each.callback,)
                yield from ((router, str(state.state)) for state in asked if isinstance(state, State))


def words(rule: Any) -> Iterator[str]:
    """Yield the words that a filter compares with, however deep they stand in it."""
    if isinstance(rule, str):
        yield str(rule)
    elif isinstance(rule, set | frozenset | tuple | list):
        for each in rule:
            yield from words(each)
    else:
        for operation in getattr(rule, "_operations", ()):
            for name in ("right", "left", "args"):
                yield from words(getattr(operation, name, ()))


def choices(kind: Any, found: list[str], number: int) -> list[Any]:
    """Return values that a field of this type may have."""
    origin = get_origin(kind)
    if origin is Annotated:
        return choices(get_args(kind)[0], found, number)
    if origin is Literal:
        return list(get_args(kind))
    if origin in (Union, UnionType):
        return [value for each in get_args(kind) if each is not type(None) for value in choices(each, found, number)]
    if kind is bool:
        return [False, True]
    return [number, 1, 20300101] if kind is int else [*found, "reserved", "x"]


def key_of(handler: HandlerObject, number: int) -> str:
    """Return the data of a button that a handler takes.

    Raises:
        AssertionError: nothing fits; then this has to learn what the handler's filter asks for.
    """
    wanted = next(each.callback for each in handler.filters or [] if isinstance(each.callback, CallbackQueryFilter))
    found = list(words(wanted.rule)) if wanted.rule is not None else []
    fields = wanted.callback_data.model_fields
    kinds = [Annotated[each.annotation, 0] if each.annotation else str for each in fields.values()]
    for values in product(*(choices(kind, found, number) for kind in kinds)):
        try:
            data = wanted.callback_data(**dict(zip(fields, values, strict=True)))
        except ValueError:
            continue
        if wanted.rule is None or wanted.rule.resolve(data):
            return data.pack()
    raise AssertionError(f"no button is known that reaches {handler.callback.__qualname__}")


def keys(right: Right | None = None) -> list[str]:
    """Return a button for every handler of the staff, or for those that need a right, with an id that exists."""
    wanted = [handler for router, handler in doors() if right is None or getattr(router, "needs", None) is right]
    return sorted({key_of(handler, 101) for handler in wanted})


def states(right: Right | None = None) -> list[str]:
    """Return every question of the staff, or those that need a right."""
    return sorted({state for router, state in questions() if right is None or getattr(router, "needs", None) is right})


def test_whatever_stands_in_a_file_of_the_staff_hangs_on_a_router_with_a_right():
    assert {type(router) for router, _handler in doors()} == {StaffRouter}
    assert {type(router) for router, _state in questions()} == {StaffRouter}


def test_what_is_the_owners_stays_the_owners():
    needs = {router.name: router.needs for router in ROUTERS if isinstance(router, StaffRouter)}

    assert {name: needs.get(name) for name in ONLY_THE_OWNER} == ONLY_THE_OWNER
    assert not any(RoleName.ADMIN.may(right) for right in ONLY_THE_OWNER.values())


def test_no_two_questions_are_called_alike():
    groups = [*StatesGroup.__subclasses__()]
    names = [str(state.state) for group in groups for state in group.__all_states__]

    assert sorted(names) == sorted(set(names))


def seeded(shop: Shop) -> None:
    """Put something behind the doors: an order and a customer with the number that is tried."""
    shop.has_goods(stock=500)
    shop.has_customer(404, "Fritz")
    for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
        shop.has_order(404, {"Green tea": 1}, status=status)
    for table in ("orders", "goods"):
        assert shop.scalar(f"SELECT COUNT(*) FROM {table}")


async def is_refused_everywhere(
    person: Person,
    process: BotProcess,
    storage: Storage,
    shop: Shop,
    *,
    said: str,
    right: Right | None = None,
) -> None:
    """Press every button and answer every question; each is answered with a refusal, and nothing changes."""
    place = StorageKey(bot_id=process.bot.id, chat_id=person.id, user_id=person.id)
    await person.sends("/start")
    with unchanged(shop):
        for data in keys(right):
            await person.presses(data)
            assert said in person.last.text, data
        for state in states(right):
            await storage.set_state(place, state)
            await person.sends("101")
            assert said in person.last.text, state
            await storage.set_state(place, None)


async def test_a_customer_gets_through_no_door_of_the_staff(
    customer: Person, process: BotProcess, storage: Storage, shop: Shop
):
    seeded(shop)
    await delivers(process)
    await is_refused_everywhere(customer, process, storage, shop, said=CLOSED)
    assert len(keys()) > 40


async def test_a_banned_customer_gets_through_no_door_of_the_staff(
    customer: Person, process: BotProcess, storage: Storage, shop: Shop
):
    seeded(shop)
    await delivers(process)
    shop.staff(people.ban, 101, reason=None, notify=False)
    await is_refused_everywhere(customer, process, storage, shop, said="You cannot use this shop.")


async def test_a_guest_gets_through_no_door_of_the_staff(
    guest: Person, process: BotProcess, storage: Storage, shop: Shop
):
    seeded(shop)
    await delivers(process)
    place = StorageKey(bot_id=process.bot.id, chat_id=guest.id, user_id=guest.id)
    await guest.sends("/start")
    with unchanged(shop):
        for data in keys():
            await guest.presses(data)
            assert "Please send your reference code" in guest.last.text, data
        for state in states()[:4]:
            await storage.set_state(place, state)
            await guest.sends("101")
            assert "This code is not known." in guest.last.text, state


@pytest.mark.parametrize("right", [right for right in Right if not RoleName.ADMIN.may(right)])
async def test_an_admin_gets_through_no_door_of_the_owner(
    customer: Person, process: BotProcess, storage: Storage, shop: Shop, right: Right
):
    seeded(shop)
    await delivers(process)
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    await is_refused_everywhere(customer, process, storage, shop, said=CLOSED, right=right)
