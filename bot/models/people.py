"""Users with their roles, and what the shop keeps about a customer."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, Money, UtcDateTime, Word, ascii_text, long_text


class Right(StrEnum):
    """One part of running the shop, as a role may have it or not."""

    SHOP = "shop"
    """Orders, goods, categories, reference codes and the figures."""
    CUSTOMERS = "customers"
    """Customers with their orders, bonus and bans, and what they write."""
    SETTINGS = "settings"
    BROADCAST = "broadcast"
    STAFF = "staff"
    """Who belongs to the staff."""
    OWN = "own"
    """What only the owner sees: the log files."""


class RoleName(StrEnum):
    """What a user may do: buy, run the shop, or also name the admins."""

    USER = "USER"
    ADMIN = "ADMIN"
    OWNER = "OWNER"

    @property
    def is_staff(self) -> bool:
        """Tell whether the role runs the shop."""
        return self is not RoleName.USER

    def may(self, right: Right) -> bool:
        """Tell whether the role has a right."""
        return right in RIGHTS[self]


RIGHTS = {
    RoleName.USER: frozenset[Right](),
    RoleName.ADMIN: frozenset({Right.SHOP, Right.CUSTOMERS, Right.SETTINGS, Right.BROADCAST}),
    RoleName.OWNER: frozenset(Right),
}
"""What each role may do; admins run the shop, and the owner decides who they are."""


class Role(Base):
    """A role by its name; users point to it."""

    __tablename__ = "roles"

    name: Mapped[RoleName] = mapped_column(Word(RoleName), primary_key=True)
    description: Mapped[str] = mapped_column(String(200))


class User(Base):
    """A Telegram account that has entered the shop."""

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_role", "role"),
        Index("ix_users_referrer_id", "referrer_id"),
        Index("ix_users_registered_at", "registered_at"),
        Index("ix_users_is_banned_registered_at", "is_banned", "registered_at"),
        TABLE,
    )

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_name: Mapped[str] = mapped_column(String(128), default="")
    username: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(ascii_text(8))
    role: Mapped[RoleName] = mapped_column(Word(RoleName), ForeignKey("roles.name", ondelete="RESTRICT"))
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("users.telegram_id", ondelete="RESTRICT"))
    is_banned: Mapped[bool] = mapped_column(default=False)
    ban_reason: Mapped[str | None] = mapped_column(String(500))
    blocked_bot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    broadcasts_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when they want no broadcasts."""
    orders_muted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when somebody of the staff does not want to be told of orders."""
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wants_questions: Mapped[bool | None]
    """Whether staff are told of every question; None is as HELPER_ID has it."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person was erased; `telegram_id` is a pseudonym then, which Telegram gives to nobody."""


class Customer(Base):
    """A user's saved delivery details (sealed), spending and bonus balance."""

    __tablename__ = "customer_info"
    __table_args__ = (
        CheckConstraint("bonus_balance >= 0", name="bonus_balance_not_negative"),
        CheckConstraint("total_spendings >= 0", name="total_spendings_not_negative"),
        CheckConstraint("completed_orders_count >= 0", name="completed_orders_count_not_negative"),
        Index("ix_customer_info_total_spendings", "total_spendings"),
        TABLE,
    )

    telegram_id: Mapped[int] = mapped_column(
        ForeignKey("users.telegram_id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    delivery_address: Mapped[str | None] = mapped_column(long_text())
    phone_number: Mapped[str | None] = mapped_column(long_text())
    delivery_note: Mapped[str | None] = mapped_column(long_text())
    total_spendings: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    completed_orders_count: Mapped[int] = mapped_column(Integer, default=0)
    bonus_balance: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
