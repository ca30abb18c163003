"""Figures of small shops, counted here by hand."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot import migrations
from bot.db import Database
from bot.models import Base, OrderStatus, PaymentMethod
from bot.services import bonus, orders, reference_codes
from bot.services.context import Shop as ShopContext
from bot.services.people import Newcomer
from bot.services.reports import periods, statistics
from bot.services.reports.periods import Compared
from bot.services.reports.sales import OfMethod, Sales, Sold, Totals
from bot.services.reports.statistics import Bonus, Newcomers, Redeemed, Report, Reservations
from bot.services.vault import Vault
from tests import edits
from tests.conftest import VAULT_KEY
from tests.shop import Shop, amounts

DELIVERED, CANCELLED, EXPIRED = OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED
NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)
"""A Thursday."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def report(shop: Shop, compared: Compared | None = None, *, now: datetime = NOON, top: int = 5) -> Report:
    return shop.db.read(statistics.report, compared or periods.today("UTC", now=now), now=now, top=top)


def dollars(shop: Shop, compared: Compared | None = None, *, now: datetime = NOON, top: int = 5) -> Sales:
    first = report(shop, compared, now=now, top=top).sales[0]
    assert first.currency == "USD"
    return first


def moved(shop: Shop, code: str, *, created: str | None = None, completed: str | None = None) -> None:
    """Let an order have been made, delivered and paid at these times."""
    if created:
        shop.execute("UPDATE orders SET created_at = :at WHERE order_code = :code", at=created, code=code)
    if completed:
        shop.execute("UPDATE orders SET completed_at = :at WHERE order_code = :code", at=completed, code=code)
        paid = "UPDATE payments SET created_at = :at WHERE order_id = (SELECT id FROM orders WHERE order_code = :code)"
        shop.execute(paid, at=completed, code=code)


def statuses(sales: Sales) -> dict[str, tuple[int, Decimal]]:
    return {row.status: (row.orders, row.amount) for row in sales.statuses if row.orders}


def parts(sales: Sales) -> dict[str, tuple[int, Decimal]]:
    return {part.name: (part.orders, part.revenue) for part in sales.parts if part.orders or part.revenue}


@pytest.fixture
def buyer(shop: Shop) -> int:
    shop.has_goods("Green tea", price="30.00", stock=100)
    shop.has_goods("Oolong", price="20.00", stock=100)
    return shop.has_customer(101)


# -- an empty shop ------------------------------------------------------------------------------------------------


def test_an_empty_shop_has_figures_and_they_are_zero(shop: Shop):
    found = report(shop)

    (sales,) = found.sales
    nothing = Totals(0, Decimal(0), None, 0, Decimal(0), Decimal(0))
    assert (sales.currency, sales.now, sales.before) == ("USD", nothing, nothing)
    assert statuses(sales) == {}
    assert [part.name for part in sales.parts] == [f"2026-05-14 {hour:02}:00" for hour in range(13)]
    assert (found.newcomers, found.newcomers_before) == (Newcomers(0, 0), Newcomers(0, 0))
    assert (found.referral.registrations, found.referral.codes) == (0, [])
    assert found.referral.bonus == [Bonus("USD", *amounts("0", "0", "0", "0"))]
    assert (found.stock.units, found.stock.value, found.reservations) == (0, Decimal(0), [])


# -- orders and revenue -------------------------------------------------------------------------------------------


def test_orders_count_by_what_became_of_them_and_the_basket_is_of_those_that_stand(shop: Shop, buyer: int):
    for status, quantity in ((OrderStatus.RESERVED, 1), (OrderStatus.CONFIRMED, 2), (DELIVERED, 3), (CANCELLED, 4)):
        moved(shop, shop.has_order(buyer, {"Green tea": quantity}, status=status), created="2026-05-14 08:00")
    moved(shop, shop.has_order(buyer, {"Green tea": 5}, status=EXPIRED), created="2026-05-14 09:59:59")
    moved(shop, shop.has_order(buyer, {"Green tea": 1}), created="2026-05-13 23:59:59")

    sales = dollars(shop)

    assert statuses(sales) == {
        "reserved": (1, Decimal("30.00")),
        "confirmed": (1, Decimal("60.00")),
        "delivered": (1, Decimal("90.00")),
        "cancelled": (1, Decimal("120.00")),
        "expired": (1, Decimal("150.00")),
    }
    assert (sales.now.orders, sales.now.value, sales.now.basket) == (5, *amounts("450.00", "60.00"))
    assert parts(sales) == {"2026-05-14 08:00": (4, Decimal(0)), "2026-05-14 09:00": (1, Decimal(0))}


def test_revenue_counts_on_the_day_of_the_delivery_after_bonus(shop: Shop, buyer: int):
    friend = shop.has_customer(102, referrer_id=buyer)
    first = shop.has_order(friend, {"Green tea": 2}, status=DELIVERED)  # its referrer gets 5 % of 60.00
    second = shop.has_order(buyer, {"Oolong": 2}, status=DELIVERED, bonus=True)
    moved(shop, first, created="2026-05-13 08:00", completed="2026-05-14 00:00")
    moved(shop, second, created="2026-05-14 08:00", completed="2026-05-14 10:30")

    sales = dollars(shop)

    assert (sales.now.delivered, sales.now.revenue, sales.now.received) == (2, *amounts("97.00", "97.00"))
    assert (sales.now.orders, sales.now.basket) == (1, Decimal("40.00"))
    assert parts(sales) == {
        "2026-05-14 00:00": (0, Decimal("60.00")),
        "2026-05-14 08:00": (1, Decimal(0)),
        "2026-05-14 10:00": (0, Decimal("37.00")),
    }


def test_bitcoin_is_received_when_it_is_confirmed_and_stays_when_the_order_is_cancelled(shop: Shop, buyer: int):
    shop.has_addresses()
    bitcoin = PaymentMethod.BITCOIN
    cancelled = shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.CONFIRMED, pay=bitcoin)
    shop.staff(orders.cancel, cancelled)
    shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.CONFIRMED, pay=bitcoin)
    delivered = shop.has_order(buyer, {"Green tea": 3}, status=DELIVERED, pay=bitcoin)
    shop.has_order(buyer, {"Oolong": 1}, status=DELIVERED)
    shop.execute("UPDATE orders SET created_at = '2026-05-14 08:00'")
    shop.execute("UPDATE payments SET created_at = '2026-05-14 09:00'")
    shop.execute("UPDATE orders SET completed_at = '2026-05-14 10:00' WHERE order_status = 'delivered'")
    moved(shop, delivered, completed="2026-05-15 00:00")  # not to-day, and its money neither

    sales = dollars(shop)

    assert (sales.now.revenue, sales.now.received) == amounts("20.00", "110.00")
    assert sales.methods == [
        OfMethod(PaymentMethod.CASH, 1, 1, *amounts("20.00", "20.00")),
        OfMethod(PaymentMethod.BITCOIN, 3, 0, *amounts("0", "90.00")),
    ]


def test_an_edited_order_counts_as_it_is_and_money_received_before_stays(shop: Shop, buyer: int):
    shop.has_addresses()
    code = shop.has_order(buyer, {"Green tea": 3}, status=OrderStatus.CONFIRMED, pay=PaymentMethod.BITCOIN)
    shop.staff(edits.remove_item, code, "Green tea", 1)
    shop.staff(edits.add_item, code, "Oolong", 1)
    shop.staff(edits.remove_item, code, "Green tea", 1)
    shop.staff(orders.deliver, code)
    moved(shop, code, created="2026-05-14 08:00", completed="2026-05-14 09:00")

    sales = dollars(shop)

    assert (sales.now.value, sales.now.revenue, sales.now.received) == amounts("50.00", "50.00", "90.00")
    assert sales.by_amount == [Sold("Green tea", 1, Decimal("30.00")), Sold("Oolong", 1, Decimal("20.00"))]


def test_a_revived_order_stands_again_and_is_revenue_when_it_is_delivered(shop: Shop, buyer: int):
    code = shop.has_order(buyer, {"Green tea": 1}, status=EXPIRED)
    shop.staff(orders.revive, code)
    moved(shop, code, created="2026-05-14 08:00")
    assert statuses(dollars(shop)) == {"reserved": (1, Decimal("30.00"))}

    shop.staff(orders.confirm, code, delivery_time=at("2100-01-01"))
    shop.staff(orders.deliver, code)
    moved(shop, code, completed="2026-05-14 09:00")

    sales = dollars(shop)
    assert statuses(sales) == {"delivered": (1, Decimal("30.00"))}
    assert (sales.now.basket, sales.now.revenue) == amounts("30.00", "30.00")


def test_discounts_and_fees_belong_to_the_revenue_but_not_to_the_goods(shop: Shop, buyer: int):
    code = shop.has_order(buyer, {"Green tea": 2}, status=DELIVERED)
    shop.execute("UPDATE orders SET discount_amount = 10, fee_amount = 4, total_price = 54")
    shop.execute("UPDATE customer_info SET total_spendings = 54 WHERE telegram_id = :id", id=buyer)
    moved(shop, code, created="2026-05-14 08:00", completed="2026-05-14 09:00")

    sales = dollars(shop)

    assert (sales.now.revenue, sales.now.basket) == amounts("54.00", "54.00")
    assert sales.by_amount == [Sold("Green tea", 2, Decimal("60.00"))]


def test_different_currencies_are_never_added_up(shop: Shop, buyer: int):
    codes = [shop.has_order(buyer, {"Green tea": quantity}, status=DELIVERED) for quantity in (1, 2, 3)]
    for code in codes:
        moved(shop, code, created="2026-05-14 08:00", completed="2026-05-14 09:00")
    shop.execute("UPDATE orders SET currency = 'EUR' WHERE order_code = :code", code=codes[1])
    shop.execute("UPDATE orders SET currency = 'JPY' WHERE order_code = :code", code=codes[2])

    found = report(shop)

    assert [(sales.currency, sales.now.orders, sales.now.revenue, sales.now.basket) for sales in found.sales] == [
        ("USD", 1, *amounts("30.00", "30.00")),
        ("EUR", 1, *amounts("60.00", "60.00")),
        ("JPY", 1, *amounts("90.00", "90")),
    ]
    assert [sales.by_units for sales in found.sales] == [
        [Sold("Green tea", quantity, Decimal(30 * quantity))] for quantity in (1, 2, 3)
    ]


def test_the_best_goods_are_found_by_amount_and_by_units_and_a_new_name_does_not_split_them(shop: Shop, buyer: int):
    shop.has_goods("Gold", price="500.00", stock=100)
    for lines in ({"Green tea": 4}, {"Oolong": 5, "Gold": 1}, {"Oolong": 1}):
        moved(shop, shop.has_order(buyer, lines, status=DELIVERED), completed="2026-05-14 09:00")
    shop.has_order(buyer, {"Gold": 9})
    shop.execute("UPDATE goods SET name = 'Blue tea' WHERE name = 'Oolong'")
    shop.execute("UPDATE order_items SET item_name = 'Blue tea' WHERE quantity = 1 AND price = 20")

    two, all_of_them = dollars(shop, top=2), dollars(shop)

    gold, green, blue = (
        Sold("Gold", 1, Decimal(500)),
        Sold("Green tea", 4, Decimal(120)),
        Sold("Blue tea", 6, Decimal(120)),
    )
    assert (two.by_amount, two.by_units) == ([gold, green], [blue, green])
    assert (all_of_them.by_amount, all_of_them.by_units) == ([gold, green, blue], [blue, green, gold])


# -- the period before --------------------------------------------------------------------------------------------


def test_a_day_is_compared_with_yesterday_until_the_same_time(shop: Shop, buyer: int):
    for created in ("2026-05-12 23:59:59", "2026-05-13 00:00", "2026-05-13 11:59:59", "2026-05-13 12:00"):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}, status=DELIVERED), created=created, completed=created)

    before = dollars(shop).before

    assert before == Totals(2, Decimal("60.00"), Decimal("30.00"), 2, Decimal("60.00"), Decimal("60.00"))


# -- days, hours and months of the shop's zone --------------------------------------------------------------------


def test_the_day_on_which_the_clock_is_set_forward_has_23_hours(shop: Shop, buyer: int):
    moments = (
        "2026-03-28 22:59:59",
        "2026-03-28 23:00",
        "2026-03-29 00:59:59",
        "2026-03-29 01:00",
        "2026-03-29 21:59:59",
    )
    for created in (*moments, "2026-03-29 22:00"):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}), created=created)
    now = at("2026-03-29 21:59:59")

    sales = dollars(shop, periods.today("Europe/Berlin", now=now), now=now)

    assert len(sales.parts) == 23
    assert "2026-03-29 02:00" not in [part.name for part in sales.parts]
    assert {name: orders for name, (orders, _) in parts(sales).items()} == {
        "2026-03-29 00:00": 1,
        "2026-03-29 01:00": 1,
        "2026-03-29 03:00": 1,
        "2026-03-29 23:00": 1,
    }


def test_the_hour_that_the_clock_repeats_is_one(shop: Shop, buyer: int):
    for created in ("2026-10-24 22:00", "2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 02:00", "2026-10-25 22:59"):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}), created=created)
    now = at("2026-10-25 22:59:59")

    sales = dollars(shop, periods.today("Europe/Berlin", now=now), now=now)

    assert len(sales.parts) == 24
    assert {name: orders for name, (orders, _) in parts(sales).items()} == {
        "2026-10-25 00:00": 1,
        "2026-10-25 02:00": 2,
        "2026-10-25 03:00": 1,
        "2026-10-25 23:00": 1,
    }


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Asia/Kolkata", "2026-05-13 18:30", "2026-05-14 18:29:59"),
        ("Asia/Kathmandu", "2026-05-13 18:15", "2026-05-14 18:14:59"),
        ("America/St_Johns", "2026-05-14 02:30", "2026-05-15 02:29:59"),
        ("Pacific/Chatham", "2026-05-13 11:15", "2026-05-14 11:14:59"),
    ],
)
def test_zones_that_are_not_whole_hours_away_have_their_own_days(
    shop: Shop, buyer: int, zone: str, first: str, last: str
):
    for created in (first, last):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}), created=created)
    now = at("2026-05-15 12:00")
    days = periods.between("2026-05-12", "2026-05-15", zone, now=now)
    hours = periods.between("2026-05-14", "2026-05-14", zone, now=now)

    assert parts(dollars(shop, days, now=now)) == {"2026-05-14": (2, Decimal(0))}
    assert parts(dollars(shop, hours, now=now)) == {
        "2026-05-14 00:00": (1, Decimal(0)),
        "2026-05-14 23:00": (1, Decimal(0)),
    }


def test_a_long_period_is_told_by_months_through_winter_and_summer(shop: Shop, buyer: int):
    for created in ("2025-12-31 22:59", "2025-12-31 23:00", "2026-01-31 22:59", "2026-06-30 21:59", "2026-06-30 22:00"):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}), created=created)
    now = at("2026-07-02 12:00")

    sales = dollars(shop, periods.between("2025-12-01", "2026-07-31", "Europe/Berlin", now=now), now=now)

    assert [(part.name, part.orders) for part in sales.parts] == [
        *(("2025-12", 1), ("2026-01", 2), ("2026-02", 0), ("2026-03", 0)),
        *(("2026-04", 0), ("2026-05", 0), ("2026-06", 1), ("2026-07", 1)),
    ]


# -- people, referral and the shelf -------------------------------------------------------------------------------


def test_new_customers_have_bought_if_they_ordered_what_stands(shop: Shop, buyer: int):
    for telegram_id, status in ((102, OrderStatus.RESERVED), (103, CANCELLED), (104, EXPIRED), (105, DELIVERED)):
        shop.has_order(shop.has_customer(telegram_id), {"Green tea": 1}, status=status)
    late = shop.has_customer(106)
    shop.execute("UPDATE users SET registered_at = '2026-05-14 08:00'")
    shop.execute("UPDATE orders SET created_at = '2026-05-14 09:00'")
    moved(shop, shop.has_order(late, {"Green tea": 1}), created="2026-05-15 00:00")
    shop.execute("UPDATE users SET registered_at = '2026-05-13 08:00' WHERE telegram_id = 105")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 101")

    found = report(shop)

    assert found.newcomers == Newcomers(registered=4, bought=1)
    assert found.newcomers_before == Newcomers(registered=1, bought=0)


def test_codes_are_told_by_how_many_people_they_brought(shop: Shop):
    codes = [shop.has_code() for _ in range(3)]
    for telegram_id, code in ((201, codes[1]), (202, codes[1]), (203, codes[0]), (204, codes[2])):
        shop.db.call(reference_codes.enter, Newcomer(telegram_id, "Vera"), code, now=datetime.now(UTC))
    shop.execute("UPDATE reference_code_usages SET used_at = '2026-05-14 08:00'")
    shop.execute("UPDATE reference_code_usages SET used_at = '2026-05-13 08:00' WHERE user_id = 204")
    shop.execute("UPDATE reference_codes SET note = 'Market' WHERE code = :code", code=codes[1])

    referral, only_one = report(shop).referral, report(shop, top=1).referral

    assert referral.registrations == only_one.registrations == 3
    assert referral.codes == [Redeemed(codes[1], "Market", True, 2), Redeemed(codes[0], None, True, 1)]
    assert only_one.codes == referral.codes[:1]


def test_bonus_is_told_by_why_it_moved(shop: Shop, buyer: int):
    friend = shop.has_customer(102, referrer_id=buyer)
    shop.has_order(friend, {"Green tea": 20}, status=DELIVERED)  # credits 30.00
    trimmed = shop.has_order(buyer, {"Green tea": 1, "Oolong": 1}, bonus=True)  # spends 30.00
    shop.staff(edits.remove_item, trimmed, "Green tea", 1)  # gives 10.00 back
    shop.staff(orders.cancel, trimmed)  # gives 20.00 back
    shop.staff(bonus.adjust, buyer, Decimal("-5.00"), reason="Paid out", notify=False)
    shop.execute("UPDATE bonus_ledger SET created_at = '2026-05-14 08:00'")

    assert report(shop).referral.bonus == [Bonus("USD", *amounts("30.00", "30.00", "30.00", "-5.00"))]

    shop.execute("UPDATE orders SET currency = 'EUR' WHERE order_code = :code", code=trimmed)
    assert report(shop).referral.bonus == [
        Bonus("USD", *amounts("30.00", "0", "0", "-5.00")),
        Bonus("EUR", *amounts("0", "30.00", "30.00", "0")),
    ]
    shop.execute("UPDATE bonus_ledger SET created_at = '2026-05-15 00:00'")
    assert report(shop).referral.bonus == [Bonus("USD", *amounts("0", "0", "0", "0"))]


def test_the_stock_and_open_orders_are_those_of_now_whatever_the_period(shop: Shop, buyer: int):
    code = shop.has_order(buyer, {"Green tea": 2, "Oolong": 1}, status=OrderStatus.CONFIRMED)
    shop.has_order(buyer, {"Oolong": 3})
    shop.has_order(buyer, {"Oolong": 3}, status=CANCELLED)
    shop.has_order(buyer, {"Oolong": 10}, status=DELIVERED)
    shop.execute("UPDATE orders SET currency = 'EUR' WHERE order_code = :code", code=code)
    shop.execute("UPDATE orders SET created_at = '2020-01-01'")

    found = report(shop)

    assert (found.stock.currency, found.stock.units, found.stock.value) == ("USD", 190, Decimal("4800.00"))
    assert (found.stock.reserved_units, found.stock.reserved_value) == (6, Decimal("140.00"))
    assert found.reservations == [
        Reservations("EUR", 1, *amounts("80.00", "80.00")),
        Reservations("USD", 1, *amounts("60.00", "60.00")),
    ]


# -- how it is counted --------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_depend_on_the_number_of_orders(
    shop: Shop, buyer: int, statements: Callable[[], AbstractContextManager[list[str]]]
):
    def ran() -> int:
        with statements() as seen:
            report(shop)
        return len(seen)

    empty = ran()
    for _ in range(5):
        moved(shop, shop.has_order(buyer, {"Green tea": 1}, status=DELIVERED), completed="2026-05-14 09:00")

    assert ran() == empty == 14


def test_sqlite_counts_the_same(shop: Shop, buyer: int, tmp_path: Any):
    for quantity, status in ((1, DELIVERED), (2, DELIVERED), (3, OrderStatus.RESERVED)):
        code = shop.has_order(buyer, {"Green tea": quantity, "Oolong": 1}, status=status)
        moved(shop, code, created="2026-03-29 00:30", completed="2026-03-29 01:30" if status is DELIVERED else None)
    now = at("2026-03-29 20:00")
    zone = "Asia/Kolkata"
    wanted = [periods.today("Europe/Berlin", now=now), periods.between("2025-12-01", None, zone, now=now)]
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrations.upgrade(url)
    context = ShopContext(
        vault=Vault(VAULT_KEY), currency="USD", min_amount=Decimal(20), max_amount=Decimal(10000), owner_id=1
    )
    sqlite = Database(url, threads=1, info=context.as_info)
    try:
        copied(shop, sqlite)
        for compared in wanted:
            assert sqlite.read(statistics.report, compared, now=now) == report(shop, compared, now=now)
    finally:
        sqlite.close()


def copied(shop: Shop, other: Database) -> None:
    """Copy every row into another, empty database."""

    def write(session: Any) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in Base.metadata.sorted_tables:
            if table.name not in {"roles", "cache_marks"} and rows[table.name]:
                session.execute(insert(table), rows[table.name])

    def look(session: Any) -> dict[str, list[dict[str, Any]]]:
        tables = Base.metadata.sorted_tables
        return {table.name: [dict(row) for row in session.execute(select(table)).mappings()] for table in tables}

    rows = shop.db.read(look)
    other.call(write)
