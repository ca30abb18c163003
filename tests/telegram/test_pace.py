"""Whoever floods the bot is told once, then left unanswered for a minute; staff and everybody else go on."""

import logging

import pytest
from redis import Redis

from bot.sandbox import Person, Sandbox
from tests.shop import Shop
from tests.telegram.steps import puts_in_cart, unchanged


async def test_too_many_messages_are_told_once_and_then_left_unanswered(
    customer: Person, shop: Shop, sandbox: Sandbox, redis_url: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "shop.audit")
    shop.has_setting("messages_per_minute", "4")
    for _ in range(3):
        await customer.sends("/cart")
    assert "Your cart is empty" in customer.screen
    await customer.sends("/cart")
    assert "That was a lot at once" in customer.screen
    before = sandbox.count()
    with unchanged(shop):
        for text in ("/shop", "tea", "/orders"):
            await customer.sends(text)

    assert sandbox.count() == before
    assert "refused user:101: /cart: TooFast" in caplog.text
    assert "refused user:101: /shop: 6 messages in a minute" in caplog.text
    # The minute is over.
    Redis.from_url(redis_url).delete("limit:messages:101")
    await customer.sends("/cart")
    assert "Your cart is empty" in customer.screen


async def test_too_many_presses_are_answered_but_change_nothing(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    shop.has_setting("presses_per_minute", "2")
    for _ in range(2):
        await customer.presses(f"add:{goods_id}:1")
    with unchanged(shop):
        for _ in range(5):
            await customer.presses(f"add:{goods_id}:1")

    assert "That was a lot at once" in customer.screen


async def test_a_question_that_was_open_still_is(customer: Person, shop: Shop, redis_url: str):
    goods_id = shop.has_goods()
    await customer.presses(f"ask:{goods_id}")
    shop.has_setting("messages_per_minute", "1")
    await customer.sends("3")
    assert "That was a lot at once" in customer.screen
    Redis.from_url(redis_url).delete("limit:messages:101")
    await customer.sends("3")

    assert "Green tea" in customer.screen
    assert shop.scalar("SELECT quantity FROM shopping_cart") == 3


async def test_one_person_does_not_slow_another_nor_the_staff(
    customer: Person, owner: Person, guest: Person, shop: Shop
):
    shop.has_setting("messages_per_minute", "1")
    for person in (customer, customer, owner, owner, owner):
        await person.sends("/cart")
    await guest.sends("/start")

    assert "That was a lot at once" in customer.screen
    assert "Your cart is empty" in owner.screen
    assert "reference code" in guest.screen


async def test_zero_means_all(customer: Person, shop: Shop):
    shop.has_setting("presses_per_minute", "0")
    for _ in range(130):
        await customer.presses("cart:0")

    assert "Your cart is empty" in customer.screen


async def test_what_costs_more_than_a_press_has_a_rate_of_its_own(customer: Person, owner: Person, shop: Shop):
    shop.has_goods("Green tea", stock=100)
    shop.has_setting("searches_per_minute", "2")
    shop.has_setting("checkouts_per_minute", "1")
    for person in (customer, owner):
        for _ in range(3):
            await person.sends("tea")
    assert "Too many attempts. Please try again in" in customer.screen
    assert "Green tea" in owner.screen
    # Whatever else a customer does goes on.
    await puts_in_cart(customer, shop.goods("Green tea").id)
    await customer.presses("out")
    assert "Too many" not in customer.screen
    with unchanged(shop):
        await customer.presses("out")

    assert "Too many attempts" in customer.screen
