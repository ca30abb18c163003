"""Bonus balances: credited to referrers, spent on orders, refunded; every change stands in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.errors import BadValue, WrongState
from bot.models import BonusEntry, BonusKind, Customer, Order, ReferralEarning, User
from bot.services import cleaning, context, events, locking, money, outbox, people

ERASED = "erased"
"""What is left of the reason why a bonus moved by hand, of somebody who was erased."""


@dataclass(frozen=True)
class Referral:
    """Somebody who was invited, and what they brought."""

    first_name: str
    orders: int
    earned: Decimal


def spend(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Take the order's bonus from the balance of its customer, who is locked already: customers come before goods."""
    if order.bonus_applied:
        customer = locking.customers(session, [order.buyer_id])[order.buyer_id]
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
) -> None:
    """Credit the referrer's share of the money paid for a delivered order, and tell them.

    The share is `percent` of the order's due (after bonus and discounts), rounded half up to the currency's unit.
    """
    amount = money.rounded(order.due * percent / 100, order.currency)
    if not amount:
        return
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


def adjust(
    session: Session,
    user_id: int,
    amount: Decimal,
    *,
    reason: str,
    notify: bool,
    actor: str,
    now: datetime,
    seen: Decimal | None = None,
) -> BonusEntry:
    """Add `amount` to somebody's balance by hand, or take it away where it is negative.

    `seen` is the balance that the actor has read, so that nothing is moved twice, nor on a figure that is outdated.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: there is no reason, the amount is zero, or the balance would be negative or too large to be kept.
        WrongState: the balance is no longer the one that was seen.
    """
    why = cleaning.line("reason", reason, longest=500)
    people.find(session, user_id)
    customer = locking.customers(session, [user_id])[user_id]
    if seen is not None and customer.bonus_balance != seen:
        why = f"the balance is {customer.bonus_balance} by now, no longer {seen}; look again"
        raise WrongState("balance", str(user_id), why, "balance-moved")
    _require_room(customer, amount, context.of(session).currency)
    entry = _enter(session, customer, BonusKind.ADJUSTED, amount, None, actor, now, reason=why)
    event = events.record(
        session,
        "bonus.adjusted",
        actor=actor,
        subject=people.actor(user_id),
        now=now,
        amount=amount,
        balance=customer.bonus_balance,
        reason=why,
    )
    if notify:
        outbox.tell(session, event, [user_id], "bonus-adjusted", amount=str(amount), reason=why)
    return entry


def forfeit(session: Session, customer: Customer, *, actor: str, now: datetime) -> Decimal:
    """Take a (locked) customer's whole balance, who is being erased, and every word about bonus; return how much."""
    words = update(BonusEntry).where(BonusEntry.user_id == customer.telegram_id, BonusEntry.reason.is_not(None))
    session.execute(words.values(reason=ERASED), execution_options={"synchronize_session": False})
    amount = customer.bonus_balance
    if amount:
        _enter(session, customer, BonusKind.ADJUSTED, -amount, None, actor, now, reason=ERASED)
    return amount


def balance_after(session: Session, user_id: int, amount: Decimal) -> Decimal:
    """Return what somebody's balance would become, changing nothing.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: the amount is zero, or the balance would be negative or too large to be kept.
    """
    people.find(session, user_id)
    customer = people.customer(session, user_id)
    _require_room(customer, amount, context.of(session).currency)
    return customer.bonus_balance + amount


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


def _require_room(customer: Customer, amount: Decimal, currency: str) -> None:
    if not amount:
        raise BadValue("amount", str(amount), "write more than nothing")
    if customer.bonus_balance + amount < 0:
        raise BadValue("amount to remove", str(-amount), f"the balance is {customer.bonus_balance} {currency}")
    if customer.bonus_balance + amount > money.LARGEST:
        raise BadValue("amount to add", str(amount), f"a balance holds {money.LARGEST} {currency} at most")


def _enter(
    session: Session,
    customer: Customer,
    kind: BonusKind,
    amount: Decimal,
    order: Order | None,
    actor: str,
    now: datetime,
    part: int = 0,
    reason: str | None = None,
) -> BonusEntry:
    customer.bonus_balance += amount
    entry = BonusEntry(
        user_id=customer.telegram_id,
        kind=kind,
        amount=amount,
        order_id=order.id if order else None,
        part=part,
        reason=reason,
        actor=actor,
        created_at=now,
    )
    session.add(entry)
    return entry
