"""Which messages in which chats show what was written in a conversation, so that they can be answered and edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from bot.models import HelpCopy, HelpMessage


@dataclass(frozen=True)
class Shown:
    """What a message in a chat shows: whose conversation, which message of it, and who has written that."""

    user_id: int
    help_message_id: int
    by_customer: bool


def remember(
    session: Session, help_message_id: int, recipient: int, *, bot_id: int, message_id: int, has_file: bool
) -> None:
    """Keep which message in the recipient's chat shows a message of a conversation from now on, if that is still kept.

    Where it is being erased, the insert waits for that at the foreign key, and finds it gone when it is tried again.
    """
    if session.scalar(select(HelpMessage.id).where(HelpMessage.id == help_message_id)) is None:
        return
    key = {"help_message_id": help_message_id, "recipient": recipient}
    copy: dict[str, Any] = {**key, "bot_id": bot_id, "message_id": message_id, "has_file": has_file}
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(HelpCopy).values(copy).on_conflict_do_update(list(key), set_=copy))
    else:
        session.execute(mysql.insert(HelpCopy).values(copy).on_duplicate_key_update(copy))


def find(session: Session, recipient: int, *, bot_id: int, message_id: int) -> Shown | None:
    """Return what a message in somebody's chat shows, if that is part of a conversation."""
    query = (
        select(HelpMessage.user_id, HelpMessage.id, HelpMessage.by_customer)
        .join(HelpCopy, HelpCopy.help_message_id == HelpMessage.id)
        .where(HelpCopy.recipient == recipient, HelpCopy.bot_id == bot_id, HelpCopy.message_id == message_id)
    )
    row = session.execute(query).first()
    return Shown(*row) if row else None


def of_settled(session: Session, user_id: int, first: int, last: int, recipient: int) -> Sequence[HelpCopy]:
    """Return the copies in somebody's chat of what a customer wrote from one message to another."""
    query = (
        select(HelpCopy)
        .join(HelpMessage, HelpCopy.help_message_id == HelpMessage.id)
        .where(HelpMessage.user_id == user_id, HelpMessage.id.between(first, last), HelpMessage.by_customer.is_(True))
    )
    return session.scalars(query.where(HelpCopy.recipient == recipient).order_by(HelpCopy.help_message_id)).all()
