"""Categories, goods with their stock, and the log of every movement."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Update,
    case,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, BigKey, Money, UtcDateTime, Word, ascii_text, exact_text, long_text

MAX_QUANTITY = 1_000_000_000
"""The most that a shelf holds; far below what an INTEGER column does."""
NEVER_LOW = -1
"""Fewer than are ever available."""


class Category(Base):
    """A shelf label; archived ones are hidden with everything in them."""

    __tablename__ = "categories"
    __table_args__ = (Index("ix_categories_parent_id", "parent_id"), TABLE)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(exact_text(100), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"))
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def closed_categories() -> Select[int]:
    """Return the query for the ids of categories that are archived or lie, however deep, in an archived one."""
    closed = select(Category.id).where(Category.archived_at.is_not(None)).cte("closed_categories", recursive=True)
    inside = select(Category.id).join(closed, Category.parent_id == closed.c.id)
    return select(closed.union(inside).c.id)


class Goods(Base):
    """One thing for sale. `stock_quantity` is on the shelf, `reserved_quantity` of it is promised to open orders.

    With `low_stock_limit` or fewer available the staff are told, once until there are more again (`low_stock_told_at`);
    None means what the setting says, `NEVER_LOW` never.
    """

    __tablename__ = "goods"
    __table_args__ = (
        CheckConstraint("reserved_quantity >= 0", name="reserved_not_negative"),
        CheckConstraint("reserved_quantity <= stock_quantity", name="reserved_within_stock"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        Index("ix_goods_category_id_name", "category_id", "archived_at", "name"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(exact_text(100), unique=True)
    description: Mapped[str] = mapped_column(long_text(), default="")
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"))
    price: Mapped[Decimal] = mapped_column(Money)
    stock_quantity: Mapped[int] = mapped_column(Integer, default=0)
    reserved_quantity: Mapped[int] = mapped_column(Integer, default=0)
    low_stock_limit: Mapped[int | None] = mapped_column(Integer)
    low_stock_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def available(self) -> int:
        """Return how many can still be promised."""
        return self.stock_quantity - self.reserved_quantity

    # The three movements of an order, each one statement for all its lines. The rows are reached by primary key in
    # ascending order, so two orders never wait for each other in a circle; a row that cannot move does not match, and
    # the caller sees it in the row count.

    @classmethod
    def reserving(cls, quantities: Mapping[int, int]) -> Update:
        """Return the statement that promises goods, by id, as far as they are available and for sale."""
        wanted = _per_row(quantities)
        fits = cls.stock_quantity - cls.reserved_quantity >= wanted
        values = {"reserved_quantity": cls.reserved_quantity + wanted}
        return update(cls).where(cls.id.in_(sorted(quantities)), fits, cls.archived_at.is_(None)).values(values)

    @classmethod
    def releasing(cls, quantities: Mapping[int, int]) -> Update:
        """Return the statement that takes promises back."""
        wanted = _per_row(quantities)
        values = {"reserved_quantity": cls.reserved_quantity - wanted}
        return update(cls).where(cls.id.in_(sorted(quantities)), cls.reserved_quantity >= wanted).values(values)

    @classmethod
    def deducting(cls, quantities: Mapping[int, int]) -> Update:
        """Return the statement that takes promised goods off the shelf."""
        wanted = _per_row(quantities)
        values = {
            "reserved_quantity": cls.reserved_quantity - wanted,
            "stock_quantity": cls.stock_quantity - wanted,
        }
        return update(cls).where(cls.id.in_(sorted(quantities)), cls.reserved_quantity >= wanted).values(values)


def _per_row(quantities: Mapping[int, int]) -> ColumnElement[int]:
    return case(dict(sorted(quantities.items())), value=Goods.id)


class InventoryKind(StrEnum):
    """Why stock moved: orders reserve, release and deduct; a person adjusts."""

    RESERVED = "reserved"
    RELEASED = "released"
    DEDUCTED = "deducted"
    ADJUSTED = "adjusted"


class InventoryEntry(Base):
    """One movement of one goods row; the entries sum to its stock and to its reserved quantity."""

    __tablename__ = "inventory_log"
    __table_args__ = (
        Index("ix_inventory_log_goods_id", "goods_id"),
        Index("ix_inventory_log_order_id", "order_id"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    goods_id: Mapped[int] = mapped_column(ForeignKey("goods.id", ondelete="RESTRICT"))
    kind: Mapped[InventoryKind] = mapped_column(Word(InventoryKind))
    stock_delta: Mapped[int] = mapped_column(Integer)
    reserved_delta: Mapped[int] = mapped_column(Integer)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    actor: Mapped[str] = mapped_column(ascii_text(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(200))
