"""Letters: what staff write to one customer without having been asked. They stand in the customer's conversation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.models import HelpMessage, User
from bot.services import context, events, help_messages, outbox, people

KIND = "letter"
LONGEST = help_messages.LONGEST


def write(session: Session, telegram_id: int, text: str, *, actor: str, now: datetime) -> User:
    """Queue a letter to somebody and return to whom. What they have asked still waits for its answer.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: the text is empty or too long.
        WrongState: they have blocked the bot.
    """
    clean = help_messages.clean(text, None)
    user = help_messages.reachable(session, telegram_id)
    thread = help_messages.thread_of(session, telegram_id, now=now)
    message = help_messages.say(session, thread, clean, actor=actor, now=now)
    event = events.record(session, "customer.written_to", actor=actor, subject=people.actor(telegram_id), now=now)
    outbox.tell(session, event, [telegram_id], KIND, help_message_id=message.id)
    return user


def opened(session: Session, kind: str, facts: Mapping[str, Any]) -> str | None:
    """Return the text of a message that is a letter, in clear."""
    if kind != KIND:
        return None
    if "sealed" in facts:
        # Letters of earlier versions lie in the outbox themselves.
        return context.of(session).vault.open(facts["sealed"], f"outbox.facts.{facts['key']}")
    message = session.get(HelpMessage, facts["help_message_id"])
    return None if message is None else help_messages.text_of(session, message)
