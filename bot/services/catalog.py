"""The catalogue as staff keep it: adding, changing, archiving and finding categories and goods by name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import AlreadyExists, BadValue, WrongState
from bot.models import Category, Goods, InventoryEntry, InventoryKind
from bot.models.catalog import MAX_QUANTITY
from bot.services import (
    catalog_words,
    cleaning,
    context,
    events,
    goods_news,
    goods_photos,
    locking,
    low_stock,
    money,
    waiting_list,
)
from bot.services.catalog_names import category_named as category_named
from bot.services.catalog_names import close_to as close_to
from bot.services.catalog_names import goods_named as goods_named
from bot.services.catalog_names import similar_goods as similar_goods

DESCRIPTION_LENGTH = 3000
"""In characters; a card must fit into Telegram's 4096 with its price and title."""


def add_category(session: Session, name: str, *, parent: str | None = None, actor: str, now: datetime) -> Category:
    """Add a category, inside `parent` if one is named.

    Raises:
        AlreadyExists: the name is taken.
        NotFound: there is no such parent.
    """
    category = Category(name=_free_category_name(session, name))
    category.parent_id = category_named(session, parent).id if parent else None
    session.add(category)
    session.flush()
    _note(session, "category.added", category, actor, now)
    return category


def rename_category(session: Session, name: str, new: str, *, actor: str, now: datetime) -> Category:
    """Rename a category.

    Raises:
        NotFound: there is no such category.
        AlreadyExists: the new name is taken.
    """
    category = category_named(session, name)
    category.name = _free_category_name(session, new)
    _note(session, "category.renamed", category, actor, now, old=name)
    return category


def move_category(session: Session, name: str, parent: str | None, *, actor: str, now: datetime) -> Category:
    """Put a category, with everything in it, into another, or to the top without one.

    Raises:
        NotFound: there is no such category, or no such parent.
        WrongState: it lies there already.
        BadValue: it would lie inside itself.
    """
    # Two moves at once could each look right and make a ring together, which no list of categories survives.
    locking.hold_categories(session)
    category = category_named(session, name)
    old = session.get(Category, category.parent_id) if category.parent_id else None
    new = around = category_named(session, parent) if parent else None
    if new is old:
        where = f"in {new.name!r}" if new else "at the top"
        raise WrongState("category", category.name, f"it lies {where} already")
    while around is not None:
        if around is category:
            raise BadValue("place", new.name if new else "", f"{category.name!r} would lie inside itself")
        around = session.get(Category, around.parent_id) if around.parent_id else None
    category.parent_id = new.id if new else None
    facts = {"old": old.name if old else "", "new": new.name if new else ""}
    _note(session, "category.moved", category, actor, now, **facts)
    waiting_list.tell_all(session, actor=actor, now=now)
    return category


def archive_category(session: Session, name: str, *, actor: str, now: datetime) -> Category:
    """Hide a category and everything in it; open orders are not touched.

    Raises:
        NotFound: there is no such category.
        WrongState: it is archived already.
    """
    category = category_named(session, name)
    _archive(category, "category", now)
    _note(session, "category.archived", category, actor, now)
    return category


def restore_category(session: Session, name: str, *, actor: str, now: datetime) -> Category:
    """Show an archived category again.

    Raises:
        NotFound: there is no such category.
        WrongState: it is not archived.
    """
    category = category_named(session, name)
    _restore(category, "category")
    _note(session, "category.restored", category, actor, now)
    waiting_list.tell_all(session, actor=actor, now=now)
    return category


def add_goods(
    session: Session,
    name: str,
    *,
    category: str,
    price: str,
    stock: int,
    description: str = "",
    photos: Sequence[str] = (),
    actor: str,
    now: datetime,
) -> Goods:
    """Put new goods into the catalogue. `price` is an amount in the shop's currency, such as "12.50".

    `photos` are names of files, as `photos.keep` returns them.

    Raises:
        AlreadyExists: the name is taken.
        NotFound: there is no such category.
        BadValue, TooManyPhotos: a value is out of range.
    """
    if not 0 <= stock <= MAX_QUANTITY:
        raise BadValue("stock", str(stock), f"use a whole number from 0 to {MAX_QUANTITY}")
    goods = Goods(
        name=free_goods_name(session, name),
        category_id=category_named(session, category).id,
        price=money.parse(price, context.of(session).currency),
        description=clean_description(description),
        stock_quantity=stock,
        reserved_quantity=0,
        created_at=now,
    )
    session.add(goods)
    catalog_words.index_one(session, goods)
    goods_photos.replace(session, goods.id, photos)
    session.add(_first_entry(goods, actor, now))
    _note(session, "goods.added", goods, actor, now, price=goods.price, stock=stock)
    return goods


def _first_entry(goods: Goods, actor: str, now: datetime) -> InventoryEntry:
    return InventoryEntry(
        goods_id=goods.id,
        kind=InventoryKind.ADJUSTED,
        stock_delta=goods.stock_quantity,
        reserved_delta=0,
        actor=actor,
        created_at=now,
    )


def edit_goods(
    session: Session,
    name: str,
    *,
    new_name: str | None = None,
    price: str | None = None,
    category: str | None = None,
    description: str | None = None,
    photos: Sequence[str] | None = None,
    low_stock_limit: str | None = None,
    actor: str,
    now: datetime,
) -> Goods:
    """Change what is given and leave the rest; orders keep the name and the price that were agreed.

    `low_stock_limit` is a number, or one of the words that `low_stock.read` knows.

    Raises:
        NotFound: there are no such goods, or no such category.
        AlreadyExists: the new name is taken.
        BadValue, TooManyPhotos: a value is out of range.
    """
    goods = locking.goods(session, [goods_named(session, name).id]).popitem()[1]
    changes: dict[str, Any] = {}
    if new_name is not None and cleaning.name("goods name", new_name) != goods.name:
        changes["name"] = free_goods_name(session, new_name)
    changes |= _read(session, price=price, category=category, description=description, low_stock_limit=low_stock_limit)
    for column, value in changes.items():
        setattr(goods, column, value)
    if changes.keys() & {"name", "description"}:
        catalog_words.index_one(session, goods)
    if photos is not None:
        goods_photos.replace(session, goods.id, photos)
        changes["photos"] = len(set(photos))
    changes.pop("description", None)
    _note(session, "goods.edited", goods, actor, now, **changes)
    # Another category may be one that customers can see, and another limit one below which they are low.
    goods_news.tell(session, [goods.id], actor=actor, now=now)
    return goods


def _read(session: Session, **given: str | None) -> dict[str, Any]:
    """Return the columns of goods that are given, as they are stored."""
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "price": ("price", lambda text: money.parse(text, context.of(session).currency)),
        "category": ("category_id", lambda text: category_named(session, text).id),
        "description": ("description", clean_description),
        "low_stock_limit": ("low_stock_limit", low_stock.read),
    }
    return {readers[key][0]: readers[key][1](text) for key, text in given.items() if text is not None}


def archive_goods(session: Session, name: str, *, actor: str, now: datetime) -> Goods:
    """Take goods out of the shop; open orders keep them.

    Raises:
        NotFound: there are no such goods.
        BadValue: they are archived already.
    """
    goods = goods_named(session, name)
    _archive(goods, "goods", now)
    _note(session, "goods.archived", goods, actor, now)
    return goods


def restore_goods(session: Session, name: str, *, actor: str, now: datetime) -> Goods:
    """Sell archived goods again.

    Raises:
        NotFound: there are no such goods.
        BadValue: they are not archived.
    """
    goods = locking.goods(session, [goods_named(session, name).id]).popitem()[1]
    _restore(goods, "goods")
    _note(session, "goods.restored", goods, actor, now)
    goods_news.tell(session, [goods.id], actor=actor, now=now)
    return goods


def clean_description(text: str) -> str:
    """Return a description as it is stored; an empty one is fine.

    Raises:
        BadValue: it is too long.
    """
    return cleaning.paragraph("description", text, longest=DESCRIPTION_LENGTH) if text.strip() else ""


def _free_category_name(session: Session, name: str) -> str:
    clean = cleaning.name("category name", name)
    if session.scalar(select(Category.id).where(Category.name == clean)) is not None:
        raise AlreadyExists("category", clean)
    return clean


def free_goods_name(session: Session, name: str) -> str:
    """Return a name for goods as it is stored.

    Raises:
        AlreadyExists: other goods have it.
        BadValue: it is empty or too long.
    """
    clean = cleaning.name("goods name", name)
    if session.scalar(select(Goods.id).where(Goods.name == clean)) is not None:
        raise AlreadyExists("goods", clean)
    return clean


def _archive(row: Category | Goods, what: str, now: datetime) -> None:
    if row.archived_at is not None:
        raise WrongState(what, row.name, f"{_they_are(what)} archived already")
    row.archived_at = now


def _restore(row: Category | Goods, what: str) -> None:
    if row.archived_at is None:
        raise WrongState(what, row.name, f"{_they_are(what)} not archived")
    row.archived_at = None


def _they_are(what: str) -> str:
    return "they are" if what == "goods" else "it is"


def _note(session: Session, kind: str, row: Category | Goods, actor: str, now: datetime, **facts: Any) -> None:
    subject = f"{'goods' if isinstance(row, Goods) else 'category'}:{row.id}"
    events.record(session, kind, actor=actor, subject=subject, now=now, **{"name": row.name, **facts})
