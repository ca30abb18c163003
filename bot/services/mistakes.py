"""Bugs that people or jobs have met: written down with the id that leads to the log, and with nothing about people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.models import Event, Mistake
from bot.services import job_alerts
from bot.services.reports.periods import Period

KEPT = timedelta(days=90)
"""The log files have long been rotated away by then."""


@dataclass(frozen=True)
class Met:
    """A bug, or a job that began to fail; of that only which job it was."""

    error_id: str
    created_at: datetime
    what: str
    place: str


def note(session: Session, met: Iterable[Met], *, now: datetime) -> None:
    """Write down bugs that were met, and forget those of long ago."""
    rows = [
        {
            "error_id": _plain(each.error_id, 8),
            "what": _plain(each.what, 80),
            "place": _plain(each.place, 120),
            "created_at": each.created_at,
        }
        for each in met
    ]
    if rows:
        session.execute(insert(Mistake), rows)
        session.execute(delete(Mistake).where(Mistake.created_at < now - KEPT))


def latest(session: Session, *, limit: int = 100) -> Sequence[Met]:
    """Return the bugs that were met last."""
    columns = (Mistake.error_id, Mistake.created_at, Mistake.what, Mistake.place)
    query = select(*columns).order_by(Mistake.created_at.desc(), Mistake.id.desc()).limit(limit)
    return [Met(*row) for row in session.execute(query)]


def failed_jobs(session: Session, *, limit: int = 20) -> Sequence[Met]:
    """Return the jobs that began to fail last."""
    query = select(Event.facts, Event.created_at).where(Event.kind == job_alerts.FAILED)
    rows = session.execute(query.order_by(Event.created_at.desc()).limit(limit))
    return [Met(str(facts.get("error", "")), created_at, "a job fails", facts["job"]) for facts, created_at in rows]


def by_part(session: Session, period: Period, *, now: datetime) -> dict[str, int]:
    """Return how many bugs were met in each part of a period, until now."""
    part = period.part(session, Mistake.created_at).label("part")
    query = select(part, func.count()).where(period.holds(Mistake.created_at)).group_by(part)
    return {**dict.fromkeys(period.parts(until=now), 0), **{row[0]: row[1] for row in session.execute(query)}}


def _plain(text: str, most: int) -> str:
    return text.encode("ascii", "replace").decode()[-most:]
