"""How a broadcast gets to its people: begun at its time, put into the outbox bit by bit, and finished.

Everything that has to be known stands in the database, so whichever process looks next goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.models import Broadcast, BroadcastState, OutboxMessage, OutboxStatus, User
from bot.services import broadcasts, locking, outbox, segments

KIND = "broadcast"
BATCH = 100
"""So many are put into the outbox at a time ..."""
FEWEST = 60
"""... when fewer than these wait there: more than are sent until somebody looks again."""
MOST_FAILED = 5
"""A broadcast that has failed so often, and no more often arrived, stops by itself."""
JOB = "job:broadcasts"


class Verdict(StrEnum):
    """What shall become of a message of a broadcast, when its turn has come."""

    SEND = "send"
    WAIT = "wait"
    WITHDRAW = "withdraw"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Addressed:
    """A broadcast for one person, whose language is known; None of somebody who has not entered."""

    broadcast: Broadcast
    language: str | None
    verdict: Verdict


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the broadcasts that something is to be done about."""
    is_due = (Broadcast.state == BroadcastState.SCHEDULED) & (Broadcast.scheduled_at <= now)
    query = select(Broadcast.id).where(or_(Broadcast.state == BroadcastState.RUNNING, is_due))
    return session.scalars(query.order_by(Broadcast.id)).all()


def advance(session: Session, broadcast_id: int, *, now: datetime) -> None:
    """Begin a broadcast whose time has come, put the next of its people into the outbox, or finish it."""
    broadcast = locking.broadcast(session, broadcast_id)
    at = broadcast.scheduled_at
    if broadcast.state is BroadcastState.SCHEDULED and at is not None and at <= now:
        broadcasts.begin(session, broadcast, actor=JOB, now=now)
    if broadcast.state is not BroadcastState.RUNNING:
        return
    if not broadcast.is_queued and _waiting(session, broadcast_id) < FEWEST:
        _queue(session, broadcast, now)
    if broadcast.is_queued and not _is_underway(session, broadcast_id):
        _finish(session, broadcast, now)


def addressed(session: Session, message: outbox.Claimed) -> Addressed:
    """Return the broadcast of a message, and whether its recipient gets it as things are now. One statement."""
    query: Any = select(Broadcast, User.language, User.is_banned, User.broadcasts_off_at, User.blocked_bot_at)
    query = query.outerjoin(User, User.telegram_id == message.recipient)
    row = session.execute(query.where(Broadcast.id == message.facts["broadcast_id"])).one()
    broadcast, language, is_banned, off_at, blocked_at = row
    # What was queued once more by hand is a message like any other, and goes also after the end.
    is_held = message.broadcast_id is not None and broadcast.state is not BroadcastState.RUNNING
    verdict = Verdict.SEND
    # Who is not there was erased a moment ago.
    if is_banned is not False or off_at is not None or (is_held and broadcast.state.is_over):
        verdict = Verdict.WITHDRAW
    elif blocked_at is not None:
        verdict = Verdict.BLOCKED
    elif is_held:
        verdict = Verdict.WAIT
    return Addressed(broadcast, language, verdict)


def mark_failed(session: Session, message_id: int, broadcast_id: int, why: str, *, now: datetime) -> None:
    """Note that Telegram never takes the message for this person; where it takes none, the broadcast stops."""
    broadcast = locking.broadcast(session, broadcast_id)
    outbox.mark_dead(session, message_id, why, now=now)
    session.flush()
    dead, sent = (_with_status(session, broadcast_id, each) for each in (OutboxStatus.DEAD, OutboxStatus.SENT))
    if broadcast.state is BroadcastState.RUNNING and dead >= MOST_FAILED and dead >= sent:
        broadcast.state = BroadcastState.PAUSED
        broadcast.why = why[:300]
        _tell_author(session, broadcast, "stopped", now)


def end_without_source(session: Session, message_id: int, broadcast_id: int, why: str, *, now: datetime) -> None:
    """Cancel a broadcast of which there is nothing left to send: the message or the picture is gone."""
    was_over = locking.broadcast(session, broadcast_id).state.is_over
    outbox.withdraw(session, message_id, why)
    session.flush()
    if not was_over:
        broadcast = broadcasts.cancel(session, broadcast_id, actor=JOB, now=now, why=why)
        _tell_author(session, broadcast, "gone", now)


def _queue(session: Session, broadcast: Broadcast, now: datetime) -> None:
    who = broadcasts.audience(broadcast)
    ids = segments.next_ids(session, who, after=broadcast.last_user_id, limit=BATCH, now=now)
    assert broadcast.event_id is not None  # noqa: S101 - it has begun
    outbox.tell_segment(session, broadcast.event_id, broadcast.id, ids, KIND, now=now)
    broadcast.queued_count += len(ids)
    broadcast.last_user_id = ids[-1] if ids else broadcast.last_user_id
    broadcast.is_queued = len(ids) < BATCH


def _finish(session: Session, broadcast: Broadcast, now: datetime) -> None:
    broadcast.state = BroadcastState.DONE
    broadcast.finished_at = now
    _tell_author(session, broadcast, "done", now)


def _tell_author(session: Session, broadcast: Broadcast, what: str, now: datetime) -> None:
    sent = _with_status(session, broadcast.id, OutboxStatus.SENT)
    event = broadcasts.note(session, broadcast, what, actor=JOB, now=now, sent=sent, why=broadcast.why)
    if broadcast.author_id is not None:
        facts = {"broadcast_id": broadcast.id, "sent": sent, "why": broadcast.why or ""}
        outbox.tell(session, event, [broadcast.author_id], f"broadcast-{what}", **facts)


def _with_status(session: Session, broadcast_id: int, status: OutboxStatus) -> int:
    is_meant = (OutboxMessage.status == status) & (OutboxMessage.broadcast_id == broadcast_id)
    return session.scalar(select(func.count()).where(is_meant)) or 0


def _waiting(session: Session, broadcast_id: int) -> int:
    is_meant = outbox.are_waiting() & (OutboxMessage.broadcast_id == broadcast_id)
    return session.scalar(select(func.count()).where(is_meant)) or 0


def _is_underway(session: Session, broadcast_id: int) -> bool:
    sending = _with_status(session, broadcast_id, OutboxStatus.SENDING)
    return bool(sending or _waiting(session, broadcast_id))
