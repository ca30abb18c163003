"""Long lists: which rows are wanted, and reading them so that neither their number nor how deep they lie matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

BATCH = 500
"""Rows that are fetched from the database's connection at a time."""


@dataclass(frozen=True)
class Window:
    """`limit` rows (None: all that there are) behind the first `offset`."""

    limit: int | None = None
    offset: int = 0

    def rows(self, session: Session, query: Select[*tuple[Any, ...]], *, key: Any = None) -> Iterator[Any]:
        """Yield the rows of a sorted query, read while they are used; `Database.stream` keeps the session open.

        With the primary `key` of what is listed, of the rows before the window that alone is read.
        """
        chosen = query.limit(self.limit).offset(self.offset or None)
        if key is not None and self.offset:
            keys = chosen.with_only_columns(key.label("chosen_id")).subquery()
            chosen = query.join(keys, keys.c.chosen_id == key)
        yield from session.execute(chosen.execution_options(yield_per=BATCH))


@dataclass(frozen=True)
class Spot:
    """Where a page lies: behind the row with the key `at`, or below 0 before it. It costs the same however deep.

    Without `at`, it lies behind the first `offset` rows.
    """

    offset: int = 0
    at: int = 0


@dataclass(frozen=True)
class Key:
    """A column that a list is sorted by, the smallest first, or the greatest where it `falls`."""

    column: Any
    falls: bool = True

    def way(self, *, is_turned: bool = False) -> ColumnElement[Any]:
        """Return how it is sorted, or the other way round."""
        return self.column.desc() if self.falls != is_turned else self.column.asc()  # type: ignore[no-any-return]

    def is_past(self, value: Any, *, is_turned: bool) -> ColumnElement[bool]:
        """Return the condition that a row comes behind one with this value."""
        return self.column < value if self.falls != is_turned else self.column > value  # type: ignore[no-any-return]


def leaf(
    session: Session, query: Select[*tuple[Any, ...]], keys: Sequence[Key], spot: Spot, size: int
) -> tuple[Sequence[Any], bool]:
    """Return the rows of a page, and whether there are more behind them.

    `keys` are what the list is sorted by: the last one is a primary key, and there is at most one before it.
    """
    is_turned = spot.at < 0
    query = query.order_by(*(key.way(is_turned=is_turned) for key in keys))
    beside = _beside(keys, abs(spot.at), is_turned) if spot.at else ()
    query = query.where(*beside).offset(None if spot.at else spot.offset or None)
    if is_turned:
        return session.execute(query.limit(size)).all()[::-1], True
    rows = session.execute(query.limit(size + 1)).all()
    return rows[:size], len(rows) > size


def _beside(keys: Sequence[Key], at: int, is_turned: bool) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions for what lies behind a row, so that an index leads there at once."""
    *first, last = keys
    is_behind = last.is_past(at, is_turned=is_turned)
    for key in first:
        beside = select(key.column).where(last.column == at).scalar_subquery()
        is_past = key.is_past(beside, is_turned=is_turned)
        yield is_past | (key.column == beside)
        is_behind = is_past | is_behind
    yield is_behind
