"""Long lists: which rows are wanted, and reading them one after the other, so that their number does not matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

BATCH = 500
"""Rows that are fetched from the database's connection at a time."""


@dataclass(frozen=True)
class Window:
    """`limit` rows (None: all that there are) behind the first `offset`."""

    limit: int | None = None
    offset: int = 0

    def rows(self, session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
        """Yield the rows of a sorted query, read while they are used; `Database.stream` keeps the session open."""
        chosen = query.limit(self.limit).offset(self.offset or None)
        yield from session.execute(chosen.execution_options(yield_per=BATCH))
