"""What happened (events) and who must still be told (outbox)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, Word, ascii_text


class Event(Base):
    """One thing that happened; changed only where a person is erased. `unit` is the transaction's own key."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_unit", "unit"),
        Index("ix_events_subject_id", "subject", "id"),
        Index("ix_events_actor", "actor"),
        Index("ix_events_kind_created_at", "kind", "created_at"),
        Index("ix_events_created_at", "created_at"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    unit: Mapped[str] = mapped_column(ascii_text(32))
    kind: Mapped[str] = mapped_column(ascii_text(64))
    actor: Mapped[str] = mapped_column(ascii_text(80))
    subject: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxStatus(StrEnum):
    """Where a message is on its way.

    An `uncertain` one may have arrived, and is sent once more at most. A `dead` one cannot be sent, a `dropped` one
    shall not be, a `parked` one waited when a backup was restored, and a `repeated` one has been queued again as
    another message.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    BLOCKED = "blocked"
    DEAD = "dead"
    DROPPED = "dropped"
    PARKED = "parked"
    REPEATED = "repeated"


class OutboxMessage(Base):
    """A message that someone must get: `kind` names the text, `facts` fill it; no personal data stands here.

    What belongs to a broadcast waits until nothing else is due, and goes to nobody twice.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient"),
        Index("ix_outbox_status_broadcast_id_next_attempt_at", "status", "broadcast_id", "next_attempt_at"),
        Index("uq_outbox_broadcast_id_recipient", "broadcast_id", "recipient", unique=True),
        Index("ix_outbox_recipient", "recipient"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"))
    recipient: Mapped[int] = mapped_column(BigInteger)
    broadcast_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(ascii_text(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[OutboxStatus] = mapped_column(Word(OutboxStatus), default=OutboxStatus.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    uncertain_count: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
