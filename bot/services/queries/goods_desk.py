"""The catalogue as staff see it in Telegram: what is archived too, page by page, and goods with everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Category, Goods, InventoryEntry, InventoryKind, WaitingPerson
from bot.models.goods_photos import names_in, photos_column
from bot.services import cleaning, low_stock
from bot.services.queries import goods_lists, paging
from bot.services.queries.browse import PAGE, Page
from bot.services.queries.goods_lists import Wanted
from bot.services.queries.paging import Key, Spot, Window

LONGEST_TEXT = 100


@dataclass(frozen=True)
class Inner:
    """A category in a list."""

    id: int
    name: str
    is_archived: bool


@dataclass(frozen=True)
class Item:
    """Goods in a list."""

    id: int
    name: str
    price: Decimal
    available: int
    is_archived: bool


@dataclass(frozen=True)
class Place:
    """One page of what lies in a category, or with `id` 0 at the top; `way` leads there, from the top.

    `closed_by` is the nearest archived category around, beginning with itself.
    """

    id: int
    way: Sequence[str]
    parent_id: int
    is_archived: bool
    closed_by: str | None
    inside: Sequence[Inner]
    rows: Sequence[Item]
    page: Page

    @property
    def name(self) -> str:
        """Return what the category is called."""
        return self.way[-1]


@dataclass(frozen=True)
class Found:
    """One page of the goods that have a text in their name or description."""

    text: str
    rows: Sequence[Item]
    page: Page


@dataclass(frozen=True)
class Sheet:
    """Goods with everything that staff may want to know."""

    goods: Goods
    way: Sequence[str]
    closed_by: str | None
    photos: Sequence[str]
    threshold: int
    sold: int
    waiting: int


def place(session: Session, category_id: int, *, page: int = 0, at: int = 0, with_goods: bool = True) -> Place:
    """Return a page of what lies in a category, with 0 at the top: categories first, then goods. Three statements.

    With `at`, the page begins behind those goods, or below 0 ends before them.

    Raises:
        NotFound: there is no such category.
    """
    tree = _Tree(session)
    own = tree.own(category_id)
    inside = [
        Inner(row.id, row.name, row.archived_at is not None)
        for row in tree.rows.values()
        if (row.parent_id or 0) == category_id
    ]
    start = max(page, 0) * PAGE
    shown = inside[start : start + PAGE]
    free = PAGE - len(shown)
    rows, has_next = _items(session, category_id, free, max(start - len(inside), 0), at) if with_goods else ([], False)
    return Place(
        id=category_id,
        way=tree.way(category_id),
        parent_id=(own.parent_id or 0) if own else 0,
        is_archived=bool(own and own.archived_at),
        closed_by=tree.closed_by(category_id),
        inside=shown,
        rows=rows,
        page=Page(max(page, 0), len(inside) > start + PAGE or has_next),
    )


def search(session: Session, text: str, *, page: int = 0) -> Found:
    """Return a page of the goods with a text in their name or description, archived ones too.

    Raises:
        BadValue: nothing that can be read was written.
    """
    clean = cleaning.line("search text", text[:LONGEST_TEXT])
    window = Window(PAGE + 1, max(page, 0) * PAGE)
    found = [
        Item(row.id, row.name, row.price, row.available, row.archived_at is not None)
        for row in goods_lists.listed(session, Wanted(text=clean), window)
    ]
    return Found(clean, found[:PAGE], Page(max(page, 0), len(found) > PAGE))


def sheet(session: Session, goods_id: int) -> Sheet:
    """Return goods with everything. Two statements.

    Raises:
        NotFound: there are no such goods.
    """
    sold = select(func.coalesce(func.sum(-InventoryEntry.stock_delta), 0)).where(
        InventoryEntry.goods_id == Goods.id, InventoryEntry.kind == InventoryKind.DEDUCTED
    )
    waiting = select(func.count()).where(WaitingPerson.goods_id == Goods.id)
    columns = (photos_column(), low_stock.threshold(), sold.scalar_subquery(), waiting.scalar_subquery())
    query = select(Goods, *columns)
    row = session.execute(query.where(Goods.id == goods_id)).first()
    if row is None:
        raise NotFound("goods", str(goods_id))
    tree, at = _Tree(session), row[0].category_id
    return Sheet(row[0], tree.way(at), tree.closed_by(at), names_in(row[1]), int(row[2]), int(row[3]), row[4])


def _items(session: Session, category_id: int, size: int, offset: int, at: int) -> tuple[list[Item], bool]:
    """Return goods of a category behind so many others, or beside some, and whether there are more behind them."""
    # Which they are is read from the index alone, as `browse` does.
    ids, spot = select(Goods.id).where(Goods.category_id == category_id), Spot(offset, at if offset else 0)
    found, has_next = paging.leaf(session, ids, [Key(Goods.name, falls=False)], spot, size, identity=Goods.id)
    available = Goods.stock_quantity - Goods.reserved_quantity
    query = select(Goods.id, Goods.name, Goods.price, available, Goods.archived_at.is_not(None))
    rows = session.execute(query.where(Goods.id.in_([row.id for row in found])).order_by(Goods.name))
    return [Item(*row) for row in rows], has_next


class _Tree:
    """All categories by name, read with one statement."""

    def __init__(self, session: Session) -> None:
        query = select(Category.id, Category.name, Category.parent_id, Category.archived_at).order_by(Category.name)
        self.rows: Mapping[int, Any] = {row.id: row for row in session.execute(query)}

    def own(self, category_id: int) -> Any:
        """Return the row of a category, None for the top."""
        if category_id and category_id not in self.rows:
            raise NotFound("category", str(category_id))
        return self.rows.get(category_id)

    def _up(self, category_id: int | None) -> Sequence[Any]:
        found: list[Any] = []
        while category_id is not None and category_id in self.rows:
            found.append(self.rows[category_id])
            category_id = found[-1].parent_id
        return found

    def way(self, category_id: int) -> Sequence[str]:
        """Return the names that lead to a category, from the top."""
        return [row.name for row in reversed(self._up(category_id))]

    def closed_by(self, category_id: int) -> str | None:
        """Return the nearest archived category, beginning with this one."""
        return next((row.name for row in self._up(category_id) if row.archived_at is not None), None)
