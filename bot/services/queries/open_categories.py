"""The categories that customers can open, as one tree: read once, and kept until a category changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Category
from bot.services import kept


@dataclass(frozen=True)
class Shelf:
    """A category that customers can open."""

    id: int
    name: str


@dataclass(frozen=True)
class OpenCategories:
    """Those that neither are archived nor lie, however deep, in an archived one."""

    shelves: Mapping[int, Shelf]
    parents: Mapping[int, int | None]
    inside: Mapping[int | None, Sequence[Shelf]]
    """By name; those inside None stand at the top."""

    def way(self, category_id: int | None) -> Sequence[str]:
        """Return the names of the categories from the top down to one of these."""
        names: list[str] = []
        while category_id is not None:
            names.append(self.shelves[category_id].name)
            category_id = self.parents[category_id]
        return names[::-1]


def of(session: Session) -> OpenCategories:
    """Return them as they are now."""
    return kept.value(session, Category.__tablename__, _read)


def _read(session: Session) -> OpenCategories:
    query = select(Category.id, Category.name, Category.parent_id, Category.archived_at).order_by(Category.name)
    below: dict[int | None, list[tuple[Shelf, datetime | None]]] = {}
    for number, name, parent_id, archived_at in session.execute(query):
        below.setdefault(parent_id, []).append((Shelf(number, name), archived_at))
    shelves: dict[int, Shelf] = {}
    parents: dict[int, int | None] = {}
    inside: dict[int | None, Sequence[Shelf]] = {}
    waiting: list[int | None] = [None]
    while waiting:
        around = waiting.pop()
        found = inside[around] = [shelf for shelf, archived_at in below.get(around, ()) if archived_at is None]
        shelves.update({shelf.id: shelf for shelf in found})
        parents.update({shelf.id: around for shelf in found})
        waiting.extend(shelf.id for shelf in found)
    return OpenCategories(shelves, parents, inside)
