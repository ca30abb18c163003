"""What Telegram brings twice is done once: a press that a client repeats, an update that comes again after a crash."""

from typing import Any

import pytest

from bot import main
from bot.config import Config
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import cart
from bot.telegram.visit import Visit
from tests.shop import ADDRESS, PHONE, Shop
from tests.telegram.conftest import forget_dispatcher
from tests.telegram.steps import rows, unchanged


def pieces(shop: Shop, person: Person) -> int:
    """Return how many pieces are in somebody's cart."""
    return shop.db.read(cart.of, person.id).count


def nothing_is_answered(_visit: Visit, _kept: dict[str, Any]) -> dict[str, list[int]]:
    """Stand for a crash between what is done and the answer."""
    return {}


async def test_a_press_that_a_client_sends_twice_is_one_press(customer: Person, shop: Shop, sandbox: Sandbox):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    press = await customer.taps("Add to Cart")
    shown = customer.screen
    assert press is not None
    with unchanged(shop):
        await sandbox.redeliver(press)

    assert pieces(shop, customer) == 1
    assert customer.screen == shown


async def test_two_presses_are_two(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    await customer.taps("Add to Cart")
    await customer.taps("Add to Cart")

    assert pieces(shop, customer) == 2


async def test_a_press_that_comes_again_after_a_crash_is_not_done_again(config: Config, shop: Shop, sandbox: Sandbox):
    goods_id = shop.has_goods()
    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    async with main.running(config):
        await anna.sends("/start")
        await anna.presses(f"goods:{goods_id}")
        press = await anna.taps("Add to Cart")
        assert press is not None
    forget_dispatcher()
    before = rows(shop)["shopping_cart"]
    async with main.running(config):
        await sandbox.redeliver(press)
        assert rows(shop)["shopping_cart"] == before
        assert "This was done already" in anna.screen
        await anna.taps("Cart")

        assert "Green tea" in anna.screen
    forget_dispatcher()


async def test_a_message_that_has_its_answer_does_not_answer_the_next_question(
    customer: Person, shop: Shop, sandbox: Sandbox
):
    goods_id = shop.has_goods()
    await customer.presses(f"add:{goods_id}:1")
    await customer.presses("out")
    address = await customer.sends(ADDRESS)
    phone = await customer.sends(PHONE)
    shown = customer.screen
    assert "Skip" in shown
    for message in (address, phone):
        await sandbox.redeliver(message)
    assert customer.screen == shown
    await customer.taps("Skip")
    await customer.taps("Cash on Delivery")

    assert customer.screen.count(PHONE) == 1


async def test_a_message_that_comes_again_before_it_has_an_answer_is_not_done_again(
    customer: Person, shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Visit, "_answered", nothing_is_answered)
    goods_id = shop.has_goods()
    await customer.presses(f"ask:{goods_id}")
    message = await customer.sends("3")
    await customer.presses(f"ask:{goods_id}")
    await sandbox.redeliver(message)

    assert pieces(shop, customer) == 3
    assert "This was done already" in customer.screen


async def test_without_the_key_a_crash_would_add_twice(
    customer: Person, process: BotProcess, shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Visit, "_answered", nothing_is_answered)
    monkeypatch.setattr(Visit, "run", Visit.settle)
    goods_id = shop.has_goods()
    await customer.presses(f"ask:{goods_id}")
    message = await customer.sends("3")
    await customer.presses(f"ask:{goods_id}")
    await sandbox.redeliver(message)

    assert pieces(shop, customer) == 6
