"""What is left of people who were erased, the shop's own secret, and how far the retention has got."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, UtcDateTime, ascii_text, long_text

FIRST_PSEUDONYM = 2**52
"""Telegram's ids have 52 bits at most, so from here on nobody has them (the Bot API: "at most 52 significant bits")."""


class ShutOut(Base):
    """Somebody who was banned when they were erased: a keyed hash of the Telegram id, which leads back to nobody."""

    __tablename__ = "shut_outs"
    __table_args__ = (TABLE,)

    person_hash: Mapped[str] = mapped_column(ascii_text(64), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErasedChat(Base):
    """A chat whose dialogue the bot has still to forget; gone as soon as it has."""

    __tablename__ = "erased_chats"
    __table_args__ = (TABLE,)

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Secret(Base):
    """A random secret of this shop, sealed like personal data."""

    __tablename__ = "secrets"
    __table_args__ = (TABLE,)

    name: Mapped[str] = mapped_column(ascii_text(32), primary_key=True)
    sealed: Mapped[str] = mapped_column(long_text())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RetentionMark(Base):
    """Up to which row of a table what is old enough was erased."""

    __tablename__ = "retention_marks"
    __table_args__ = (TABLE,)

    name: Mapped[str] = mapped_column(ascii_text(32), primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger)
