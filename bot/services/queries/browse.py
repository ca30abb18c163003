"""The catalogue as customers see it: one or two statements a screen, Core only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, func, literal, or_, select, true
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import CartItem, Category, Goods, WaitingPerson
from bot.models.catalog import closed_categories
from bot.models.goods_photos import names_in, photos_column

PAGE = 8
"""Rows on one screen: comfortable on a phone, far below Telegram's forty buttons."""


@dataclass(frozen=True)
class Shelf:
    """A category that customers can open."""

    id: int
    name: str


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
    """Return the open categories at the top. One statement."""
    query = select(Category.id, Category.name).where(Category.parent_id.is_(None), Category.archived_at.is_(None))
    rows, turned = _page_of(session, query.order_by(Category.name), page)
    return Shelves([Shelf(*row) for row in rows], turned)


def aisle(session: Session, category_id: int, *, page: int = 0) -> Aisle:
    """Return an open category with what is in it. Two statements.

    Raises:
        NotFound: there is no such category, or it or one around it is archived.
    """
    here = or_(Category.id.in_(select(_above(Category.id == category_id).c.id)), Category.parent_id == category_id)
    query = (
        select(Category.id, Category.name, Category.parent_id)
        .where(here, Category.id.not_in(closed_categories()))
        .order_by(Category.name)
    )
    found = session.execute(query).all()
    by_id = {row[0]: row for row in found}
    own = by_id.get(category_id)
    if own is None:
        raise NotFound("category", str(category_id))
    goods = (
        select(Goods.id, Goods.name, Goods.price, Goods.stock_quantity - Goods.reserved_quantity)
        .where(Goods.category_id == category_id, Goods.archived_at.is_(None))
        .order_by(Goods.name)
    )
    # One list with pages: the categories inside come first, then the goods.
    inside = [Shelf(row[0], row[1]) for row in found if row[2] == category_id]
    start = max(page, 0) * PAGE
    shown = inside[start : start + PAGE]
    free = PAGE - len(shown)
    rows = session.execute(goods.limit(free + 1).offset(max(start - len(inside), 0))).all()
    turned = Page(max(page, 0), len(inside) > start + PAGE or len(rows) > free)
    offers = [Offer(*row) for row in rows[:free]]
    return Aisle(Shelf(own[0], own[1]), own[2], shown, offers, turned, _way(by_id, own[2]))


def card(session: Session, goods_id: int, *, reader_id: int) -> Card:
    """Return goods as their card shows them. One statement.

    Raises:
        NotFound: they are not for sale.
    """
    return _card(session, goods_id, reader_id, is_sold())


def preview(session: Session, goods_id: int) -> Card:
    """Return goods as their card shows them to somebody new, also if they are not for sale. One statement.

    Raises:
        NotFound: there are no such goods.
    """
    return _card(session, goods_id, 0, true())


def is_sold() -> ColumnElement[bool]:
    """Return the condition that customers can see goods."""
    return Goods.archived_at.is_(None) & Goods.category_id.not_in(closed_categories())


def _card(session: Session, goods_id: int, reader_id: int, condition: ColumnElement[bool]) -> Card:
    waiting = select(func.count()).where(WaitingPerson.goods_id == Goods.id)
    held = select(CartItem.quantity).where(CartItem.user_id == reader_id, CartItem.goods_id == Goods.id)
    # A row for each category around the goods: that costs less than a statement of its own for their names.
    above = _above(Category.id == select(Goods.category_id).where(Goods.id == goods_id).scalar_subquery())
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
        above.c.name,
    ).where(Goods.id == goods_id, condition)
    query = query.join(above, above.c.start == Goods.category_id).order_by(above.c.height.desc())
    rows = session.execute(query).all()
    if not rows:
        raise NotFound("goods", str(goods_id))
    row = rows[0]
    way = [each[10] for each in rows]
    values: tuple[Any, ...] = (*row[:6], names_in(row[6]), row[7], bool(row[8]), row[9], way)
    return Card(*values)


def is_there(session: Session, goods_id: int) -> bool:
    """Tell whether goods are for sale and some are left."""
    query = select(Goods.id).where(Goods.id == goods_id, Goods.archived_at.is_(None))
    is_sold = Goods.category_id.not_in(closed_categories())
    return session.scalar(query.where(is_sold, Goods.stock_quantity > Goods.reserved_quantity)) is not None


def _above(is_start: ColumnElement[bool]) -> CTE:
    """Return the category to `start` from and all those around it; its `height` is 0, that of its parent 1."""
    columns = (Category.id, Category.parent_id, Category.name)
    start = select(*columns, Category.id.label("start"), literal(0).label("height")).where(is_start)
    above = start.cte("above", recursive=True)
    outer = select(*columns, above.c.start, above.c.height + 1)
    return above.union_all(outer.join(above, Category.id == above.c.parent_id))


def _way(by_id: Mapping[int, Row[int, str, int | None]], parent_id: int | None) -> Sequence[str]:
    """Return the names of the categories from the top down to one of those that were found."""
    names: list[str] = []
    while parent_id is not None:
        names.append(by_id[parent_id][1])
        parent_id = by_id[parent_id][2]
    return names[::-1]


def _page_of(session: Session, query: Select[*tuple[Any, ...]], page: int) -> tuple[Sequence[Any], Page]:
    page = max(page, 0)
    rows = session.execute(query.limit(PAGE + 1).offset(page * PAGE)).all()
    return rows[:PAGE], Page(page, len(rows) > PAGE)
