"""The audit trail in figures, and its latest lines as monitoring may show them: without anybody's name or id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services.reports.periods import Period

NAMED = frozenset({"order", "goods", "category", "job", "setting", "broadcast"})
"""Subjects that say nothing about people and let nobody in; of all others only the kind is shown."""


@dataclass(frozen=True)
class Happened:
    """An event without whom it concerns: `by` says only what kind of actor it was."""

    id: int
    kind: str
    by: str
    subject: str
    created_at: datetime


@dataclass(frozen=True)
class Counts:
    """How often each kind of event happened in a period, the most frequent first, and all of them by part."""

    kinds: Mapping[str, int]
    parts: Mapping[str, int]


def of(session: Session, period: Period, *, now: datetime) -> Counts:
    """Return how much happened in a period; two statements that read an index only."""
    # Without the kinds, the index that begins with them would not help, and there is none by time alone.
    known = session.scalars(select(Event.kind).distinct()).all()
    part = period.part(session, Event.created_at).label("part")
    query = select(Event.kind, part, func.count()).where(Event.kind.in_(known), period.holds(Event.created_at))
    kinds: dict[str, int] = {}
    parts = dict.fromkeys(period.parts(until=now), 0)
    for kind, when, count in session.execute(query.group_by(Event.kind, part)):
        kinds[kind] = kinds.get(kind, 0) + count
        parts[when] = parts.get(when, 0) + count
    return Counts(dict(sorted(kinds.items(), key=lambda each: (-each[1], each[0]))), parts)


def latest(session: Session, *, kind: str | None = None, limit: int = 60) -> Sequence[Happened]:
    """Return the latest events, of one kind or of all."""
    query = select(Event.id, Event.kind, Event.actor, Event.subject, Event.created_at)
    if kind is None:
        query = query.order_by(Event.id.desc())
    else:
        query = query.where(Event.kind == kind).order_by(Event.created_at.desc())
    return [_happened(*row) for row in session.execute(query.limit(limit))]


def _happened(number: int, kind: str, actor: str, subject: str, created_at: datetime) -> Happened:
    what = subject.partition(":")[0]
    return Happened(number, kind, actor.partition(":")[0], subject if what in NAMED else what, created_at)
