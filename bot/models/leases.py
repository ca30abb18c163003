"""Who is allowed to be the one bot process, and when it was last seen."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, UtcDateTime, ascii_text


class Lease(Base):
    """A right that one process holds while it keeps saying that it lives."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(ascii_text(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_ids: Mapped[str | None] = mapped_column(ascii_text(200))
    """Which data keys the holder can open with, by their ids."""
