"""The audit trail as operators read it: events chosen and paged, and one with whom it told what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Event, OutboxMessage
from bot.services.queries import searching
from bot.services.queries.paging import Window

ALIASES = {"customer": "user", "code": "reference_code", "refcode": "reference_code", "question": "help"}
"""What operators call a subject, and what the trail does."""
IN_CAPITALS = frozenset({"order", "reference_code"})


@dataclass(frozen=True)
class Wanted:
    """Which events; whatever is None lets all through. In kind, subject and actor, * stands for anything."""

    kind: str | None = None
    subject: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Whole:
    """An event with the others of the same moment, and the messages that it caused."""

    event: Event
    others: Sequence[Event]
    messages: Sequence[OutboxMessage]


def listed(session: Session, wanted: Wanted, window: Window) -> Iterator[Event]:
    """Yield the events that are wanted, the newest first."""
    # Asked for a time, they are found by it, and so they are sorted by it.
    is_timed = wanted.since is not None or wanted.until is not None
    keys = (Event.created_at.desc(), Event.id.desc()) if is_timed else (Event.id.desc(),)
    query = select(Event).where(*_conditions(wanted)).order_by(*keys)
    return (row[0] for row in window.rows(session, query, key=Event.id))


def whole(session: Session, event_id: int) -> Whole:
    """Return an event with what belongs to it.

    Raises:
        NotFound: there is none.
    """
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound("event", str(event_id))
    others = select(Event).where(Event.unit == event.unit, Event.id != event_id).order_by(Event.id)
    told = select(OutboxMessage).where(OutboxMessage.event_id == event_id).order_by(OutboxMessage.id)
    return Whole(event, session.scalars(others).all(), session.scalars(told).all())


def subject_named(text: str) -> str:
    """Return a subject as it stands in the trail: "order:abcdef" is "order:ABCDEF", "customer:7" is "user:7"."""
    kind, colon, name = text.strip().partition(":")
    kind = ALIASES.get(kind.lower(), kind.lower())
    return f"{kind}{colon}{name.upper() if kind in IN_CAPITALS else name}"


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, pattern in ((Event.kind, wanted.kind), (Event.actor, wanted.actor)):
        if pattern is not None:
            yield searching.fits(column, pattern.strip())
    if wanted.subject is not None:
        yield searching.fits(Event.subject, subject_named(wanted.subject))
    if wanted.since is not None:
        yield Event.created_at >= wanted.since
    if wanted.until is not None:
        yield Event.created_at < wanted.until
