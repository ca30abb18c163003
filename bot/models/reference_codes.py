"""Reference codes, the invitations that let people in, and who redeemed them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.errors import CodeExpired, CodeUnknown, CodeUsedUp
from bot.models.base import TABLE, Base, BigKey, UtcDateTime, ascii_text


class CodeState(StrEnum):
    """Whether a code still lets somebody in, and if not, why."""

    ACTIVE = "active"
    DISABLED = "disabled"
    USED_UP = "used up"
    EXPIRED = "expired"


class ReferenceCode(Base):
    """An invitation. No `expires_at` means for ever, no `max_uses` means as often as wanted."""

    __tablename__ = "reference_codes"
    __table_args__ = (
        CheckConstraint(
            "current_uses >= 0 AND (max_uses IS NULL OR current_uses <= max_uses)", name="uses_within_limit"
        ),
        Index("ix_reference_codes_creator_id", "creator_id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(ascii_text(8), unique=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    created_by: Mapped[str] = mapped_column(ascii_text(80))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    max_uses: Mapped[int | None] = mapped_column(Integer)
    current_uses: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_admin_code: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(String(500))
    disabled_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the code's time is over."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def is_used_up(self) -> bool:
        """Tell whether the code has been redeemed as often as it may be."""
        return self.max_uses is not None and self.current_uses >= self.max_uses

    def state(self, now: datetime) -> CodeState:
        """Return whether the code still lets somebody in, and if not, why."""
        if not self.is_active:
            return CodeState.DISABLED
        if self.is_used_up:
            return CodeState.USED_UP
        return CodeState.EXPIRED if self.is_expired(now) else CodeState.ACTIVE

    def require_redeemable(self, now: datetime) -> None:
        """Refuse a code that lets nobody in.

        Raises:
            CodeUnknown: it is disabled.
            CodeExpired: its time is over.
            CodeUsedUp: it has no use left.
        """
        if not self.is_active:
            raise CodeUnknown
        if self.is_used_up:
            raise CodeUsedUp
        if self.is_expired(now):
            raise CodeExpired


class ReferenceCodeUsage(Base):
    """Who redeemed which code; one redemption a person."""

    __tablename__ = "reference_code_usages"
    __table_args__ = (
        Index("ix_reference_code_usages_code_id_used_at", "code_id", "used_at"),
        Index("ix_reference_code_usages_used_at", "used_at"),
        TABLE,
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    code_id: Mapped[int] = mapped_column(ForeignKey("reference_codes.id", ondelete="RESTRICT"))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
