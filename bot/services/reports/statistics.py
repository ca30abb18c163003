"""How the shop does: its sales in a period, who came, what referrals cost, and what lies on the shelves now.

Everything is counted by the database, with as many statements for a million orders as for none. `sales.py` says what
the figures of sales mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select, type_coerce
from sqlalchemy.orm import Session

from bot.models import (
    BonusEntry,
    BonusKind,
    Goods,
    Order,
    ReferenceCode,
    ReferenceCodeUsage,
    RoleName,
    User,
)
from bot.models.base import Money
from bot.models.orders import HOLDING
from bot.services import context
from bot.services.reports import sales
from bot.services.reports.periods import Compared, Period
from bot.services.reports.sales import FALLEN, NOTHING, Sales


@dataclass(frozen=True)
class Newcomers:
    """Customers who entered in a period, and how many of them ordered in it what was not cancelled or expired."""

    registered: int
    bought: int


@dataclass(frozen=True)
class Redeemed:
    """A reference code, and how many people entered with it."""

    code: str
    note: str | None
    is_admin_code: bool
    registrations: int


@dataclass(frozen=True)
class Bonus:
    """What was credited to referrers, spent on orders, given back, and changed by staff (which may be negative)."""

    currency: str
    credited: Decimal
    spent: Decimal
    refunded: Decimal
    adjusted: Decimal


@dataclass(frozen=True)
class Referral:
    """Who entered with a code, by which codes, and the bonus that moved."""

    registrations: int
    codes: Sequence[Redeemed]
    bonus: Sequence[Bonus]


@dataclass(frozen=True)
class Stock:
    """What lies on the shelves at this moment, at the prices of this moment; archived goods as well."""

    currency: str
    units: int
    value: Decimal
    reserved_units: int
    reserved_value: Decimal


@dataclass(frozen=True)
class Reservations:
    """The open orders of this moment, their totals, and what is due for them after bonus."""

    currency: str
    orders: int
    value: Decimal
    due: Decimal


@dataclass(frozen=True)
class Report:
    """Everything about one period, and the shop as it is now."""

    compared: Compared
    sales: Sequence[Sales]
    newcomers: Newcomers
    newcomers_before: Newcomers
    referral: Referral
    stock: Stock
    reservations: Sequence[Reservations]


def report(session: Session, compared: Compared, *, now: datetime, top: int = 5) -> Report:
    """Return the figures of a period, with the `top` best goods and codes."""
    return Report(
        compared,
        sales.of(session, compared, now=now, top=top),
        _newcomers(session, compared.period),
        _newcomers(session, compared.previous),
        _referral(session, compared.period, top),
        _stock(session),
        _reservations(session),
    )


def _newcomers(session: Session, period: Period) -> Newcomers:
    came = (User.role == RoleName.USER) & period.holds(User.registered_at)
    # Nobody orders before they come, so the orders of the period tell. MariaDB is to walk them and look their buyers
    # up; by itself it would look up the orders of every buyer, which takes ten times as long.
    bought = (
        select(func.count(Order.buyer_id.distinct()))
        .select_from(Order)
        .join(User, User.telegram_id == Order.buyer_id)
        .where(came, period.holds(Order.created_at), Order.order_status.not_in(FALLEN))
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
    )
    registered = select(func.count()).select_from(User).where(came)
    return Newcomers(*session.execute(select(registered.scalar_subquery(), bought.scalar_subquery())).one())


def _referral(session: Session, period: Period, top: int) -> Referral:
    within = period.holds(ReferenceCodeUsage.used_at)
    total = session.scalar(select(func.count()).select_from(ReferenceCodeUsage).where(within)) or 0
    uses = func.count()
    columns = (ReferenceCode.code, ReferenceCode.note, ReferenceCode.is_admin_code)
    query = (
        select(*columns, uses)
        .join(ReferenceCodeUsage, ReferenceCodeUsage.code_id == ReferenceCode.id)
        .where(within)
        .group_by(ReferenceCode.id, *columns)
        .order_by(uses.desc(), ReferenceCode.id)
        .limit(top)
    )
    return Referral(total, [Redeemed(*row) for row in session.execute(query)], _bonus(session, period))


def _bonus(session: Session, period: Period) -> list[Bonus]:
    """Return the bonus that moved; what staff changed belongs to no order, so it counts in the shop's own currency."""
    own = context.of(session).currency
    currency = func.coalesce(Order.currency, own)
    query = (
        select(currency.label("currency"), BonusEntry.kind, type_coerce(func.sum(BonusEntry.amount), Money))
        .outerjoin(Order, Order.id == BonusEntry.order_id)
        .where(period.holds(BonusEntry.created_at))
        .group_by("currency", BonusEntry.kind)
    )
    sums = {(row[0], row[1]): row[2] for row in session.execute(query)}
    known = {currency for currency, _ in sums}
    return [_moved(each, sums) for each in (own, *sorted(known - {own}))]


def _moved(currency: str, sums: dict[tuple[str, BonusKind], Decimal]) -> Bonus:
    amount = {kind: sums.get((currency, kind), NOTHING) for kind in BonusKind}
    refunded = amount[BonusKind.REFUNDED] + amount[BonusKind.TRIMMED]
    return Bonus(currency, amount[BonusKind.CREDITED], -amount[BonusKind.SPENT], refunded, amount[BonusKind.ADJUSTED])


def _stock(session: Session) -> Stock:
    def total(number: Any) -> ColumnElement[Any]:
        return func.coalesce(func.sum(number), 0)

    units, reserved = Goods.stock_quantity, Goods.reserved_quantity
    values = (type_coerce(total(Goods.price * each), Money) for each in (units, reserved))
    found = session.execute(select(total(units), total(reserved), *values)).one()
    return Stock(context.of(session).currency, int(found[0]), found[2], int(found[1]), found[3])


def _reservations(session: Session) -> list[Reservations]:
    value = func.sum(Order.total_price)
    due = type_coerce(func.sum(Order.total_price - Order.bonus_applied), Money)
    query = select(Order.currency, func.count(), value, due).where(Order.order_status.in_(HOLDING))
    rows = session.execute(query.group_by(Order.currency).order_by(Order.currency))
    return [Reservations(*row) for row in rows]
