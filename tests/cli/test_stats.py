"""`stats`, as an operator reads it. The clock is the real one, so most orders are moved to days long ago."""

import json
from typing import Any

import pytest

from bot.models import OrderStatus, PaymentMethod
from tests.cli.terminal import on_a_terminal
from tests.shop import Shop

WEEK = ("--since", "2026-03-02", "--until", "2026-03-08")


@pytest.fixture
def books(shop: Shop) -> None:
    """Sell tea on two days of the first week of March, and on one of the week before."""
    shop.has_setting("timezone", "Europe/Berlin")
    shop.has_goods("Green tea", price="30.00", stock=100)
    shop.has_goods("Oolong", price="20.00", stock=100)
    shop.has_addresses()
    buyer = shop.has_customer(101)
    friend = shop.has_customer(102, referrer_id=buyer)
    delivered, bitcoin = OrderStatus.DELIVERED, PaymentMethod.BITCOIN
    for at, who, lines, status, pay in (
        ("2026-02-23 12:00", buyer, {"Green tea": 1}, delivered, PaymentMethod.CASH),
        ("2026-03-02 12:00", buyer, {"Green tea": 2}, delivered, PaymentMethod.CASH),
        ("2026-03-02 23:30", friend, {"Oolong": 5}, delivered, bitcoin),
        ("2026-03-03 12:00", friend, {"Oolong": 1}, OrderStatus.CANCELLED, PaymentMethod.CASH),
    ):
        code = shop.has_order(who, lines, status=status, pay=pay)
        shop.execute("UPDATE orders SET created_at = :at WHERE order_code = :code", at=at, code=code)
        shop.execute("UPDATE orders SET completed_at = created_at")
    shop.execute("UPDATE payments SET created_at = (SELECT completed_at FROM orders WHERE orders.id = order_id)")
    shop.execute("UPDATE users SET registered_at = '2026-03-02 08:00'")
    shop.execute("UPDATE bonus_ledger SET created_at = '2026-03-03 00:00'")


def test_a_week_is_told_at_80_columns(cli, books: None):
    result = cli("stats", *WEEK)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == EIGHTY


def test_a_week_is_told_at_40_columns(cli, books: None):
    result = cli("stats", *WEEK, COLUMNS="40")

    assert result.exit_code == 0
    assert result.stdout == FORTY
    assert max(len(line) for line in result.stdout.splitlines()) <= 40


def test_everything_stands_in_the_json(cli_json, books: None):
    found = cli_json("stats", *WEEK)

    assert found["period"] == {
        "name": "range",
        "since": "2026-03-01T23:00:00Z",
        "until": "2026-03-08T23:00:00Z",
        "timezone": "Europe/Berlin",
        "step": "day",
    }
    assert found["previous"] == {"since": "2026-02-22T23:00:00Z", "until": "2026-03-01T23:00:00Z"}
    assert found["orders"] == {
        "made": 3,
        "by_status": {"pending": 0, "reserved": 0, "confirmed": 0, "delivered": 2, "cancelled": 1, "expired": 0},
    }
    (sales,) = found["sales"]
    days = sales.pop("series")
    assert [day["name"] for day in days] == [f"2026-03-0{day}" for day in range(2, 9)]
    assert days[0] == {"name": "2026-03-02", "orders": 1, "delivered": 1, "revenue": "60.00"}
    assert days[1] == {"name": "2026-03-03", "orders": 2, "delivered": 1, "revenue": "100.00"}
    nothing = {"orders": 0, "amount": "0.00"}
    assert sales == {
        "currency": "USD",
        "orders": 3,
        "order_value": "180.00",
        "average_basket": "80.00",
        "delivered": 2,
        "revenue": "160.00",
        "received": "160.00",
        "previous": {
            "orders": 1,
            "order_value": "30.00",
            "average_basket": "30.00",
            "delivered": 1,
            "revenue": "30.00",
            "received": "30.00",
        },
        "by_status": {
            "pending": nothing,
            "reserved": nothing,
            "confirmed": nothing,
            "delivered": {"orders": 2, "amount": "160.00"},
            "cancelled": {"orders": 1, "amount": "20.00"},
            "expired": nothing,
        },
        "by_payment_method": {
            "cash": {"orders": 2, "delivered": 1, "revenue": "60.00", "received": "60.00"},
            "bitcoin": {"orders": 1, "delivered": 1, "revenue": "100.00", "received": "100.00"},
        },
        "top_goods": {
            "by_amount": [
                {"name": "Oolong", "units": 5, "amount": "100.00"},
                {"name": "Green tea", "units": 2, "amount": "60.00"},
            ],
            "by_units": [
                {"name": "Oolong", "units": 5, "amount": "100.00"},
                {"name": "Green tea", "units": 2, "amount": "60.00"},
            ],
        },
    }
    assert found["customers"] == {"registered": 2, "bought": 2, "previous": {"registered": 0, "bought": 0}}
    assert found["referral"] == {
        "registrations": 0,
        "codes": [],
        "bonus": [{"currency": "USD", "credited": "5.00", "spent": "0.00", "refunded": "0.00", "adjusted": "0.00"}],
    }
    assert found["stock"] == {
        "currency": "USD",
        "units": 192,
        "value": "4810.00",
        "reserved_units": 0,
        "reserved_value": "0.00",
    }
    assert found["reservations"] == []


def test_an_empty_shop_says_so_without_bars(cli):
    result = cli("stats")

    assert result.exit_code == 0
    assert result.stdout.startswith("Today\n")
    assert "#" not in result.stdout
    assert "Open orders  0" in result.stdout


@pytest.mark.parametrize(
    ("words", "name", "title"),
    [
        ((), "today", "Today"),
        (("--today",), "today", "Today"),
        (("--week",), "week", "This week"),
        (("--month",), "month", "This month"),
    ],
)
def test_the_day_the_week_and_the_month_of_now_are_told(cli, cli_json, shop: Shop, words: Any, name: str, title: str):
    shop.has_goods("Green tea", price="30.00")
    shop.has_order(shop.has_customer(), {"Green tea": 1}, status=OrderStatus.DELIVERED)

    found = cli_json("stats", *words)
    told = cli("stats", *words).stdout

    assert found["period"]["name"] == name
    assert (found["sales"][0]["orders"], found["sales"][0]["revenue"]) == (1, "30.00")
    assert found["customers"]["registered"] == 1
    assert told.startswith(f"{title}\n")
    assert "30.00  ####" in told


def test_a_currency_without_cents_has_none(cli, shop: Shop):
    shop.has_goods("Green tea", price="30.00")
    shop.has_order(shop.has_customer(), {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.execute("UPDATE orders SET currency = 'JPY'")

    told = cli("stats").stdout

    assert "Sales in JPY" in told
    assert "Revenue per hour, JPY" in told
    assert "  30  ####" in told


def test_a_name_that_commands_the_terminal_does_not(cli, shop: Shop):
    shop.has_goods("Green tea", price="30.00")
    shop.has_order(shop.has_customer(), {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.execute("UPDATE goods SET name = :name", name="\x1b[31mred")

    assert "\x1b" not in cli("stats").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--today", "--week"], "Choose one: --today, --week, --month or --since."),
        (["--month", "--since", "2026-01-01"], "Choose one: --today, --week, --month or --since."),
        (["--until", "2026-01-01"], "--until needs --since."),
        (["--top", "0"], "Invalid value for '--top'"),
    ],
)
def test_what_contradicts_itself_is_wrong_usage(cli, words: list[str], sentence: str):
    result = cli("stats", *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--since", "yesterday"], "'yesterday' is not a valid date: write it as"),
        (["--since", "2190-01-01"], "'2190-01-01' is not a valid beginning: it is still to come."),
        (["--since", "1999-01-01"], "'1999-01-01' is not a valid date: use one from 2000 to 2199."),
        (["--since", "2026-01-02", "--until", "2026-01-01"], "is not a valid end: it does not come after 2026-01-02."),
    ],
)
def test_a_date_that_makes_no_sense_is_refused_in_one_line(cli, words: list[str], sentence: str):
    result = cli("stats", *words)

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def seen(variables: dict[str, str], *words: str, **others: str) -> str:
    """Return what a person sees at a terminal of 60 columns."""
    with on_a_terminal("stats", *words, variables={**variables, **others}, columns=60) as terminal:
        assert terminal.ends() == 0
    return terminal.screen


def test_a_terminal_shows_blocks_in_colour_and_none_where_it_asks_for_that(variables, books: None):
    coloured = seen(variables, *WEEK, PYTHONIOENCODING="utf-8")
    plain = seen(variables, *WEEK, PYTHONIOENCODING="utf-8", NO_COLOR="1")

    assert "█" in coloured
    assert "\x1b[36" in coloured
    assert "█" in plain
    assert "\x1b[36" not in plain


def test_a_terminal_without_unicode_and_a_pipe_get_plain_characters(variables, cli, books: None):
    narrow = seen(variables, *WEEK, PYTHONIOENCODING="latin-1")
    piped = cli("stats", *WEEK, COLUMNS=None).stdout

    assert "█" not in narrow
    assert "60.00  #####" in narrow
    assert piped.isascii()
    assert max(len(line) for line in piped.splitlines()) <= 80


def test_the_json_is_the_same_for_a_pipe_and_a_terminal(variables, cli_json, books: None):
    assert json.loads(seen(variables, *WEEK, "--json")) == cli_json("stats", *WEEK)


EIGHTY = """\
These days
  From           2026-03-02 00:00
  Until          2026-03-09 00:00
  Compared with  2026-02-23 00:00 until 2026-03-02 00:00
  Time zone      Europe/Berlin

Sales in USD
Figure             Now  Before  Change
Orders               3       1  +200 %
Value           180.00   30.00  +500 %
Average basket   80.00   30.00  +167 %
Delivered            2       1  +100 %
Revenue         160.00   30.00  +433 %
Received        160.00   30.00  +433 %

Revenue per day, USD
Mon 03-02   60.00  #####################################
Tue 03-03  100.00  #############################################################
Wed 03-04    0.00
Thu 03-05    0.00
Fri 03-06    0.00
Sat 03-07    0.00
Sun 03-08    0.00

Orders per day
Mon 03-02  1  #################################
Tue 03-03  2  ##################################################################
Wed 03-04  0
Thu 03-05  0
Fri 03-06  0
Sat 03-07  0
Sun 03-08  0

Orders by status
Status     Orders   Value
delivered       2  160.00
cancelled       1   20.00

Payment methods
Payment  Orders  Delivered  Revenue  Received
cash          2          1    60.00     60.00
bitcoin       1          1   100.00    100.00

Most sold goods
Goods      Units  Amount
Oolong         5  100.00
Green tea      2   60.00

Customers and referral
Figure          Now  Before  Change
New customers     2       0
Of them bought    2       0
  Came with a code  0
  Bonus credited    5.00 USD

The shop now
  Stock        4810.00 USD (192 units)
  Reserved     0.00 USD (0 units)
  Open orders  0
"""

FORTY = """\
These days
  From           2026-03-02 00:00
  Until          2026-03-09 00:00
  Compared with  2026-02-23 00:00 until
                 2026-03-02 00:00
  Time zone      Europe/Berlin

Sales in USD
Figure             Now  Before  Change
Orders               3       1  +200 %
Value           180.00   30.00  +500 %
Average basket   80.00   30.00  +167 %
Delivered            2       1  +100 %
Revenue         160.00   30.00  +433 %
Received        160.00   30.00  +433 %

Revenue per day, USD
Mon 03-02   60.00  #############
Tue 03-03  100.00  #####################
Wed 03-04    0.00
Thu 03-05    0.00
Fri 03-06    0.00
Sat 03-07    0.00
Sun 03-08    0.00

Orders per day
Mon 03-02  1  #############
Tue 03-03  2  ##########################
Wed 03-04  0
Thu 03-05  0
Fri 03-06  0
Sat 03-07  0
Sun 03-08  0

Orders by status
Status     Orders   Value
delivered       2  160.00
cancelled       1   20.00

Payment methods
cash
  Orders 2, Delivered 1, Revenue 60.00,
  Received 60.00
bitcoin
  Orders 1, Delivered 1, Revenue 100.00,
  Received 100.00

Most sold goods
Goods      Units  Amount
Oolong         5  100.00
Green tea      2   60.00

Customers and referral
Figure          Now  Before  Change
New customers     2       0
Of them bought    2       0
  Came with a code  0
  Bonus credited    5.00 USD

The shop now
  Stock        4810.00 USD (192 units)
  Reserved     0.00 USD (0 units)
  Open orders  0
"""
