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

    A message that was uncertain twice is not sent again, so it does not wait.
    """
    seen = leases.last_seen(session, leases.BOT)
    status, times = OutboxMessage.status, OutboxMessage.uncertain_count
    is_waiting = (status == OutboxStatus.PENDING) | (
        (status == OutboxStatus.UNCERTAIN) & (times < outbox.MOST_UNCERTAIN)
    )
    count, oldest = session.execute(select(func.count(), func.min(OutboxMessage.created_at)).where(is_waiting)).one()
    return Vitals(_age(seen, now), count, _age(oldest, now))


def _age(time: datetime | None, now: datetime) -> float | None:
    return (now - time).total_seconds() if time else None
