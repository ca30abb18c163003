"""The lease of the bot process: at most one holds it, and it says at every heartbeat that it lives."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import AlreadyRunning
from bot.models import Lease
from bot.services import locking
from bot.services.context import Shop

BOT = "bot"
LIFETIME = timedelta(seconds=24)
"""A holder that was not seen for so long has lost the lease; the next serves within half a minute, start included."""
BEATS = 3
"""So often a holder says that it lives within the lifetime."""
SURE = LIFETIME * 5 / 6
"""So long after a beat its holder need not ask. A transaction of one that hangs ends earlier (bot/engines.py)."""

MOST_KEYS = 20


def take(session: Session, name: str, holder: str, *, now: datetime, unless_seen_since: datetime | None = None) -> None:
    """Take a lease, or keep the one held; also one whose holder was seen at `unless_seen_since`, and not since then.

    Raises:
        AlreadyRunning: another holder was seen within the lease's lifetime.
    """
    lease = locking.lease(session, name)
    if lease is None:
        lease = Lease(name=name, holder=holder, taken_at=now, seen_at=now)
        session.add(lease)
    elif lease.holder != holder and lease.seen_at != unless_seen_since and now - lease.seen_at < LIFETIME:
        raise AlreadyRunning(lease.holder)
    elif lease.holder != holder:
        lease.holder, lease.taken_at = holder, now
    lease.seen_at = now
    # Who gives the bot a new data key waits until it stands here.
    shop: Shop | None = session.info.get("shop")
    lease.key_ids = ",".join(shop.vault.key_ids[:MOST_KEYS]) if shop else None


def give_back(session: Session, name: str, holder: str) -> None:
    """Let the next process take the lease at once."""
    lease = locking.lease(session, name)
    if lease is not None and lease.holder == holder:
        lease.seen_at -= LIFETIME


def last_seen(session: Session, name: str) -> datetime | None:
    """Return when the holder of a lease was last seen."""
    lease = session.get(Lease, name)
    return lease.seen_at if lease else None
