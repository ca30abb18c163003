"""What a process keeps of tables that are read at nearly every press, and how it sees that this still holds.

The mark of a table is read first and its rows afterwards, so what stands under a mark is never older than the mark. A
change commits its rows and a new mark together (bot/marks.py), in whatever process, and who reads the new mark reads
the rows again. Units of work that write never look here: what is decided about money and stock is read from the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from bot.models import CacheMark, Category, Setting

T = TypeVar("T")

TABLES = (Setting.__tablename__, Category.__tablename__)
"""The tables that have a mark each."""
SHOWN = "shown"
"""The mark of all else that is read when people look around (bot/recent.py)."""
LONGEST_SECONDS = 60.0
"""So long a copy is used: what somebody changes with SQL of their own, which gives no new mark, is seen then."""


@dataclass(frozen=True)
class Copy:
    """What was read, under which mark, and until when it is used."""

    value: Any
    mark: int
    until: float


class Kept:
    """The copies of one process; it travels in `session.info` of those that only read."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.copies: dict[Callable[..., Any], Copy] = {}

    @property
    def as_info(self) -> dict[str, "Kept"]:
        """Return what `Database(info=...)` takes."""
        return {"kept": self}


def mark_of(name: str) -> ScalarSelect[int]:
    """Return the SQL of a mark, to be read with something else."""
    return select(CacheMark.mark).where(CacheMark.name == name).scalar_subquery()


def trust(session: Session, marks: dict[str, int | None]) -> None:
    """Use marks that were just read in this session, so that they are not read again."""
    session.info["marks"] = marks


def value(session: Session, table: str, load: Callable[[Session], T]) -> T:
    """Return what `load` reads from a table, from the copy of this process while its mark holds."""
    kept: Kept | None = session.info.get("kept")
    if kept is None or "unit" in session.info:
        return load(session)
    mark = _mark(session, table)
    copy = kept.copies.get(load)
    if copy is None or copy.mark != mark or monotonic() > copy.until:
        copy = Copy(load(session), -1 if mark is None else mark, monotonic() + LONGEST_SECONDS)
        kept.copies[load] = copy
    found: T = copy.value
    return found


def _mark(session: Session, table: str) -> int | None:
    marks: dict[str, int | None] = session.info.setdefault("marks", {})
    if table not in marks:
        marks[table] = session.scalar(select(CacheMark.mark).where(CacheMark.name == table))
    return marks[table]
