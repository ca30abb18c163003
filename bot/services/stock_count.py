"""The stock-take: a sheet on which people count, the differences to the system, and applying them as one movement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import BadValue, Conflict, NotFound, StockBelowReserved
from bot.models import Category, Goods
from bot.services import catalog, cleaning, events, locking, stock
from bot.services.files import text_file
from bot.services.files.file_errors import ChangedMeanwhile, Mistakes
from bot.services.files.records import read_csv
from bot.services.queries.paging import Window

BATCH = 500
COLUMNS = ("category", "name", "counted")
HINTS = 10
"""Mistakes that come with a similar name; to look for one among many thousand names takes a while."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of some goods somebody has found on the shelf, and the line that says so."""

    name: str
    quantity: int
    line: int


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read; `blank` is the number of its rows without a count."""

    mistakes: Mistakes
    counts: Sequence[Counted]
    blank: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Goods of which another number was counted than the system knows."""

    goods_id: int
    name: str
    stock: int
    counted: int
    price: Decimal

    @property
    def quantity(self) -> int:
        """Return how many more were found; fewer are negative."""
        return self.counted - self.stock

    @property
    def value(self) -> Decimal:
        """Return what the difference is worth at today's price."""
        return self.quantity * self.price


def read(path: Path) -> Sheet:
    """Return what a sheet says; what is wrong in single rows waits in `mistakes` for what the comparison finds.

    Raises:
        BadValue: there is no such file, or none that can be read.
        BadRows: it is no CSV with the columns `name` and `counted`.
    """
    mistakes = Mistakes(path)
    counts: dict[str, Counted] = {}
    blank = 0
    with text_file.opened(path, "count sheet") as file:
        for record in read_csv(text_file.lines(file, mistakes), mistakes, allowed=COLUMNS, needed=("name", "counted")):
            written = record.values["counted"].strip()
            blank += not written
            try:
                name = cleaning.name("goods name", record.values["name"])
                if name in counts:
                    mistakes.add(record.line, f"{name!r} stands in line {counts[name].line} already.")
                elif written:
                    counts[name] = Counted(name, stock.read_quantity("count", written), record.line)
            except BadValue as error:
                mistakes.add(record.line, error)
    return Sheet(mistakes, list(counts.values()), blank)


def differences(session: Session, sheet: Sheet) -> Sequence[Difference]:
    """Return where the sheet and the system differ.

    Raises:
        BadRows: goods do not exist, or open orders are promised more than was counted; all such rows are told.
    """
    mistakes = Mistakes(sheet.mistakes.path, list(sheet.mistakes.found))
    found: list[Difference] = []
    hints = 0
    for start in range(0, len(sheet.counts), BATCH):
        batch = sheet.counts[start : start + BATCH]
        rows = _rows(session, [each.name for each in batch])
        for each in batch:
            row = rows.get(each.name)
            if row is None:
                hints += 1
                close = catalog.similar_goods(session, each.name) if hints <= HINTS else ()
                mistakes.add(each.line, NotFound("goods", each.name, close))
            elif each.quantity < row.reserved_quantity:
                mistakes.add(each.line, StockBelowReserved(each.name, each.quantity, row.reserved_quantity))
            elif each.quantity != row.stock_quantity:
                found.append(Difference(row.id, row.name, row.stock_quantity, each.quantity, row.price))
    mistakes.refuse_any()
    return found


def apply(
    session: Session,
    sheet: Sheet,
    *,
    expected: Sequence[Difference] | None = None,
    reason: str,
    actor: str,
    now: datetime,
) -> Sequence[Difference]:
    """Make the stock what was counted, as one movement under one reason, and return the differences.

    Raises:
        BadRows: rows do not fit to the shop.
        ChangedMeanwhile: the differences are not those that were `expected`.
    """
    seen = differences(session, sheet)
    locking.hold_goods(session, (each.goods_id for each in seen))
    found = differences(session, sheet)
    if expected is not None and found != expected:
        raise ChangedMeanwhile
    if found != seen:
        raise Conflict
    if found:
        facts = {
            "reason": reason,
            "goods": len(found),
            "quantity": sum(each.quantity for each in found),
            "value": sum((each.value for each in found), Decimal(0)),
        }
        events.record(session, "stock.counted", actor=actor, subject="stock", now=now, **facts)
    for start in range(0, len(found), BATCH):
        _write(session, found[start : start + BATCH], reason, actor, now)
    return found


def blank_sheet(session: Session) -> Iterator[Sequence[Any]]:
    """Yield the rows of a sheet to count on: all goods that are sold or lie on the shelf, by category and name."""
    query = select(Category.name, Goods.name).join(Category, Goods.category_id == Category.id)
    wanted = or_(Goods.archived_at.is_(None), Goods.stock_quantity > 0)
    for row in Window().rows(session, query.where(wanted).order_by(Category.name, Goods.name)):
        yield row[0], row[1], ""


def _rows(session: Session, names: Sequence[str]) -> dict[str, Any]:
    query = select(Goods.id, Goods.name, Goods.price, Goods.stock_quantity, Goods.reserved_quantity)
    return {row.name: row for row in session.execute(query.where(Goods.name.in_(names)))}


def _write(session: Session, found: Sequence[Difference], reason: str, actor: str, now: datetime) -> None:
    counted = {each.goods_id: each.counted for each in sorted(found, key=lambda each: each.goods_id)}
    row = Goods.__table__.c
    values = {"stock_quantity": case(counted, value=row.id)}
    session.execute(update(Goods.__table__).where(row.id.in_(counted)).values(values))
    deltas = {each.goods_id: each.quantity for each in found}
    stock.log_adjustments(session, deltas, reason=reason, actor=actor, now=now)
