"""The pool of bitcoin addresses."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, UtcDateTime, ascii_text


class BitcoinAddress(Base):
    """An address in the pool until it is claimed by one order, and then never again."""

    __tablename__ = "bitcoin_addresses"
    __table_args__ = (
        CheckConstraint("(is_used AND used_at IS NOT NULL) OR (NOT is_used AND order_id IS NULL)", name="used_or_free"),
        Index("ix_bitcoin_addresses_is_used_id", "is_used", "id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    address: Mapped[str] = mapped_column(ascii_text(90), unique=True)
    is_used: Mapped[bool] = mapped_column(default=False)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
