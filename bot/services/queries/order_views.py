"""Orders as people read them: one with everything, a customer's own, and lists for the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Order, OrderCard, OrderItem, OrderStatus, OrderStep, User
from bot.services import details, order_codes
from bot.services.details import Details
from bot.services.queries import paging
from bot.services.queries.paging import Key, Spot

PAGE = 6


@dataclass(frozen=True)
class Content:
    """An order with what is in it and where it goes, in clear."""

    order: Order
    items: Sequence[OrderItem]
    details: Details


@dataclass(frozen=True)
class Followed:
    """An order as its customer reads it, and the message that shows it, if there is one."""

    content: Content
    known: OrderCard | None


@dataclass(frozen=True)
class Whole(Content):
    """An order with all that belongs to it, in clear."""

    steps: Sequence[OrderStep]
    buyer_name: str
    buyer_username: str | None


@dataclass(frozen=True)
class Row:
    """An order in a list."""

    id: int
    order_code: str
    order_status: OrderStatus
    total_price: Decimal
    bonus_applied: Decimal
    payment_method: str
    buyer_id: int
    created_at: datetime
    reserved_until: datetime
    delivery_time: datetime | None
    currency: str


@dataclass(frozen=True)
class Mine:
    """One screen of a customer's orders, newest first, counted from 0."""

    rows: Sequence[Row]
    number: int
    has_next: bool


_ROW: tuple[Any, ...] = (
    Order.id,
    Order.order_code,
    Order.order_status,
    Order.total_price,
    Order.bonus_applied,
    Order.payment_method,
    Order.buyer_id,
    Order.created_at,
    Order.reserved_until,
    Order.delivery_time,
    Order.currency,
)


def whole(session: Session, code: str) -> Whole:
    """Return an order by its code, in any case.

    Raises:
        NotFound: there is none.
    """
    wanted = code.strip().upper()
    order = session.scalar(select(Order).where(Order.order_code == wanted)) if wanted.isascii() else None
    if order is None:
        raise order_codes.missing(session, wanted)
    return _whole(session, order)


def by_id(session: Session, order_id: int) -> Whole:
    """Return an order, for staff.

    Raises:
        NotFound: there is none.
    """
    order = session.get(Order, order_id)
    if order is None:
        raise NotFound("order", str(order_id))
    return _whole(session, order)


def own(session: Session, order_id: int, *, buyer_id: int) -> Content:
    """Return a customer's own order. Two statements.

    Raises:
        NotFound: the customer has no such order.
    """
    order = session.scalar(select(Order).where(Order.id == order_id, Order.buyer_id == buyer_id))
    if order is None:
        raise NotFound("order", str(order_id))
    return content(session, order)


def followed(session: Session, code: str) -> Followed:
    """Return an order with its card, for what its customer is told. Two statements.

    Raises:
        NotFound: there is no such order.
    """
    query = select(Order, OrderCard).outerjoin(OrderCard, OrderCard.order_id == Order.id)
    found = session.execute(query.where(Order.order_code == code)).first()
    if found is None:
        raise order_codes.missing(session, code)
    return Followed(content(session, found[0]), found[1])


def mine(session: Session, buyer_id: int, *, page: int = 0, at: int = 0) -> Mine:
    """Return a screen of a customer's own orders, newest first. One statement.

    With `at`, it begins behind that order, or below 0 ends before it: that costs the same however old they are.
    """
    query = select(*_ROW).where(Order.buyer_id == buyer_id)
    rows, has_next = paging.leaf(session, query, [Key(Order.id)], Spot(max(page, 0) * PAGE, at), PAGE)
    return Mine([Row(*row) for row in rows], max(page, 0), has_next)


def by_token(session: Session, buyer_id: int, token: str) -> Order | None:
    """Return the order that a checkout's token has made for this customer."""
    if not token.isascii():
        return None
    return session.scalar(select(Order).where(Order.checkout_token == token, Order.buyer_id == buyer_id))


def code_of(session: Session, order_id: int) -> str:
    """Return the code of an order, for staff.

    Raises:
        NotFound: there is no such order.
    """
    code = session.scalar(select(Order.order_code).where(Order.id == order_id))
    if code is None:
        raise NotFound("order", str(order_id))
    return code


def counts(session: Session) -> dict[OrderStatus, int]:
    """Return how many orders have each status."""
    rows = session.execute(select(Order.order_status, func.count()).group_by(Order.order_status)).all()
    return {row[0]: row[1] for row in rows}


def content(session: Session, order: Order) -> Content:
    """Return what is in an order, and where it goes. One statement."""
    items = session.scalars(select(OrderItem).where(OrderItem.order_id == order.id).order_by(OrderItem.id)).all()
    return Content(order, items, details.reveal(session, order))


def _whole(session: Session, order: Order) -> Whole:
    inside = content(session, order)
    steps = session.scalars(select(OrderStep).where(OrderStep.order_id == order.id).order_by(OrderStep.id)).all()
    buyer = select(User.first_name, User.username).where(User.telegram_id == order.buyer_id)
    name, username = session.execute(buyer).one()
    return Whole(order, inside.items, inside.details, steps, name, username)
