"""Bonus balances: credited to referrers, spent on orders, refunded; every change stands in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import BonusEntry, BonusKind, Customer, Order, ReferralEarning, User
from bot.services import events, money, outbox


@dataclass(frozen=True)
class Referral:
    """Somebody who was invited, and what they brought."""

    first_name: str
    orders: int
    earned: Decimal


def spend(session: Session, customer: Customer, order: Order, *, actor: str, now: datetime) -> None:
    """Take the order's bonus from the (locked) customer's balance."""
    if order.bonus_applied:
        _enter(session, customer, BonusKind.SPENT, -order.bonus_applied, order, actor, now)


def refund(session: Session, customer: Customer, order: Order, *, actor: str, now: datetime) -> Decimal:
    """Give an order's bonus back and return how much it was; the order then carries none."""
    amount = order.bonus_applied
    if amount:
        order.bonus_applied = Decimal(0)
        _enter(session, customer, BonusKind.REFUNDED, amount, order, actor, now)
    return amount


def trim(session: Session, customer: Customer, order: Order, *, actor: str, now: datetime) -> Decimal:
    """Give back what of an order's bonus no longer fits its total, and return how much it was."""
    amount = max(order.bonus_applied - order.total_price, Decimal(0))
    if amount:
        order.bonus_applied -= amount
        part = select(func.count()).where(BonusEntry.order_id == order.id, BonusEntry.kind == BonusKind.TRIMMED)
        number = (session.scalar(part) or 0) + 1
        _enter(session, customer, BonusKind.TRIMMED, amount, order, actor, now, part=number)
    return amount


def credit_referrer(
    session: Session, referrer: Customer, order: Order, percent: Decimal, *, actor: str, now: datetime
) -> Decimal:
    """Credit the referrer's share of the money paid for a delivered order, tell them, and return the share.

    The share is `percent` of the order's due (after bonus and discounts), rounded half up to the currency's unit.
    """
    amount = money.rounded(order.due * percent / 100, order.currency)
    if not amount:
        return amount
    _enter(session, referrer, BonusKind.CREDITED, amount, order, actor, now)
    session.add(
        ReferralEarning(
            referrer_id=referrer.telegram_id,
            referral_id=order.buyer_id,
            order_id=order.id,
            amount=amount,
            percent=percent,
            created_at=now,
        )
    )
    event = events.record(
        session, "bonus.credited", actor=actor, subject=f"user:{referrer.telegram_id}", now=now, amount=amount
    )
    outbox.tell(session, event, [referrer.telegram_id], "bonus-credited", amount=str(amount))
    return amount


def balance(session: Session, user_id: int) -> Decimal:
    """Return what somebody may spend."""
    return session.scalar(select(Customer.bonus_balance).where(Customer.telegram_id == user_id)) or Decimal(0)


def earned(session: Session, user_id: int) -> Decimal:
    """Return everything that somebody's referrals have brought so far."""
    query = select(func.sum(ReferralEarning.amount)).where(ReferralEarning.referrer_id == user_id)
    return session.scalar(query) or Decimal(0)


def referrals(session: Session, user_id: int, *, limit: int = 20) -> Sequence[Referral]:
    """Return whom somebody invited, newest first, with what each brought."""
    mine = ReferralEarning.referral_id == User.telegram_id
    query = (
        select(User.first_name, func.count(ReferralEarning.id), func.sum(ReferralEarning.amount))
        .outerjoin(ReferralEarning, mine)
        .where(User.referrer_id == user_id)
        .group_by(User.telegram_id, User.first_name, User.registered_at)
        .order_by(User.registered_at.desc())
        .limit(limit)
    )
    return [Referral(name, orders, amount or Decimal(0)) for name, orders, amount in session.execute(query)]


def _enter(
    session: Session,
    customer: Customer,
    kind: BonusKind,
    amount: Decimal,
    order: Order,
    actor: str,
    now: datetime,
    part: int = 0,
) -> None:
    customer.bonus_balance += amount
    session.add(
        BonusEntry(
            user_id=customer.telegram_id,
            kind=kind,
            amount=amount,
            order_id=order.id,
            part=part,
            actor=actor,
            created_at=now,
        )
    )
