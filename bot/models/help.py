"""The conversation of each customer with the people who run the shop."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, Word, ascii_text, long_text


class FileKind(StrEnum):
    """What somebody may send beside or instead of a text; Telegram keeps the file."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"


class HelpThread(Base):
    """One for each customer who has ever written or was written to."""

    __tablename__ = "help_threads"
    __table_args__ = (
        Index("ix_help_threads_waiting_since", "waiting_since"),
        Index("ix_help_threads_last_at", "last_at"),
        TABLE,
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the oldest message came that nobody has settled."""
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Closed without an answer; the next message of the customer begins anew."""
    closed_by: Mapped[str | None] = mapped_column(ascii_text(80))


class HelpMessage(Base):
    """What was written in a conversation. The text is sealed for `place`; the rest says where Telegram keeps it."""

    __tablename__ = "help_messages"
    __table_args__ = (
        Index("ix_help_messages_user_id", "user_id", "id"),
        Index("ix_help_messages_created_at", "created_at"),
        UniqueConstraint("place"),
        # Who writes is answered once, also when Telegram brings the message twice.
        UniqueConstraint("bot_id", "chat_id", "message_id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("help_threads.user_id", ondelete="RESTRICT"))
    by_customer: Mapped[bool]
    author: Mapped[str] = mapped_column(ascii_text(80))
    """The actor, as in the audit trail."""
    place: Mapped[str] = mapped_column(ascii_text(80))
    text: Mapped[str | None] = mapped_column(long_text())
    file: Mapped[FileKind | None] = mapped_column(Word(FileKind))
    order_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("orders.id", ondelete="RESTRICT"))
    """What order a customer has asked about."""
    bot_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody has answered what the customer wrote, or closed it without an answer."""
    settled_by: Mapped[str | None] = mapped_column(ascii_text(80))


class HelpCopy(Base):
    """The message in a chat that shows a message of a conversation; its number counts only for the bot that sent it."""

    __tablename__ = "help_copies"
    __table_args__ = (UniqueConstraint("bot_id", "recipient", "message_id"), TABLE)

    help_message_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("help_messages.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    recipient: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    has_file: Mapped[bool]
    """Whether it is a file with a caption, and no text."""
