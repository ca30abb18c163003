"""Broadcasts: writing one, sending it now or at a time, and pausing, resuming and cancelling it.

`broadcast_run.py` takes it from there.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import Broadcast, BroadcastState, ContentKind, Segment
from bot.services import events, locking, outbox, people, segments
from bot.services.segments import Audience

PER_SECOND = 25
"""Telegram allows about 30 messages a second in bulk; the rest is for direct answers."""


@dataclass(frozen=True)
class Content:
    """What people get. `text` is Telegram's HTML; a copy is of the message `source` (its chat, its number)."""

    kind: ContentKind
    text: str | None = None
    photo: str | None = None
    source: tuple[int, int] | None = None


def find(session: Session, broadcast_id: int) -> Broadcast:
    """Return a broadcast.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Broadcast, broadcast_id)
    if found is None:
        raise NotFound("broadcast", str(broadcast_id))
    return found


def audience(broadcast: Broadcast) -> Audience:
    """Return who a broadcast is meant for."""
    return Audience(broadcast.segment, broadcast.language, broadcast.least_amount)


def draft_of(session: Session, author_id: int) -> Broadcast | None:
    """Return the draft that somebody has begun, if there is one."""
    is_theirs = (Broadcast.author_id == author_id) & (Broadcast.state == BroadcastState.DRAFT)
    return session.scalar(select(Broadcast).where(is_theirs).order_by(Broadcast.id.desc()).limit(1))


def draft(session: Session, content: Content, *, actor: str, now: datetime, author_id: int | None = None) -> Broadcast:
    """Keep what is to be broadcast until it is confirmed; an older draft of the author is thrown away."""
    if author_id is not None:
        is_older = (Broadcast.author_id == author_id) & (Broadcast.state == BroadcastState.DRAFT)
        session.execute(delete(Broadcast).where(is_older))
    chat_id, message_id = content.source or (None, None)
    made = Broadcast(
        state=BroadcastState.DRAFT,
        content=content.kind,
        text=content.text,
        photo=content.photo,
        source_chat_id=chat_id,
        source_message_id=message_id,
        segment=Segment.EVERYONE,
        created_by=actor,
        author_id=author_id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def aim(session: Session, broadcast_id: int, segment: Segment, language: str | None) -> Broadcast:
    """Choose who gets a draft: a segment, in one language or in all.

    Raises:
        NotFound: there is no such broadcast.
        BadValue: the shop does not speak the language.
        WrongState: it is no draft any more.
    """
    _require_language(language)
    broadcast = _draft(session, broadcast_id)
    if (broadcast.segment, broadcast.language) != (segment, language):
        broadcast.segment, broadcast.language = segment, language
        broadcast.revision += 1
    return broadcast


def plan(session: Session, broadcast_id: int, at: datetime | None) -> Broadcast:
    """Choose when a draft is sent; None is at once.

    Raises:
        NotFound: there is no such broadcast.
        WrongState: it is no draft any more.
    """
    broadcast = _draft(session, broadcast_id)
    if broadcast.scheduled_at != at:
        broadcast.scheduled_at = at
        broadcast.revision += 1
    return broadcast


def confirm(session: Session, broadcast_id: int, revision: int, *, actor: str, now: datetime) -> Broadcast:
    """Send a draft, at once or at its time. Confirmed once more as it was, it goes on as it does.

    Raises:
        NotFound: there is no such broadcast.
        BadValue: its time is over, or nobody is in its segment.
        WrongState: it was changed since it was shown.
    """
    broadcast = locking.broadcast(session, broadcast_id)
    if broadcast.revision != revision:
        raise _wrong(broadcast, "it was changed since it was shown; look at it once more")
    if broadcast.state is not BroadcastState.DRAFT:
        return broadcast
    at = broadcast.scheduled_at
    if at is not None and at <= now:
        raise BadValue("time", f"{at:%Y-%m-%d %H:%M} UTC", "it is over already; choose another")
    _count(session, broadcast, now)
    if not broadcast.people_count:
        raise BadValue("segment", broadcast.segment, "nobody is in it who may get a broadcast; choose another")
    if at is None:
        _begin(session, broadcast, actor, now)
    else:
        broadcast.state = BroadcastState.SCHEDULED
        note(session, broadcast, "scheduled", actor=actor, now=now, at=at)
    return broadcast


def discard(session: Session, broadcast_id: int) -> None:
    """Throw a draft away; one that is gone stays so.

    Raises:
        WrongState: it was confirmed.
    """
    if session.get(Broadcast, broadcast_id) is not None:
        session.delete(_draft(session, broadcast_id))


def write(
    session: Session,
    *,
    content: Content,
    segment: Segment,
    language: str | None,
    at: datetime | None,
    actor: str,
    now: datetime,
) -> Broadcast:
    """Write a broadcast and send it, at once or at a time.

    Raises:
        BadValue: the time is over, the shop does not speak the language, or nobody is in the segment.
    """
    _require_language(language)
    made = draft(session, content, actor=actor, now=now)
    made.segment, made.language, made.scheduled_at = segment, language, at
    session.flush()
    return confirm(session, made.id, made.revision, actor=actor, now=now)


def begin(session: Session, broadcast: Broadcast, *, actor: str, now: datetime) -> None:
    """Let a broadcast whose time has come run from now on; the caller has locked it."""
    _count(session, broadcast, now)
    _begin(session, broadcast, actor, now)


def _begin(session: Session, broadcast: Broadcast, actor: str, now: datetime) -> None:
    broadcast.state = BroadcastState.RUNNING
    broadcast.started_at = now
    broadcast.event_id = note(session, broadcast, "started", actor=actor, now=now).id


def pause(session: Session, broadcast_id: int, *, actor: str, now: datetime) -> Broadcast:
    """Let a broadcast stand still, also what is in the outbox already; one that stands still goes on doing so.

    Raises:
        NotFound: there is no such broadcast.
        WrongState: it is a draft or over.
    """
    broadcast = locking.broadcast(session, broadcast_id)
    if broadcast.state is BroadcastState.PAUSED:
        return broadcast
    _require(broadcast, BroadcastState.RUNNING, BroadcastState.SCHEDULED)
    broadcast.state = BroadcastState.PAUSED
    note(session, broadcast, "paused", actor=actor, now=now)
    return broadcast


def resume(session: Session, broadcast_id: int, *, actor: str, now: datetime) -> Broadcast:
    """Let a paused broadcast go on where it stopped, or wait for its time again; one that runs goes on doing so.

    Raises:
        NotFound: there is no such broadcast.
        WrongState: it is a draft or over.
    """
    broadcast = locking.broadcast(session, broadcast_id)
    if broadcast.state in (BroadcastState.RUNNING, BroadcastState.SCHEDULED):
        return broadcast
    _require(broadcast, BroadcastState.PAUSED)
    has_begun = broadcast.started_at is not None
    broadcast.state = BroadcastState.RUNNING if has_begun else BroadcastState.SCHEDULED
    broadcast.why = None
    note(session, broadcast, "resumed", actor=actor, now=now)
    return broadcast


def cancel(session: Session, broadcast_id: int, *, actor: str, now: datetime, why: str | None = None) -> Broadcast:
    """End a broadcast: whoever has not got it by now never does. `why` is for one that cannot go on.

    Raises:
        NotFound: there is no such broadcast.
        WrongState: it is done.
    """
    broadcast = locking.broadcast(session, broadcast_id)
    if broadcast.state is BroadcastState.CANCELLED:
        return broadcast
    if broadcast.state is BroadcastState.DONE:
        raise _wrong(broadcast, "it is done, so there is nothing left to cancel")
    broadcast.state = BroadcastState.CANCELLED
    broadcast.finished_at = now
    broadcast.why = why[:300] if why else None
    outbox.drop_broadcast(session, broadcast_id, "the broadcast was cancelled")
    note(session, broadcast, "cancelled", actor=actor, now=now)
    return broadcast


def note(
    session: Session, broadcast: Broadcast, what: str, *, actor: str, now: datetime, **facts: object
) -> events.Recorded:
    """Record what has happened to a broadcast."""
    about = {"segment": broadcast.segment.value, "language": broadcast.language, "people": broadcast.people_count}
    subject = f"broadcast:{broadcast.id}"
    return events.record(session, f"broadcast.{what}", actor=actor, subject=subject, now=now, **about, **facts)


def _count(session: Session, broadcast: Broadcast, now: datetime) -> None:
    broadcast.least_amount = segments.least_amount(session) if broadcast.segment is Segment.BIG_SPENDERS else None
    broadcast.people_count = segments.count(session, audience(broadcast), now=now)


def _require_language(language: str | None) -> None:
    if language is not None and language not in people.LANGUAGES:
        raise BadValue("language", language, f"use one of {', '.join(people.LANGUAGES)}")


def _draft(session: Session, broadcast_id: int) -> Broadcast:
    broadcast = locking.broadcast(session, broadcast_id)
    _require(broadcast, BroadcastState.DRAFT)
    return broadcast


def _require(broadcast: Broadcast, *states: BroadcastState) -> None:
    if broadcast.state not in states:
        raise _wrong(broadcast, f"it is {broadcast.state}")


def _wrong(broadcast: Broadcast, why: str) -> WrongState:
    return WrongState("broadcast", str(broadcast.id), why)
