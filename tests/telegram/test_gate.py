"""Hostile and stray input: always answered, never an apology, and nothing changes."""

import pkgutil
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import people
from bot.telegram import admin
from bot.telegram.admin.router import StaffRouter
from bot.telegram.dispatcher import ROUTERS
from tests.shop import Shop
from tests.telegram.steps import apologies, delivers, rows, unchanged

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]


def kinds(of: type[CallbackData] = CallbackData) -> Iterator[type[CallbackData]]:
    """Yield every kind of callback data there is, one with two parents twice."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


PREFIXES = sorted(kind.__prefix__ for kind in set(kinds()))
HOSTILE = ("-1", "0", "999999999", str(2**63), str(2**64), "9" * 40, "1.5", "1e309", "NaN", "x", "", "٣", "' OR 1=1")
CHANGING = ("newcode", "clear", "lang", "listen")
"""These do something that is one's own right with no number at all."""


def staff_modules() -> list[ModuleType]:
    """Return every file of the staff's screens."""
    return [import_module(found.name) for found in pkgutil.walk_packages(admin.__path__, f"{admin.__name__}.")]


def hostile_data(prefix: str) -> list[str]:
    """Return what a changed client could send with a prefix."""
    pairs = [f"{prefix}:{first}:{second}" for first, second in (("1", "-1"), ("1", str(2**63)), ("x", "0"), ("", ""))]
    return [f"{prefix}:{value}"[:64] for value in HOSTILE] + pairs + [f"{prefix}:1:2:3:4", f"{prefix}:{'a' * 64}"[:64]]


async def press_everything(person: Person, prefixes: list[str]) -> None:
    """Press every hostile button, without waiting for one before the next."""
    presses = [data for prefix in prefixes for data in hostile_data(prefix)]
    shown = person.last
    for batch in (presses[start : start + 25] for start in range(0, len(presses), 25)):
        for data in batch[:-1]:
            await person.presses(data, message=shown, wait=False)
        await person.presses(batch[-1], message=shown)


def test_no_two_buttons_begin_alike():
    assert [prefix for prefix, count in Counter(PREFIXES).items() if count > 1] == []


def test_whatever_staff_press_needs_a_right():
    routers = [module.router for module in staff_modules() if hasattr(module, "router")]

    assert {type(router) for router in routers} == {StaffRouter}
    assert set(routers) <= set(ROUTERS)


@pytest.mark.parametrize("part", range(4))
async def test_hostile_buttons_of_a_customer_change_nothing(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, part: int
):
    shop.has_goods()
    shop.has_order(shop.has_customer(404, "Fritz"), {"Green tea": 1})
    shop.has_order(404, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    await delivers(process)
    with unchanged(shop):
        await press_everything(customer, [prefix for prefix in PREFIXES[part::4] if prefix not in CHANGING])

    assert apologies(sandbox) == []
    assert customer.buttons


async def test_hostile_buttons_of_a_guest_lead_to_the_code_prompt(guest: Person, shop: Shop):
    await guest.sends("/start")
    with unchanged(shop):
        await press_everything(guest, PREFIXES)

    assert "Please send your reference code" in guest.screen
    assert guest.buttons == []


async def test_hostile_buttons_of_somebody_banned_change_nothing(customer: Person, shop: Shop):
    shop.staff(people.ban, 101, reason=None, notify=False)
    with unchanged(shop):
        await press_everything(customer, PREFIXES)

    assert customer.last.text == "You cannot use this shop."
    assert customer.buttons == []


async def test_hostile_buttons_of_the_owner_change_nothing(owner: Person, shop: Shop):
    with unchanged(shop):
        await press_everything(owner, [prefix for prefix in PREFIXES if prefix not in CHANGING])

    assert owner.buttons


NOTHING = ["", ":", "nonsense", "a" * 64, "я" * 32, "home:1", "shop", "shop:0:0", "\x00"]


async def test_a_button_that_nothing_stands_behind_leads_home(customer: Person, shop: Shop):
    for data in NOTHING:
        with unchanged(shop):
            await customer.presses(data)

        assert "This button is from an older message." in customer.screen
        assert "🛍 Shop" in customer.buttons


async def test_an_old_message_that_telegram_no_longer_shows_is_answered_by_a_new_one(
    customer: Person, sandbox: Sandbox
):
    old = customer.last
    await customer.sends("/shop")
    await customer.presses("cart:0", message=old)

    assert "Your cart is empty." in customer.screen


async def test_a_keyboard_of_months_ago_still_works(customer: Person, sandbox: Sandbox, shop: Shop):
    shop.has_goods()
    await customer.sends("/shop")
    sandbox.skips(90 * 24 * 3600)
    await customer.taps("Tea")
    assert "Green tea · $30.00" in customer.screen

    await customer.sends("/cart")

    assert "Your cart is empty." in customer.screen


UNKNOWN = ["hello", "/nonsense", "a" * 4096, "😀" * 2048, "<b>", "/start@other_bot", "/start " * 9]


async def test_an_unknown_text_gets_an_answer(customer: Person, shop: Shop):
    for text in UNKNOWN:
        with unchanged(shop):
            await customer.sends(text)

        assert {"🛍 Shop", "🛒 Cart"} <= set(customer.buttons)


async def test_stickers_photos_contacts_and_places_get_an_answer(customer: Person, shop: Shop):
    with unchanged(shop):
        await customer.sends_sticker()
        await customer.shares_photo(caption="/shop")
        await customer.shares_document()
        assert "Is this for the shop? Then please press 💬 Support and send it there." in customer.screen
        await customer.shares_contact()
        await customer.shares_location(52.5, 13.4)
        assert "I did not understand that. Please use the buttons; what the shop shall read goes to" in customer.screen
        await customer.forwards(customer.last)

    assert "Nothing was found for" in customer.screen
    assert len(customer.bot_messages) == 1


async def test_a_very_long_code_of_a_guest_is_unknown(guest: Person, shop: Shop):
    with unchanged(shop):
        await guest.sends("A" * 4096)
        assert "This code is not known." in guest.screen
        await guest.sends("🎟" * 50)

    assert "This code is not known." in guest.screen


async def test_an_edited_message_is_not_taken_for_a_new_one(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.sends("hello")
    mine = next(message for message in customer.messages if message.text == "hello")
    await customer.presses(f"ask:{goods_id}")
    with unchanged(shop):
        await customer.edits(mine, "3")

    assert "How many of Green tea" in customer.screen


async def test_a_message_without_a_sender_is_passed_over(customer: Person, sandbox: Sandbox, shop: Shop):
    sent = sandbox.count("sendMessage")
    message = {"message_id": 1, "date": 0, "chat": customer.chat.json(), "text": "/start"}
    await sandbox.world.updates.add("message", message)

    assert sandbox.count("sendMessage") == sent


async def test_an_anonymous_admin_of_a_group_gets_nothing(customer: Person, sandbox: Sandbox):
    group = sandbox.group(-1001, "Friends", [customer])
    sent = sandbox.count("sendMessage")
    await customer.sends("/admin", chat=group, anonymous=True)
    await sandbox.posts(sandbox.channel(-1002), "/start")

    assert sandbox.count("sendMessage") == sent


STRANGE = ["\ud800", "a\udfffb", "\x00", "\u202e\u2066evil", "e" + "\u0301" * 1000, "👩\u200d👩\u200d👧"]


async def test_strange_letters_stop_nobody(customer: Person, sandbox: Sandbox, shop: Shop):
    for text in STRANGE:
        await customer.says({"text": text})
        await customer.sends("/shop")

        assert "shelves are empty" in customer.screen


async def test_an_update_that_cannot_be_read_does_not_stop_the_others(customer: Person, sandbox: Sandbox, shop: Shop):
    await sandbox.world.updates.add("message", {"message_id": "one", "text": 7})
    await customer.sends("/shop")

    assert "shelves are empty" in customer.screen


async def test_a_flood_of_presses_of_one_person_is_answered_in_order(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=100)
    shown = customer.last
    for _ in range(39):
        await customer.presses(f"add:{goods_id}:1", message=shown, wait=False)
    await customer.presses(f"add:{goods_id}:1", message=shown)

    assert "Added. In your cart: 40" in customer.screen
    assert rows(shop)["shopping_cart"][0][2] == 40
