"""The tree of categories: what lies where, and what an archived category hides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import CategoryNotEmpty, NotFound
from bot.models import Category, Goods
from bot.services import catalog, cleaning, events, locking


@dataclass(frozen=True)
class Branch:
    """A category and where it lies: `path` leads from the top down to it.

    `closed_by` is the nearest archived category, beginning with itself; None if customers can see it.
    """

    id: int
    name: str
    path: tuple[str, ...]
    archived_at: datetime | None
    closed_by: str | None
    goods_count: int

    @property
    def parent(self) -> str | None:
        """Return the category around it, if one is."""
        return self.path[-2] if len(self.path) > 1 else None


def tree(session: Session) -> dict[int, Branch]:
    """Return all categories by id, each followed by those inside it, by name."""
    count = select(func.count()).where(Goods.category_id == Category.id).scalar_subquery()
    query = select(Category.id, Category.name, Category.parent_id, Category.archived_at, count.label("goods_count"))
    inside: dict[int | None, list[tuple[int, str, datetime | None, int]]] = {}
    for row in session.execute(query.order_by(Category.name)):
        inside.setdefault(row.parent_id, []).append((row.id, row.name, row.archived_at, row.goods_count))
    found: dict[int, Branch] = {}
    # A stack, because people may nest deeper than Python calls functions.
    waiting: list[tuple[Branch | None, tuple[int, str, datetime | None, int]]] = []
    waiting.extend((None, each) for each in reversed(inside.get(None, [])))
    while waiting:
        around, (category_id, name, archived_at, goods_count) = waiting.pop()
        closed_by = name if archived_at else (around.closed_by if around else None)
        path = (*(around.path if around else ()), name)
        branch = found[category_id] = Branch(category_id, name, path, archived_at, closed_by, goods_count)
        waiting.extend((branch, each) for each in reversed(inside.get(category_id, [])))
    return found


def inside(name: str, branches: Mapping[int, Branch]) -> Sequence[int]:
    """Return the ids of a category and of all inside it.

    Raises:
        NotFound: there is no such category.
    """
    clean = cleaning.name("category name", name)
    found = [each.id for each in branches.values() if clean in each.path]
    if not found:
        raise NotFound("category", name, catalog.close_to(name, [each.name for each in branches.values()]))
    return found


def remove(session: Session, name: str, *, actor: str, now: datetime) -> Category:
    """Remove an empty category for good, and return what it was.

    Raises:
        NotFound: there is no such category.
        CategoryNotEmpty: goods, also archived ones, or categories lie in it.
    """
    locking.hold_categories(session)
    category = catalog.category_named(session, name)
    goods = session.scalar(select(func.count()).where(Goods.category_id == category.id)) or 0
    inner = session.scalar(select(func.count()).where(Category.parent_id == category.id)) or 0
    if goods or inner:
        raise CategoryNotEmpty(category.name, goods, inner)
    session.delete(category)
    session.flush()
    subject = f"category:{category.id}"
    events.record(session, "category.removed", actor=actor, subject=subject, now=now, name=category.name)
    return category
