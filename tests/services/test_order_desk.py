"""Orders as staff find them in Telegram, and the times that are offered for a delivery."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import BadValue, NotFound
from bot.models import OrderStatus
from bot.services import delivery_times, orders
from bot.services.people import Newcomer, register
from bot.services.queries import order_desk
from tests import edits
from tests.shop import Shop, now

EVENING = datetime(2026, 12, 20, 19, 30, tzinfo=UTC)


@pytest.fixture
def anna(shop: Shop) -> int:
    shop.has_goods("Green tea", stock=100)
    shop.db.call(register, Newcomer(101, "Anna", "anna_t"), referrer_id=None, now=now())
    return 101


def test_a_queue_has_pages_with_what_is_due_first_on_top(shop: Shop, anna: int):
    shop.has_setting("max_open_orders", "50")
    codes = [shop.has_order(anna, {"Green tea": 1}) for _ in range(order_desk.PAGE + 2)]
    shop.execute(
        "UPDATE orders SET reserved_until = reserved_until - INTERVAL 1 HOUR WHERE order_code = :c", c=codes[5]
    )

    pages = [shop.db.read(order_desk.queue, OrderStatus.RESERVED, page=number) for number in (0, 1, 2)]

    assert [row.order_code for page in pages for row in page.rows] == [codes[5], *codes[:5], *codes[6:]]
    assert [page.page.has_next for page in pages] == [True, False, False]
    delivered = [shop.has_order(anna, {"Green tea": 1}, status=OrderStatus.DELIVERED) for _ in range(2)]
    found = shop.db.read(order_desk.queue, OrderStatus.DELIVERED)
    assert [row.order_code for row in found.rows] == delivered[::-1]
    assert shop.db.read(order_desk.queue, OrderStatus.EXPIRED).rows == []


def test_an_order_is_found_by_its_code_its_customer_and_the_digits_of_the_phone(shop: Shop, anna: int):
    shop.has_customer(404, "Fritz")
    mine, other = shop.has_order(anna, {"Green tea": 1}), shop.has_order(404, {"Green tea": 1})
    shop.staff(edits.change_address, other, "7 Hill Road")

    def found(text: str) -> set[str]:
        return {row.order_code for row in shop.db.read(order_desk.search, text).rows}

    assert found(f" {mine.lower()} ") == {mine}
    assert [found(text) for text in ("ann", "@Anna_T", "101")] == [{mine}] * 3
    assert found("fritz") == {other}
    assert found("+49 151 1234") == {mine, other}
    assert found("green TEA") == {mine, other}
    assert found("9999999") == found("nobody") == found("9" * 80) == set()
    for nothing in ("", "  ", "\u202e"):
        with pytest.raises(BadValue):
            found(nothing)


def test_a_search_shows_each_order_once_on_pages(shop: Shop, anna: int):
    shop.has_setting("max_open_orders", "50")
    codes = [shop.has_order(anna, {"Green tea": 1}) for _ in range(order_desk.PAGE * 2 + 1)]

    pages = [shop.db.read(order_desk.search, "1511234", page=number) for number in (0, 1, 2)]
    by_id = shop.db.read(order_desk.search, "101", page=0)

    assert [row.order_code for page in pages for row in page.rows] == codes[::-1]
    assert [page.page.has_next for page in pages] == [True, True, False]
    assert [row.order_code for row in by_id.rows] == codes[::-1][: order_desk.PAGE]


def test_an_order_tells_who_did_what(shop: Shop, anna: int):
    code = shop.has_order(anna, {"Green tea": 1})
    shop.staff(orders.confirm, code, delivery_time=now() + timedelta(days=1), actor="user:101")
    shop.staff(orders.cancel, code, reason="Broken")

    sheet = shop.db.read(order_desk.sheet, shop.order(code).id)

    assert [(each.event.kind, each.event.actor, each.name) for each in sheet.happened] == [
        ("order.reserved", "user:101", "Anna"),
        ("order.confirmed", "user:101", "Anna"),
        ("order.cancelled", "cli:test", None),
    ]
    with pytest.raises(NotFound):
        shop.db.read(order_desk.sheet, 2**62)


def test_only_hours_to_come_are_offered():
    assert delivery_times.days("UTC", now=EVENING)[:2] == [date(2026, 12, 20), date(2026, 12, 21)]
    assert delivery_times.hours(date(2026, 12, 20), "UTC", now=EVENING) == [20, 21]
    assert delivery_times.days("Europe/Berlin", now=EVENING)[0] == date(2026, 12, 20)
    assert delivery_times.hours(date(2026, 12, 20), "Europe/Berlin", now=EVENING) == [21]
    assert delivery_times.days("Asia/Tokyo", now=EVENING)[0] == date(2026, 12, 21)
    late = EVENING + timedelta(hours=2)
    assert delivery_times.days("UTC", now=late)[0] == date(2026, 12, 21)
    assert len(delivery_times.days("UTC", now=late)) == len(delivery_times.days("UTC", now=EVENING)) == 6


def test_a_time_is_taken_as_it_is_written():
    day = date(2026, 12, 22)
    take = [("14:30", day), ("14.30", day), ("21:00", None), ("2026-12-24 09:15", day)]
    times = [delivery_times.typed(text, chosen, "Europe/Berlin", now=EVENING) for text, chosen in take]

    assert [time.isoformat()[:16] for time in times] == [
        "2026-12-22T13:30",
        "2026-12-22T13:30",
        "2026-12-20T20:00",
        "2026-12-24T08:15",
    ]
    assert delivery_times.at(20261222, 8, "Europe/Berlin", now=EVENING).isoformat()[:16] == "2026-12-22T07:00"
    for text in ("", "25:00", "14:60", "8:00", "tomorrow", "1:2:3", "٣:٣٠", "9999-12-31 23:59:59"):
        with pytest.raises(BadValue):
            delivery_times.typed(text, None, "UTC", now=EVENING)
    for number, hour in ((20261220, 19), (20261399, 10), (99991231, 99), (20260229, 10)):
        with pytest.raises(BadValue):
            delivery_times.at(number, hour, "UTC", now=EVENING)


def test_a_whole_order_code_in_any_case_finds_that_order_alone(shop: Shop, anna: int):
    shop.has_goods("Tea", stock=10, price="30.00")
    code = shop.has_order(anna, {"Tea": 1})
    shop.has_goods(f"Cup {code}", stock=10, price="30.00")
    other = shop.has_order(anna, {f"Cup {code}": 1})

    assert [row.order_code for row in shop.db.read(order_desk.search, code.lower()).rows] == [code]
    assert [row.order_code for row in shop.db.read(order_desk.search, f"cup {code}").rows] == [other]
    assert shop.db.read(order_desk.search, code[:5]).rows[0].order_code == other
