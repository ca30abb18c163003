"""Statements of hot paths as the driver takes them: compiled once, sent as text, their values made fit by the types.

What SQLAlchemy does for each statement costs as much as to send it, and most of it comes to the same every time. It
still sends the text: its events, its errors and what it makes of a lost connection are those of any other statement.

Only for Core statements that are built once. Lists to be spelled out (`expanding`) and values that SQLAlchemy would
add by itself are refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
    bindparam,
    false,
)
from sqlalchemy.orm import Session

Processor = Callable[[Any], Any] | None
_KEPT = "connection"


@dataclass(frozen=True)
class _Text:
    """A statement for one dialect: its values that never change, what makes the others fit, and their order."""

    sql: str
    fixed: Mapping[str, Any]
    processors: Sequence[tuple[str, Callable[[Any], Any]]]
    order: Sequence[str] | None
    of_rows: Sequence[Processor] | None

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        fit = {**self.fixed, **given}
        for name, make in self.processors:
            fit[name] = make(fit[name])
        return fit if self.order is None else tuple([fit[name] for name in self.order])

    def row(self, found: Iterable[Any]) -> tuple[Any, ...]:
        """Return a row in the types of its columns."""
        of_rows = self.of_rows or ()
        return tuple([make(value) if make else value for make, value in zip(of_rows, found, strict=True)])


def rows(session: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return what a SELECT finds."""
    connection = of(session)
    text = _text(statement, connection.dialect, tuple(values))
    found = connection.exec_driver_sql(text.sql, text.values(values)).all()
    return [text.row(each) for each in found] if text.of_rows else [tuple(each) for each in found]


def scalar(session: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> Any:
    """Return the first column of the first row that a SELECT finds, None where it finds none."""
    found = rows(session, statement, values)
    return found[0][0] if found else None


def change(session: Session, statement: Update | Delete, values: Mapping[str, Any]) -> int:
    """Carry out an UPDATE or DELETE and return how many rows it met."""
    return _send(session, statement, values).rowcount


def insert(session: Session, statement: Insert, row: Mapping[str, Any]) -> int:
    """Insert a row and return the key that the database gave it."""
    return int(_send(session, statement, row).lastrowid)


def insert_all(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, at least one, that all name the same columns in the same order."""
    connection = of(session)
    text = _text(statement, connection.dialect, tuple(rows[0]))
    connection.exec_driver_sql(text.sql, [text.values(row) for row in rows])


def one_of(column: ColumnElement[int], count: int) -> ColumnElement[bool]:
    """Return the condition that a column is one of so many ids, whose values `numbered` names.

    A statement with it is built once for each number of ids.
    """
    return column.in_([bindparam(f"id_{number}") for number in range(count)]) if count else false()


def numbered(ids: Iterable[int]) -> dict[str, int]:
    """Return the values of `one_of`, each id once."""
    return {f"id_{number}": each for number, each in enumerate(sorted(set(ids)))}


def of(session: Session) -> Connection:
    """Return the connection of a session; to have the session find it costs a tenth of a statement."""
    kept: Connection | None = session.info.get(_KEPT)
    if kept is None or kept.closed:
        kept = session.info[_KEPT] = session.connection()
    return kept


def _send(session: Session, statement: Update | Delete | Insert, values: Mapping[str, Any]) -> CursorResult[Any]:
    connection = of(session)
    text = _text(statement, connection.dialect, tuple(values))
    return connection.exec_driver_sql(text.sql, text.values(values))


@lru_cache(maxsize=500)
def _text(
    statement: Select[*tuple[Any, ...]] | Update | Delete | Insert, dialect: Dialect, keys: tuple[str, ...]
) -> _Text:
    columns = list(keys) if isinstance(statement, Insert) else None
    made = statement.compile(dialect=dialect, column_keys=columns)
    if made.post_compile_params or made.literal_execute_params or made.insert_prefetch or made.update_prefetch:
        raise ValueError(f"this statement is another one each time, or lacks a value: {made}")
    fixed, processors = {}, {}
    for bind, name in made.bind_names.items():
        make = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:
            fixed[name] = make(bind.effective_value) if make else bind.effective_value
        elif make:
            processors[name] = make
    of_rows = None
    if isinstance(statement, Select):
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        of_rows = [each.result_processor(dialect, None) for each in types]
    order = None if made.positiontup is None else tuple(made.positiontup)
    return _Text(str(made), fixed, tuple(processors.items()), order, of_rows if of_rows and any(of_rows) else None)
