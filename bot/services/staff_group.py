"""The staff's group: where orders are announced, following it when Telegram moves it, and doing without it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services import events, outbox, settings

KEY = "staff_group"
ACTOR = "job:courier"


def chat(session: Session) -> int | None:
    """Return the group in which orders are announced, if there is one."""
    return chosen({KEY: settings.get(session, KEY)})


def chosen(rules: Mapping[str, Any]) -> int | None:
    """Return the group in which orders are announced, as the settings name it."""
    return int(rules[KEY]) if rules[KEY] else None


def connect(session: Session, chat_id: int, *, actor: str, now: datetime) -> None:
    """Announce orders in this group from now on."""
    if chat(session) != chat_id:
        settings.change(session, KEY, str(chat_id), actor=actor, now=now)


def disconnect(session: Session, *, actor: str, now: datetime) -> None:
    """Announce orders to the staff themselves from now on."""
    if chat(session) is not None:
        settings.change(session, KEY, "", actor=actor, now=now)


def note_lost(session: Session, chat_id: int, why: str, *, now: datetime) -> None:
    """Do without a group into which nothing can be written, and tell the owner; the second time nothing happens."""
    if chat(session) != chat_id:
        return
    disconnect(session, actor=ACTOR, now=now)
    event = events.record(session, "staff_group.lost", actor=ACTOR, subject=f"chat:{chat_id}", now=now, why=why[:200])
    outbox.tell(session, event, outbox.owners(session), "staff-group-lost", why=why[:200])
