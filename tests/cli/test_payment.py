"""`payment list`: the money that was received."""

import pytest

from bot.models import OrderStatus, PaymentMethod
from tests.cli.orders import has_buyer
from tests.shop import Shop


@pytest.fixture
def paid(shop: Shop) -> list[int]:
    """Have three orders been paid, a day apart, the second in bitcoin, the third in euros; return the payments' ids."""
    buyer = has_buyer(shop)
    shop.has_addresses(1)
    for pay in (PaymentMethod.CASH, PaymentMethod.BITCOIN, PaymentMethod.CASH):
        shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.DELIVERED, pay=pay)
    payments = [int(each) for each in shop.scalar("SELECT GROUP_CONCAT(id ORDER BY id) FROM payments").split(",")]
    for number, payment in enumerate(payments):
        shop.execute(
            "UPDATE payments JOIN orders ON orders.id = order_id SET order_code = :code,"
            " payments.created_at = '2026-03-01 09:30:00' + INTERVAL :days DAY WHERE payments.id = :id",
            code="ABC"[number] * 6,
            days=number,
            id=payment,
        )
    shop.execute("UPDATE orders SET currency = 'EUR' WHERE order_code = 'CCCCCC'")
    return payments


def test_payments_are_listed_with_what_they_come_to(cli, paid):
    result = cli("payment", "list")

    assert result.stdout == (
        "Time              Order      Amount  Method   By        Reference\n"
        "2026-03-03 09:30  CCCCCC  30.00 EUR  cash     cli:test\n"
        "2026-03-02 09:30  BBBBBB  30.00 USD  bitcoin  cli:test\n"
        "2026-03-01 09:30  AAAAAA  30.00 USD  cash     cli:test\n"
    )
    assert result.stderr == ("Times are in UTC.\nIn all: 30.00 EUR in 1 payment.\nIn all: 60.00 USD in 2 payments.\n")


def test_the_list_is_readable_at_40_columns_and_the_sum_is_of_all_pages(cli, paid):
    result = cli("payment", "list", "--limit", 1, COLUMNS="40")

    assert result.stdout == "2026-03-03 09:30  CCCCCC  30.00 EUR\n  Method cash, By cli:test\n"
    assert "In all: 60.00 USD in 2 payments.\n" in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--method", "bitcoin"], "B"),
        (["--order", "aaaaaa"], "A"),
        (["--since", "2026-03-02"], "CB"),
        (["--until", "2026-03-02"], "BA"),
        (["--limit", 1, "--page", 2], "B"),
        (["--since", "2027-01-01"], ""),
    ],
)
def test_payments_are_chosen_and_paged(cli_json, paid, words, expected: str):
    assert [row["order_code"] for row in cli_json("payment", "list", *words)] == [letter * 6 for letter in expected]


def test_a_payment_is_printed_as_json(cli_json, paid):
    assert cli_json("payment", "list", "--order", "BBBBBB") == [
        {
            "id": paid[1],
            "order_code": "BBBBBB",
            "method": "bitcoin",
            "amount": "30.00",
            "currency": "USD",
            "reference": None,
            "actor": "cli:test",
            "created_at": "2026-03-02T09:30:00Z",
        }
    ]


@pytest.mark.parametrize("code", ["ZZZZZZ", "заказ", ""])
def test_an_unknown_order_is_refused(cli, shop: Shop, code: str):
    result = cli("payment", "list", "--order", code)

    if code:
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"There is no order {code.upper()!r}.")


def test_a_method_that_does_not_exist_is_wrong_usage(cli):
    assert cli("payment", "list", "--method", "gold").exit_code == 2


def test_an_empty_list_says_so(cli):
    result = cli("payment", "list")

    assert (result.stdout, result.stderr) == ("There are no such payments.\n", "")
