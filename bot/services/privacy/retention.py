"""How long personal data stays: what each setting of that kind erases, a few hundred rows at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from bot.models import (
    CheckoutDraft,
    Event,
    HelpCopy,
    HelpMessage,
    HelpThread,
    Order,
    OrderStatus,
    OrderStep,
    OutboxMessage,
    OutboxStatus,
    RetentionMark,
)
from bot.services import details, events, locking, outbox, settings

BATCH = 500
"""So many rows a transaction at most, so that nobody waits for it."""
JOB = "job:retention"
ENDED = (OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED)
PRESSES = (
    "cart.added",
    "cart.cleared",
    "cart.removed",
    "cart.reordered",
    "checkout.begun",
    "customer.language",
    "customer.news",
    "help.listening",
    "log.requested",
    "waiting.joined",
    "waiting.left",
)
"""Events that no book, message or rule of the shop needs later."""


@dataclass(frozen=True)
class Rule:
    """One kind of data: the setting that says for how many days, and what erases some of what is older."""

    setting: str
    erase_some: Callable[[Session, datetime, int, datetime], int]


def erase_some(session: Session, setting: str, *, now: datetime, limit: int = BATCH) -> int:
    """Erase some of what is older than a setting allows, and return how many rows that were; 0 when none is left."""
    days = settings.get(session, setting)
    if not days:
        return 0
    rule = next(rule for rule in RULES if rule.setting == setting)
    return rule.erase_some(session, now - timedelta(days=days), limit, now)


def note(session: Session, counts: dict[str, int], *, now: datetime) -> None:
    """Record how much was erased of what; nothing where there was nothing."""
    done = {setting: count for setting, count in counts.items() if count}
    if done:
        events.record(session, "retention.swept", actor=JOB, subject="retention", now=now, **done)


def _order_details(session: Session, before: datetime, limit: int, now: datetime) -> int:
    ended_at = select(func.max(OrderStep.created_at)).where(OrderStep.order_id == Order.id).scalar_subquery()
    old = select(Order.id).where(Order.details_erased_at.is_(None), Order.created_at < before)
    query = old.where(Order.order_status.in_(ENDED), ended_at < before).order_by(Order.created_at).limit(limit)
    ids = session.scalars(query).all()
    for order in locking.orders_by_id(session, ids):
        if order.order_status in ENDED and order.details_erased_at is None:
            details.erase(order, now=now)
    return len(ids)


def _conversations(session: Session, before: datetime, limit: int, _now: datetime) -> int:
    """Erase the copies first, then the messages, and last the conversations in which nothing is left."""
    is_old = (HelpMessage.created_at < before) & or_(
        HelpMessage.by_customer.is_(False), HelpMessage.settled_at.is_not(None)
    )
    copy = (HelpCopy.help_message_id, HelpCopy.recipient)
    copies = select(*copy).join(HelpMessage, HelpMessage.id == HelpCopy.help_message_id).where(is_old).limit(limit)
    if found := [tuple(row) for row in session.execute(copies)]:
        session.execute(delete(HelpCopy).where(tuple_(*copy).in_(found)))
        return len(found)
    ids = session.scalars(select(HelpMessage.id).where(is_old).order_by(HelpMessage.created_at).limit(limit)).all()
    if ids:
        session.execute(delete(HelpMessage).where(HelpMessage.id.in_(ids)))
        return len(ids)
    has_message = select(HelpMessage.id).where(HelpMessage.user_id == HelpThread.user_id).exists()
    is_over = (HelpThread.last_at < before) & HelpThread.waiting_since.is_(None) & ~has_message
    people = session.scalars(select(HelpThread.user_id).where(is_over).limit(limit)).all()
    # Asked once more: somebody may be writing just now.
    session.execute(delete(HelpThread).where(HelpThread.user_id.in_(people), is_over))
    return 0


def _checkouts(session: Session, before: datetime, limit: int, _now: datetime) -> int:
    is_old = CheckoutDraft.updated_at < before
    people = session.scalars(select(CheckoutDraft.user_id).where(is_old).order_by(CheckoutDraft.user_id).limit(limit))
    ids = people.all()
    session.execute(delete(CheckoutDraft).where(CheckoutDraft.user_id.in_(ids), is_old))
    return len(ids)


def _messages(session: Session, before: datetime, limit: int, _now: datetime) -> int:
    """Empty what has been sent or never will be, in the order of the outbox, up to what still waits to be sent."""
    mark = session.get(RetentionMark, "outbox") or RetentionMark(name="outbox", last_id=0)
    columns = (OutboxMessage.id, OutboxMessage.created_at, OutboxMessage.status, OutboxMessage.broadcast_id)
    query = select(*columns).where(OutboxMessage.id > mark.last_id).order_by(OutboxMessage.id).limit(limit)
    old = []
    for message_id, created_at, status, broadcast_id in session.execute(query):
        waits = status in (OutboxStatus.PENDING, OutboxStatus.SENDING)
        if created_at >= before or (waits and broadcast_id is None):
            break
        old.append(message_id)
    if old:
        mark.last_id = old[-1]
        session.add(mark)
        is_over = OutboxMessage.status.not_in((OutboxStatus.PENDING, OutboxStatus.SENDING))
        emptied = update(OutboxMessage).where(OutboxMessage.id.in_(old), is_over)
        session.execute(emptied.values(facts=outbox.ERASED), execution_options={"synchronize_session": False})
    return len(old)


def _presses(session: Session, before: datetime, limit: int, _now: datetime) -> int:
    is_old = (Event.kind.in_(PRESSES)) & (Event.created_at < before)
    ids = session.scalars(select(Event.id).where(is_old).limit(limit)).all()
    session.execute(delete(Event).where(Event.id.in_(ids)), execution_options={"synchronize_session": False})
    return len(ids)


RULES = (
    Rule("order_details_days", _order_details),
    Rule("conversation_days", _conversations),
    Rule("checkout_days", _checkouts),
    Rule("message_days", _messages),
    Rule("press_days", _presses),
)
