"""What is written in a customer's conversation: sealed, in its order, and taken once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import WrongState
from bot.models import FileKind, HelpMessage, HelpThread, User
from bot.services import cleaning, context, locking, people

LONGEST = 2000


@dataclass(frozen=True)
class Origin:
    """The message in a chat with a bot in which somebody wrote: an update that comes twice is taken once."""

    bot_id: int
    chat_id: int
    message_id: int


def thread_of(session: Session, user_id: int, *, now: datetime) -> HelpThread:
    """Lock somebody's conversation; who has none yet gets one."""
    thread = locking.help_thread(session, user_id)
    if thread is None:
        thread = HelpThread(user_id=user_id, last_at=now)
        session.add(thread)
        session.flush()
    return thread


def is_known(session: Session, origin: Origin | None) -> bool:
    """Tell whether what somebody wrote was taken already."""
    if origin is None:
        return False
    is_same = (
        HelpMessage.bot_id == origin.bot_id,
        HelpMessage.chat_id == origin.chat_id,
        HelpMessage.message_id == origin.message_id,
    )
    return session.scalar(select(HelpMessage.id).where(*is_same)) is not None


def clean(text: str, file: FileKind | None) -> str:
    """Return what was written as it is kept; beside a file it may be nothing.

    Raises:
        BadValue: the text is empty or too long.
    """
    if file is not None and not text.strip():
        return ""
    return cleaning.paragraph("message", text, longest=LONGEST)


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


def ask(
    session: Session,
    thread: HelpThread,
    text: str,
    *,
    file: FileKind | None = None,
    origin: Origin | None = None,
    order_id: int | None = None,
    now: datetime,
) -> HelpMessage:
    """Add what the customer has written to a conversation that is locked."""
    message = HelpMessage(by_customer=True, author=people.actor(thread.user_id), file=file, order_id=order_id)
    return _add(session, thread, message, text, origin, now)


def say(
    session: Session,
    thread: HelpThread,
    text: str,
    *,
    file: FileKind | None = None,
    origin: Origin | None = None,
    actor: str,
    now: datetime,
) -> HelpMessage:
    """Add what the staff have written to a conversation that is locked."""
    return _add(session, thread, HelpMessage(by_customer=False, author=actor, file=file), text, origin, now)


def text_of(session: Session, message: HelpMessage) -> str:
    """Return the text of a message, in clear; nothing where there is only a file."""
    return context.of(session).vault.open(message.text, message.place) if message.text else ""


def _add(
    session: Session, thread: HelpThread, message: HelpMessage, text: str, origin: Origin | None, now: datetime
) -> HelpMessage:
    message.user_id = thread.user_id
    message.place = f"help_messages.text.{uuid.uuid4().hex}"
    message.text = context.of(session).vault.seal(text, message.place) if text else None
    if origin is not None:
        message.bot_id, message.chat_id, message.message_id = origin.bot_id, origin.chat_id, origin.message_id
    message.created_at = thread.last_at = now
    session.add(message)
    session.flush()
    return message
