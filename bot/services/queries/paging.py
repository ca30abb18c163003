"""Long lists: which rows are wanted, and reading them so that neither their number nor how deep they lie matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
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
    session: Session,
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    spot: Spot,
    size: int,
    *,
    identity: Any = None,
) -> tuple[Sequence[Any], bool]:
    """Return the rows of a page, and whether there are more behind them.

    `keys` are what the list is sorted by: no two rows are alike in them. `identity` is the primary key, where it is not
    the last of them.
    """
    is_turned = spot.at < 0
    query = query.order_by(*(key.way(is_turned=is_turned) for key in keys))
    if spot.at:
        identity = keys[-1].column if identity is None else identity
        query = query.where(_beside(keys, identity, abs(spot.at), is_turned))
    else:
        query = query.offset(spot.offset or None)
    if is_turned:
        return session.execute(query.limit(size)).all()[::-1], True
    rows = session.execute(query.limit(size + 1)).all()
    return rows[:size], len(rows) > size


def _beside(keys: Sequence[Key], identity: Any, row_id: int, is_turned: bool) -> ColumnElement[bool]:
    """Return the condition for what lies behind a row, so that an index leads there at once."""
    # Where all keys before one are the same, that one decides.
    same: list[ColumnElement[bool]] = []
    ways = []
    for key in keys:
        is_known = key.column is identity
        beside = row_id if is_known else select(key.column).where(identity == row_id).scalar_subquery()
        ways.append(and_(key.is_past(beside, is_turned=is_turned), *same))
        same.append(key.column == beside)
    return or_(*ways)
