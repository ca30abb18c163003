"""What a customer has said so far in a checkout."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Money, UtcDateTime, Word, ascii_text, long_text
from bot.models.orders import PaymentMethod


class CheckoutDraft(Base):
    """One per customer. The details are sealed; `token` names the review that was shown, `shown` is its fingerprint."""

    __tablename__ = "checkout_drafts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    delivery_address: Mapped[str | None] = mapped_column(long_text())
    phone_number: Mapped[str | None] = mapped_column(long_text())
    delivery_note: Mapped[str | None] = mapped_column(long_text())
    bonus: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    payment_method: Mapped[PaymentMethod | None] = mapped_column(Word(PaymentMethod))
    token: Mapped[str | None] = mapped_column(ascii_text(22))
    shown: Mapped[str | None] = mapped_column(ascii_text(64))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
