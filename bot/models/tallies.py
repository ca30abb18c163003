"""What monitoring keeps of the bot process, because nothing else is written down of it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, ascii_text


class Tally(Base):
    """How often something happened in the hour that began at `began_at`: presses and looks, never who."""

    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(ascii_text(40), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class Mistake(Base):
    """A bug that somebody has met: the id that leads to the log, the exception's class, and the line of ours."""

    __tablename__ = "mistakes"
    __table_args__ = (Index("ix_mistakes_created_at", "created_at"), TABLE)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    error_id: Mapped[str] = mapped_column(ascii_text(8))
    what: Mapped[str] = mapped_column(ascii_text(80))
    place: Mapped[str] = mapped_column(ascii_text(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
