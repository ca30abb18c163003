import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from bot.cli import root
from bot.models import OrderStatus, PaymentMethod
from bot.services import catalog, order_edits, orders
from bot.services.order_edits import Changes
from tests.shop import BITCOIN_ADDRESSES, Shop

MORNING = datetime(2046, 3, 9, 8, tzinfo=UTC)
EVENING = datetime(2046, 3, 10, 18, tzinfo=UTC)


@pytest.fixture
def codes(shop: Shop) -> list[str]:
    """Return two confirmed orders of Anna and Екатерина, and one that is only reserved."""
    shop.has_goods("Green tea", stock=99, price="30.00")
    shop.has_goods("Чай «Липовый цвет с мёдом», весовой", stock=99, price="25.00")
    shop.has_goods("Blue cup", stock=99, price="14.00", category="Cups")
    first = shop.has_order(shop.has_customer(101, "Anna"), {"Green tea": 2, "Blue cup": 1})
    second = shop.has_order(
        shop.has_customer(102, "Екатерина"), {"Green tea": 10, "Чай «Липовый цвет с мёдом», весовой": 1}
    )
    third = shop.has_order(101, {"Blue cup": 3})
    shop.staff(orders.confirm, first, delivery_time=EVENING)
    shop.staff(orders.confirm, second, delivery_time=MORNING)
    shop.staff(order_edits.change, second, Changes(address="ул. Большая Морская, д. 18\nкв. 4", note="Звонить дважды"))
    shop.execute("UPDATE orders SET created_at = '2026-03-02 09:30:00'")
    return [first, second, third]


@pytest.fixture
def printed(cli, codes: list[str]) -> Callable[..., str]:
    """Return a function that prints, with what changes from run to run replaced."""

    def run(*words: str, **variables: str) -> str:
        result = cli("order", *words, **variables)
        assert result.exit_code == 0, result.stderr
        text = re.sub(r"Pick list of \d{4}-\d\d-\d\d \d\d:\d\d", "Pick list of 2026-03-08 07:00", result.stdout)
        for code, name in zip(codes, ("AAAAAA", "BBBBBB", "CCCCCC"), strict=True):
            text = text.replace(code, name)
        return text

    return run


# -- to the shelves ---------------------------------------------------------------------------------------------------


def test_the_pick_list_at_80_columns(printed):
    assert (
        printed("picklist")
        == """\
Pick list of 2026-03-08 07:00 UTC
2 orders, 3 kinds of goods, 14 in all

Cups
[ ]  1  Blue cup
        AAAAAA 1

Tea
[ ] 12  Green tea
        BBBBBB 10, AAAAAA 2
[ ]  1  Чай «Липовый цвет с мёдом», весовой
        BBBBBB 1

BBBBBB  Екатерина                                               2046-03-09 08:00
[ ] 10  Green tea
[ ]  1  Чай «Липовый цвет с мёдом», весовой

AAAAAA  Anna                                                    2046-03-10 18:00
[ ]  2  Green tea
[ ]  1  Blue cup
"""
    )


def test_the_pick_list_at_40_columns(printed):
    assert (
        printed("picklist", "--status", "confirmed", "--status", "reserved", COLUMNS="40")
        == """\
Pick list of 2026-03-08 07:00 UTC
3 orders, 3 kinds of goods, 17 in all

Cups
[ ]  4  Blue cup
        AAAAAA 1, CCCCCC 3

Tea
[ ] 12  Green tea
        BBBBBB 10, AAAAAA 2
[ ]  1  Чай «Липовый цвет с мёдом»,
        весовой
        BBBBBB 1

BBBBBB  Екатерина       2046-03-09 08:00
[ ] 10  Green tea
[ ]  1  Чай «Липовый цвет с мёдом»,
        весовой

AAAAAA  Anna            2046-03-10 18:00
[ ]  2  Green tea
[ ]  1  Blue cup

CCCCCC  Anna                 not planned
[ ]  3  Blue cup
"""
    )


def test_the_pick_list_ends_with_a_day_or_a_time(printed):
    assert "AAAAAA" not in printed("picklist", "--until", "2046-03-09")
    assert "AAAAAA" not in printed("picklist", "--until", "2046-03-10 18:00")
    assert "AAAAAA" in printed("picklist", "--until", "2046-03-10")


def test_with_nothing_to_pick_it_says_so(cli, cli_json, shop: Shop):
    assert cli("order", "picklist").stdout == "There is nothing to pick.\n"
    assert cli_json("order", "picklist") == {"goods": [], "orders": []}


def test_a_pile_has_the_name_on_the_shelf_and_a_parcel_the_one_that_was_ordered(cli_json, shop: Shop, codes: list[str]):
    shop.staff(catalog.edit_goods, "Blue cup", new_name="Azure cup")

    found = cli_json("order", "picklist")

    cup = shop.goods("Azure cup").id
    assert found["goods"][0] == {
        "goods_id": cup,
        "name": "Azure cup",
        "category": "Cups",
        "quantity": 1,
        "orders": [{"order_code": codes[0], "quantity": 1}],
    }
    assert found["orders"][1] == {
        "order_code": codes[0],
        "buyer_id": 101,
        "buyer_name": "Anna",
        "delivery_time": "2046-03-10T18:00:00Z",
        "items": [{"item_name": "Green tea", "quantity": 2}, {"item_name": "Blue cup", "quantity": 1}],
    }


def test_the_pick_list_is_one_query(shop: Shop, codes: list[str], statements):
    from bot.services.queries import picking

    with statements() as seen:
        shop.db.read(picking.pick_list, [OrderStatus.CONFIRMED])

    assert len(seen) == 1


# -- into the parcel --------------------------------------------------------------------------------------------------


def test_a_slip_on_a_sheet(printed, codes: list[str]):
    assert (
        printed("slip", codes[1])
        == """\
Order BBBBBB                                                    2026-03-02 09:30
================================================================================
Екатерина
ул. Большая Морская, д. 18
кв. 4
+4915112345678

Delivery: 2046-03-09 08:00 UTC
Note: Звонить дважды
--------------------------------------------------------------------------------
10 x Green tea (30.00 each)                                               300.00
1 x Чай «Липовый цвет с мёдом», весовой                                    25.00
--------------------------------------------------------------------------------
Total                                                                 325.00 USD
To pay                                                                325.00 USD
Payment: cash on delivery
"""
    )


def test_a_slip_on_a_narrow_roll(printed, codes: list[str]):
    assert (
        printed("slip", codes[1], codes[0], "--width", "32")
        == """\
Order BBBBBB    2026-03-02 09:30
================================
Екатерина
ул. Большая Морская, д. 18
кв. 4
+4915112345678

Delivery: 2046-03-09 08:00 UTC
Note: Звонить дважды
--------------------------------
10 x Green tea            300.00
     (30.00 each)
1 x Чай «Липовый цвет с    25.00
    мёдом», весовой
--------------------------------
Total                 325.00 USD
To pay                325.00 USD
Payment: cash on delivery

- - - - - - - - - - - - - - - -

Order AAAAAA    2026-03-02 09:30
================================
Anna
12 Harbour Street, flat 4
+4915112345678

Delivery: 2046-03-10 18:00 UTC
--------------------------------
2 x Green tea (30.00 each) 60.00
1 x Blue cup               14.00
--------------------------------
Total                  74.00 USD
To pay                 74.00 USD
Payment: cash on delivery
"""
    )


@pytest.mark.parametrize("width", [32, 48, 80])
def test_nothing_is_wider_than_the_paper_and_amounts_end_at_its_edge(cli, shop: Shop, codes: list[str], width: int):
    shop.has_goods("Достопримечательностейнапоминающий" * 2 + "茶茶茶茶茶", stock=9, price="9000.00")
    name = "Достопримечательностейнапоминающий" * 2 + "茶茶茶茶茶"
    code = shop.has_order(101, {name: 1})
    shop.staff(order_edits.change, code, Changes(address="Donaudampfschifffahrtsgesellschaftskapitänsweg" * 3))

    lines = cli("order", "slip", code, "--width", str(width)).stdout.splitlines()

    assert max(map(cell_len, lines)) == width
    assert [cell_len(line) for line in lines if line.endswith(("9000.00", "USD"))] == [width] * 3


def test_sheets_are_parted_by_a_form_feed_and_nothing_commands_the_printer(cli, shop: Shop, codes: list[str]):
    shop.execute("UPDATE users SET first_name = :name WHERE telegram_id = 101", name="An\x1b[2Jna\x0c")

    text = cli("order", "slip", codes[0], codes[1]).stdout

    assert text.count("\f") == 1
    assert "\n\fOrder " in text
    assert "\x1b" not in text


def test_money_that_is_there_is_not_asked_for_again(cli, shop: Shop, codes: list[str]):
    shop.has_addresses(2)
    paid = shop.has_order(101, {"Green tea": 1}, pay=PaymentMethod.BITCOIN, status=OrderStatus.CONFIRMED)
    unpaid = shop.has_order(101, {"Green tea": 1}, pay=PaymentMethod.BITCOIN)

    first = cli("order", "slip", paid, "--width", "32").stdout
    second = cli("order", "slip", unpaid, "--width", "32").stdout

    assert "Received              -30.00 USD\nTo pay                  0.00 USD\nPayment: bitcoin, paid\n" in first
    assert f"To pay                 30.00 USD\nPayment: bitcoin\n{BITCOIN_ADDRESSES[1][:32]}\n" in second


def test_a_slip_of_a_closed_order_says_that_it_is_closed(cli, shop: Shop, codes: list[str]):
    shop.staff(orders.cancel, codes[0])

    text = cli("order", "slip", codes[0]).stdout

    assert text.startswith(f"Order {codes[0]} (cancelled)  ")
    assert "To pay                                                                  0.00 USD\n" in text


def test_when_one_order_does_not_exist_no_paper_is_wasted(cli, codes: list[str]):
    result = cli("order", "slip", codes[0], "NOSUCH")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("There is no order 'NOSUCH'.")


def test_slips_come_for_codes_on_standard_input(environment, codes: list[str]):
    runner = CliRunner(env=environment)

    result = runner.invoke(root.cli, ["order", "slip", "-", "--json"], input=f"{codes[0]}\n{codes[1]}\n")
    nothing = runner.invoke(root.cli, ["order", "slip", "-"], input="")

    assert [each["order_code"] for each in json.loads(result.stdout)] == codes[:2]
    assert (nothing.exit_code, nothing.stderr) == (0, "No order was named, nothing was printed.\n")
