"""The way from the shop to the order: how often each step was taken. Steps, not people: nobody is followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Event, Order, OrderStatus
from bot.services import tallies
from bot.services.reports.periods import Period
from bot.services.reports.sales import FALLEN

LOOKS = {"view.shop": "Shop opened", "view.category": "Category opened", "view.goods": "Goods looked at"}
DEEDS = {"cart.added": "Put into the cart", "checkout.begun": "Checkout begun"}
CODES = {
    "reference_code.created": "Codes created",
    "reference_code.redeemed": "Codes redeemed",
    "bonus.credited": "Bonus credited",
}


@dataclass(frozen=True)
class Step:
    """One step, and how often it was taken."""

    name: str
    count: int


@dataclass(frozen=True)
class Funnel:
    """The way of customers to an order, and of newcomers by their codes."""

    orders: Sequence[Step]
    codes: Sequence[Step]


def of(session: Session, period: Period) -> Funnel:
    """Return every step of a period. What became of its orders is what it is by now."""
    looks = tallies.totals(session, LOOKS, period)
    deeds = _deeds(session, period)
    made = _orders(session, period)
    standing = sum(count for status, count in made.items() if status not in FALLEN)
    last = [
        Step("Ordered", sum(made.values())),
        Step("Not cancelled or expired", standing),
        Step("Delivered", made.get(OrderStatus.DELIVERED, 0)),
    ]
    return Funnel([*_steps(LOOKS, looks), *_steps(DEEDS, deeds), *last], _steps(CODES, deeds))


def _steps(words: Mapping[str, str], counts: Mapping[str, int]) -> list[Step]:
    return [Step(word, counts.get(name, 0)) for name, word in words.items()]


def _deeds(session: Session, period: Period) -> dict[str, int]:
    query = select(Event.kind, func.count()).where(Event.kind.in_([*DEEDS, *CODES]), period.holds(Event.created_at))
    return dict(session.execute(query.group_by(Event.kind)).all())


def _orders(session: Session, period: Period) -> dict[OrderStatus, int]:
    query = select(Order.order_status, func.count()).where(period.holds(Order.created_at))
    return dict(session.execute(query.group_by(Order.order_status)).all())
