"""Exact amounts: reading what people write, and rounding to the currency's unit."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from bot.errors import BadValue

LARGEST = Decimal("9999999999.99")
"""What NUMERIC(12,2) holds."""
LONGEST = 40
"""In characters; no amount that fits is longer."""


@cache
def unit(currency: str) -> Decimal:
    """Return the smallest unit of an ISO 4217 currency: 0.01 for USD, 1 for JPY (CLDR)."""
    from babel.numbers import get_currency_precision

    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount rounded half up to the currency's unit."""
    return amount.quantize(unit(currency), ROUND_HALF_UP)


def parse(text: str, currency: str, *, what: str = "price") -> Decimal:
    """Return the amount that a person wrote, such as "12.50"; a refusal calls it `what`.

    Raises:
        BadValue: not a number, negative, too large, or finer than the currency's unit.
    """
    written = text.strip()
    shown = written[:LONGEST]
    try:
        amount = Decimal(shown)
    except InvalidOperation:
        raise BadValue(what, shown, "write a number such as 12.50") from None
    # Of a longer text only the beginning was read.
    if written != shown or not amount.is_finite() or not 0 <= amount <= LARGEST:
        raise BadValue(what, shown, f"write a number from 0 to {LARGEST}")
    if amount != rounded(amount, currency):
        raise BadValue(what, shown, f"the smallest unit of {currency} is {unit(currency)}")
    return abs(rounded(amount, currency))
