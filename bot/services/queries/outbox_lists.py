"""The outbox as operators read it: messages chosen and paged, and one with what caused it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Event, OutboxMessage, OutboxStatus, User
from bot.services import letters
from bot.services.outbox import MOST_UNCERTAIN
from bot.services.queries import searching
from bot.services.queries.paging import Window


@dataclass(frozen=True)
class Wanted:
    """Which messages; whatever is None or empty lets all through. In `kind`, * stands for anything."""

    statuses: tuple[OutboxStatus, ...] = ()
    recipient: int | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """A message in a list; a recipient who never entered has no name."""

    message: OutboxMessage
    first_name: str | None


@dataclass(frozen=True)
class Whole:
    """A message with the event that caused it; of a letter also its text, in clear."""

    message: OutboxMessage
    first_name: str | None
    event: Event
    text: str | None


def listed(session: Session, wanted: Wanted, window: Window) -> Iterator[Listed]:
    """Yield the messages that are wanted, the newest first."""
    query = select(*_COLUMNS).outerjoin(User, User.telegram_id == OutboxMessage.recipient)
    query = query.where(*_conditions(wanted)).order_by(OutboxMessage.id.desc())
    return (Listed(*row) for row in window.rows(session, query, key=OutboxMessage.id))


def whole(session: Session, message_id: int) -> Whole:
    """Return a message with what caused it.

    Raises:
        NotFound: there is none.
    """
    query = select(*_COLUMNS).outerjoin(User, User.telegram_id == OutboxMessage.recipient)
    row = session.execute(query.where(OutboxMessage.id == message_id)).first()
    if row is None:
        raise NotFound("message", str(message_id))
    found = Listed(*row)
    message = found.message
    event = session.get_one(Event, message.event_id)
    return Whole(message, found.first_name, event, letters.opened(session, message.kind, message.facts))


def with_status(session: Session, status: OutboxStatus) -> Sequence[int]:
    """Return the ids of all messages with a status, the oldest first."""
    query = select(OutboxMessage.id).where(OutboxMessage.status == status).order_by(OutboxMessage.id)
    return session.scalars(query).all()


def uncertain_among(session: Session, ids: Sequence[int]) -> int:
    """Return how many of these messages may have arrived, and are not sent again by themselves."""
    is_uncertain = (OutboxMessage.status == OutboxStatus.UNCERTAIN) & (OutboxMessage.uncertain_count >= MOST_UNCERTAIN)
    may_have = is_uncertain | (OutboxMessage.status == OutboxStatus.PARKED)
    return len(session.scalars(select(OutboxMessage.id).where(OutboxMessage.id.in_(ids), may_have)).all())


_COLUMNS: tuple[Any, ...] = (OutboxMessage, User.first_name)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.statuses:
        yield OutboxMessage.status.in_(wanted.statuses)
    if wanted.recipient is not None:
        yield OutboxMessage.recipient == wanted.recipient
    if wanted.kind is not None:
        yield searching.fits(OutboxMessage.kind, wanted.kind)
    if wanted.since is not None:
        yield OutboxMessage.created_at >= wanted.since
    if wanted.until is not None:
        yield OutboxMessage.created_at < wanted.until
