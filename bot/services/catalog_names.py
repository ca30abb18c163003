"""Finding categories and goods by what they are called."""

import difflib
from collections.abc import Sequence

from sqlalchemy import LargeBinary, cast, func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Category, Goods
from bot.services import cleaning


def category_named(session: Session, name: str) -> Category:
    """Return the category with exactly this name.

    Raises:
        NotFound: there is none; similar names are suggested.
    """
    found = session.scalar(select(Category).where(Category.name == cleaning.name("category name", name)))
    if found is None:
        raise NotFound("category", name, close_to(name, session.scalars(select(Category.name)).all()))
    return found


def goods_named(session: Session, name: str) -> Goods:
    """Return the goods with exactly this name.

    Raises:
        NotFound: there are none; similar names are suggested.
    """
    found = session.scalar(select(Goods).where(Goods.name == cleaning.name("goods name", name)))
    if found is None:
        raise NotFound("goods", name, similar_goods(session, name))
    return found


def similar_goods(session: Session, name: str) -> tuple[str, ...]:
    """Return the names of goods, three at most, that somebody may have meant."""
    # Whoever mistypes a name leaves its length nearly as it is; to compare 100,000 names takes seconds.
    length = func.length(cast(Goods.name, LargeBinary)) - len(name.strip().encode())
    return close_to(name, session.scalars(select(Goods.name).order_by(func.abs(length)).limit(5000)).all())


def close_to(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, three at most, that somebody may have meant."""
    by_lower = {known.lower(): known for known in names}
    return tuple(by_lower[match] for match in difflib.get_close_matches(name.strip().lower(), by_lower, n=3))
