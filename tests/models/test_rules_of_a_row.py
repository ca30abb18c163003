"""What one row can decide alone, without any database."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy.dialects import mysql, sqlite

from bot.errors import CodeExpired, CodeUnknown, CodeUsedUp, WrongStatus
from bot.models import Goods, Order, OrderItem, OrderStatus, PaymentMethod, ReferenceCode, RoleName
from bot.models.base import Money, UtcDateTime, Word
from bot.models.orders import HOLDING, TRANSITIONS

MARIADB, SQLITE = mysql.dialect(), sqlite.dialect()
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


# -- column types -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["0", "0.01", "9999999999.99", "-60.00", "1E+2"])
def test_money_is_stored_exactly_on_both_databases(amount: str):
    money = Money()
    for dialect in (MARIADB, SQLITE):
        stored = money.process_bind_param(Decimal(amount), dialect)
        assert money.process_result_value(stored, dialect) == Decimal(amount)
    assert money.process_bind_param(Decimal(amount), SQLITE) == int(Decimal(amount) * 100)


@pytest.mark.parametrize("amount", [Decimal("0.001"), Decimal("1") / 3, 0.1])
def test_what_is_not_exact_to_the_hundredth_is_no_money(amount: Decimal):
    with pytest.raises(ValueError, match="money is a Decimal with two places"):
        Money().process_bind_param(amount, MARIADB)


def test_times_are_stored_in_utc_and_naive_ones_refused():
    column = UtcDateTime()
    moscow = NOON.astimezone(timezone(timedelta(hours=3)))

    assert column.process_bind_param(moscow, MARIADB) == datetime(2026, 7, 1, 12)  # noqa: DTZ001 - as it is stored
    assert column.process_result_value(datetime(2026, 7, 1, 12), MARIADB) == NOON  # noqa: DTZ001
    with pytest.raises(ValueError, match="a time without a zone cannot be stored"):
        column.process_bind_param(datetime(2026, 7, 1, 12), MARIADB)  # noqa: DTZ001


def test_only_known_words_are_stored_and_read():
    column = Word(OrderStatus)

    assert column.process_bind_param(OrderStatus.CANCELLED, MARIADB) == "cancelled"
    assert column.process_result_value("cancelled", MARIADB) is OrderStatus.CANCELLED
    with pytest.raises(ValueError, match="canceled"):
        column.process_result_value("canceled", MARIADB)


def test_nothing_stays_nothing():
    for column in (Money(), UtcDateTime(), Word(OrderStatus)):
        assert column.process_bind_param(None, SQLITE) is None
        assert column.process_result_value(None, SQLITE) is None


# -- orders -------------------------------------------------------------------------------------------------------


def test_the_table_of_transitions_is_the_one_of_the_design():
    drawn = {status.value: {after.value for after in following} for status, following in TRANSITIONS.items()}

    assert drawn == {
        "pending": {"reserved"},
        "reserved": {"confirmed", "expired", "cancelled"},
        "confirmed": {"delivered", "cancelled"},
        "expired": {"reserved"},
        "delivered": set(),
        "cancelled": set(),
    }
    assert {"reserved", "confirmed"} == HOLDING


@pytest.mark.parametrize("status", OrderStatus)
def test_only_open_orders_hold_goods_and_can_be_edited(status: OrderStatus):
    order = Order(order_code="ABCDEF", order_status=status)

    if status in HOLDING:
        assert order.holds_reservation
        order.require_holding("edited")
    else:
        assert not order.holds_reservation
        with pytest.raises(WrongStatus):
            order.require_holding("edited")


def test_what_is_due_is_the_total_less_the_bonus():
    order = Order(total_price=Decimal("60.15"), bonus_applied=Decimal("7.50"))

    assert order.due == Decimal("52.65")
    assert OrderItem(price=Decimal("0.05"), quantity=3).amount == Decimal("0.15")


@pytest.mark.parametrize(
    ("status", "reminded_at", "extended_at", "may"),
    [
        (OrderStatus.RESERVED, NOON, None, True),
        (OrderStatus.RESERVED, None, None, False),
        (OrderStatus.RESERVED, NOON, NOON, False),
        (OrderStatus.EXPIRED, NOON, None, False),
    ],
)
def test_a_reservation_lasts_longer_once_and_only_after_the_reminder(
    status: OrderStatus, reminded_at: datetime | None, extended_at: datetime | None, may: bool
):
    assert Order(order_status=status, reminded_at=reminded_at, extended_at=extended_at).may_be_extended is may


def test_words_are_stored_as_scripts_expect_them():
    assert [method.value for method in PaymentMethod][:2] == ["cash", "bitcoin"]
    assert [(role.value, role.is_staff) for role in RoleName] == [("USER", False), ("ADMIN", True), ("OWNER", True)]


# -- goods and codes ----------------------------------------------------------------------------------------------


def test_available_is_stock_less_reserved():
    assert Goods(stock_quantity=5, reserved_quantity=2).available == 3


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, None),
        ({"max_uses": 2, "current_uses": 1}, None),
        ({"max_uses": 2, "current_uses": 2}, CodeUsedUp),
        ({"expires_at": NOON + timedelta(microseconds=1)}, None),
        ({"expires_at": NOON}, CodeExpired),
        ({"is_active": False}, CodeUnknown),
        ({"is_active": False, "expires_at": NOON, "max_uses": 0}, CodeUnknown),
    ],
)
def test_a_code_lets_in_or_says_why_not(given: dict[str, object], error: type[Exception] | None):
    code = ReferenceCode(**{"current_uses": 0, "is_active": True, **given})

    if error is None:
        code.require_redeemable(NOON)
    else:
        with pytest.raises(error):
            code.require_redeemable(NOON)
