"""My orders, and what people are told about them."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.main import BotProcess
from bot.models import OrderStatus, PaymentMethod
from bot.sandbox import Person, Sandbox
from bot.services import bitcoin, order_edits, orders, outbox, people
from bot.services import help as help_desk
from bot.services.invariants.rule import Topic
from bot.services.vault import Vault
from bot.telegram import notices, wording
from tests import edits
from tests.conftest import VAULT_KEY
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import delivers, unchanged

TOMORROW = timedelta(days=1)


async def test_orders_have_pages_newest_first(customer: Person, process: BotProcess, shop: Shop):
    shop.has_goods(stock=100)
    codes = [shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED) for _ in range(8)]
    await delivers(process)
    await customer.sends("/orders")
    newest = [f"{code} · delivered · $30.00" for code in reversed(codes)]
    assert customer.buttons == [*newest[:6], "Next ›", "🏠 Home", "🛒 Cart"]
    await customer.taps("Next")

    assert customer.buttons == [*newest[6:], "‹ Previous", "🏠 Home", "🛒 Cart"]

    await customer.taps(newest[6])
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    await customer.taps("Back")

    assert customer.buttons == [*newest[6:], "‹ Previous", "🏠 Home", "🛒 Cart"]


async def test_somebody_without_orders_is_told_so(customer: Person):
    await customer.sends("/orders")

    assert customer.last.text == "You have no orders yet."
    assert customer.buttons == ["🏠 Home", "🛒 Cart"]


async def test_an_order_shows_everything_about_it(customer: Person, shop: Shop):
    shop.has_addresses(1)
    shop.has_goods("Green tea")
    shop.has_goods("Black tea", price="12.50")
    code = shop.has_order(101, {"Green tea": 2, "Black tea": 1}, pay=PaymentMethod.BITCOIN)
    order = shop.order(code)
    await customer.presses(f"order:{order.id}:0")

    ordered, until = (time.strftime("%-d %b %Y, %H:%M (UTC)") for time in (order.created_at, order.reserved_until))
    assert customer.last.text == (
        f"Order {code}\n\nStatus: waiting for confirmation\nOrdered: {ordered}\nHeld until: {until}\n"
        f"Pay $72.50 to {BITCOIN_ADDRESSES[0]}\n\n"
        "2 × Green tea · $30.00 = $60.00\n1 × Black tea · $12.50 = $12.50\n\n"
        f"Total: $72.50\nBitcoin\n\n📍 {ADDRESS}\n📞 {PHONE}"
    )
    assert customer.keyboard == [
        ["Change address", "Change note"],
        ["Cancel order"],
        ["💬 Ask about this order"],
        ["🔁 Order again"],
        ["⬅️ Back", "🛒 Cart"],
    ]


@pytest.mark.parametrize(
    ("status", "shown", "buttons"),
    [
        (
            OrderStatus.RESERVED,
            "waiting for confirmation",
            [
                "Change address",
                "Change note",
                "Cancel order",
                "💬 Ask about this order",
                "🔁 Order again",
                "⬅️ Back",
                "🛒 Cart",
            ],
        ),
        (
            OrderStatus.CONFIRMED,
            "confirmed",
            ["Change address", "Change note", "💬 Ask about this order", "🔁 Order again", "⬅️ Back", "🛒 Cart"],
        ),
        (OrderStatus.DELIVERED, "delivered", ["🔁 Order again", "💬 Ask about this order", "⬅️ Back", "🛒 Cart"]),
        (OrderStatus.CANCELLED, "cancelled", ["🔁 Order again", "💬 Ask about this order", "⬅️ Back", "🛒 Cart"]),
        (OrderStatus.EXPIRED, "expired", ["🔁 Order again", "💬 Ask about this order", "⬅️ Back", "🛒 Cart"]),
    ],
)
async def test_every_status_has_its_word_and_its_buttons(
    customer: Person, shop: Shop, status: OrderStatus, shown: str, buttons: list[str]
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1}, status=status)
    await customer.presses(f"order:{shop.order(code).id}:0")

    assert f"Status: {shown}\n" in customer.screen
    assert customer.buttons == buttons
    assert ("Delivery: " in customer.screen) == (status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED))


async def test_a_reserved_order_is_cancelled_after_a_question(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.has_goods(stock=10)
    code = shop.has_order(101, {"Green tea": 4})
    await customer.sends("/orders")
    await customer.taps(code)
    await customer.taps("Cancel order")
    assert customer.last.text == f"Really cancel order {code}?"
    await customer.taps("No, keep it")
    assert shop.order(code).order_status is OrderStatus.RESERVED
    await customer.taps("Cancel order")
    await customer.taps("Yes, cancel it")

    assert customer.last.text == f"Order {code} is cancelled."
    assert shop.order(code).order_status is OrderStatus.CANCELLED
    assert shop.goods("Green tea").reserved_quantity == 0
    await delivers(process)
    assert f"Order {code} was cancelled by the customer" in owner.screen


@pytest.mark.parametrize("status", [OrderStatus.CONFIRMED, OrderStatus.DELIVERED, OrderStatus.CANCELLED])
async def test_an_order_that_has_moved_on_cannot_be_cancelled(customer: Person, shop: Shop, status: OrderStatus):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1}, status=status)
    order_id = shop.order(code).id
    for press in (f"cancel?:{order_id}", f"cancel!:{order_id}"):
        with unchanged(shop):
            await customer.presses(press)

    assert f"Order {code} has moved on in the meantime" in customer.screen
    assert customer.buttons


async def test_the_order_of_somebody_else_is_not_there(customer: Person, shop: Shop):
    shop.has_goods("Secret tea")
    code = shop.has_order(shop.has_customer(404, "Fritz"), {"Secret tea": 1})
    order_id = shop.order(code).id
    for press in (f"order:{order_id}:0", f"cancel?:{order_id}", f"cancel!:{order_id}"):
        with unchanged(shop):
            await customer.presses(press)
        assert "This is no longer here" in customer.screen
        assert code not in customer.screen
    await customer.sends("/orders")

    assert "You have no orders yet." in customer.screen


async def test_the_customer_is_told_of_every_step(customer: Person, process: BotProcess, shop: Shop):
    shop.has_setting("timezone", "Europe/Berlin")
    shop.has_goods(stock=50)
    shop.has_goods("Black tea", stock=50, price="25.00")
    code = shop.has_order(101, {"Green tea": 2})
    time = now().replace(year=now().year + 1, month=6, day=1, hour=12, minute=30)
    shown = f"1 Jun {time.year}, 14:30 (Europe/Berlin)"
    changed = f"Your order {code} has changed: "
    steps: list[tuple[Callable[..., Any], dict[str, Any], str, list[str]]] = [
        (orders.remind, {}, f"We hold order {code} only until ", ["⏳ Hold it 12 hours longer"]),
        (lambda _session, code, now: shop.expires(code), {}, f"The time for order {code} is over", ["🔁 Order again"]),
        (orders.revive, {"actor": "cli:test"}, f"Your order {code} is reserved again until ", []),
        (orders.confirm, {"actor": "cli:test", "delivery_time": time}, f"{code} is confirmed.\nDelivery: {shown}", []),
    ]
    for step, options, expected, more in steps:
        shop.db.call(step, code, **{"now": now(), **options})
        await delivers(process)
        assert expected in customer.last.text
        assert customer.buttons == ["View order", *more]

    asked: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
        (edits.add_item, ("Black tea", 1), f"{changed}1 × Black tea added. New total: $85.00"),
        (edits.remove_item, ("Green tea", 1), f"{changed}1 × Green tea removed. New total: $55.00"),
        (order_edits.change_delivery_time, (time,), f"{code} will be delivered at another time: {shown}"),
        (edits.change_address, ("7 Hill Road",), f"The delivery address of your order {code} has changed."),
        (edits.change_note, ("Ring",), f"The note of your order {code} has changed."),
    ]
    for edit, what, expected in asked:
        shop.staff(edit, code, *what, notify=True)
        await delivers(process)
        assert expected in customer.last.text

    shop.staff(orders.deliver, code)
    await delivers(process)
    assert f"Your order {code} has been delivered. Thank you!" in customer.last.text
    await customer.taps("View order")
    assert "Status: delivered" in customer.screen


async def test_the_customer_is_told_why_an_order_was_cancelled(customer: Person, process: BotProcess, shop: Shop):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    shop.staff(orders.cancel, code, reason="Broken <b>cup</b> & saucer")
    await delivers(process)

    assert customer.last.text == f"Your order {code} was cancelled by the shop.\n\nReason: Broken <b>cup</b> & saucer"


FACTS: dict[str, dict[str, Any]] = {
    "order-item-added": {"name": "<b>Tea</b> & co", "quantity": 2, "total": "60.00"},
    "order-item-removed": {"name": "<b>Tea</b> & co", "quantity": 2, "total": "60.00"},
    "order-cancelled": {"reason": "broken"},
    "order-details-changed": {"what": "address"},
    "bonus-credited": {"amount": "3.00"},
    "bonus-adjusted": {"amount": "3.00", "reason": "Broken cup"},
    "goods-low": {"goods": [{"id": 1, "name": "<b>Tea</b> & co", "available": 3}], "count": 1},
    "broadcast-done": {"broadcast_id": 7, "sent": 21, "why": ""},
    "broadcast-gone": {"broadcast_id": 7, "sent": 21, "why": "message to copy not found"},
    "broadcast-stopped": {"broadcast_id": 7, "sent": 21, "why": "Bad Request: <something>"},
    "job-failed": {"job": "send outbox", "error": "0a1b2c3d"},
    "job-recovered": {"job": "send outbox"},
    "backup-old": {"days": 3},
    "backup-restored": {
        "taken_at": "2026-11-12T04:05:00+00:00",
        "parked": 2,
        "paused": 1,
        "retired": 3,
        "knows": False,
    },
    "goods-back": {"name": "<b>Tea</b> & co", "goods_id": 1},
    "letter": {"key": "k", "sealed": Vault(VAULT_KEY).seal("Here is <it>.", "outbox.facts.k")},
    "friend-joined": {"code": "ABCD2345"},
    "banned": {"reason": "rude"},
    "bitcoin-low": {"count": 3},
    "staff-group-lost": {"why": "Forbidden: <something>"},
    "bitcoin-streak": {"count": 15},
    "btc-bad-lines": {"count": 3, "first": 1234},
    "btc-file-unread": {"why": "Permission <denied>"},
    "channel-unseen": {"channel": "@tea_news", "why": "Bad Request: <something>"},
    "checkup-broken": {"findings": [{"topic": topic, "since": "2026-11-12T04:05:00+00:00"} for topic in Topic]},
    "message-dead": {"message_id": 7, "text": "Bad Request: <something>"},
}
PARTS = {"reason", "refunded", "goods-gone-again"}
KINDS = sorted({key.removeprefix("notice-") for key in wording.keys("en") if key.startswith("notice-")} - PARTS)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_notice_is_worded_in_both_languages(
    process: BotProcess, sandbox: Sandbox, shop: Shop, language: str
):
    shop.has_customer(101, "Anna")
    shop.db.call(people.choose_language, 101, language, now=now())
    anna = sandbox.person(101, "Anna")
    await anna.sends("/start")
    shop.has_goods("<b>Tea</b> & co", stock=100)
    codes = {kind: shop.has_order(101, {"<b>Tea</b> & co": 2}, status=OrderStatus.DELIVERED) for kind in KINDS}
    shop.db.call(help_desk.ask, 101, "Where is <it>?", now=now())
    said = shop.scalar("SELECT MAX(id) FROM help_messages")
    shop.staff(help_desk.answer, 101, "In & out")
    shop.execute("UPDATE outbox SET status = 'sent'")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")
    for kind, event in zip(KINDS, shop.events("cart.added"), strict=True):
        facts = dict(FACTS.get(kind, {}))
        if kind.startswith("order-"):
            facts["order_code"] = codes[kind]
        if kind.startswith("help-"):
            facts["help_message_id"] = said if kind == "help-question" else said + 1
        queue(shop, event.id, kind, facts)
    before = len(anna.bot_messages)
    await delivers(process)

    assert [message.kind for message in shop.messages() if message.status != "sent"] == []
    notes = anna.bot_messages[before:]
    assert len(notes) == len(KINDS)
    for kind, note in zip(KINDS, notes, strict=True):
        assert len(note.text) > 15
        raw = [sign for sign in ("{", "}", "notice-", "None", "&amp;", "&lt;") if sign in note.text]
        assert (kind, raw) == (kind, [])
        assert (kind, any(letter in note.text for letter in "аоеи")) == (kind, language == "ru")
        assert (kind, codes[kind] in note.text) == (kind, kind.startswith("order-"))


PAY_TO = {
    "en": "Please pay to this address, unless you have paid already:",
    "ru": "Заплатите, пожалуйста, на этот адрес, если ещё не заплатили:",
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("pay", list(PaymentMethod))
async def test_who_pays_a_revived_order_in_bitcoin_is_told_where_to(
    customer: Person, process: BotProcess, shop: Shop, language: str, pay: PaymentMethod
):
    shop.db.call(people.choose_language, 101, language, now=now())
    shop.has_addresses(1)
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 2}, pay=pay)
    shop.expires(code)
    shop.staff(orders.revive, code)
    await delivers(process)

    is_bitcoin = pay is PaymentMethod.BITCOIN
    assert "60" in customer.last.text
    assert (f"\n\n{PAY_TO[language]}\n{BITCOIN_ADDRESSES[0]}" in customer.last.text) == is_bitcoin
    assert (f"<code>{BITCOIN_ADDRESSES[0]}</code>" in customer.last.html) == is_bitcoin


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (1, "line 1234 is no address.", "строка 1234 не содержит адреса."),
        (2, "line 1234 and 1 more line are", "строка 1234 и ещё 1 строка не"),
        (3, "line 1234 and 2 more lines are", "строка 1234 и ещё 2 строки не"),
        (6, "line 1234 and 5 more lines are", "строка 1234 и ещё 5 строк не"),
    ],
)
async def test_bad_lines_of_the_address_file_are_named_by_the_first_number(
    owner: Person, process: BotProcess, shop: Shop, count: int, english: str, russian: str
):
    for language, expected in (("en", english), ("ru", russian)):
        shop.db.call(people.choose_language, OWNER_ID, language, now=now())
        bad = [bitcoin.BadLine(1234 + number, f"canary {language}", "no address") for number in range(count)]
        shop.db.call(bitcoin.report_bad_lines, bad, now=now())
        await delivers(process)
        assert expected in owner.last.text
        assert "canary" not in owner.screen


def queue(shop: Shop, event_id: int, kind: str, facts: dict[str, Any]) -> None:
    """Queue a message to 101 by hand."""
    shop.execute(
        "INSERT INTO outbox (event_id, recipient, kind, facts, status, attempts, uncertain_count, next_attempt_at,"
        " created_at) VALUES (:event, 101, :kind, :facts, 'pending', 0, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        event=event_id,
        kind=kind,
        facts=json.dumps(facts),
    )


def test_every_kind_that_a_service_tells_is_worded():
    assert set(notices.WORDED) <= set(KINDS)
    assert {"order-new", "friend-joined", "bitcoin-low", "message-dead"} <= set(KINDS)
    assert wording.keys("en") == wording.keys("ru")


async def test_amounts_in_notices_are_money(customer: Person, process: BotProcess, shop: Shop):
    shop.has_setting("reference_bonus_percent", "10")
    friend = shop.has_customer(404, "Fritz", referrer_id=101)
    shop.has_goods(price="1234.50")
    shop.has_order(friend, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    await delivers(process)

    assert "$123.45 have been added to your bonus balance" in customer.screen
    assert shop.balance(101) == Decimal("123.45")
    assert [message.kind for message in shop.messages(101)] == ["bonus-credited"]


def test_claimed_messages_carry_no_personal_data(shop: Shop):
    shop.has_customer()
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.CONFIRMED)

    claimed = shop.db.call(outbox.claim, now=now())
    assert claimed
    assert not any(secret in str(message.facts) for message in claimed for secret in (ADDRESS, PHONE))
