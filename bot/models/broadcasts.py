"""Broadcasts: one message to many people, and how far it has got."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, Money, UtcDateTime, Word, ascii_text, long_text


class BroadcastState(StrEnum):
    """Where a broadcast is on its way; `done` and `cancelled` are the end."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is sent any more, whatever anybody does."""
        return self in (BroadcastState.DONE, BroadcastState.CANCELLED)


class ContentKind(StrEnum):
    """What people get: a text, a picture with or without a text, or a copy of any message in the author's chat."""

    TEXT = "text"
    PHOTO = "photo"
    COPY = "copy"


class Segment(StrEnum):
    """Which customers a broadcast goes to; `services/segments.py` says who is in each."""

    EVERYONE = "everyone"
    BOUGHT = "bought"
    NEVER_BOUGHT = "never-bought"
    INACTIVE = "inactive"
    BIG_SPENDERS = "big-spenders"


class Broadcast(Base):
    """A message to many. Its people are stepped through by their ids; up to `last_user_id` they are in the outbox."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint("people_count >= 0 AND queued_count >= 0", name="counts_not_negative"),
        Index("ix_broadcasts_state", "state"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    state: Mapped[BroadcastState] = mapped_column(Word(BroadcastState))
    content: Mapped[ContentKind] = mapped_column(Word(ContentKind))
    text: Mapped[str | None] = mapped_column(long_text())
    """Telegram's HTML: the text, or what stands below the picture."""
    photo: Mapped[str | None] = mapped_column(ascii_text(80))
    """The name of a file in DATA_DIR/photos."""
    source_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    """The message that is copied, and the chat in which it must stay until everybody has it."""
    segment: Mapped[Segment] = mapped_column(Word(Segment))
    language: Mapped[str | None] = mapped_column(ascii_text(8))
    """Only people who read this language; None for all."""
    least_amount: Mapped[Decimal | None] = mapped_column(Money)
    """What big spenders have spent at least, fixed when the broadcast begins."""
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the changes of a draft: who confirms says which one they have seen."""
    created_by: Mapped[str] = mapped_column(ascii_text(80))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    """Who is told when it is over; nobody where it was written in the shell."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"))
    """Its beginning, which all its messages are about."""
    people_count: Mapped[int] = mapped_column(Integer, default=0)
    """How many people were in the segment when it was confirmed."""
    queued_count: Mapped[int] = mapped_column(Integer, default=0)
    last_user_id: Mapped[int] = mapped_column(BigInteger, default=0)
    is_queued: Mapped[bool] = mapped_column(default=False)
    """Whether everybody is in the outbox."""
    why: Mapped[str | None] = mapped_column(String(300))
    """Why it stopped by itself."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BroadcastCard(Base):
    """The message that shows somebody of the staff how far a broadcast has got, until it is over."""

    __tablename__ = "broadcast_cards"
    __table_args__ = (TABLE,)

    broadcast_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("broadcasts.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
