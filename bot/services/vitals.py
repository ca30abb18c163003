"""The signs of life that monitoring asks for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import OutboxMessage, OutboxStatus
from bot.services import leases, outbox


@dataclass(frozen=True)
class Vitals:
    """How the shop is; the ages are in seconds, None where there is nothing to have an age."""

    heartbeat_age: float | None
    outbox_waiting: int
    outbox_oldest_age: float | None


def take(session: Session, *, now: datetime) -> Vitals:
    """Return how long ago the bot was seen, and how many messages wait for how long.

    A message that was uncertain twice is not sent again, so it does not wait; broadcasts have all the time they need.
    """
    seen = leases.last_seen(session, leases.BOT)
    figures = select(func.count(), func.min(OutboxMessage.created_at))
    query = figures.where(outbox.are_waiting(), OutboxMessage.broadcast_id.is_(None))
    count, oldest = session.execute(query).one()
    return Vitals(_age(seen, now), count, _age(oldest, now))


def stuck(session: Session) -> dict[OutboxStatus, int]:
    """Return how many messages will not go by themselves, dead or parked, by their status."""
    statuses = (OutboxStatus.DEAD, OutboxStatus.PARKED)
    query = select(OutboxMessage.status, func.count()).where(OutboxMessage.status.in_(statuses))
    return {row[0]: row[1] for row in session.execute(query.group_by(OutboxMessage.status))}


def _age(time: datetime | None, now: datetime) -> float | None:
    return (now - time).total_seconds() if time else None
