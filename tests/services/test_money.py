from decimal import Decimal

import pytest

from bot.errors import BadValue
from bot.services import money


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "USD", "12.50"),
        (" 12.5 ", "USD", "12.50"),
        ("0", "USD", "0.00"),
        ("-0", "USD", "0.00"),
        ("1e2", "USD", "100.00"),
        ("0e-999999999", "USD", "0.00"),
        ("9999999999.99", "USD", "9999999999.99"),
        ("1500", "JPY", "1500"),
        ("1500.00", "JPY", "1500"),
    ],
)
def test_an_amount_is_read_exactly_and_has_the_places_of_its_currency(text: str, currency: str, amount: str):
    assert str(money.parse(text, currency)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("1,5", "USD", "write a number such as 12.50"),
        ("12.50" + "0" * 40 + "1", "USD", "write a number from 0 to 9999999999.99"),
        ("12.50" + " " * 40 + "off", "USD", "write a number from 0 to 9999999999.99"),
        ("12.50 USD", "USD", "write a number such as 12.50"),
        ("", "USD", "write a number such as 12.50"),
        ("1\x00", "USD", "write a number such as 12.50"),
        ("\ud800", "USD", "write a number such as 12.50"),
        ("NaN", "USD", "write a number from 0 to 9999999999.99"),
        ("sNaN", "USD", "write a number from 0 to 9999999999.99"),
        ("Infinity", "USD", "write a number from 0 to 9999999999.99"),
        ("1e309", "USD", "write a number from 0 to 9999999999.99"),
        ("1e999999999", "USD", "write a number from 0 to 9999999999.99"),
        ("-5", "USD", "write a number from 0 to 9999999999.99"),
        ("10000000000", "USD", "write a number from 0 to 9999999999.99"),
        ("9" * 100_000, "USD", "write a number from 0 to 9999999999.99"),
        ("0.001", "USD", "the smallest unit of USD is 0.01"),
        ("1e-999999999", "USD", "the smallest unit of USD is 0.01"),
        ("1500.50", "JPY", "the smallest unit of JPY is 1"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(text: str, currency: str, expected: str):
    with pytest.raises(BadValue) as refused:
        money.parse(text, currency)

    assert refused.value.expected == expected
    assert len(refused.value.value) <= 40


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "USD", "0.01"),
        ("0.004999", "USD", "0.00"),
        ("2.675", "USD", "2.68"),
        ("0.5", "JPY", "1"),
        ("1.5", "JPY", "2"),
        ("2.4999", "JPY", "2"),
    ],
)
def test_half_a_unit_is_rounded_up(amount: str, currency: str, rounded: str):
    assert str(money.rounded(Decimal(amount), currency)) == rounded


@pytest.mark.parametrize(("currency", "unit"), [("USD", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
def test_the_smallest_unit_of_a_currency_is_one_of_it(currency: str, unit: str):
    assert money.unit(currency) == Decimal(unit)
