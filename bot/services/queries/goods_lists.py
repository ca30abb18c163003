"""Lists of goods for the staff: chosen, searched and sorted in the database, read row by row; and what moved them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from bot.models import Category, Goods, InventoryEntry, InventoryKind, Order
from bot.models.goods_photos import names_in, photos_column
from bot.services import catalog, categories, low_stock
from bot.services.queries import searching
from bot.services.queries.paging import Window


class Sort(StrEnum):
    """By what a list is sorted, the smallest first."""

    NAME = "name"
    PRICE = "price"
    STOCK = "stock"
    AVAILABLE = "available"


@dataclass(frozen=True)
class Wanted:
    """Which goods; whatever is None lets all through.

    `text` is looked for in names and descriptions, `category` means what is inside it too, `archived` tells goods that
    customers cannot see, because of themselves or of a category around them, from those on sale; `low` means only those
    on sale of which so few are left that the staff are told.
    """

    text: str | None = None
    category: str | None = None
    archived: bool | None = None
    available_at_most: int | None = None
    low: bool = False


@dataclass(frozen=True)
class Listed:
    """Goods in a list. `closed_by` is the archived category that hides them, if one does."""

    id: int
    name: str
    category_id: int
    category: str
    price: Decimal
    stock_quantity: int
    reserved_quantity: int
    description: str
    photos: tuple[str, ...]
    low_stock_limit: int | None
    created_at: datetime
    archived_at: datetime | None
    closed_by: str | None

    @property
    def available(self) -> int:
        """Return how many can still be promised."""
        return self.stock_quantity - self.reserved_quantity

    @property
    def value(self) -> Decimal:
        """Return what the stock is worth at its price."""
        return self.price * self.stock_quantity


@dataclass(frozen=True)
class Movement:
    """One line of the inventory log."""

    created_at: datetime
    name: str
    kind: InventoryKind
    stock_delta: int
    reserved_delta: int
    order_code: str | None
    actor: str
    reason: str | None


def listed(
    session: Session, wanted: Wanted, window: Window, *, sort: Sort = Sort.NAME, is_reversed: bool = False
) -> Iterator[Listed]:
    """Yield the goods that are wanted; those that are equal come by name.

    Raises:
        NotFound: there is no such category.
    """
    tree = categories.tree(session)
    key = {
        Sort.NAME: Goods.name,
        Sort.PRICE: Goods.price,
        Sort.STOCK: Goods.stock_quantity,
        Sort.AVAILABLE: _AVAILABLE,
    }[sort]
    query = _LISTED.where(*_conditions(wanted, tree))
    query = query.order_by(key.desc() if is_reversed else key, Goods.name)
    return (_listed(row, tree) for row in window.rows(session, query, key=Goods.id))


def named(session: Session, name: str) -> Listed:
    """Return the goods with exactly this name.

    Raises:
        NotFound: there are none; similar names are suggested.
    """
    goods = catalog.goods_named(session, name)
    row = session.execute(_LISTED.where(Goods.id == goods.id)).one()
    return _listed(row, categories.tree(session))


def movements(
    session: Session, window: Window, *, goods_id: int | None = None, since: datetime | None = None
) -> Iterator[Movement]:
    """Yield the movements of all goods or of some, the newest first."""
    # Outer joins, so that the log is read along its key from the end, whatever the planner thinks of the small tables.
    query: Select[*tuple[Any, ...]] = (
        select(*_MOVEMENT)
        .select_from(InventoryEntry)
        .outerjoin(Goods, Goods.id == InventoryEntry.goods_id)
        .outerjoin(Order, Order.id == InventoryEntry.order_id)
        .order_by(InventoryEntry.id.desc())
    )
    if goods_id is not None:
        query = query.where(InventoryEntry.goods_id == goods_id)
    if since is not None:
        query = query.where(InventoryEntry.created_at >= since)
    return (Movement(*row) for row in window.rows(session, query, key=InventoryEntry.id))


def sold(session: Session, goods_id: int) -> int:
    """Return how many of some goods have been delivered."""
    deducted = func.coalesce(func.sum(-InventoryEntry.stock_delta), 0)
    is_meant = (InventoryEntry.goods_id == goods_id) & (InventoryEntry.kind == InventoryKind.DEDUCTED)
    return int(session.scalars(select(deducted).where(is_meant)).one())


_AVAILABLE = Goods.stock_quantity - Goods.reserved_quantity
_COLUMNS: tuple[Any, ...] = (
    Goods.id,
    Goods.name,
    Goods.category_id,
    Category.name,
    Goods.price,
    Goods.stock_quantity,
    Goods.reserved_quantity,
    Goods.description,
    photos_column(),
    Goods.low_stock_limit,
    Goods.created_at,
    Goods.archived_at,
)
_LISTED = select(*_COLUMNS).outerjoin(Category, Category.id == Goods.category_id)
_MOVEMENT: tuple[Any, ...] = (
    InventoryEntry.created_at,
    Goods.name,
    InventoryEntry.kind,
    InventoryEntry.stock_delta,
    InventoryEntry.reserved_delta,
    Order.order_code,
    InventoryEntry.actor,
    InventoryEntry.reason,
)


def _conditions(wanted: Wanted, tree: Mapping[int, categories.Branch]) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        yield searching.contains(Goods.name, wanted.text) | searching.contains(Goods.description, wanted.text)
    if wanted.category is not None:
        yield Goods.category_id.in_(categories.inside(wanted.category, tree))
    if wanted.available_at_most is not None:
        yield wanted.available_at_most >= _AVAILABLE
    if wanted.low:
        yield low_stock.is_low()
    if wanted.archived is not None:
        closed = [category_id for category_id, branch in tree.items() if branch.closed_by]
        is_hidden = Goods.archived_at.is_not(None) | Goods.category_id.in_(closed)
        yield is_hidden if wanted.archived else ~is_hidden


def _listed(row: Any, tree: Mapping[int, categories.Branch]) -> Listed:
    # A category that has come since the tree was read is not in it.
    branch = tree.get(row.category_id)
    values: tuple[Any, ...] = (*row[:8], names_in(row[8]), *row[9:], branch.closed_by if branch else None)
    return Listed(*values)
