"""Money received, as it was recorded: payments chosen and paged, and their sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.models import Order, Payment, PaymentMethod
from bot.services import order_codes
from bot.services.queries.paging import Window


@dataclass(frozen=True)
class Wanted:
    """Which payments; whatever is None lets all through. `since` is in, `until` is out."""

    since: datetime | None = None
    until: datetime | None = None
    method: PaymentMethod | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class Listed:
    """A payment in a list."""

    id: int
    order_code: str
    method: PaymentMethod
    amount: Decimal
    currency: str
    reference: str | None
    actor: str
    created_at: datetime


@dataclass(frozen=True)
class Sum:
    """What has come in, in one currency, in how many payments."""

    currency: str
    amount: Decimal
    count: int


def listed(session: Session, wanted: Wanted, window: Window) -> Iterator[Listed]:
    """Yield the payments that are wanted, the newest first."""
    query = select(*_COLUMNS).join(Order, Order.id == Payment.order_id).where(*_conditions(wanted))
    return (Listed(*row) for row in window.rows(session, query.order_by(Payment.id.desc()), key=Payment.id))


def sums(session: Session, wanted: Wanted) -> Sequence[Sum]:
    """Return what all the payments that are wanted come to, each currency by itself."""
    query = select(Order.currency, func.sum(Payment.amount), func.count(Payment.id))
    query = query.join(Order, Order.id == Payment.order_id).where(*_conditions(wanted))
    return [Sum(*row) for row in session.execute(query.group_by(Order.currency).order_by(Order.currency))]


def order_named(session: Session, code: str) -> int:
    """Return the id of an order by its code, in any case.

    Raises:
        NotFound: there is none.
    """
    wanted = code.strip().upper()
    found = session.scalar(select(Order.id).where(Order.order_code == wanted)) if wanted.isascii() else None
    if found is None:
        raise order_codes.missing(session, wanted)
    return found


_COLUMNS: tuple[Any, ...] = (
    Payment.id,
    Order.order_code,
    Payment.method,
    Payment.amount,
    Order.currency,
    Payment.reference,
    Payment.actor,
    Payment.created_at,
)
"""In the order of `Listed`."""


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield Payment.created_at >= wanted.since
    if wanted.until is not None:
        yield Payment.created_at < wanted.until
    if wanted.method is not None:
        yield Payment.method == wanted.method
    if wanted.order_id is not None:
        yield Payment.order_id == wanted.order_id
