"""Who has asked for a log file: it tells about the whole shop, so the audit trail knows."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import events


def note(session: Session, name: str, *, actor: str, now: datetime) -> None:
    """Record that somebody was sent the log file `name`."""
    events.record(session, "log.requested", actor=actor, subject=f"log:{name}", now=now)
