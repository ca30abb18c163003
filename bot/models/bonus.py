"""The bonus ledger and the referral earnings."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, Money, UtcDateTime, Word, ascii_text


class BonusKind(StrEnum):
    """Why a bonus balance changed."""

    CREDITED = "credited"
    SPENT = "spent"
    REFUNDED = "refunded"
    TRIMMED = "trimmed"
    ADJUSTED = "adjusted"


class BonusEntry(Base):
    """One change of one balance; the entries of a person sum to the balance.

    An order is credited, spends and is refunded once each (`part` 0). Edits can give back a bonus that no longer
    fits several times (`trimmed`, parts 1, 2, ...).
    """

    __tablename__ = "bonus_ledger"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "part"),
        Index("ix_bonus_ledger_user_id", "user_id", "id"),
        Index("ix_bonus_ledger_created_at", "created_at"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    kind: Mapped[BonusKind] = mapped_column(Word(BonusKind))
    amount: Mapped[Decimal] = mapped_column(Money)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    part: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str | None] = mapped_column(String(500))
    actor: Mapped[str] = mapped_column(ascii_text(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferralEarning(Base):
    """A referrer's share of one delivered order."""

    __tablename__ = "referral_earnings"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_referral_earnings_referrer_id", "referrer_id", "id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    referrer_id: Mapped[int] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    referral_id: Mapped[int] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), unique=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    percent: Mapped[Decimal] = mapped_column(Money)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
