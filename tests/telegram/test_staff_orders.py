"""Orders as staff work on them in Telegram: finding, planning, cancelling with a reason, and being second."""

import asyncio
from datetime import timedelta

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus, PaymentMethod
from bot.sandbox import Person, Sandbox
from bot.services import delivery_times, people
from bot.services.queries import order_desk
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import delivers, unchanged

DAYS = {"en": ("Today", "Tomorrow"), "ru": ("Сегодня", "Завтра")}


@pytest.fixture
async def code(owner: Person, customer: Person, process: BotProcess, shop: Shop) -> str:
    """Return an order of Anna's, of which the staff have been told."""
    shop.has_goods(stock=50)
    made = shop.has_order(101, {"Green tea": 2})
    await delivers(process)
    return made


@pytest.fixture
async def boris(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return Boris, an admin."""
    shop.has_customer(102, "Boris")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 102")
    person = sandbox.person(102, "Boris", language_code="en")
    await person.sends("/start")
    return person


async def opens(person: Person, shop: Shop, code: str) -> None:
    await person.sends("/admin")
    await person.presses(f"job:{shop.order(code).id}")


async def test_a_queue_has_pages_and_an_order_leads_back_to_its_own(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_setting("max_open_orders", "50")
    shop.has_goods(stock=100)
    codes = [shop.has_order(101, {"Green tea": 1}) for _ in range(order_desk.PAGE + 2)]
    await delivers(process)
    until = shop.order(codes[0]).reserved_until.strftime("%-d %b, %H:%M")
    await owner.sends("/admin")
    await owner.taps("Waiting for confirmation: 10")
    assert owner.buttons[0] == f"{codes[0]} 💵 $30.00 · {until}"
    await owner.taps("Next")
    assert [label[:6] for label in owner.buttons[:2]] == codes[-2:]
    await owner.taps(codes[-1])
    await owner.taps("Cancel order")
    await owner.taps("Back")
    await owner.taps("Back")
    assert [label[:6] for label in owner.buttons[:2]] == codes[-2:]
    await owner.taps("Back")
    assert "Admin panel" in owner.screen


async def test_an_order_is_found_and_leads_back_to_what_was_found(
    owner: Person, customer: Person, process: BotProcess, shop: Shop
):
    shop.has_setting("max_open_orders", "50")
    shop.has_goods(stock=100)
    codes = [shop.has_order(101, {"Green tea": 1}) for _ in range(order_desk.PAGE + 1)]
    await delivers(process)
    await owner.sends("/admin")
    await owner.taps("Find an order")
    await owner.says({"text": "\u202e"})
    assert "Please write a word or two" in owner.screen
    await owner.sends("1511 234")
    assert "Orders: 1511 234" in owner.screen
    assert owner.buttons[0] == f"{codes[-1]} 💵 $30.00 · waiting"
    await owner.taps("Next")
    await owner.taps(codes[0])
    await owner.taps("Confirm")
    await owner.taps("Back")
    await owner.taps("Back")
    assert owner.buttons[0] == f"{codes[0]} 💵 $30.00 · waiting"
    await owner.taps("Search again")
    await owner.sends("<b>nobody</b>")
    assert "No order was found for <b>nobody</b>." in owner.screen
    await owner.taps("Back")
    assert "Admin panel" in owner.screen
    await owner.presses("ofound:7")
    assert "No order was found for <b>nobody</b>." in owner.screen


async def test_the_card_shows_everything(owner: Person, customer: Person, process: BotProcess, shop: Shop):
    shop.has_addresses(1)
    shop.has_goods("<Tea>", stock=50)
    code = shop.has_order(101, {"<Tea>": 2}, pay=PaymentMethod.BITCOIN, status=OrderStatus.CONFIRMED)
    await delivers(process)
    await opens(owner, shop, code)

    order = shop.order(code)
    for line in (
        f"Order {code}\n\nStatus: confirmed\n",
        f"Customer: Anna @anna (101)\n📍 {ADDRESS}\n📞 {PHONE}\n\n2 × <Tea> · $30.00 = $60.00\n\n",
        "Total: $60.00\nBitcoin\n",
        f"Bitcoin address: {order.bitcoin_address}\nReceived: $60.00",
        f"{order.created_at:%-d %b, %H:%M} · Ordered · the customer\n",
        " · Confirmed · test (shell)",
    ):
        assert line in owner.last.text


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_delivery_is_planned_by_buttons_and_moved(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str, language: str
):
    shop.has_setting("timezone", "Asia/Tokyo")
    shop.db.call(people.choose_language, OWNER_ID, language, now=now())
    await opens(owner, shop, code)
    await owner.uses(owner.last.rows[0][0], owner.last)
    assert code in owner.screen
    first = delivery_times.days("Asia/Tokyo", now=now())[0]
    assert owner.buttons[0] in DAYS[language]
    await owner.uses(owner.last.rows[0][1], owner.last)
    assert owner.buttons[:2] == ["8:00", "9:00"]
    await owner.taps("14:00")

    order = shop.order(code)
    assert order.order_status is OrderStatus.CONFIRMED
    assert order.delivery_time is not None
    assert (order.delivery_time + timedelta(hours=9)).isoformat()[:16] == f"{first + timedelta(days=1)}T14:00"
    await delivers(process)
    assert "14:00 (Asia/Tokyo)" in customer.screen

    await owner.uses(owner.last.rows[1][0], owner.last)
    await owner.uses(owner.last.rows[1][0], owner.last)
    await owner.sends("16:45")
    assert owner.last.text.startswith("✅")
    await delivers(process)

    assert shop.order(code).delivery_time == order.delivery_time + timedelta(days=1, hours=2, minutes=45)
    assert "16:45 (Asia/Tokyo)" in customer.last.text


async def test_a_day_that_is_over_and_bad_times_are_refused(owner: Person, shop: Shop, code: str):
    order_id = shop.order(code).id
    await owner.presses(f"oday:{order_id}:confirm:{now() + timedelta(days=1):%Y%m%d}")
    with unchanged(shop):
        for typed in ("25:00", "soon", "2020-01-01 10:00", "14:60"):
            await owner.sends(typed)
            assert "Please write a time that is still to come" in owner.screen
        for pressed in (f"ohour:{order_id}:confirm:20200101:10", f"ohour:{order_id}:confirm:20261399:10"):
            await owner.presses(pressed)
            assert "Please write a time that is still to come" in owner.screen
        await owner.presses(f"oday:{order_id}:confirm:20200101")
        assert "choose another day" in owner.screen
        await owner.taps("Back")
    assert "When will it be delivered?" in owner.screen


async def test_two_who_confirm_at_the_same_moment_are_one_and_the_other_reads_who_was_faster(
    owner: Person, boris: Person, shop: Shop, code: str
):
    tomorrow = f"{now() + timedelta(days=1):%Y%m%d}"
    for person in (owner, boris):
        await opens(person, shop, code)
        await person.taps("Confirm")
    press = f"ohour:{shop.order(code).id}:confirm:{tomorrow}:"
    await asyncio.gather(owner.presses(press + "10"), boris.presses(press + "11"))

    [event] = shop.events("order.confirmed")
    winner, loser = (owner, boris) if event.actor == "user:1" else (boris, owner)
    assert winner.last.text.startswith(f"Order {code}\n\nStatus: confirmed")
    assert loser.last.text.startswith(
        f"⚠️ Order {code} has moved on in the meantime: Confirmed by {winner.name}, {event.created_at:%-d %b, %H:%M}"
    )
    assert "📦 Delivered" in loser.buttons
    with unchanged(shop):
        await winner.presses(press + "10")
    assert winner.last.text.startswith(f"Order {code}\n\nStatus: confirmed")


REASON = "Broken <b>cup</b> & saucer"


async def test_an_order_is_cancelled_for_a_reason_that_the_customer_reads(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str
):
    await delivers(process)
    await opens(owner, shop, code)
    await owner.taps("Cancel order")
    with unchanged(shop):
        await owner.sends("x" * 501)
        assert "at most 500 characters" in owner.screen
    await owner.sends(REASON)
    await delivers(process)

    assert "Status: cancelled" in owner.screen
    assert f"Cancelled ({REASON}) · Olga" in owner.screen
    assert f"Your order {code} was cancelled by the shop.\n\nReason: {REASON}" in customer.last.text


async def test_an_expired_order_is_held_again_unless_the_goods_are_gone(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str
):
    shop.expires(code)
    await opens(owner, shop, code)
    await owner.taps("Hold the goods again")
    shop.execute("UPDATE goods SET stock_quantity = 1")
    shop.execute("UPDATE inventory_log SET stock_delta = 1 WHERE stock_delta > 0")
    with unchanged(shop):
        await owner.taps("Yes, hold them again")
        assert "Only 1 of Green tea left" in owner.screen
    shop.execute("UPDATE goods SET stock_quantity = 50")
    shop.execute("UPDATE inventory_log SET stock_delta = 50 WHERE stock_delta > 0")
    await owner.taps("Hold the goods again")
    await owner.taps("Yes, hold them again")
    await delivers(process)

    assert shop.order(code).order_status is OrderStatus.RESERVED
    assert "✅ Confirm" in owner.buttons
    assert f"Your order {code} is reserved again" in customer.screen


async def test_the_customer_is_written_to_from_the_order(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, code: str
):
    await opens(owner, shop, code)
    await owner.taps("Message")
    assert "A message to Anna about order" in owner.screen
    with unchanged(shop):
        await owner.sends("x" * 2001)
        assert "at most 2000 characters" in owner.screen
    await owner.sends("Your parcel <waits>.")
    await delivers(process)
    assert owner.last.text.startswith("✅ Your message is on its way.")
    assert "Your parcel <waits>." in customer.last.text

    customer.blocks()
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6) WHERE telegram_id = 101")
    await owner.taps("Message")
    with unchanged(shop):
        await owner.sends("Are you there?")
    assert "has blocked the bot" in owner.screen
    assert f"Order {code}" in owner.screen


async def test_an_hour_that_is_over_by_now_leads_back_to_the_days(owner: Person, shop: Shop, code: str):
    await opens(owner, shop, code)
    await owner.taps("Confirm")
    await owner.taps("Tomorrow")
    with unchanged(shop):
        await owner.presses(f"ohour:{shop.order(code).id}:confirm:20200101:10")
    assert "a time that is still to come" in owner.screen
    await owner.taps("Back")
    assert "Tomorrow" in owner.buttons

    with unchanged(shop):
        await owner.presses("job:999")
    assert owner.buttons == ["⬅️ Back"]
    await owner.taps("Back")
    assert "Find an order" in " ".join(owner.buttons)
