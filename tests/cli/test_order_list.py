from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.models import OrderStatus, PaymentMethod
from bot.services import order_edits, people, reference_codes
from bot.services.order_edits import Changes
from bot.services.queries import order_lists, picking
from bot.services.queries.order_lists import Sort, Wanted
from bot.services.queries.paging import Window
from tests.cli.orders import has_buyer, has_known_orders
from tests.shop import Shop, now


@pytest.fixture
def buyer(shop: Shop) -> int:
    return has_buyer(shop)


@pytest.fixture
def fixed(shop: Shop, buyer: int) -> list[str]:
    return has_known_orders(shop, buyer)


def naive(time: datetime, hours: float) -> datetime:
    """Return a time so many hours later, as the column holds it."""
    return (time + timedelta(hours=hours)).replace(tzinfo=None)


@pytest.fixture
def listed(cli_json):
    """Return a function that lists orders and returns their codes."""

    def run(*words: object, **variables: str) -> list[str]:
        return [row["order_code"] for row in cli_json("order", "list", *words, **variables)]

    return run


def test_the_list_is_a_table_at_80_columns(cli, fixed):
    result = cli("order", "list")

    assert result.stdout == (
        "Code    Status         Total  Customer  Created           Delivery\n"
        "CCCCCC  cancelled  30.00 USD  Anna      2026-03-03 09:30\n"
        "BBBBBB  confirmed  20.00 USD  Boris     2026-03-02 09:30  2026-03-09 16:00\n"
        "AAAAAA  reserved   60.00 USD  Anna      2026-03-01 09:30\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_the_list_is_readable_at_40_columns(cli, fixed):
    result = cli("order", "list", COLUMNS="40")

    assert result.stdout == (
        "CCCCCC  cancelled  30.00 USD\n"
        "  Customer Anna, Created 2026-03-03\n"
        "  09:30\n"
        "BBBBBB  confirmed  20.00 USD\n"
        "  Customer Boris, Created 2026-03-02\n"
        "  09:30, Delivery 2026-03-09 16:00\n"
        "AAAAAA  reserved  60.00 USD\n"
        "  Customer Anna, Created 2026-03-01\n"
        "  09:30\n"
    )


def test_a_long_name_is_cut_so_that_the_row_fits(cli, shop: Shop, fixed):
    shop.execute("UPDATE users SET first_name = 'Константин Константинович' WHERE telegram_id = 102")
    shop.execute("UPDATE users SET first_name = '' WHERE telegram_id = 101")

    lines = cli("order", "list").stdout.splitlines()

    assert lines[2] == "BBBBBB  confirmed  20.00 USD  Константин…  2026-03-02 09:30  2026-03-09 16:00"
    assert lines[3] == "AAAAAA  reserved   60.00 USD  101          2026-03-01 09:30"


def test_a_row_in_json_has_the_same_facts_as_an_order_and_the_buyers_name(cli_json, fixed):
    row = cli_json("order", "list", "--status", "confirmed")[0]

    assert {name: value for name, value in row.items() if name != "reserved_until"} == {
        "order_code": "BBBBBB",
        "order_status": "confirmed",
        "buyer_id": 102,
        "payment_method": "cash",
        "currency": "USD",
        "total_price": "20.00",
        "bonus_applied": "0.00",
        "due": "20.00",
        "created_at": "2026-03-02T09:30:00Z",
        "delivery_time": "2026-03-09T16:00:00Z",
        "buyer_name": "Boris",
        "buyer_username": None,
    }


def test_the_list_is_filtered_by_status_and_date(listed, fixed):
    assert listed() == ["CCCCCC", "BBBBBB", "AAAAAA"]
    assert listed("--status", "confirmed") == ["BBBBBB"]
    assert listed("--status", "confirmed", "--status", "reserved") == ["BBBBBB", "AAAAAA"]
    assert listed("--since", "2026-03-02") == ["CCCCCC", "BBBBBB"]
    assert listed("--since", "2026-03-02 09:31") == ["CCCCCC"]
    assert listed("--until", "2026-03-02") == ["BBBBBB", "AAAAAA"]
    assert listed("--until", "2026-03-02 09:30") == ["AAAAAA"]
    assert listed("--since", "2026-03-02", "--until", "2026-03-02") == ["BBBBBB"]


def test_the_list_is_filtered_by_customer(listed, cli, shop: Shop, fixed):
    shop.execute("UPDATE users SET username = 'Anna_B' WHERE telegram_id = 101")

    assert listed("--customer", 101) == ["CCCCCC", "AAAAAA"]
    assert listed("--customer", "@anna_b") == ["CCCCCC", "AAAAAA"]
    assert listed("--customer", 101, "--status", "delivered") == []
    assert cli("order", "list", "--customer", "@nobody").stderr.startswith("There is no customer '@nobody'. ")
    assert cli("order", "list", "--customer", "9" * 30).exit_code == 1


def test_the_list_is_filtered_by_the_reference_code_by_which_the_customer_came(listed, cli, shop: Shop, fixed):
    code = shop.has_code()
    shop.db.call(reference_codes.enter, people.Newcomer(103, "Clara"), code, now=now())
    theirs = shop.has_order(103, {"Green tea": 1})

    assert listed("--refcode", code.lower()) == [theirs]
    assert cli("order", "list", "--refcode", "NOSUCH").stderr.startswith("There is no reference code 'NOSUCH'. ")


def test_the_list_is_filtered_by_payment_and_goods(listed, cli, shop: Shop, buyer: int):
    shop.has_addresses(1)
    first = shop.has_order(buyer, {"Green tea": 1}, pay=PaymentMethod.BITCOIN)
    second = shop.has_order(buyer, {"Green tea": 1, "Oolong": 1})

    assert listed("--payment", "bitcoin") == [first]
    assert listed("--payment", "cash") == [second]
    assert listed("--goods", "Oolong") == [second]
    assert cli("order", "list", "--goods", "Olong").stderr == "There are no goods 'Olong'. Did you mean 'Oolong'?\n"


def test_overdue_are_confirmed_orders_whose_delivery_is_over(listed, shop: Shop, fixed):
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.CONFIRMED)

    assert listed("--overdue") == ["BBBBBB"]


def test_reservations_that_end_soon_are_found_with_their_end(listed, cli, shop: Shop, fixed):
    shop.has_order(101, {"Green tea": 1})
    shop.execute("UPDATE orders SET reserved_until = :at WHERE order_code = 'AAAAAA'", at=naive(now(), 1))

    assert listed("--ending", 2) == ["AAAAAA"]
    assert listed("--ending", "0.5") == []
    assert "Reserved until" in cli("order", "list", "--ending", 2).stdout.splitlines()[0]


@pytest.mark.parametrize("text", ["BBB", "bbb", "boris", "ORIS", "oolong", "Oolong", "olo", "bo_is", "@bo_is"])
def test_a_text_is_found_in_codes_names_and_goods_in_any_case(listed, shop: Shop, fixed, text: str):
    shop.execute("UPDATE users SET username = 'bo_is' WHERE telegram_id = 102")

    assert listed("--search", text) == ["BBBBBB"]


@pytest.mark.parametrize("text", ["%", "_", "b%s", "NOSUCH", "чай", "'; DROP TABLE orders; --", "b\\"])
def test_a_text_that_stands_nowhere_finds_nothing(listed, fixed, text: str):
    assert listed("--search", text) == []


def test_cyrillic_is_found_in_any_case(listed, shop: Shop, buyer: int):
    shop.has_goods("Чай Липовый", price="25.00")
    code = shop.has_order(shop.has_customer(103, "Екатерина"), {"Чай Липовый": 1})

    for text in ("липовый", "ЛИПОВЫЙ", "катер", "ЕКАТЕРИНА"):
        assert listed("--search", text) == [code]


@pytest.mark.parametrize("text", ["harbour STREET", "flat 4", "+49 1511 2345678", "01511-2345678", "12345678", "twice"])
def test_delivery_details_are_searched_although_they_are_encrypted(listed, shop: Shop, buyer: int, text: str):
    code = shop.has_order(buyer, {"Green tea": 1})
    other = shop.has_order(buyer, {"Green tea": 1})
    shop.staff(order_edits.change, code, Changes(note="Ring twice"))

    assert listed("--search-details", text) == ([code] if text == "twice" else [other, code])


def test_a_page_of_details_that_were_found_is_counted_among_those(cli, shop: Shop, buyer: int):
    codes = [shop.has_order(buyer, {"Green tea": 1}) for _ in range(4)]
    shop.staff(order_edits.change, codes[2], Changes(address="5 Mill Lane"))

    first = cli("order", "list", "--search-details", "Harbour", "--limit", 2)
    second = cli("order", "list", "--search-details", "Harbour", "--limit", 2, "--page", 2)

    assert [line[:6] for line in first.stdout.splitlines()[1:]] == [codes[3], codes[1]]
    assert "There are more: --page 2 shows the next" in first.stderr
    assert [line[:6] for line in second.stdout.splitlines()[1:]] == [codes[0]]
    assert "There are more" not in second.stderr


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("created", "CBA"),
        ("total", "ACB"),
        ("delivery", "BCA"),
        ("reserved-until", "ACB"),
        ("customer", "CAB"),
    ],
)
def test_a_list_is_sorted(listed, shop: Shop, fixed, sort: str, codes: str):
    for code, hours in (("AAAAAA", 1), ("BBBBBB", 3), ("CCCCCC", 2)):
        shop.execute(
            "UPDATE orders SET reserved_until = :at WHERE order_code = :code", at=naive(now(), hours), code=code
        )

    assert [code[0] for code in listed("--sort", sort)] == list(codes)


def test_the_other_end_comes_first_when_asked_and_what_is_not_planned_stays_last(listed, shop: Shop, fixed):
    assert listed("--reverse") == ["AAAAAA", "BBBBBB", "CCCCCC"]
    assert listed("--sort", "total", "--reverse") == ["BBBBBB", "CCCCCC", "AAAAAA"]
    assert listed("--sort", "delivery", "--reverse") == ["BBBBBB", "CCCCCC", "AAAAAA"]
    assert listed("--sort", "customer", "--reverse") == ["BBBBBB", "CCCCCC", "AAAAAA"]


def test_pages_of_equal_orders_never_show_one_twice(listed, shop: Shop, buyer: int):
    codes = [shop.has_order(buyer, {"Green tea": 1}) for _ in range(5)]

    pages = [listed("--sort", "total", "--limit", 2, "--page", number) for number in (1, 2, 3)]

    assert pages == [codes[:2:-1], codes[2:0:-1], codes[:1]]


def test_since_is_meant_in_the_shops_time_zone(listed, shop: Shop, fixed):
    shop.has_setting("timezone", "Asia/Tokyo")

    assert len(listed("--since", "2026-03-02 18:30")) == 2
    assert len(listed("--since", "2026-03-02 18:31")) == 1


def test_a_longer_list_says_how_to_see_more(cli, fixed):
    result = cli("order", "list", "--limit", 2)

    assert len(result.stdout.splitlines()) == 3
    assert "There are more: --page 2 shows the next, --all shows all.\n" in result.stderr


def test_an_empty_list_says_so(cli, cli_json):
    assert cli("order", "list").stdout == "There are no such orders.\n"
    assert cli_json("order", "list") == []


def test_a_date_that_is_none_is_refused(cli):
    result = cli("order", "list", "--since", "last week")

    assert result.exit_code == 1
    assert result.stderr == ('\'last week\' is not a valid date: write it as "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".\n')


@pytest.mark.parametrize("sort", list(Sort))
def test_orders_are_walked_and_their_customers_looked_up(shop: Shop, fixed, sort: Sort):
    """Customers first, every list would begin by reading all orders."""
    assert first_read(shop, order_lists.listed, Wanted(), Window(50), sort=sort) == "orders"


def test_a_pick_list_begins_with_the_orders_that_are_wanted(shop: Shop, fixed):
    assert first_read(shop, picking.pick_list, [OrderStatus.CONFIRMED]) == "orders"


def first_read(shop: Shop, operation: Callable[..., Any], *args: Any, **options: Any) -> str:
    """Return the table with which the database begins to answer."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    reader = shop.db.engines[1]
    event.listen(reader, "after_cursor_execute", note)
    try:
        with shop.db.stream(operation, *args, **options) as found:
            assert not isinstance(found, Iterator) or list(found)
    finally:
        event.remove(reader, "after_cursor_execute", note)
    statement, values = asked[0]
    with reader.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).mappings().all()
    return str(plan[0]["table"])


def test_a_long_name_is_whole_where_there_is_room_for_it(cli, shop: Shop, fixed, monkeypatch: pytest.MonkeyPatch):
    name = "Константин Константинович"
    shop.execute("UPDATE users SET first_name = :name WHERE telegram_id = 102", name=name)

    wide, phone = cli("order", "list", COLUMNS="100").stdout, cli("order", "list", COLUMNS="40").stdout
    monkeypatch.delenv("COLUMNS", raising=False)
    piped = cli("order", "list", COLUMNS=None).stdout

    assert all(name in " ".join(shown.split()) for shown in (wide, phone, piped))
