"""/privacy, /mydata and /deleteme, for everybody who has entered, whatever else is closed to them."""

import contextlib
import gzip
import json
from typing import Any

import pytest
from redis import Redis

from bot.errors import NotFound
from bot.main import BotProcess
from bot.models import FIRST_PSEUDONYM, CartItem, OrderStatus, OutboxStatus
from bot.sandbox import Person, Sandbox
from bot.services import cart, orders, people
from bot.services import help as help_desk
from bot.services.privacy import erasing
from bot.telegram.customer import privacy
from tests.shop import ADDRESS, OWNER_ID, Shop, now
from tests.telegram.steps import checks_out, delivers, puts_in_cart, unchanged


def sent_file(sandbox: Sandbox, person: Person) -> bytes:
    """Return what stands in the last document."""
    document = next(message.document for message in reversed(person.bot_messages) if message.document)
    return bytes(sandbox.world.files.find(document).data)


async def test_my_data_comes_as_a_file_once_a_minute(customer: Person, sandbox: Sandbox, shop: Shop):
    shop.has_goods()
    await puts_in_cart(customer, shop.goods("Green tea").id)
    await checks_out(customer)
    await customer.sends("/mydata")

    file = json.loads(sent_file(sandbox, customer))
    assert file["profile"]["telegram_id"] == 101
    assert file["orders"][0]["address"] == ADDRESS
    assert customer.last.buttons

    await customer.sends("/mydata")

    assert "You have just got your data" in customer.screen
    await customer.taps("Back")
    assert "Privacy" in customer.screen


async def test_a_large_file_comes_compressed(customer: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(privacy, "LARGEST", 10)

    await customer.sends("/mydata")

    assert customer.last.content["document"]["file_name"].endswith(".json.gz")
    assert json.loads(gzip.decompress(sent_file(sandbox, customer)))["profile"]["telegram_id"] == 101


async def test_deleting_oneself_asks_once_and_leaves_nothing(
    customer: Person, process: BotProcess, shop: Shop, redis_url: str
):
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    await customer.taps("Profile")
    await customer.taps("Privacy")
    await customer.taps("Delete me")
    assert "cannot be undone" in customer.screen
    with unchanged(shop):
        await customer.taps("Back")
    await customer.sends("/deleteme")
    question = customer.last

    await customer.taps("Yes, delete everything")

    assert "You are deleted" in customer.screen
    assert customer.buttons == []
    assert [order.buyer_id >= FIRST_PSEUDONYM for order in shop.orders()] == [True]
    assert Redis.from_url(redis_url).keys("dialogue*") == []

    await customer.presses("erase!:1", message=question)
    assert "send your reference code" in customer.screen
    await customer.sends("/start")
    assert "send your reference code" in customer.screen


async def test_a_second_tap_finds_it_done(customer: Person, shop: Shop):
    await customer.sends("/deleteme")
    yes = next(button for row in customer.last.rows for button in row)["callback_data"]
    question = customer.last
    await customer.presses(yes, message=question, wait=False)
    await customer.presses(yes, message=question)

    assert "You are deleted" in customer.screen
    assert len(shop.events("customer.erased")) == 1


async def test_an_old_keyboard_erases_nobody(customer: Person, shop: Shop):
    await customer.sends("/deleteme")
    minute = int(now().timestamp() // 60)
    with unchanged(shop):
        await customer.presses(f"erase!:{minute - 16}")

    assert "cannot be undone" in customer.screen


async def test_open_orders_come_first(customer: Person, shop: Shop):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    with unchanged(shop):
        await customer.sends("/deleteme")

    assert f"You still have open orders: {code}" in customer.screen
    await customer.taps("Back")
    assert "Privacy" in customer.screen
    shop.staff(orders.cancel, code)
    await customer.sends("/deleteme")
    assert "cannot be undone" in customer.screen


async def test_the_owner_is_not_deleted(owner: Person, shop: Shop):
    with unchanged(shop):
        await owner.sends("/deleteme")

    assert "You own this shop" in owner.screen


async def test_who_is_banned_may_know_and_go_but_not_come_back(customer: Person, sandbox: Sandbox, shop: Shop):
    shop.staff(people.ban, 101, reason="rude", notify=False)
    await customer.sends("/privacy")
    assert "Your rights" in customer.screen
    assert customer.buttons == ["📄 My data", "🗑 Delete me"]
    await customer.taps("My data")
    assert json.loads(sent_file(sandbox, customer))["profile"]["ban_reason"] == "rude"
    await customer.sends("/deleteme")
    await customer.taps("Yes, delete everything")
    assert "You are deleted" in customer.screen

    await customer.sends(f"/start {shop.has_code()}")

    assert customer.screen == "You cannot use this shop."


async def test_while_the_shop_is_closed_people_may_know_and_go(customer: Person, sandbox: Sandbox, shop: Shop):
    shop.has_setting("maintenance", "We move house.")
    await customer.sends("/mydata")
    assert json.loads(sent_file(sandbox, customer))["format"] == "telegram-shop-personal-data"
    await customer.sends("/deleteme")

    await customer.taps("Yes, delete everything")

    assert "You are deleted" in customer.screen


async def test_russians_read_it_in_russian(process: BotProcess, sandbox: Sandbox, shop: Shop):
    shop.has_customer(303, "Иван")
    shop.db.call(people.choose_language, 303, "ru", now=now())
    person = sandbox.person(303, "Иван", language_code="ru")
    await person.sends("/privacy")
    assert "стираются через 90 дней" in person.screen
    await person.sends("/deleteme")
    assert "Отменить это нельзя" in person.screen
    await person.taps("Да, удалить всё")
    assert "Вы удалены" in person.screen


async def test_staff_still_see_the_orders_of_somebody_who_is_gone(owner: Person, shop: Shop):
    shop.has_goods()
    shop.has_customer(303, "Ida")
    code = shop.has_order(303, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    gone = shop.db.call(erasing.erase, 303, now=now())

    await owner.presses(f"job:{shop.order(code).id}")
    assert "has been erased" in owner.screen
    assert "Ida" not in owner.screen
    await owner.presses(f"person:{gone.pseudonym}:new:0")
    assert str(gone.pseudonym) in owner.screen
    await owner.presses(f"pdo:{gone.pseudonym}:new:0:ban")
    await owner.presses("people:new:0")
    assert str(gone.pseudonym) not in owner.screen


async def test_a_notice_whose_letter_is_gone_is_withdrawn_and_alarms_nobody(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.db.call(help_desk.ask, 101, "Where is it?", now=now())
    shop.execute("UPDATE help_threads SET waiting_since = NULL")
    shop.execute("DELETE FROM help_messages")

    await delivers(process)

    [notice] = [message for message in shop.messages(OWNER_ID) if message.kind == "help-question"]
    assert (notice.status, notice.error) == (OutboxStatus.DROPPED, "what it brings was erased")
    assert [message.kind for message in shop.messages(OWNER_ID)] == ["help-question"]


async def test_who_is_erased_in_the_middle_of_a_press_is_a_guest_and_gets_no_apology(
    customer: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    goods_id = shop.has_goods()
    add = cart.add

    def adds_too_late(session: Any, user_id: int, *args: Any, **options: Any) -> None:
        with contextlib.suppress(NotFound):
            shop.db.call(erasing.erase, user_id, now=now())
        add(session, user_id, *args, **options)

    monkeypatch.setattr(cart, "add", adds_too_late)
    await customer.presses(f"goods:{goods_id}")
    await customer.presses(f"add:{goods_id}:1")

    assert "send your reference code" in customer.screen
    assert shop.count(CartItem) == 0
