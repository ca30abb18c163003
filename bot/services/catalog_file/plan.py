"""What a file would change in the shop: the difference between what it says and what there is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound, StockBelowReserved
from bot.models import Category, Goods
from bot.models.goods_photos import names_in, photos_column
from bot.services import catalog
from bot.services.catalog_file.entries import CategoryEntry, Entries, GoodsEntry
from bot.services.files.file_errors import Mistakes

BATCH = 1000
HINTS = 10
"""Mistakes that come with a similar name; to look for one among many thousand names takes a while."""

Value = str | int | Decimal | None


class Kind(StrEnum):
    """What happens to one category or to one goods row."""

    ADD = "add"
    CHANGE = "change"
    MOVE = "move"
    ARCHIVE = "archive"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Field:
    """One value that becomes another; a "photo" is the names of all pictures, below each other."""

    name: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happens. `id` is that of the row, and None for a new one; `line` the file's, if it says so."""

    kind: Kind
    what: str
    name: str
    id: int | None
    line: int | None
    fields: tuple[Field, ...] = ()

    def new(self, name: str) -> Any:
        """Return what a field becomes, or None if it is not among those that change."""
        return next((each.new for each in self.fields if each.name == name), None)


@dataclass(frozen=True)
class Options:
    """How far a file reaches: whether to stock that is counted already, and to goods that it does not name."""

    with_stock: bool = False
    archive_missing: bool = False


@dataclass(frozen=True)
class Plan:
    """All that a file changes, in the order in which it is done.

    `same` is the number of its goods that stay as they are, `stock_left` how many have another stock in the file that
    was not asked for.
    """

    changes: tuple[Change, ...]
    same: int
    stock_left: int = 0

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Return how often what happens to what."""
        return dict(Counter((change.kind.value, change.what) for change in self.changes))


def compare(session: Session, entries: Entries, options: Options) -> Plan:
    """Return what the file changes.

    Raises:
        BadRows: it does not fit to itself or to the shop; all that is wrong is told, with its lines.
    """
    return _Comparison(session, entries, options).plan()


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    parent: str
    is_archived: bool


@dataclass
class _Comparison:
    session: Session
    entries: Entries
    options: Options
    changes: list[Change] = field(default_factory=list)
    hints: int = 0
    same: int = 0
    stock_left: int = 0

    def plan(self) -> Plan:
        """Return the difference, once everything was found to fit."""
        self.known = _known_categories(self.session)
        self.mistakes = Mistakes(self.entries.mistakes.path, list(self.entries.mistakes.found))
        self._compare_categories()
        for batch in _batches(self.entries.goods.values()):
            self._compare_goods(batch)
        if self.options.archive_missing:
            self._archive_missing()
        self.mistakes.refuse_any()
        return Plan(tuple(self.changes), self.same, self.stock_left)

    # -- categories -----------------------------------------------------------------------------------------------

    def _compare_categories(self) -> None:
        stated = self.entries.categories
        for entry in stated.values():
            if entry.parent:
                self._require_category(entry.parent, entry.line)
        parents = {name: known.parent for name, known in self.known.items()}
        parents.update((name, entry.parent or "") for name, entry in stated.items() if entry.parent is not None)
        for name in _outermost_first(stated, parents):
            entry = stated[name]
            if _goes_round(name, parents):
                self.mistakes.add(entry.line, f"The category {name!r} would lie inside itself.")
            else:
                self.changes.extend(self._of_category(entry, self.known.get(name)))

    def _of_category(self, entry: CategoryEntry, known: _Known | None) -> Iterator[Change]:
        if known is None:
            archived = (Field("archived", None, "yes"),) if entry.archived else ()
            fields = (Field("parent", None, entry.parent or ""), *archived)
            yield Change(Kind.ADD, "category", entry.name, None, entry.line, fields)
            return
        if entry.parent is not None and entry.parent != known.parent:
            moved = Field("parent", known.parent, entry.parent)
            yield Change(Kind.MOVE, "category", entry.name, known.id, entry.line, (moved,))
        if entry.archived is not None and entry.archived != known.is_archived:
            kind = Kind.ARCHIVE if entry.archived else Kind.RESTORE
            yield Change(kind, "category", entry.name, known.id, entry.line)

    def _require_category(self, name: str, line: int) -> None:
        if name not in self.known and name not in self.entries.categories:
            self.mistakes.add(line, NotFound("category", name, self._close(name)))

    def _close(self, name: str) -> tuple[str, ...]:
        self.hints += 1
        return catalog.close_to(name, [*self.known, *self.entries.categories]) if self.hints <= HINTS else ()

    # -- goods ----------------------------------------------------------------------------------------------------

    def _compare_goods(self, batch: Sequence[GoodsEntry]) -> None:
        rows = _goods_named(self.session, [entry.name for entry in batch])
        for entry in batch:
            if entry.category is not None:
                self._require_category(entry.category, entry.line)
            row = rows.get(entry.name)
            found = list(self._new_goods(entry) if row is None else self._of_goods(entry, row))
            self.changes.extend(found)
            self.same += not found

    def _new_goods(self, entry: GoodsEntry) -> Iterator[Change]:
        if entry.category is None or entry.price is None:
            if entry.name not in self.entries.flawed:
                self.mistakes.add(entry.line, f"The goods {entry.name!r} are new, so they need a category and a price.")
            return
        fields = [
            Field("category", None, entry.category),
            Field("price", None, entry.price),
            Field("stock", None, entry.stock or 0),
            Field("description", None, entry.description or ""),
            Field("photo", None, entry.photo or ""),
        ]
        archived = [Field("archived", None, "yes")] if entry.archived else []
        yield Change(Kind.ADD, "goods", entry.name, None, entry.line, (*fields, *archived))

    def _of_goods(self, entry: GoodsEntry, row: Any) -> Iterator[Change]:
        if entry.category is not None and entry.category != row.category:
            moved = Field("category", row.category, entry.category)
            yield Change(Kind.MOVE, "goods", entry.name, row.id, entry.line, (moved,))
        if fields := tuple(self._changed(entry, row)):
            yield Change(Kind.CHANGE, "goods", entry.name, row.id, entry.line, fields)
        if entry.archived is not None and entry.archived != (row.archived_at is not None):
            kind = Kind.ARCHIVE if entry.archived else Kind.RESTORE
            yield Change(kind, "goods", entry.name, row.id, entry.line)

    def _changed(self, entry: GoodsEntry, row: Any) -> Iterator[Field]:
        if entry.price is not None and entry.price != row.price:
            yield Field("price", row.price, entry.price)
        if entry.description is not None and entry.description != row.description:
            yield Field("description", row.description, entry.description)
        shown = "\n".join(names_in(row.photos))
        if entry.photo is not None and entry.photo != shown:
            yield Field("photo", shown, entry.photo)
        if entry.stock is not None and entry.stock != row.stock_quantity:
            yield from self._stock(entry.stock, entry, row)

    def _stock(self, stock: int, entry: GoodsEntry, row: Any) -> Iterator[Field]:
        if not self.options.with_stock:
            self.stock_left += 1
        elif stock < row.reserved_quantity:
            self.mistakes.add(entry.line, StockBelowReserved(entry.name, stock, row.reserved_quantity))
        else:
            yield Field("stock", row.stock_quantity, stock)

    def _archive_missing(self) -> None:
        if not self.entries.goods:
            raise self.mistakes.refuse(0, "The file names no goods at all, so --archive-missing would archive all.")
        rows = self.session.execute(
            select(Goods.id, Goods.name).where(Goods.archived_at.is_(None)).order_by(Goods.name)
        )
        self.changes.extend(
            Change(Kind.ARCHIVE, "goods", row.name, row.id, None) for row in rows if row.name not in self.entries.goods
        )


def _known_categories(session: Session) -> dict[str, _Known]:
    rows = session.execute(select(Category.id, Category.name, Category.parent_id, Category.archived_at)).all()
    names = {row.id: row.name for row in rows}
    return {row.name: _Known(row.id, names.get(row.parent_id, ""), row.archived_at is not None) for row in rows}


def _goods_named(session: Session, names: Sequence[str]) -> dict[str, Any]:
    query = select(
        Goods.id,
        Goods.name,
        Category.name.label("category"),
        Goods.price,
        Goods.stock_quantity,
        Goods.reserved_quantity,
        Goods.description,
        photos_column().label("photos"),
        Goods.archived_at,
    ).join(Category, Category.id == Goods.category_id)
    return {row.name: row for row in session.execute(query.where(Goods.name.in_(names)))}


def _batches(entries: Iterable[GoodsEntry]) -> Iterator[Sequence[GoodsEntry]]:
    left = iter(entries)
    while batch := list(islice(left, BATCH)):
        yield batch


def _outermost_first(stated: Mapping[str, CategoryEntry], parents: Mapping[str, str]) -> Iterator[str]:
    """Yield the categories of a file, each after the one that it lies in, so that they can be made in this order."""
    done: set[str] = set()
    for name in stated:
        way = []
        while name and name not in done:
            done.add(name)
            way.append(name)
            name = parents.get(name, "")
        yield from (each for each in reversed(way) if each in stated)


def _goes_round(name: str, parents: Mapping[str, str]) -> bool:
    seen = set()
    around = name
    while around and around not in seen:
        seen.add(around)
        around = parents.get(around, "")
    return around == name
