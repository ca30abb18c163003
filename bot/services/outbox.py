"""Messages that must reach people: written with the change that causes them, sent by the courier."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import WrongState
from bot.models import FIRST_PSEUDONYM, OutboxMessage, OutboxStatus, RoleName, User
from bot.services import cleaning, compiled, context, locking
from bot.services.events import Recorded, record

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=40)
STALE_AFTER = timedelta(seconds=45)
"""A claim as old as this belongs to a courier that died; nobody knows whether its message arrived."""
MOST_UNCERTAIN = 2
PER_SECOND = 5
"""Of a message to many so many are due each second, fewer than the courier sends."""
ERASED = {"erased": True}
"""What is left of the facts of a message when they were erased; it cannot be sent again."""
IS_ADMIN = and_(User.__table__.c.role == RoleName.ADMIN, User.__table__.c.is_banned.is_(False))
"""Of the users those who run the shop beside the owner."""
_MESSAGE = insert(OutboxMessage.__table__)
_CLOSED = {
    OutboxStatus.SENDING: "it is just being sent",
    OutboxStatus.SENT: "it has been sent",
    OutboxStatus.REPEATED: "it has been queued again already",
    OutboxStatus.DROPPED: "it has been taken out already",
}


@dataclass(frozen=True)
class Claimed:
    """A message that the courier may send now."""

    id: int
    recipient: int
    kind: str
    facts: dict[str, Any]
    broadcast_id: int | None = None

    @property
    def is_for_group(self) -> bool:
        """Tell whether it goes to a group; people have positive ids."""
        return self.recipient < 0


def tell(session: Session, event: Recorded, recipients: Iterable[int], kind: str, **facts: Any) -> None:
    """Queue a message about an event for each recipient. `kind` names the text, `facts` fill it."""
    _queue(session, event.id, dict.fromkeys(recipients, event.created_at), event.created_at, kind, facts)


def tell_many(session: Session, event: Recorded, recipients: Iterable[int], kind: str, **facts: Any) -> None:
    """Queue a message for what may be thousands: due bit by bit, so that no other message waits for all of it."""
    turns = ((number // PER_SECOND, recipient) for number, recipient in enumerate(recipients))
    due = {recipient: event.created_at + timedelta(seconds=turn) for turn, recipient in turns}
    _queue(session, event.id, due, event.created_at, kind, facts)


def tell_segment(
    session: Session, event_id: int, broadcast_id: int, recipients: Iterable[int], kind: str, *, now: datetime
) -> None:
    """Queue the message of a broadcast for some of its people; it goes when nothing else is due, and once a person."""
    facts = {"broadcast_id": broadcast_id}
    _queue(session, event_id, dict.fromkeys(recipients, now), now, kind, facts, broadcast_id)


def queue_for(session: Session, event_id: int, recipient: int, kind: str, *, now: datetime, **facts: Any) -> None:
    """Queue one message about an event that was recorded before."""
    _queue(session, event_id, {recipient: now}, now, kind, facts)


def _queue(
    session: Session,
    event_id: int,
    due: Mapping[int, datetime],
    now: datetime,
    kind: str,
    facts: Mapping[str, Any],
    broadcast_id: int | None = None,
) -> None:
    rows = [
        {
            "event_id": event_id,
            "recipient": recipient,
            "broadcast_id": broadcast_id,
            "kind": kind,
            "facts": facts,
            "status": OutboxStatus.PENDING,
            "attempts": 0,
            "uncertain_count": 0,
            "next_attempt_at": due[recipient],
            "created_at": now,
        }
        for recipient in sorted(due)
    ]
    if rows:
        compiled.insert_all(session, _MESSAGE, rows)


def staff(session: Session) -> set[int]:
    """Return the ids of the owner and of all admins who are not banned."""
    return {*session.scalars(select(User.telegram_id).where(IS_ADMIN)), *owners(session)}


def owners(session: Session) -> set[int]:
    """Return the owner's id, if one is configured."""
    owner_id = context.of(session).owner_id
    return {owner_id} if owner_id else set()


def claim(
    session: Session, *, now: datetime, limit: int = 30, and_broadcasts: bool = True, resting: Sequence[int] = ()
) -> list[Claimed]:
    """Take the next messages: they become `sending`, so that no other courier takes them. None go to chats that rest.

    Those of broadcasts come last, and not at all unless `and_broadcasts` is asked for.
    """
    claimed = []
    stale = now - STALE_AFTER
    due = list(locking.due_messages(session, now=now, stale=stale, limit=limit, resting=resting))
    if and_broadcasts and len(due) < limit:
        due += locking.due_broadcast_messages(session, now=now, stale=stale, limit=limit - len(due), resting=resting)
    for message in due:
        if message.status is OutboxStatus.SENDING:
            message.uncertain_count += MOST_UNCERTAIN if _has_left(session, message, stale) else 1
        if message.uncertain_count >= MOST_UNCERTAIN:
            message.status = OutboxStatus.UNCERTAIN
            continue
        message.status = OutboxStatus.SENDING
        message.claimed_at = now
        message.attempts += 1
        claimed.append(Claimed(message.id, message.recipient, message.kind, message.facts, message.broadcast_id))
    return claimed


def _has_left(session: Session, message: OutboxMessage, stale: datetime) -> bool:
    """Tell whether a courier that died had begun another message of the same broadcast after this one.

    It begins them one by one and waits for Telegram's answers to a few together, so this one was on its way by then:
    of all that it leaves behind only the last is sent once more.
    """
    if message.broadcast_id is None:
        return False
    others = (OutboxMessage.status == OutboxStatus.SENDING) & (OutboxMessage.broadcast_id == message.broadcast_id)
    later = (OutboxMessage.claimed_at > message.claimed_at) & (OutboxMessage.claimed_at <= stale)
    return session.scalar(select(OutboxMessage.id).where(others, later).limit(1)) is not None


def mark_sent(session: Session, message_id: int, *, now: datetime) -> None:
    """Note that Telegram took the message."""
    mark = update(OutboxMessage.__table__).where(OutboxMessage.__table__.c.id == message_id)
    session.execute(mark.values(status=OutboxStatus.SENT, sent_at=now, error=None))


def mark_refused(session: Session, message_id: int, why: str, *, now: datetime, retry_after: int | None = None) -> None:
    """Put the message back: Telegram did not take it, so it will be tried again, later each time.

    Never so late that somebody waits a minute once Telegram is back. `retry_after` is its own wish, in seconds.
    """
    message = _waiting_again(session, message_id, OutboxStatus.PENDING)
    pause = min(FIRST_PAUSE * 2 ** min(message.attempts, 10), LONGEST_PAUSE)
    message.next_attempt_at = now + max(pause, timedelta(seconds=retry_after or 0))
    message.error = why[:500]


def mark_uncertain(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Note that nobody knows whether the message arrived: it is sent once more, then left alone."""
    message = _waiting_again(session, message_id, OutboxStatus.UNCERTAIN)
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


def put_back(session: Session, message_id: int) -> None:
    """Let a message wait as if it had never been claimed; nothing was tried."""
    _waiting_again(session, message_id, OutboxStatus.PENDING).attempts -= 1


def withdraw(session: Session, message_id: int, why: str) -> None:
    """End a message that its recipient may no longer read; nobody is alarmed."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.DROPPED
    message.error = why[:500]


def mark_dead(session: Session, message_id: int, why: str, *, now: datetime) -> None:
    """Note that Telegram will never take the message: the owner is alerted, but not for each of a broadcast."""
    message = locking.message(session, message_id)
    message.status = OutboxStatus.DEAD
    message.error = why[:500]
    if message.kind != "message-dead" and message.broadcast_id is None:
        event = record(
            session, "message.dead", actor="job:courier", subject=f"message:{message.id}", now=now, kind_of=message.kind
        )
        tell(session, event, owners(session), "message-dead", message_id=message.id, text=why[:200])


def repeat(session: Session, message_id: int, *, actor: str, now: datetime) -> OutboxMessage:
    """Queue a message that did not arrive once more, as a new one, and return that.

    The old one stays and says what it has become. Of an uncertain message nobody knows whether it arrived, so this may
    be its second time.

    Raises:
        NotFound: there is no such message.
        WrongState: it was sent or will be, it was queued again already, or its recipient has blocked the bot.
    """
    old = locking.message(session, message_id)
    _require_still(session, old)
    was = f"was {old.status}: {old.error}" if old.error else f"was {old.status}"
    subject = f"message:{old.id}"
    event = record(session, "message.repeated", actor=actor, subject=subject, now=now, kind_of=old.kind, was=old.status)
    tell(session, event, [old.recipient], old.kind, **old.facts)
    new = session.scalars(select(OutboxMessage).where(OutboxMessage.event_id == event.id)).one()
    old.status = OutboxStatus.REPEATED
    old.error = f"queued again as {new.id}; {was}"[:500]
    return new


def drop(session: Session, message_id: int, *, reason: str, actor: str, now: datetime) -> OutboxMessage:
    """Take a message out of the outbox, so that nobody sends it.

    Raises:
        NotFound: there is no such message.
        BadValue: there is no reason.
        WrongState: it was sent, is just being sent, or was taken out already.
    """
    why = cleaning.line("reason", reason, longest=300)
    message = locking.message(session, message_id)
    if message.status in _CLOSED:
        raise WrongState("message", str(message_id), _CLOSED[message.status])
    subject = f"message:{message.id}"
    record(session, "message.dropped", actor=actor, subject=subject, now=now, kind_of=message.kind, reason=why)
    message.status = OutboxStatus.DROPPED
    message.error = f"dropped by {actor}: {why}"[:500]
    return message


def waits(message: OutboxMessage) -> bool:
    """Tell whether the courier will send a message without being asked to."""
    is_tried_again = message.status is OutboxStatus.UNCERTAIN and message.uncertain_count < MOST_UNCERTAIN
    return message.status is OutboxStatus.PENDING or is_tried_again


def are_waiting() -> ColumnElement[bool]:
    """Return the condition that `waits` tells of one message."""
    once_more = (OutboxMessage.status == OutboxStatus.UNCERTAIN) & (OutboxMessage.uncertain_count < MOST_UNCERTAIN)
    return or_(OutboxMessage.status == OutboxStatus.PENDING, once_more)


def waiting(session: Session) -> int:
    """Return how many messages wait to be sent, beside those of broadcasts."""
    query = select(func.count()).where(are_waiting(), OutboxMessage.broadcast_id.is_(None))
    return session.scalar(query) or 0


def drop_broadcast(session: Session, broadcast_id: int, why: str) -> None:
    """Take everything that waits of a broadcast out of the outbox."""
    query = update(OutboxMessage).where(are_waiting(), OutboxMessage.broadcast_id == broadcast_id)
    dropped = query.values(status=OutboxStatus.DROPPED, error=why)
    session.execute(dropped, execution_options={"synchronize_session": False})


def _waiting_again(session: Session, message_id: int, status: OutboxStatus) -> OutboxMessage:
    """Let a message that was on its way wait in this status; of a broadcast that has ended since, nothing waits."""
    broadcast_id = session.scalar(select(OutboxMessage.broadcast_id).where(OutboxMessage.id == message_id))
    is_over = broadcast_id is not None and locking.broadcast(session, broadcast_id).state.is_over
    message = locking.message(session, message_id)
    is_over = is_over or message.recipient >= FIRST_PSEUDONYM
    message.status = OutboxStatus.DROPPED if is_over else status
    return message


def _require_still(session: Session, message: OutboxMessage) -> None:
    """Refuse to repeat what needs no second time, or of which nothing is left."""
    if message.facts == ERASED:
        raise WrongState("message", str(message.id), "what it said was erased; write a new one")
    if waits(message):
        raise WrongState("message", str(message.id), "it waits to be sent already")
    if message.status in _CLOSED and message.status is not OutboxStatus.DROPPED:
        raise WrongState("message", str(message.id), _CLOSED[message.status])
    away = select(User.telegram_id).where(User.telegram_id == message.recipient, User.blocked_bot_at.is_not(None))
    if session.scalar(away) is not None:
        why = f"{message.recipient} has blocked the bot, so nothing reaches them until they are back"
        raise WrongState("message", str(message.id), why)
