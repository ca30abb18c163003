"""Messages that must reach people: written with the change that causes them, sent by the courier."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from bot.models import OutboxMessage, OutboxStatus, RoleName, User
from bot.services import context, locking
from bot.services.events import Recorded, record

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
STALE_AFTER = timedelta(seconds=45)
"""A claim as old as this belongs to a courier that died; nobody knows whether its message arrived."""
MOST_UNCERTAIN = 2


@dataclass(frozen=True)
class Claimed:
    """A message that the courier may send now."""

    id: int
    recipient: int
    kind: str
    facts: dict[str, Any]


def tell(session: Session, event: Recorded, recipients: Iterable[int], kind: str, **facts: Any) -> None:
    """Queue a message about an event for each recipient. `kind` names the text, `facts` fill it."""
    rows = [
        {
            "event_id": event.id,
            "recipient": recipient,
            "kind": kind,
            "facts": facts,
            "status": OutboxStatus.PENDING,
            "attempts": 0,
            "next_attempt_at": event.created_at,
            "created_at": event.created_at,
        }
        for recipient in sorted(set(recipients))
    ]
    if rows:
        session.execute(insert(OutboxMessage), rows)


def staff(session: Session) -> set[int]:
    """Return the ids of the owner and of all admins who are not banned."""
    query = select(User.telegram_id).where(User.role == RoleName.ADMIN, User.is_banned.is_(False))
    return {*session.scalars(query), *owners(session)}


def owners(session: Session) -> set[int]:
    """Return the owner's id, if one is configured."""
    owner_id = context.of(session).owner_id
    return {owner_id} if owner_id else set()


def claim(session: Session, *, now: datetime, limit: int = 30) -> list[Claimed]:
    """Take the next messages: they become `sending`, so that no other courier takes them."""
    claimed = []
    for message in locking.due_messages(session, now=now, stale=now - STALE_AFTER, limit=limit):
        if message.status is OutboxStatus.SENDING:
            message.uncertain_count += 1
        if message.uncertain_count >= MOST_UNCERTAIN:
            message.status = OutboxStatus.UNCERTAIN
            continue
        message.status = OutboxStatus.SENDING
        message.claimed_at = now
        message.attempts += 1
        claimed.append(Claimed(message.id, message.recipient, message.kind, message.facts))
    return claimed


def mark_sent(session: Session, message_id: int, *, now: datetime) -> None:
    """Note that Telegram took the message."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.SENT
    message.sent_at = now
    message.error = None


def mark_refused(session: Session, message_id: int, why: str, *, now: datetime, retry_after: int | None = None) -> None:
    """Put the message back: Telegram did not take it, so it will be tried again, later each time.

    `retry_after` is Telegram's own wish, in seconds.
    """
    message = locking.message(session, message_id)
    pause = min(FIRST_PAUSE * 2 ** min(message.attempts, 10), LONGEST_PAUSE)
    message.status = OutboxStatus.PENDING
    message.next_attempt_at = now + max(pause, timedelta(seconds=retry_after or 0))
    message.error = why[:500]


def mark_uncertain(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Note that nobody knows whether the message arrived: it is sent once more, then left alone."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.UNCERTAIN
    message.uncertain_count += 1
    message.next_attempt_at = now + FIRST_PAUSE
    message.error = why[:500]


def mark_blocked(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Note that the recipient has blocked the bot or never started it; nothing more is sent to them."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.BLOCKED
    message.error = why[:500]
    user = session.get(User, message.recipient)
    if user is not None:
        user.blocked_bot_at = now


def withdraw(session: Session, message_id: int, why: str) -> None:
    """End a message that its recipient may no longer read; nobody is alarmed."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.DEAD
    message.error = why[:500]


def mark_dead(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Note that Telegram will never take the message: our bug; the owner is alerted."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.DEAD
    message.error = why[:500]
    if message.kind != "message-dead":
        event = record(
            session, "message.dead", actor="job:courier", subject=f"message:{message.id}", now=now, kind_of=message.kind
        )
        tell(session, event, owners(session), "message-dead", message_id=message.id, text=why[:200])


def waiting(session: Session) -> int:
    """Return how many messages wait to be sent."""
    once_more = (OutboxMessage.status == OutboxStatus.UNCERTAIN) & (OutboxMessage.uncertain_count < MOST_UNCERTAIN)
    query = select(func.count()).where(or_(OutboxMessage.status == OutboxStatus.PENDING, once_more))
    return session.scalar(query) or 0
