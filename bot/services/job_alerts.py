"""Telling the owner that something the shop does by itself fails: once per streak, and again when it is well."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import events, outbox

FAILED = "job.failed"
RECOVERED = "job.recovered"


def failing(session: Session) -> set[str]:
    """Return the names of the jobs of which the last that the owner heard is that they fail."""
    last = select(func.max(Event.id)).where(Event.kind.in_((FAILED, RECOVERED))).group_by(Event.subject)
    known = session.scalars(select(Event.facts).where(Event.id.in_(last), Event.kind == FAILED))
    return {facts["job"] for facts in known}


def failed(session: Session, job: str, error_id: str, *, now: datetime) -> bool:
    """Tell the owner that a job fails, unless they know; return whether that was news."""
    if job in failing(session):
        return False
    _tell(session, FAILED, job, now, error=error_id)
    return True


def recovered(session: Session, job: str, *, now: datetime) -> bool:
    """Tell the owner that a job works again, if they know that it failed; return whether that was news."""
    if job not in failing(session):
        return False
    _tell(session, RECOVERED, job, now)
    return True


def _tell(session: Session, kind: str, job: str, now: datetime, **facts: str) -> None:
    event = events.record(session, kind, actor="job:watch", subject=f"job:{job}", now=now, job=job, **facts)
    outbox.tell(session, event, outbox.owners(session), kind.replace(".", "-"), job=job, **facts)
