"""Letters: what staff write to one customer. Their text is sealed in the outbox and opened when it is sent."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import WrongState
from bot.models import User
from bot.services import cleaning, context, events, outbox, people

KIND = "letter"
LONGEST = 2000


def write(session: Session, telegram_id: int, text: str, *, actor: str, now: datetime) -> User:
    """Queue a letter to somebody and return to whom.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: the text is empty or too long.
        WrongState: they have blocked the bot.
    """
    clean = cleaning.paragraph("message", text, longest=LONGEST)
    user = reachable(session, telegram_id)
    key = uuid.uuid4().hex
    sealed = context.of(session).vault.seal(clean, _place(key))
    event = events.record(session, "customer.written_to", actor=actor, subject=people.actor(telegram_id), now=now)
    outbox.tell(session, event, [telegram_id], KIND, key=key, sealed=sealed)
    return user


def reachable(session: Session, telegram_id: int) -> User:
    """Return somebody who can be written to.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they have blocked the bot.
    """
    user = people.find(session, telegram_id)
    if user.blocked_bot_at is not None:
        why = "they have blocked the bot; nothing reaches them until they are back"
        raise WrongState("user", str(telegram_id), why, "has-blocked-the-bot")
    return user


def opened(session: Session, kind: str, facts: Mapping[str, Any]) -> str | None:
    """Return the text of a message that is a letter, in clear."""
    if kind != KIND:
        return None
    return context.of(session).vault.open(facts["sealed"], _place(facts["key"]))


def _place(key: str) -> str:
    return f"outbox.facts.{key}"
