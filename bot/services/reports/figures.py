"""The shop in figures as monitoring asks for them, often: what is open, what waits, what runs low. Nothing of people.

Each statement reads an index or a small table; `lasting` alone walks the orders, and is asked for rarely.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select, type_coerce
from sqlalchemy.orm import Session

from bot.models import Goods, HelpThread, Order, OrderStatus, OutboxMessage, OutboxStatus, User
from bot.models.base import Money
from bot.services import bitcoin, context, low_stock, outbox
from bot.services.bitcoin import Pool

OPEN_MESSAGES = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.UNCERTAIN, OutboxStatus.DEAD)
"""What is not settled; everything else in the outbox is history, and much."""


@dataclass(frozen=True)
class Figures:
    """The shop at one moment; ages are in seconds."""

    orders: Mapping[OrderStatus, int]
    customers: int
    goods: int
    low: int
    sold_out: int
    addresses: Pool
    outbox: Mapping[OutboxStatus, int]
    outbox_oldest_age: float | None
    questions: int


@dataclass(frozen=True)
class Lasting:
    """All that was ever delivered, in one currency: how many orders, and the money due for them after bonus."""

    currency: str
    orders: int
    revenue: Decimal


def take(session: Session, *, now: datetime) -> Figures:
    """Return the figures of this moment."""
    status = OutboxMessage.status
    by_status = dict(session.execute(select(Order.order_status, func.count()).group_by(Order.order_status)).all())
    messages = select(status, func.count()).where(status.in_(OPEN_MESSAGES)).group_by(status)
    by_message = dict(session.execute(messages).all())
    oldest = session.scalar(
        select(func.min(OutboxMessage.created_at)).where(outbox.are_waiting(), OutboxMessage.broadcast_id.is_(None))
    )
    goods, low, sold_out = _shelves(session)
    return Figures(
        orders={each: by_status.get(each, 0) for each in OrderStatus},
        customers=session.scalar(select(func.count()).select_from(User)) or 0,
        goods=goods,
        low=low,
        sold_out=sold_out,
        addresses=bitcoin.pool(session),
        outbox={each: by_message.get(each, 0) for each in OPEN_MESSAGES},
        outbox_oldest_age=None if oldest is None else max(0.0, (now - oldest).total_seconds()),
        questions=session.scalar(select(func.count()).where(HelpThread.waiting_since.is_not(None))) or 0,
    )


def lasting(session: Session) -> list[Lasting]:
    """Return what was ever delivered, the shop's own currency first."""
    revenue = type_coerce(func.sum(Order.total_price - Order.bonus_applied), Money)
    query = select(Order.currency, func.count(), revenue).where(Order.order_status == OrderStatus.DELIVERED)
    found = [Lasting(*row) for row in session.execute(query.group_by(Order.currency))]
    own = context.of(session).currency
    return sorted(found, key=lambda each: (each.currency != own, each.currency)) or [Lasting(own, 0, Decimal("0.00"))]


def _shelves(session: Session) -> tuple[int, int, int]:
    """Return how many goods are on sale, and of how many only a little or nothing is left."""
    available = Goods.stock_quantity - Goods.reserved_quantity

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    columns = (func.count(), number(low_stock.is_low() & (available > 0)), number(available <= 0))
    row = session.execute(select(*columns).select_from(Goods).where(Goods.archived_at.is_(None))).one()
    return row[0], int(row[1]), int(row[2])
