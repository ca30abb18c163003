"""A customer with their checkout, as one statement reads both, without what the ORM would do to change them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from bot.models import CheckoutDraft, Customer

_CUSTOMER, _DRAFT = Customer.__table__, CheckoutDraft.__table__
_OF_CUSTOMER, _OF_DRAFT = _CUSTOMER.columns.keys(), _DRAFT.columns.keys()

# An outer join is read from its left side, so whoever locks both locks the customer first.
WITH_CHECKOUT = (
    select(_CUSTOMER, _DRAFT)
    .outerjoin_from(_CUSTOMER, _DRAFT, _DRAFT.c.user_id == _CUSTOMER.c.telegram_id)
    .where(_CUSTOMER.c.telegram_id == bindparam("user_id"))
)
"""The statement that reads the customer "user_id"."""


def of_row(row: Sequence[Any]) -> tuple[Customer, CheckoutDraft | None]:
    """Return what a row of it holds: copies to read, which no session knows."""
    customer, draft = row[: len(_OF_CUSTOMER)], row[len(_OF_CUSTOMER) :]
    read = Customer(**dict(zip(_OF_CUSTOMER, customer, strict=True)))
    return read, None if draft[0] is None else CheckoutDraft(**dict(zip(_OF_DRAFT, draft, strict=True)))
