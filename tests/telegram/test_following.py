"""Following an order: its one card, the longer reservation, and another address or note."""

import asyncio
from datetime import timedelta
from types import ModuleType

import pytest

from bot.errors import Busy
from bot.main import BotProcess
from bot.models import Order, OrderStatus, PaymentMethod
from bot.sandbox import Person, Sandbox
from bot.sandbox.screen import MessageView
from bot.services import order_cards, orders, people
from bot.services.queries import order_views
from tests import edits
from tests.shop import ADDRESS, Shop, now
from tests.telegram.steps import checks_out, delivers, puts_in_cart, reviews, unchanged

TOMORROW = timedelta(days=1)


async def an_order(customer: Person, shop: Shop, *, pay: str = "Cash on Delivery") -> tuple[Order, MessageView]:
    """Return an order that was just made in the chat, and its card."""
    await puts_in_cart(customer, shop.has_goods(stock=50), 2)
    await checks_out(customer, pay=pay)
    [order] = shop.orders()
    return order, customer.last


def shown(customer: Person, card: MessageView) -> MessageView:
    """Return what a message shows now."""
    return next(message for message in customer.bot_messages if message.id == card.id)


def sounds(sandbox: Sandbox) -> list[bool]:
    """Return of every message to the customer whether it made a sound."""
    sent = [call.params for call in sandbox.calls("sendMessage") if str(call.params["chat_id"]) == "101"]
    return [params.get("disable_notification") is None for params in sent]


async def test_the_card_follows_the_order_through_its_life_in_place(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    order, card = await an_order(customer, shop)
    await customer.taps("Home")
    assert customer.bot_messages[0].id == card.id
    assert "Hello, Anna" in customer.screen
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)
    assert "Status: confirmed" in shown(customer, card).text
    assert "Delivery: " in shown(customer, card).text
    assert shown(customer, card).buttons == ["Change address", "Change note", "💬 Ask about this order", "🏠 Home"]
    assert f"Your order {order.order_code} is confirmed." in customer.last.text
    shop.staff(orders.deliver, order.order_code)
    await delivers(process)

    assert "Status: delivered" in shown(customer, card).text
    assert shown(customer, card).buttons == ["🔁 Order again", "💬 Ask about this order", "🏠 Home"]
    assert "has been delivered" in customer.last.text
    assert sum("Total: $60.00" in message.text for message in customer.bot_messages) == 1
    assert all(sounds(sandbox))


async def test_a_change_that_is_not_announced_is_edited_without_a_sound(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    order, card = await an_order(customer, shop)
    before = sounds(sandbox)
    shop.staff(edits.add_item, order.order_code, "Green tea", 1)
    await delivers(process)

    assert "3 × Green tea" in shown(customer, card).text
    assert sounds(sandbox) == before
    assert {message.status for message in shop.messages(101)} == {"sent"}


async def test_a_card_that_was_deleted_is_sent_anew_without_a_sound_and_followed_from_then_on(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    order, card = await an_order(customer, shop)
    sandbox.world.delete(card.message)
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)
    again, notice = customer.bot_messages[-2:]
    assert "Status: confirmed" in again.text
    assert "is confirmed." in notice.text
    assert sounds(sandbox)[-2:] == [False, True]
    shop.staff(orders.deliver, order.order_code)
    await delivers(process)

    assert "Status: delivered" in shown(customer, again).text
    assert shop.scalar("SELECT message_id FROM order_cards") == again.id


async def test_the_card_of_an_earlier_bot_is_not_mistaken_for_a_message_of_this_one(
    customer: Person, process: BotProcess, shop: Shop
):
    order, card = await an_order(customer, shop)
    shop.execute("UPDATE order_cards SET bot_id = 41")
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)

    assert "is reserved for you" in shown(customer, card).text
    assert "Status: confirmed" in customer.bot_messages[-2].text


async def test_an_open_order_from_before_gets_its_card_with_the_next_change(
    customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    shop.staff(orders.confirm, code, delivery_time=now() + TOMORROW)
    await delivers(process)
    assert "Status: confirmed" in customer.bot_messages[-2].text
    before = len(customer.bot_messages)
    shop.staff(orders.cancel, code)
    await delivers(process)

    assert len(customer.bot_messages) == before + 1
    assert "Status: cancelled" in customer.bot_messages[-3].text


async def test_a_telegram_that_breaks_between_card_and_message_leads_to_one_of_each(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    order, card = await an_order(customer, shop)
    sandbox.fail("editMessageText", status="reset", after_delivery=True)
    sandbox.fail("sendMessage", status=500)
    shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    for _ in range(3):
        await delivers(process)
        shop.execute("UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) WHERE status = 'pending'")

    assert "Status: confirmed" in shown(customer, card).text
    assert sum("is confirmed." in message.text for message in customer.bot_messages) == 1
    [message] = shop.messages(101)
    assert (message.status, message.uncertain_count) == ("sent", 0)


async def test_a_second_press_on_confirm_shows_the_same_card(customer: Person, sandbox: Sandbox, shop: Shop):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await customer.presses("out")
    for text in (ADDRESS, "+4915112345678"):
        await customer.sends(text)
    await customer.taps("Skip")
    await customer.taps("Cash on Delivery")
    review = customer.last
    await asyncio.gather(*(customer.taps("Confirm order", message=review) for _ in range(3)))

    assert len(shop.orders()) == 1
    assert [message.id for message in customer.bot_messages] == [review.id]
    assert "is reserved for you" in customer.screen


@pytest.mark.parametrize(
    ("module", "name", "says"),
    [(order_cards, "remember", "is reserved for you"), (order_views, "content", "may or may not be done")],
)
async def test_an_order_that_is_made_is_never_called_unmade(
    customer: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, says: str
):
    await puts_in_cart(customer, shop.has_goods(), 2)
    await reviews(customer)

    def away(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr(module, name, away)
    await customer.taps("Confirm order")

    assert len(shop.orders()) == 1
    assert says in customer.screen
    assert "nothing was changed" not in customer.screen


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("pay", list(PaymentMethod))
async def test_the_reminder_has_a_button_that_extends_the_reservation_once(
    customer: Person, process: BotProcess, shop: Shop, language: str, pay: PaymentMethod
):
    shop.has_addresses(1)
    order, card = await an_order(customer, shop, pay="Bitcoin" if pay is PaymentMethod.BITCOIN else "Cash on Delivery")
    shop.db.call(people.choose_language, 101, language, now=now())
    shop.db.call(orders.remind, order.order_code, now=now())
    await delivers(process)
    label = {"en": "⏳ Hold it 12 hours longer", "ru": "⏳ Держать ещё 12 часов"}[language]
    assert label in customer.buttons
    assert shown(customer, card).buttons[0] == label
    reminder = customer.last
    await customer.taps(label)
    held = {"en": "✅ We hold your order longer.", "ru": "✅ Мы подержим ваш заказ дольше."}[language]
    assert customer.last.text.startswith(held)
    assert label not in customer.buttons
    await delivers(process)

    until = shop.order(order.order_code).reserved_until
    assert until == order.reserved_until + timedelta(hours=12)
    assert until.strftime("%H:%M (UTC)") in shown(customer, card).text
    assert label not in shown(customer, card).buttons
    with unchanged(shop):
        await customer.taps(label, message=reminder)
    once = {"en": "✅ We hold this order longer already.", "ru": "✅ Мы уже держим этот заказ дольше."}[language]
    assert customer.last.text.startswith(once)
    assert order.order_code in customer.screen


@pytest.mark.parametrize("status", [OrderStatus.CONFIRMED, OrderStatus.EXPIRED])
async def test_a_button_to_extend_that_comes_too_late_says_so(
    customer: Person, process: BotProcess, shop: Shop, status: OrderStatus
):
    order, _ = await an_order(customer, shop)
    if status is OrderStatus.EXPIRED:
        shop.expires(order.order_code)
    else:
        shop.staff(orders.confirm, order.order_code, delivery_time=now() + TOMORROW)
    await delivers(process)
    with unchanged(shop):
        await customer.presses(f"longer:{order.id}")

    assert "has moved on in the meantime" in customer.screen
    assert customer.buttons


async def test_a_reservation_that_is_over_is_not_extended_before_the_sweep(customer: Person, shop: Shop):
    order, _ = await an_order(customer, shop)
    shop.execute("UPDATE orders SET reserved_until = UTC_TIMESTAMP(6)")
    with unchanged(shop):
        await customer.presses(f"longer:{order.id}")

    assert f"The time of order {order.order_code} is over already." in customer.screen


ASKED = {
    "en": ("Change address", "Write the full address.", "So far:", "✅ Changed. The shop has been told."),
    "ru": ("📍 Адрес", "Напишите полный адрес.", "Пока указано:", "✅ Изменено. Магазин об этом узнает."),
}


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_another_address_reaches_the_card_and_the_staff(
    customer: Person, owner: Person, process: BotProcess, shop: Shop, language: str
):
    order, card = await an_order(customer, shop)
    await delivers(process)
    shop.db.call(people.choose_language, 101, language, now=now())
    label, question, so_far, done = ASKED[language]
    await customer.sends("/orders")
    await customer.taps(order.order_code)
    await customer.taps(label)
    assert f"{question}\n\n{so_far}\n📍 {ADDRESS}" in customer.last.text
    with unchanged(shop):
        await customer.sends("x")
    assert question in customer.screen
    assert ADDRESS not in customer.screen
    await customer.sends("7 Hill Road <b>")
    assert customer.last.text.startswith(done)
    assert "📍 7 Hill Road <b>" in customer.last.text
    await delivers(process)

    assert "📍 7 Hill Road <b>" in shown(customer, card).text
    assert f"✏️ Order {order.order_code}: the customer has changed the address or the note" in owner.screen
    assert "📍 7 Hill Road <b>" in owner.bot_messages[-2].text


async def test_the_buttons_of_the_card_open_their_questions_below_it(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    _, card = await an_order(customer, shop)
    await customer.taps("Change note", message=card)
    assert customer.last.id != card.id
    assert customer.buttons == ["⬅️ Back"]
    await customer.sends("Ring twice")
    await delivers(process)
    assert "📝 Ring twice" in shown(customer, card).text
    await customer.taps("Change note", message=card)
    assert "📝 Ring twice" in customer.screen
    await customer.taps("No note")
    await delivers(process)
    assert "📝" not in shown(customer, card).text
    await customer.taps("Cancel order", message=card)
    await customer.taps("Yes, cancel it")
    await delivers(process)

    assert "Status: cancelled" in shown(customer, card).text
    assert shown(customer, card).buttons == ["🔁 Order again", "💬 Ask about this order", "🏠 Home"]
    assert len(customer.bot_messages) == 2


async def test_an_order_that_closes_while_the_address_is_typed_stays_as_it_is(
    customer: Person, process: BotProcess, shop: Shop
):
    order, card = await an_order(customer, shop)
    await customer.taps("Change address", message=card)
    shop.staff(orders.cancel, order.order_code)
    with unchanged(shop):
        await customer.sends("7 Hill Road")
    assert "has moved on in the meantime" in customer.screen

    await customer.presses(f"where?:{order.id}")

    assert "has moved on in the meantime" in customer.screen


async def test_somebody_elses_order_is_neither_extended_nor_changed(customer: Person, shop: Shop):
    shop.has_goods("Secret tea")
    code = shop.has_order(shop.has_customer(404, "Fritz"), {"Secret tea": 1})
    for press in ("longer", "where?", "note?", "note!"):
        with unchanged(shop):
            await customer.presses(f"{press}:{shop.order(code).id}")
        assert "This is no longer here" in customer.screen


async def test_an_order_is_changed_ten_times_and_then_support_helps(customer: Person, process: BotProcess, shop: Shop):
    order, _ = await an_order(customer, shop)
    async with process.courier._one_at_a_time:
        for number in range(5):
            await customer.presses(f"where?:{order.id}")
            await customer.sends(f"{number} Harbour Street")
            await customer.presses(f"note?:{order.id}")
            await customer.sends(f"Ring {number} times")
            assert "✅ Changed." in customer.screen
        await customer.presses(f"where?:{order.id}")
        with unchanged(shop):
            await customer.sends("5 Harbour Street")
        assert "This order has been changed 10 times already." in customer.screen
        await customer.taps("Support")
        assert "Support" in customer.last.text

        shop.staff(edits.change_address, order.order_code, "5 Harbour Street")

        await customer.presses(f"order:{order.id}:0")
        assert "📍 5 Harbour Street" in customer.screen
