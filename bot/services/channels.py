"""The channels that customers have to join: the owner is told, once, when the bot cannot see who has."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Event
from bot.services import events, outbox

ACTOR = "job:gate"
SEEN, UNSEEN = "channel.seen", "channel.unseen"


def note_unseen(session: Session, chat: str, why: str, *, now: datetime) -> None:
    """Tell the owner that the members of a channel cannot be seen, unless that is known already."""
    if _last(session, chat) != UNSEEN:
        event = events.record(session, UNSEEN, actor=ACTOR, subject=f"channel:{chat}", now=now, why=why[:200])
        outbox.tell(session, event, outbox.owners(session), "channel-unseen", channel=chat, why=why[:200])


def note_seen(session: Session, chat: str, *, now: datetime) -> None:
    """Note that the members of a channel can be seen again, so that the next failure is told."""
    if _last(session, chat) == UNSEEN:
        events.record(session, SEEN, actor=ACTOR, subject=f"channel:{chat}", now=now)


def _last(session: Session, chat: str) -> str | None:
    return session.scalar(
        select(Event.kind).where(Event.subject == f"channel:{chat}").order_by(Event.id.desc()).limit(1)
    )
