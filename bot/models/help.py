"""Questions that customers ask the owner, and the answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, ascii_text, long_text


class HelpRequest(Base):
    """A customer's message to the owner; both texts are sealed under `key`."""

    __tablename__ = "help_requests"
    __table_args__ = (Index("ix_help_requests_user_id", "user_id", "id"), TABLE)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(ascii_text(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    question: Mapped[str] = mapped_column(long_text())
    answer: Mapped[str | None] = mapped_column(long_text())
    answered_by: Mapped[str | None] = mapped_column(ascii_text(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
