"""What was ordered, sold and received in a period, currency by currency.

- *Orders* are those made in the period, whatever became of them later. The *basket* is what they come to on average,
  before bonus, without those that were cancelled or expired.
- *Revenue* is what customers owed for the orders delivered in the period: their totals (goods, discounts and fees) less
  bonus. An order counts once, when it is delivered, however and whenever it was paid.
- *Received* is the money recorded in the period: bitcoin when an order is confirmed, cash when it is delivered. It
  can run ahead of the revenue, and it stays when an order that was paid is cancelled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.models import Goods, Order, OrderItem, OrderStatus, Payment, PaymentMethod
from bot.models.base import Money
from bot.services import context, money
from bot.services.reports.periods import Compared, Period

FALLEN = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED})
"""Orders that no longer count for the average basket."""
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Totals:
    """The figures that are compared with the period before. No `basket` where nothing was ordered."""

    orders: int
    value: Decimal
    basket: Decimal | None
    delivered: int
    revenue: Decimal
    received: Decimal


@dataclass(frozen=True)
class OfStatus:
    """The orders made in the period that are in one status now, and their totals."""

    status: OrderStatus
    orders: int
    amount: Decimal


@dataclass(frozen=True)
class OfMethod:
    """What was ordered, delivered and received by one method of payment."""

    method: PaymentMethod
    orders: int
    delivered: int
    revenue: Decimal
    received: Decimal


@dataclass(frozen=True)
class Part:
    """One hour, day or month of the period."""

    name: str
    orders: int
    delivered: int
    revenue: Decimal


@dataclass(frozen=True)
class Sold:
    """Goods that were delivered: how many, and what they came to, before discounts, fees and bonus."""

    name: str
    units: int
    amount: Decimal


@dataclass(frozen=True)
class Sales:
    """All figures in one currency."""

    currency: str
    now: Totals
    before: Totals
    statuses: Sequence[OfStatus]
    methods: Sequence[OfMethod]
    parts: Sequence[Part]
    by_amount: Sequence[Sold]
    by_units: Sequence[Sold]


def of(session: Session, compared: Compared, *, now: datetime, top: int) -> list[Sales]:
    """Return the sales of a period, the shop's own currency first. Seven statements."""
    facts, earlier = _facts(session, compared.period), _facts(session, compared.previous, in_parts=False)
    ranked = _ranked(session, compared.period, top)
    known = {fact.currency for fact in (*facts.all, *earlier.all)}
    own = context.of(session).currency
    names = compared.period.parts(until=now)
    return [
        _sales(each, facts.only(each), earlier.only(each), names, [row for row in ranked if row.currency == each], top)
        for each in (own, *sorted(known - {own}))
    ]


@dataclass(frozen=True)
class _Fact:
    """A group of orders or payments, as the database has counted it."""

    part: str
    currency: str
    method: PaymentMethod
    status: OrderStatus
    count: int
    amount: Decimal


@dataclass(frozen=True)
class _Facts:
    """What was made, delivered and received."""

    made: Sequence[_Fact]
    delivered: Sequence[_Fact]
    received: Sequence[_Fact]

    @property
    def all(self) -> Iterable[_Fact]:
        """Return them in one row."""
        return (*self.made, *self.delivered, *self.received)

    def only(self, currency: str) -> "_Facts":
        """Return those in one currency."""
        return _Facts(*([fact for fact in facts if fact.currency == currency] for facts in self.each))

    @property
    def each(self) -> tuple[Sequence[_Fact], Sequence[_Fact], Sequence[_Fact]]:
        """Return them one after the other."""
        return self.made, self.delivered, self.received


@dataclass(frozen=True)
class _Ranked:
    """Goods with their place by amount and by units, from 1."""

    currency: str
    sold: Sold
    by_amount: int
    by_units: int


def _facts(session: Session, period: Period, *, in_parts: bool = True) -> _Facts:
    def grouped(moment: InstrumentedAttribute[Any], method: InstrumentedAttribute[Any], amount: Any) -> Select[Any]:
        part = period.part(session, moment) if in_parts else literal("")
        keys = (part.label("part"), Order.currency, method, Order.order_status)
        total = type_coerce(func.sum(amount), Money)
        return select(*keys, func.count(), total).where(period.holds(moment)).group_by("part", *keys[1:])

    due = Order.total_price - Order.bonus_applied
    made = grouped(Order.created_at, Order.payment_method, Order.total_price)
    delivered = grouped(Order.completed_at, Order.payment_method, due).where(_IS_DELIVERED)
    received = grouped(Payment.created_at, Payment.method, Payment.amount).join(Order, Order.id == Payment.order_id)
    return _Facts(*([_Fact(*row) for row in session.execute(query)] for query in (made, delivered, received)))


_IS_DELIVERED = Order.order_status == OrderStatus.DELIVERED


def _sales(
    currency: str, facts: _Facts, earlier: _Facts, names: Sequence[str], ranked: Sequence[_Ranked], top: int
) -> Sales:
    return Sales(
        currency,
        _totals(currency, facts),
        _totals(currency, earlier),
        [_of_status(status, facts) for status in OrderStatus],
        [_of_method(method, facts) for method in PaymentMethod],
        _parts(facts, names),
        [row.sold for row in sorted(ranked, key=lambda row: row.by_amount) if row.by_amount <= top],
        [row.sold for row in sorted(ranked, key=lambda row: row.by_units) if row.by_units <= top],
    )


def _totals(currency: str, facts: _Facts) -> Totals:
    standing = [fact for fact in facts.made if fact.status not in FALLEN]
    count = _count(standing)
    return Totals(
        _count(facts.made),
        _amount(facts.made),
        money.rounded(_amount(standing) / count, currency) if count else None,
        _count(facts.delivered),
        _amount(facts.delivered),
        _amount(facts.received),
    )


def _of_status(status: OrderStatus, facts: _Facts) -> OfStatus:
    those = [fact for fact in facts.made if fact.status is status]
    return OfStatus(status, _count(those), _amount(those))


def _of_method(method: PaymentMethod, facts: _Facts) -> OfMethod:
    made, delivered, received = ([fact for fact in each if fact.method is method] for each in facts.each)
    return OfMethod(method, _count(made), _count(delivered), _amount(delivered), _amount(received))


def _parts(facts: _Facts, names: Sequence[str]) -> list[Part]:
    made, delivered = _by_part(facts.made), _by_part(facts.delivered)
    every = sorted({*names, *made, *delivered})
    return [Part(name, _count(made[name]), _count(delivered[name]), _amount(delivered[name])) for name in every]


def _by_part(facts: Iterable[_Fact]) -> defaultdict[str, list[_Fact]]:
    found: defaultdict[str, list[_Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.part].append(fact)
    return found


def _count(facts: Iterable[_Fact]) -> int:
    return sum(fact.count for fact in facts)


def _amount(facts: Iterable[_Fact]) -> Decimal:
    return sum((fact.amount for fact in facts), NOTHING)


def _ranked(session: Session, period: Period, top: int) -> list[_Ranked]:
    """Return the goods that are among the first by amount or by units; renamed goods are one, under their new name."""
    units, amount = func.sum(OrderItem.quantity), func.sum(OrderItem.price * OrderItem.quantity)
    sold = (
        select(Order.currency, OrderItem.goods_id, units.label("units"), amount.label("amount"))
        .join(OrderItem, OrderItem.order_id == Order.id)
        .where(_IS_DELIVERED, period.holds(Order.completed_at))
        .group_by(Order.currency, OrderItem.goods_id)
        .subquery()
    )
    rank = func.row_number().over
    by_amount = rank(partition_by=sold.c.currency, order_by=(sold.c.amount.desc(), sold.c.goods_id))
    by_units = rank(partition_by=sold.c.currency, order_by=(sold.c.units.desc(), sold.c.goods_id))
    ranked = select(sold, by_amount.label("by_amount"), by_units.label("by_units")).subquery()
    columns = (
        ranked.c.units,
        type_coerce(ranked.c.amount, Money),
        ranked.c.currency,
        ranked.c.by_amount,
        ranked.c.by_units,
    )
    query = select(Goods.name, *columns).join(ranked, ranked.c.goods_id == Goods.id)
    best = query.where(or_(ranked.c.by_amount <= top, ranked.c.by_units <= top))
    return [_Ranked(row[3], Sold(row[0], int(row[1]), row[2]), row[4], row[5]) for row in session.execute(best)]
