"""The habits of every screen: where one is, what is in the cart, and a sign of life where something takes long."""

import asyncio

import pytest

from bot import recent
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.telegram import activity
from bot.telegram.admin import place
from bot.telegram.wording import Words, trail, way
from tests.shop import Shop


async def test_a_category_and_a_card_say_where_they_are(customer: Person, shop: Shop):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    goods_id = shop.has_goods("Green tea", category="Tea")
    shop.has_category("Empty <shelf>", parent="Tea")
    await customer.sends("/shop")
    await customer.taps("Drinks")
    assert customer.last.text == "Shop › Drinks"

    await customer.taps("Tea")
    assert customer.last.text == "Shop › Drinks › Tea"

    await customer.taps("Empty <shelf>")
    assert customer.last.text == "Shop › Drinks › Tea › Empty <shelf>\nThere is nothing here right now."

    await customer.presses(f"goods:{goods_id}")
    assert customer.last.text.splitlines()[:2] == ["Shop › Drinks › Tea", "Green tea"]


def test_a_far_way_leaves_out_the_middle_and_long_names_are_cut():
    assert trail("Shop", "<Tea>") == "Shop › <b>&lt;Tea&gt;</b>"
    assert way("Shop", "A", "B", "C", "D") == "Shop › … › C › D"
    assert way("Shop", "A very long name of a category") == "Shop › A very long name of a c…"
    assert place.trail(Words("ru", "USD"), "Товары", "Чай") == "Управление › Товары › <b>Чай</b>"


async def test_the_cart_says_how_many_pieces_are_in_it_wherever_it_is_offered(customer: Person, shop: Shop):
    goods_id = shop.has_goods("Green tea", stock=2000)
    await customer.sends("/shop")
    assert "🛒 Cart" in customer.buttons

    await customer.presses(f"add:{goods_id}:2")
    assert "🛒 Cart (2)" in customer.buttons

    await customer.taps("+5")
    assert "🛒 Cart (7)" in customer.buttons

    for data in ("home", "shop:0", f"aisle:{shop.goods('Green tea').category_id}:0", f"goods:{goods_id}"):
        await customer.presses(data)
        assert "🛒 Cart (7)" in customer.buttons, data


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "MOMENT", 0.02)
    monkeypatch.setattr(activity, "AGAIN", 0.05)


@pytest.mark.usefixtures("_impatient")
async def test_what_takes_long_is_shown_until_it_is_done(process: BotProcess, sandbox: Sandbox, customer: Person):
    before = sandbox.count("sendChatAction")
    async with activity.shown(process.bot, customer.id, "upload_photo"):
        await asyncio.sleep(0.3)
    shown = sandbox.calls("sendChatAction")[before:]
    await asyncio.sleep(0.15)

    assert len(shown) > 1
    assert {call.params["action"] for call in shown} == {"upload_photo"}
    assert sandbox.count("sendChatAction") - before - len(shown) <= 1


@pytest.mark.usefixtures("_impatient")
async def test_a_slow_database_is_shown_and_a_quick_one_is_not(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.has_goods()
    monkeypatch.setattr(recent, "LEASE_SECONDS", 0.0)
    monkeypatch.setattr(activity, "MOMENT", 60)
    before = sandbox.count("sendChatAction")
    await customer.sends("/shop")
    assert sandbox.count("sendChatAction") == before

    monkeypatch.setattr(activity, "MOMENT", 0.02)
    with shop.db.engines[0].begin() as lock:
        lock.exec_driver_sql("LOCK TABLES users WRITE")
        pressing = asyncio.create_task(customer.sends("/shop"))
        await asyncio.sleep(0.3)
        lock.exec_driver_sql("UNLOCK TABLES")
    await pressing

    assert sandbox.count("sendChatAction") > before
    assert "Tea" in customer.buttons


async def test_a_sign_that_telegram_refuses_hinders_nothing(process: BotProcess, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(activity, "MOMENT", 0)
    async with activity.shown(process.bot, 999, "dancing"):
        await asyncio.sleep(0.05)
