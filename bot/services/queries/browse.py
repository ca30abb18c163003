"""The catalogue as customers see it: one statement a screen, Core only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Select, bindparam, func, literal, select
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


_GOODS, _HELD, _WAITS = Goods.__table__.c, CartItem.__table__.c, WaitingPerson.__table__.c
_AVAILABLE = _GOODS.stock_quantity - _GOODS.reserved_quantity


def _page_of(*beside: ColumnElement[bool], is_before: bool = False) -> Select[Any]:
    """Return the statement of a page of a category's goods, by name.

    Which they are is read from the index alone: asked for everything at once, MariaDB looks at every row of the
    category up to them.
    """
    is_inside = (_GOODS.category_id == bindparam("category_id")) & _GOODS.archived_at.is_(None)
    order = _GOODS.name.desc() if is_before else _GOODS.name
    most = {each: bindparam(each, type_=Integer) for each in ("count", "offset")}
    ids = select(_GOODS.id).where(is_inside, *beside).order_by(order).limit(most["count"]).offset(most["offset"])
    chosen = ids.subquery()
    query = select(_GOODS.id, _GOODS.name, _GOODS.price, _AVAILABLE).select_from(Goods.__table__)
    return query.join(chosen, chosen.c.id == _GOODS.id).order_by(_GOODS.name)


# Statements of every press are built once: building costs more than sending.
_BESIDE = Goods.__table__.alias("beside")
_NAME = select(_BESIDE.c.name).where(_BESIDE.c.id == bindparam("at")).scalar_subquery()
_COUNTED, _BEHIND = _page_of(), _page_of(_GOODS.name > _NAME)
_BEFORE = _page_of(_GOODS.name < _NAME, is_before=True)


def _goods_in(session: Session, category_id: int, count: int, offset: int, at: int) -> tuple[Sequence[Any], bool]:
    """Return a page of goods, and whether there are more behind it."""
    facts = {"category_id": category_id, "at": abs(at), "offset": 0}
    if at < 0:
        return session.connection().execute(_BEFORE, {**facts, "count": count}).all(), True
    facts |= {"count": count + 1}
    if at:
        rows = session.connection().execute(_BEHIND, facts).all()
    else:
        rows = session.connection().execute(_COUNTED, {**facts, "offset": offset}).all()
    return rows[:count], len(rows) > count


def card(session: Session, goods_id: int, *, reader_id: int) -> Card:
    """Return goods as their card shows them. One statement while the categories are kept.

    Raises:
        NotFound: they are not for sale.
    """
    row: Any = session.connection().execute(_CARD, {"goods_id": goods_id, "reader_id": reader_id}).one_or_none()
    categories = open_categories.of(session)
    if row is None or row[5] not in categories.shelves:
        raise NotFound("goods", str(goods_id))
    return _card(row, categories.way(row[5]))


def preview(session: Session, goods_id: int) -> Card:
    """Return goods as their card shows them to somebody new, also if they are not for sale. Two statements.

    Raises:
        NotFound: there are no such goods.
    """
    row: Any = session.connection().execute(_ANY_CARD, {"goods_id": goods_id, "reader_id": 0}).one_or_none()
    if row is None:
        raise NotFound("goods", str(goods_id))
    above = _above(Category.id == row[5])
    return _card(row, session.scalars(select(above.c.name).order_by(above.c.height.desc())).all())


def is_sold() -> ColumnElement[bool]:
    """Return the condition that customers can see goods."""
    return Goods.archived_at.is_(None) & Goods.category_id.not_in(closed_categories())


def _card_of(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement of some goods as their card shows them."""
    reader = bindparam("reader_id", type_=BigInteger)
    waiting = select(func.count()).where(_WAITS.goods_id == _GOODS.id)
    held = select(_HELD.quantity).where(_HELD.user_id == reader, _HELD.goods_id == _GOODS.id)
    return select(
        _GOODS.id,
        _GOODS.name,
        _GOODS.description,
        _GOODS.price,
        _AVAILABLE,
        _GOODS.category_id,
        photos_column(),
        func.coalesce(held.scalar_subquery(), 0),
        waiting.where(_WAITS.user_id == reader).scalar_subquery(),
        waiting.scalar_subquery(),
    ).where(_GOODS.id == bindparam("goods_id"), *conditions)


_CARD, _ANY_CARD = _card_of(_GOODS.archived_at.is_(None)), _card_of()


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
