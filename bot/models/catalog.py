"""Categories, goods with their stock, and the log of every movement."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Update,
    bindparam,
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
    category = Category.__table__.c
    closed = select(category.id).where(category.archived_at.is_not(None)).cte("closed_categories", recursive=True)
    inside = select(category.id).join(closed, category.parent_id == closed.c.id)
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
        # Customers and staff turn its pages; staff see what is archived, too.
        Index("ix_goods_category_id_name_archived_at", "category_id", "name", "archived_at"),
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

    # The three movements of an order, each one statement for all its lines, with its parameters. The rows are reached
    # by primary key in ascending order, so two orders never wait for each other in a circle; a row that cannot move
    # does not match, and the caller sees it in the row count.

    @classmethod
    def reserving(cls, quantities: Mapping[int, int]) -> "Movement":
        """Return the statement that promises goods, by id, as far as they are available and for sale."""
        return _reserving(len(quantities)), _numbered(quantities)

    @classmethod
    def releasing(cls, quantities: Mapping[int, int]) -> "Movement":
        """Return the statement that takes promises back."""
        return _taking(len(quantities), "reserved_quantity"), _numbered(quantities)

    @classmethod
    def deducting(cls, quantities: Mapping[int, int]) -> "Movement":
        """Return the statement that takes promised goods off the shelf."""
        return _taking(len(quantities), "reserved_quantity", "stock_quantity"), _numbered(quantities)


Movement = tuple[Update, dict[str, int]]
"""A statement and its parameters, as `session.execute(*movement)` takes them."""

# The statements are built once for each number of lines, of which a cart has few: building costs more than sending.


@cache
def _reserving(lines: int) -> Update:
    goods, wanted = Goods.__table__.c, _wanted(lines)
    fits = goods.stock_quantity - goods.reserved_quantity >= wanted
    values = {"reserved_quantity": goods.reserved_quantity + wanted}
    is_possible = fits & goods.archived_at.is_(None)
    return update(Goods.__table__).where(_are_meant(lines), is_possible).values(values)


@cache
def _taking(lines: int, *columns: str) -> Update:
    goods, wanted = Goods.__table__.c, _wanted(lines)
    values = {column: goods[column] - wanted for column in columns}
    return update(Goods.__table__).where(_are_meant(lines), goods.reserved_quantity >= wanted).values(values)


def _are_meant(lines: int) -> ColumnElement[bool]:
    return Goods.__table__.c.id.in_([bindparam(f"id_{line}") for line in range(lines)])


def _wanted(lines: int) -> ColumnElement[int]:
    pieces = ((Goods.__table__.c.id == bindparam(f"id_{line}"), _pieces(line)) for line in range(lines))
    return case(*pieces)


def _pieces(line: int) -> ColumnElement[int]:
    return bindparam(f"quantity_{line}", type_=Integer)


def _numbered(quantities: Mapping[int, int]) -> dict[str, int]:
    pairs = sorted(quantities.items())
    ids = {f"id_{line}": goods_id for line, (goods_id, _) in enumerate(pairs)}
    return ids | {f"quantity_{line}": quantity for line, (_, quantity) in enumerate(pairs)}


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
