"""Broadcasts as staff read them: the list, and how far one has got."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Broadcast, BroadcastState, OutboxMessage, OutboxStatus
from bot.services import broadcasts
from bot.services.broadcasts import PER_SECOND
from bot.services.queries.paging import Window


@dataclass(frozen=True)
class Progress:
    """How far a broadcast has got, in people."""

    broadcast: Broadcast
    sent: int
    blocked: int
    """Who has blocked the bot."""
    failed: int
    """Whom Telegram let nothing through to, for whatever reason."""
    unclear: int
    """Where the connection broke: they may have got it."""
    skipped: int
    """Who was banned or switched broadcasts off meanwhile, or had not got it when it was cancelled."""
    waiting: int

    @property
    def left(self) -> int:
        """Return how many people are still to get it."""
        if self.broadcast.state.is_over:
            return 0
        if self.broadcast.is_queued:
            return self.waiting
        handled = self.sent + self.blocked + self.failed + self.unclear + self.skipped
        return max(self.broadcast.people_count - handled, self.waiting)

    @property
    def seconds(self) -> int:
        """Return about how long the rest takes."""
        return -(-self.left // PER_SECOND)


def progress(session: Session, broadcast_id: int) -> Progress:
    """Return how far a broadcast has got.

    Raises:
        NotFound: there is none.
    """
    broadcast = broadcasts.find(session, broadcast_id)
    status = OutboxMessage.status
    query = select(status, func.count()).where(status.in_(OutboxStatus), OutboxMessage.broadcast_id == broadcast_id)
    count = {row[0]: row[1] for row in session.execute(query.group_by(status))}
    return Progress(
        broadcast,
        sent=count.get(OutboxStatus.SENT, 0),
        blocked=count.get(OutboxStatus.BLOCKED, 0),
        failed=count.get(OutboxStatus.DEAD, 0) + count.get(OutboxStatus.REPEATED, 0),
        unclear=count.get(OutboxStatus.UNCERTAIN, 0),
        skipped=count.get(OutboxStatus.DROPPED, 0) + count.get(OutboxStatus.PARKED, 0),
        waiting=count.get(OutboxStatus.PENDING, 0) + count.get(OutboxStatus.SENDING, 0),
    )


def page(session: Session, window: Window) -> Sequence[Broadcast]:
    """Return a page of all broadcasts, the newest first."""
    return list(listed(session, (), window))


def listed(session: Session, states: tuple[BroadcastState, ...], window: Window) -> Iterator[Broadcast]:
    """Yield the broadcasts in these states, or all, the newest first."""
    query = select(Broadcast).order_by(Broadcast.id.desc())
    if states:
        query = query.where(Broadcast.state.in_(states))
    return (row[0] for row in window.rows(session, query))
