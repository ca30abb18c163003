"""The catalogue as customers see it: one statement a screen, Core only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, func, literal, select, true
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import CartItem, Category, Goods, WaitingPerson
from bot.models.catalog import closed_categories
from bot.models.goods_photos import names_in, photos_column
from bot.services.queries import open_categories
from bot.services.queries.open_categories import Shelf as Shelf

PAGE = 8
"""Rows on one screen: comfortable on a phone, far below Telegram's forty buttons."""


@dataclass(frozen=True)
class Offer:
    """Goods in a list."""

    id: int
    name: str
    price: Decimal
    available: int


@dataclass(frozen=True)
class Card:
    """Goods on their own screen; `photos` are the files of their pictures, `in_cart` is how many the reader put aside.

    `is_awaited` tells whether the reader wants to be told when they are back, `waiting` how many people do.
    """

    id: int
    name: str
    description: str
    price: Decimal
    available: int
    category_id: int
    photos: tuple[str, ...]
    in_cart: int
    is_awaited: bool
    waiting: int
    way: Sequence[str]
    """The names of the categories that lead there, from the top."""


@dataclass(frozen=True)
class Page:
    """One screen of a longer list, counted from 0."""

    number: int
    has_next: bool


@dataclass(frozen=True)
class Shelves:
    """One screen of the categories at the top."""

    rows: Sequence[Shelf]
    page: Page


@dataclass(frozen=True)
class Aisle:
    """One screen of an open category: categories inside it, and goods."""

    shelf: Shelf
    parent_id: int | None
    inside: Sequence[Shelf]
    rows: Sequence[Offer]
    page: Page
    way: Sequence[str]
    """The names of the categories around it, from the top."""


def shelves(session: Session, *, page: int = 0) -> Shelves:
    """Return the open categories at the top. No statement while they are kept."""
    found, page = open_categories.of(session).inside[None], max(page, 0)
    return Shelves(found[page * PAGE : (page + 1) * PAGE], Page(page, len(found) > (page + 1) * PAGE))


def aisle(session: Session, category_id: int, *, page: int = 0, at: int = 0) -> Aisle:
    """Return an open category with what is in it. One statement while the categories are kept.

    With `at`, the page begins behind those goods, or below 0 ends before them: that costs the same however far it is.

    Raises:
        NotFound: there is no such category, or it or one around it is archived.
    """
    categories = open_categories.of(session)
    own = categories.shelves.get(category_id)
    if own is None:
        raise NotFound("category", str(category_id))
    # One list with pages: the categories inside come first, then the goods.
    inside, start = categories.inside[category_id], max(page, 0) * PAGE
    shown = inside[start : start + PAGE]
    free = PAGE - len(shown)
    offset = max(start - len(inside), 0)
    rows, has_next = _goods_in(session, category_id, free, offset, at if offset else 0)
    turned = Page(max(page, 0), len(inside) > start + PAGE or has_next)
    parent_id = categories.parents[category_id]
    return Aisle(own, parent_id, shown, [Offer(*row) for row in rows], turned, categories.way(parent_id))


def _goods_in(session: Session, category_id: int, count: int, offset: int, at: int) -> tuple[Sequence[Any], bool]:
    """Return a page of goods, and whether there are more behind it."""
    ids = select(Goods.id).where(Goods.category_id == category_id, Goods.archived_at.is_(None))
    beside = select(Goods.name).where(Goods.id == abs(at)).scalar_subquery()
    if at < 0:
        before = ids.where(Goods.name < beside).order_by(Goods.name.desc())
        return _shown(session, before.limit(count)), True
    if at:
        ids, offset = ids.where(Goods.name > beside), 0
    rows = _shown(session, ids.order_by(Goods.name).limit(count + 1).offset(offset))
    return rows[:count], len(rows) > count


def _shown(session: Session, ids: Select[int]) -> Sequence[Any]:
    """Return what a list shows of some goods, by name.

    Which they are is read from the index alone: asked for everything at once, MariaDB looks at every row of the
    category up to them.
    """
    chosen = ids.subquery()
    query = select(Goods.id, Goods.name, Goods.price, Goods.stock_quantity - Goods.reserved_quantity)
    return session.execute(query.join(chosen, chosen.c.id == Goods.id).order_by(Goods.name)).all()


def card(session: Session, goods_id: int, *, reader_id: int) -> Card:
    """Return goods as their card shows them. One statement while the categories are kept.

    Raises:
        NotFound: they are not for sale.
    """
    row = _card_row(session, goods_id, reader_id, Goods.archived_at.is_(None))
    categories = open_categories.of(session)
    if row is None or row[5] not in categories.shelves:
        raise NotFound("goods", str(goods_id))
    return _card(row, categories.way(row[5]))


def preview(session: Session, goods_id: int) -> Card:
    """Return goods as their card shows them to somebody new, also if they are not for sale. Two statements.

    Raises:
        NotFound: there are no such goods.
    """
    row = _card_row(session, goods_id, 0, true())
    if row is None:
        raise NotFound("goods", str(goods_id))
    above = _above(Category.id == row[5])
    return _card(row, session.scalars(select(above.c.name).order_by(above.c.height.desc())).all())


def is_sold() -> ColumnElement[bool]:
    """Return the condition that customers can see goods."""
    return Goods.archived_at.is_(None) & Goods.category_id.not_in(closed_categories())


def _card_row(session: Session, goods_id: int, reader_id: int, condition: ColumnElement[bool]) -> Any:
    waiting = select(func.count()).where(WaitingPerson.goods_id == Goods.id)
    held = select(CartItem.quantity).where(CartItem.user_id == reader_id, CartItem.goods_id == Goods.id)
    query = select(
        Goods.id,
        Goods.name,
        Goods.description,
        Goods.price,
        Goods.stock_quantity - Goods.reserved_quantity,
        Goods.category_id,
        photos_column(),
        func.coalesce(held.scalar_subquery(), 0),
        waiting.where(WaitingPerson.user_id == reader_id).scalar_subquery(),
        waiting.scalar_subquery(),
    ).where(Goods.id == goods_id, condition)
    return session.execute(query).one_or_none()


def _card(row: Any, way: Sequence[str]) -> Card:
    values: tuple[Any, ...] = (*row[:6], names_in(row[6]), row[7], bool(row[8]), row[9], way)
    return Card(*values)


def is_there(session: Session, goods_id: int) -> bool:
    """Tell whether goods are for sale and some are left."""
    query = select(Goods.id).where(Goods.id == goods_id, Goods.archived_at.is_(None))
    is_sold = Goods.category_id.not_in(closed_categories())
    return session.scalar(query.where(is_sold, Goods.stock_quantity > Goods.reserved_quantity)) is not None


def _above(is_start: ColumnElement[bool]) -> CTE:
    """Return a category and all those around it, also archived ones; its `height` is 0, that of its parent 1."""
    columns = (Category.parent_id, Category.name)
    above = select(*columns, literal(0).label("height")).where(is_start).cte("above", recursive=True)
    outer = select(*columns, above.c.height + 1)
    return above.union_all(outer.join(above, Category.id == above.c.parent_id))
