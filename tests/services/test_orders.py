from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.errors import BadValue, InsufficientStock, NotFound, ShortItem, WrongState, WrongStatus
from bot.models import (
    TRANSITIONS,
    InventoryEntry,
    Order,
    OrderStatus,
    Payment,
    PaymentMethod,
    ReferralEarning,
)
from bot.services import catalog, invariants, order_cards, orders, staff_cards
from bot.services.queries import order_views
from tests import edits
from tests.shop import BITCOIN_ADDRESSES, OWNER_ID, Shop, amounts, now

RESERVED, CONFIRMED, DELIVERED = OrderStatus.RESERVED, OrderStatus.CONFIRMED, OrderStatus.DELIVERED
CANCELLED, EXPIRED = OrderStatus.CANCELLED, OrderStatus.EXPIRED
BITCOIN = PaymentMethod.BITCOIN
TOMORROW = timedelta(days=1)


@pytest.fixture
def anna(shop: Shop) -> int:
    shop.has_goods("Green tea", stock=5, price="30.00")
    shop.has_goods("Black tea", stock=5, price="0.05")
    return shop.has_customer(101)


def shelf(shop: Shop, name: str = "Green tea") -> tuple[int, int]:
    goods = shop.goods(name)
    return goods.stock_quantity, goods.reserved_quantity


def log_of(shop: Shop, code: str) -> list[tuple[str, int, int]]:
    entries = shop.db.read(lambda session: list(session.scalars(select(InventoryEntry).order_by(InventoryEntry.id))))
    order_id = shop.order(code).id
    return [(each.kind.value, each.stock_delta, each.reserved_delta) for each in entries if each.order_id == order_id]


def steps_of(shop: Shop, code: str) -> list[str]:
    return [step.to_status.value for step in shop.db.read(order_views.whole, code).steps]


def told(shop: Shop, recipient: int) -> list[str]:
    return [message.kind for message in shop.messages(recipient)]


def confirm(shop: Shop, code: str, time: datetime | None = None) -> Order:
    time = time or now()
    return shop.staff(orders.confirm, code, delivery_time=time + TOMORROW, now=time)


# -- confirm ------------------------------------------------------------------------------------------------------


def test_confirming_plans_the_delivery_and_keeps_the_goods(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    time = now()

    confirm(shop, code, time)

    assert (shop.order(code).order_status, shop.order(code).delivery_time) == (CONFIRMED, time + TOMORROW)
    assert shelf(shop) == (5, 2)
    assert log_of(shop, code) == [("reserved", 0, 2)]
    assert steps_of(shop, code) == ["pending", "reserved", "confirmed"]
    assert told(shop, anna) == ["order-confirmed"]
    assert shop.events("order.confirmed")[0].actor == "cli:test"
    assert shop.count(Payment) == 0


def test_confirming_a_bitcoin_order_records_its_money(shop: Shop, anna: int):
    shop.has_addresses(1)
    code = shop.has_order(anna, {"Green tea": 2}, status=CONFIRMED, pay=BITCOIN)

    payment = shop.db.read(lambda session: session.scalars(select(Payment)).one())
    assert (payment.order_id, payment.method, payment.amount) == (shop.order(code).id, BITCOIN, Decimal("60.00"))


def test_a_confirmed_order_never_expires(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2}, status=CONFIRMED)
    later = now() + timedelta(days=365)

    assert shop.db.read(orders.due_for_expiry, now=later) == []
    assert not shop.db.call(orders.expire, code, now=later)
    assert shop.order(code).order_status is CONFIRMED


@pytest.mark.parametrize("ago", [timedelta(), timedelta(minutes=1), timedelta(days=400)])
def test_a_delivery_in_the_past_is_not_promised(shop: Shop, anna: int, ago: timedelta):
    code = shop.has_order(anna, {"Green tea": 2})
    time = now()

    with shop.refuses(BadValue, match="it is over already"):
        shop.staff(orders.confirm, code, delivery_time=time - ago, now=time)


# -- deliver ------------------------------------------------------------------------------------------------------


def test_delivering_takes_the_goods_off_the_shelf_and_counts_the_spending(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2, "Black tea": 1}, status=CONFIRMED)
    time = now()

    shop.staff(orders.deliver, code, now=time)

    assert (shop.order(code).order_status, shop.order(code).completed_at) == (DELIVERED, time)
    assert (shelf(shop), shelf(shop, "Black tea")) == ((3, 0), (4, 0))
    assert log_of(shop, code) == [("reserved", 0, 2), ("reserved", 0, 1), ("deducted", -2, -2), ("deducted", -1, -1)]
    assert steps_of(shop, code) == ["pending", "reserved", "confirmed", "delivered"]
    assert told(shop, anna) == ["order-confirmed", "order-delivered"]
    assert shop.customer(anna).total_spendings == Decimal("60.05")
    assert shop.customer(anna).completed_orders_count == 1
    payment = shop.db.read(lambda session: session.scalars(select(Payment)).one())
    assert (payment.method, payment.amount) == (PaymentMethod.CASH, Decimal("60.05"))
    assert shop.count(ReferralEarning) == 0


def test_spending_adds_up(shop: Shop, anna: int):
    for _ in range(2):
        shop.has_order(anna, {"Green tea": 1}, status=DELIVERED)

    assert shop.customer(anna).total_spendings == 60
    assert shop.customer(anna).completed_orders_count == 2


def test_a_bitcoin_order_is_not_paid_twice(shop: Shop, anna: int):
    shop.has_addresses(1)
    shop.has_order(anna, {"Green tea": 1}, status=DELIVERED, pay=BITCOIN)

    assert shop.count(Payment) == 1


def test_delivering_credits_the_referrer_with_their_share(shop: Shop, anna: int):
    boris = shop.has_customer(102, "Boris", referrer_id=anna)
    shop.has_setting("reference_bonus_percent", "2.5")
    code = shop.has_order(boris, {"Green tea": 1, "Black tea": 1}, status=DELIVERED)

    # 2.5 % of 30.05 is 0.75125.
    assert shop.balance(anna) == Decimal("0.75")
    earning = shop.db.read(lambda session: session.scalars(select(ReferralEarning)).one())
    assert (earning.referrer_id, earning.referral_id, earning.order_id) == (anna, boris, shop.order(code).id)
    assert (earning.amount, earning.percent) == amounts("0.75", "2.5")
    message = shop.messages(anna)[0]
    assert (message.kind, message.facts) == ("bonus-credited", {"amount": "0.75"})


def test_a_referrer_without_a_customer_row_gets_the_bonus_too(shop: Shop, anna: int):
    boris = shop.has_customer(102, "Boris", referrer_id=anna)
    code = shop.has_order(boris, {"Green tea": 2}, status=CONFIRMED)
    shop.execute("DELETE FROM customer_info WHERE telegram_id = 101")

    shop.staff(orders.deliver, code)

    assert shop.balance(anna) == Decimal("3.00")


def test_the_bonus_is_a_share_of_the_money_paid_not_of_the_bonus_spent(shop: Shop, anna: int):
    boris = shop.has_customer(102, "Boris", referrer_id=anna)
    shop.has_customer(103, "Clara", referrer_id=boris)
    shop.has_order(103, {"Green tea": 4}, status=DELIVERED)
    assert shop.balance(boris) == Decimal("6.00")

    shop.has_order(boris, {"Green tea": 1}, status=DELIVERED, bonus=True)

    assert (shop.balance(anna), shop.balance(boris)) == amounts("1.20", "0")
    assert shop.customer(boris).total_spendings == Decimal("24.00")


def test_without_a_share_nobody_is_credited_or_told(shop: Shop, anna: int):
    boris = shop.has_customer(102, "Boris", referrer_id=anna)
    shop.has_setting("reference_bonus_percent", "0")
    shop.has_order(boris, {"Green tea": 1}, status=DELIVERED)

    assert shop.balance(anna) == 0
    assert told(shop, anna) == []
    assert shop.count(ReferralEarning) == 0


def test_the_last_of_the_stock_can_be_delivered(shop: Shop, anna: int):
    shop.has_order(anna, {"Green tea": 5}, status=DELIVERED)

    assert shelf(shop) == (0, 0)


# -- cancel -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [RESERVED, CONFIRMED])
def test_cancelling_releases_the_goods_and_says_why(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)
    time = now()

    shop.staff(orders.cancel, code.lower(), reason=" out of\n tea ", now=time)

    assert (shop.order(code).order_status, shop.order(code).completed_at) == (CANCELLED, time)
    assert shelf(shop) == (5, 0)
    assert log_of(shop, code) == [("reserved", 0, 2), ("released", 0, -2)]
    assert steps_of(shop, code)[-1] == "cancelled"
    message = shop.messages(anna)[-1]
    assert (message.kind, message.facts["order_code"], message.facts["reason"]) == (
        "order-cancelled",
        code,
        "out of tea",
    )
    assert shop.events("order.cancelled")[0].facts["reason"] == "out of tea"


def test_customers_cancel_their_own_order_while_it_is_reserved(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})

    shop.db.call(orders.cancel_own, shop.order(code).id, buyer_id=anna, now=now())

    assert (shop.order(code).order_status, shelf(shop)) == (CANCELLED, (5, 0))
    assert told(shop, OWNER_ID) == ["order-new", "order-cancelled-by-customer"]
    assert told(shop, anna) == []
    assert shop.events("order.cancelled")[0].actor == "user:101"


@pytest.mark.parametrize("status", [CONFIRMED, DELIVERED, CANCELLED, EXPIRED])
def test_customers_cannot_cancel_later(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)

    with shop.refuses(WrongStatus):
        shop.db.call(orders.cancel_own, shop.order(code).id, buyer_id=anna, now=now())


def test_nobody_cancels_somebody_elses_order(shop: Shop, anna: int):
    code, boris = shop.has_order(anna, {"Green tea": 2}), shop.has_customer(102)

    for order_id in (shop.order(code).id, -1, 0, 2**63):
        with shop.refuses(NotFound):
            shop.db.call(orders.cancel_own, order_id, buyer_id=boris, now=now())


def test_a_reason_has_a_length_and_can_be_left_out(shop: Shop, anna: int):
    first, second = (shop.has_order(anna, {"Green tea": 1}) for _ in range(2))
    with shop.refuses(BadValue, match="is not a valid reason"):
        shop.staff(orders.cancel, first, reason="r" * 501)
    shop.staff(orders.cancel, first, reason="r" * 500)
    shop.staff(orders.cancel, second)

    assert [event.facts for event in shop.events("order.cancelled")] == [
        {"refunded": "0", "reason": "r" * 500},
        {"refunded": "0", "reason": None},
    ]
    assert [message.facts["reason"] for message in shop.messages(anna)] == ["r" * 500, ""]


def test_what_becomes_of_an_order_is_returned_and_recorded(shop: Shop, anna: int):
    code, other = shop.has_order(anna, {"Green tea": 1}), shop.has_order(anna, {"Green tea": 1})
    order_id = shop.order(other).id
    later = shop.order(other).reserved_until + timedelta(hours=12)

    shop.db.call(order_cards.remember, order_id, bot_id=42, chat_id=anna, message_id=7, now=now())
    staff = {"bot_id": 42, "chat_id": -1002, "message_id": 7, "shown_event": 2**62}
    shop.db.call(staff_cards.remember, other, **staff, now=now())

    assert confirm(shop, code).order_status is CONFIRMED
    assert shop.staff(orders.deliver, code).order_status is DELIVERED
    assert shop.db.call(orders.extend_own, order_id, buyer_id=anna, now=now()).reserved_until == later
    assert shop.db.call(orders.cancel_own, order_id, buyer_id=anna, now=now()).order_status is CANCELLED
    assert told(shop, anna)[-2:] == ["order-card", "order-card"]
    assert told(shop, -1002) == ["staff-card", "staff-card"]
    third = shop.has_order(anna, {"Green tea": 1}, status=EXPIRED)
    assert shop.staff(orders.revive, third).order_status is RESERVED
    assert shop.db.call(orders.remind, third, now=shop.order(third).reserved_until - timedelta(minutes=1))
    assert shop.staff(orders.cancel, third).order_status is CANCELLED
    assert [(event.kind, event.subject[6:]) for event in shop.events() if event.kind.startswith("order.")] == [
        *(("order.reserved", code), ("order.reserved", other), ("order.confirmed", code), ("order.delivered", code)),
        *(("order.extended", other), ("order.cancelled", other), ("order.reserved", third), ("order.expired", third)),
        *(("order.revived", third), ("order.reminded", third), ("order.cancelled", third)),
    ]


# -- bonus given back ---------------------------------------------------------------------------------------------


@pytest.fixture
def with_bonus(shop: Shop, anna: int) -> str:
    """Return the code of an order of 30.00 on which 6.00 of bonus were spent."""
    shop.has_goods("Gift", stock=1, price="120.00")
    boris = shop.has_customer(102, "Boris", referrer_id=anna)
    shop.has_order(boris, {"Gift": 1}, status=DELIVERED)
    code = shop.has_order(anna, {"Green tea": 1}, bonus=True)
    assert shop.balance(anna) == 0
    return code


@pytest.mark.parametrize("end", [CANCELLED, EXPIRED])
def test_a_bonus_comes_back_when_the_order_ends(shop: Shop, anna: int, with_bonus: str, end: OrderStatus):
    if end is CANCELLED:
        shop.staff(orders.cancel, with_bonus)
    else:
        shop.expires(with_bonus)

    assert shop.balance(anna) == Decimal("6.00")
    assert shop.order(with_bonus).bonus_applied == 0
    assert shop.events(f"order.{end}")[0].facts["refunded"] == "6.00"


def test_a_bonus_comes_back_once_even_when_the_order_is_revived_and_cancelled(shop: Shop, anna: int, with_bonus: str):
    shop.expires(with_bonus)
    shop.staff(orders.revive, with_bonus)
    assert shop.order(with_bonus).due == 30
    shop.staff(orders.cancel, with_bonus)

    assert shop.balance(anna) == Decimal("6.00")


def test_a_revived_order_can_expire_again_and_again(shop: Shop, anna: int, with_bonus: str):
    for _ in range(3):
        shop.expires(with_bonus)
        shop.staff(orders.revive, with_bonus)

    assert shop.balance(anna) == Decimal("6.00")
    assert shelf(shop) == (5, 1)


# -- expire and remind --------------------------------------------------------------------------------------------


def test_a_reservation_ends_exactly_at_its_time(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    end = shop.order(code).reserved_until

    just_before = end - timedelta(microseconds=1)
    assert shop.db.read(orders.due_for_expiry, now=just_before) == []
    assert not shop.db.call(orders.expire, code, now=just_before)
    assert shop.db.read(orders.due_for_expiry, now=end) == [code]
    assert shop.db.call(orders.expire, code, now=end)

    assert (shop.order(code).order_status, shop.order(code).completed_at) == (EXPIRED, None)
    assert shelf(shop) == (5, 0)
    assert log_of(shop, code) == [("reserved", 0, 2), ("released", 0, -2)]
    assert told(shop, anna) == ["order-expired"]
    assert shop.events("order.expired")[0].actor == "job:expiry"


def test_an_order_expires_once(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2}, status=EXPIRED)
    before = shop.rows()

    assert not shop.db.call(orders.expire, code, now=now() + timedelta(days=9))
    assert shop.rows() == before


def test_orders_expire_oldest_first(shop: Shop, anna: int):
    codes = [shop.has_order(anna, {"Green tea": 1}) for _ in range(3)]
    shop.execute(
        "UPDATE orders SET reserved_until = reserved_until - INTERVAL 1 DAY WHERE order_code = :code", code=codes[2]
    )

    due = shop.db.read(orders.due_for_expiry, now=now() + timedelta(days=2))

    assert due == [codes[2], codes[0], codes[1]]
    assert shop.db.read(orders.due_for_expiry, now=now() + timedelta(days=2), limit=1) == [codes[2]]


def test_an_order_with_money_is_never_expired_but_shown_to_the_owner_once_a_day(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.execute(
        "INSERT INTO payments (order_id, method, amount, actor, created_at) "
        "SELECT id, 'cash', 60, 'cli:test', NOW() FROM orders"
    )
    end = shop.order(code).reserved_until
    for chat_id in (OWNER_ID, -1002):
        card = {"bot_id": 42, "chat_id": chat_id, "message_id": 7, "shown_event": 2**62}
        shop.db.call(staff_cards.remember, code, **card, now=now())

    assert not shop.db.call(orders.expire, code, now=end)
    assert not shop.db.call(orders.expire, code, now=end + timedelta(hours=23))
    assert told(shop, -1002) == ["staff-card"]
    assert told(shop, OWNER_ID) == ["order-new", "order-paid-unconfirmed"]
    assert not shop.db.call(orders.expire, code, now=end + timedelta(hours=24))

    assert told(shop, OWNER_ID) == ["order-new", "order-paid-unconfirmed", "order-paid-unconfirmed"]
    assert (shop.order(code).order_status, shelf(shop)) == (RESERVED, (5, 2))
    assert [event.actor for event in shop.events("order.paid_but_unconfirmed")] == ["job:expiry"] * 2


def test_a_customer_is_reminded_once_before_the_reservation_ends(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    end = shop.order(code).reserved_until
    soon = end - timedelta(minutes=60)

    assert shop.db.read(orders.due_for_reminder, now=soon - timedelta(microseconds=1)) == []
    assert shop.db.read(orders.due_for_reminder, now=soon) == [code]
    assert shop.db.call(orders.remind, code, now=soon)
    assert not shop.db.call(orders.remind, code, now=soon)

    assert shop.db.read(orders.due_for_reminder, now=soon) == []
    assert told(shop, anna) == ["order-expiring"]


@pytest.mark.parametrize("status", [CONFIRMED, CANCELLED])
def test_only_a_reserved_order_is_reminded(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)
    soon = shop.order(code).reserved_until - timedelta(minutes=1)

    assert shop.db.read(orders.due_for_reminder, now=soon) == []
    assert not shop.db.call(orders.remind, code, now=soon)
    assert shop.events("order.reminded") == []


def test_orders_are_reminded_the_soonest_first(shop: Shop, anna: int):
    codes = [shop.has_order(anna, {"Green tea": 1}) for _ in range(3)]
    shop.execute(
        "UPDATE orders SET reserved_until = reserved_until - INTERVAL 9 MINUTE WHERE order_code = :code", code=codes[2]
    )
    soon = shop.order(codes[2]).reserved_until - timedelta(minutes=1)

    assert shop.db.read(orders.due_for_reminder, now=soon) == [codes[2], codes[0], codes[1]]
    assert shop.db.read(orders.due_for_reminder, now=soon, limit=1) == [codes[2]]


def test_reminders_can_be_switched_off_and_come_never_too_late(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    end = shop.order(code).reserved_until

    assert shop.db.read(orders.due_for_reminder, now=end) == []
    assert not shop.db.call(orders.remind, code, now=end)
    shop.has_setting("reservation_reminder_minutes", "0")
    assert shop.db.read(orders.due_for_reminder, now=end - timedelta(seconds=1)) == []


@pytest.mark.parametrize("pay", list(PaymentMethod))
def test_customers_extend_their_reservation_once(shop: Shop, anna: int, pay: PaymentMethod):
    shop.has_addresses(1)
    code = shop.has_order(anna, {"Green tea": 2}, pay=pay)
    before = shop.order(code)
    soon = before.reserved_until - timedelta(minutes=30)
    assert shop.db.call(orders.remind, code, now=soon)
    shop.db.call(orders.extend_own, before.id, buyer_id=anna, now=soon)
    after = shop.order(code)
    assert after.reserved_until == before.reserved_until + timedelta(hours=12)
    assert (after.order_status, after.bitcoin_address) == (OrderStatus.RESERVED, before.bitcoin_address)

    with shop.refuses(WrongState, match=f"Extension '{code}': the reservation has been extended once already"):
        shop.db.call(orders.extend_own, before.id, buyer_id=anna, now=soon)

    assert not shop.db.call(orders.expire, code, now=before.reserved_until)
    assert shop.db.call(orders.remind, code, now=after.reserved_until - timedelta(minutes=30))
    assert shop.db.call(orders.expire, code, now=after.reserved_until)
    [event] = shop.events("order.extended")
    assert (event.actor, event.subject) == (f"user:{anna}", f"order:{code}")
    assert event.facts == {"reserved_until": after.reserved_until.isoformat()}
    assert shop.db.read(invariants.check, now=now()) == []


def test_a_reservation_that_is_over_is_not_extended_even_before_the_sweep(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    order = shop.order(code)

    with shop.refuses(WrongState, match="it is over already"):
        shop.db.call(orders.extend_own, order.id, buyer_id=anna, now=order.reserved_until)


@pytest.mark.parametrize("status", [CONFIRMED, DELIVERED, CANCELLED, EXPIRED])
def test_only_a_reserved_order_is_extended(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)

    with shop.refuses(WrongStatus):
        shop.db.call(orders.extend_own, shop.order(code).id, buyer_id=anna, now=now())


def test_nobody_extends_somebody_elses_order(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    fritz = shop.has_customer(404, "Fritz")

    with shop.refuses(NotFound):
        shop.db.call(orders.extend_own, shop.order(code).id, buyer_id=fritz, now=now())


def test_the_shop_decides_how_much_longer_and_whether_at_all(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    order = shop.order(code)
    shop.has_setting("reservation_extension_hours", "0")
    with shop.refuses(WrongState, match="does not extend"):
        shop.db.call(orders.extend_own, order.id, buyer_id=anna, now=now())
    shop.has_setting("reservation_extension_hours", "3")
    shop.db.call(orders.extend_own, order.id, buyer_id=anna, now=now())

    assert shop.order(code).reserved_until == order.reserved_until + timedelta(hours=3)


@pytest.mark.parametrize("minutes", [30, 60])
def test_an_extension_that_ends_within_the_reminders_time_brings_no_second_reminder(
    shop: Shop, anna: int, minutes: int
):
    shop.has_setting("reservation_extension_hours", "1")
    shop.has_setting("reservation_reminder_minutes", "120")
    code = shop.has_order(anna, {"Green tea": 2})
    order = shop.order(code)
    soon = order.reserved_until - timedelta(minutes=minutes)
    shop.db.call(orders.remind, code, now=soon)
    shop.db.call(orders.extend_own, order.id, buyer_id=anna, now=soon)

    assert shop.db.read(orders.due_for_reminder, now=soon) == []


# -- revive -------------------------------------------------------------------------------------------------------


def test_reviving_reserves_the_same_goods_again(shop: Shop, anna: int):
    shop.has_addresses(2)
    code = shop.has_order(anna, {"Green tea": 2}, pay=BITCOIN)
    shop.expires(code)
    time = now()

    shop.staff(orders.revive, code, now=time)

    order = shop.order(code)
    assert (order.order_status, order.reserved_until) == (RESERVED, time + timedelta(hours=24))
    assert order.bitcoin_address == BITCOIN_ADDRESSES[0]
    assert shelf(shop) == (5, 2)
    assert log_of(shop, code) == [("reserved", 0, 2), ("released", 0, -2), ("reserved", 0, 2)]
    assert steps_of(shop, code) == ["pending", "reserved", "expired", "reserved"]
    assert told(shop, anna) == ["order-expired", "order-revived"]


def test_a_revived_order_is_reminded_again(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.db.call(orders.remind, code, now=shop.order(code).reserved_until - timedelta(minutes=1))
    shop.expires(code)
    shop.staff(orders.revive, code)

    assert shop.db.call(orders.remind, code, now=shop.order(code).reserved_until - timedelta(minutes=1))


def test_goods_that_are_gone_cannot_be_revived_and_are_named(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 3, "Black tea": 2}, status=EXPIRED)
    shop.has_order(shop.has_customer(102), {"Green tea": 3})
    shop.staff(catalog.archive_goods, "Black tea")

    with shop.refuses(InsufficientStock) as refused:
        shop.staff(orders.revive, code)

    assert refused.value.items == (ShortItem("Green tea", 3, 2), ShortItem("Black tea", 2, 0, is_sold=False))


# -- every other way is closed ------------------------------------------------------------------------------------

WAYS: dict[OrderStatus, Callable[[Shop, str], object]] = {
    CONFIRMED: confirm,
    DELIVERED: lambda shop, code: shop.staff(orders.deliver, code),
    CANCELLED: lambda shop, code: shop.staff(orders.cancel, code),
    RESERVED: lambda shop, code: shop.staff(orders.revive, code),
}
REAL = (RESERVED, CONFIRMED, DELIVERED, CANCELLED, EXPIRED)


@pytest.mark.parametrize("to", WAYS)
@pytest.mark.parametrize("status", REAL)
def test_only_the_transitions_of_the_table_are_possible(shop: Shop, anna: int, status: OrderStatus, to: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)

    if to in TRANSITIONS[status]:
        WAYS[to](shop, code)
        assert shop.order(code).order_status is to
    else:
        with shop.refuses(WrongStatus) as refused:
            WAYS[to](shop, code)
        assert refused.value.facts == {"order_code": code, "status": status, "wanted": to}


@pytest.mark.parametrize("status", [CONFIRMED, DELIVERED, CANCELLED, EXPIRED])
def test_only_a_reserved_order_expires(shop: Shop, anna: int, status: OrderStatus):
    code = shop.has_order(anna, {"Green tea": 2}, status=status)
    before = shop.rows()

    assert not shop.db.call(orders.expire, code, now=now() + timedelta(days=9))
    assert shop.rows() == before


@pytest.mark.parametrize("before", OrderStatus)
@pytest.mark.parametrize("after", OrderStatus)
def test_an_order_moves_as_the_table_says(before: OrderStatus, after: OrderStatus):
    order = Order(order_code="ABCDEF", order_status=before)

    if after in TRANSITIONS[before]:
        assert order.move_to(after) is before
        assert order.order_status is after
    else:
        with pytest.raises(WrongStatus, match=f"Order ABCDEF is {before}( already|, so it cannot be {after})"):
            order.move_to(after)
        assert order.order_status is before


@pytest.mark.parametrize("code", ["NOSUCH", "", "АБВГДЕ", "\ud800", "x" * 10_000, "' OR 1=1 --"])
def test_an_order_that_does_not_exist_is_not_found(shop: Shop, code: str):
    for way in WAYS.values():
        with shop.refuses(NotFound):
            way(shop, code)
    with pytest.raises(NotFound):
        shop.db.read(order_views.whole, code)


# -- reading ------------------------------------------------------------------------------------------------------


def test_customers_see_their_own_orders_newest_first_six_to_a_screen(shop: Shop, anna: int):
    codes = [shop.has_order(anna, {"Green tea": 1}, status=CANCELLED) for _ in range(8)]
    shop.has_order(shop.has_customer(102), {"Green tea": 1})

    first, second = (shop.db.read(order_views.mine, anna, page=page) for page in (0, 1))

    assert [row.order_code for row in first.rows] == codes[:1:-1]
    assert [row.order_code for row in second.rows] == codes[1::-1]
    assert (first.has_next, second.has_next) == (True, False)


def test_an_order_is_shown_whole_only_to_its_buyer(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    boris, order_id = shop.has_customer(102), shop.order(code).id

    assert shop.db.read(order_views.own, order_id, buyer_id=anna).order.order_code == code
    for wrong in (order_id, -1, 0, 2**63):
        with pytest.raises(NotFound):
            shop.db.read(order_views.own, wrong, buyer_id=boris)


def test_an_order_keeps_the_name_and_the_price_of_its_moment(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2})
    shop.staff(catalog.edit_goods, "Green tea", new_name="Sencha", price="99.00")

    whole = shop.db.read(order_views.whole, code.lower())

    assert [(item.item_name, item.price) for item in whole.items] == [("Green tea", Decimal("30.00"))]
    assert whole.order.total_price == 60
    assert whole.buyer_name == "Anna"
    shop.staff(orders.cancel, code)
    assert shelf(shop, "Sencha") == (5, 0)


def test_a_shelf_that_was_changed_behind_the_shops_back_is_noticed_and_not_clamped(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 2}, status=CONFIRMED)
    shop.execute("UPDATE goods SET reserved_quantity = 1 WHERE name = 'Green tea'")

    for way in (WAYS[DELIVERED], WAYS[CANCELLED]):
        with shop.refuses(RuntimeError, match="the stock does not hold what orders were promised"):
            way(shop, code)
    shop.execute("UPDATE goods SET reserved_quantity = 2 WHERE name = 'Green tea'")


def test_what_an_edit_added_to_a_paid_bitcoin_order_is_recorded_on_delivery(shop: Shop):
    shop.has_goods("Green tea", price="30.00")
    shop.has_addresses(1)
    code = shop.has_order(
        shop.has_customer(), {"Green tea": 1}, pay=PaymentMethod.BITCOIN, status=OrderStatus.CONFIRMED
    )
    shop.has_goods("Matches", price="0.50")
    shop.staff(edits.add_item, code, "Matches", 1)

    shop.staff(orders.deliver, code)

    assert shop.scalar("SELECT GROUP_CONCAT(amount ORDER BY id) FROM payments") == "30.00,0.50"


def test_my_orders_beside_a_row_are_my_orders_by_number(shop: Shop, anna: int):
    shop.has_goods("Tea 1", stock=100)
    shop.has_customer(102, "Boris")
    for number in range(20):
        shop.has_order(102 if number % 4 == 3 else anna, {"Tea 1": 1}, status=OrderStatus.DELIVERED)
    pages = [shop.db.read(order_views.mine, anna, page=number) for number in range(3)]

    second = shop.db.read(order_views.mine, anna, page=1, at=pages[0].rows[-1].id)
    third = shop.db.read(order_views.mine, anna, page=2, at=second.rows[-1].id)
    back = shop.db.read(order_views.mine, anna, page=1, at=-third.rows[0].id)

    assert [len(page.rows) for page in pages] == [6, 6, 3]
    assert (second, third, back) == (pages[1], pages[2], pages[1])


# -- cost ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "begins", "act"),
    [
        (6, OrderStatus.RESERVED, lambda shop, code: confirm(shop, code)),
        (14, OrderStatus.CONFIRMED, lambda shop, code: shop.staff(orders.deliver, code)),
        (10, OrderStatus.CONFIRMED, lambda shop, code: shop.staff(orders.cancel, code)),
        (9, OrderStatus.RESERVED, lambda shop, code: shop.db.call(orders.expire, code, now=now() + timedelta(days=9))),
    ],
    ids=["confirming", "delivering", "cancelling", "expiring"],
)
def test_a_step_of_an_order_costs_the_same_statements_for_one_line_and_for_twenty(
    shop: Shop, anna: int, statements, most: int, begins: OrderStatus, act: Callable[[Shop, str], object]
):
    names = [f"Tea {number:02}" for number in range(20)]
    for name in names:
        shop.has_goods(name)
    costs = []
    for lines in ({names[0]: 1}, dict.fromkeys(names, 1)):
        code = shop.has_order(anna, lines, status=begins)
        with statements() as seen:
            act(shop, code)
        costs.append(len(seen))

    assert costs == [most, most]
