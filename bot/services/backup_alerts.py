"""Telling the owner that no new backup was made for two days: once, until there is one again."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import events, outbox

KIND = "backup.old"
OLD_AFTER = timedelta(days=2)


def is_old(newest: datetime | None, since: datetime | None, *, now: datetime) -> bool:
    """Tell whether the newest backup is too old; without any, the shop's own beginning `since` counts."""
    begin = newest or since
    return begin is not None and now - begin > OLD_AFTER


def opened_at(session: Session) -> datetime | None:
    """Return when the first thing happened in the shop."""
    return session.scalar(select(Event.created_at).order_by(Event.id).limit(1))


def warn_when_old(session: Session, newest: datetime | None, *, now: datetime) -> bool:
    """Tell the owner that the newest backup is too old, unless they know; return whether that was news."""
    last = session.scalar(select(Event.facts).where(Event.kind == KIND).order_by(Event.id.desc()).limit(1))
    is_bad = is_old(newest, opened_at(session), now=now)
    if is_bad == bool(last and last["bad"]):
        return False
    days = (now - newest).days if newest else 0
    event = events.record(session, KIND, actor="job:backups", subject="backup:newest", now=now, bad=is_bad, days=days)
    if is_bad:
        outbox.tell(session, event, outbox.owners(session), "backup-old", days=days)
    return is_bad
