"""Operations on goods and categories that were chosen with a button, which knows their ids and not their names."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Category, Goods
from bot.services import goods_photos

T = TypeVar("T")


def goods(session: Session, operation: Callable[..., T], goods_id: int, /, *args: Any, **options: Any) -> T:
    """Do an operation that finds goods by their name.

    Raises:
        NotFound: there are no such goods; else what the operation raises.
    """
    return operation(session, goods_name(session, goods_id), *args, **options)


def photo(
    session: Session, operation: Callable[..., T], goods_id: int, photo_id: int, /, *args: Any, **options: Any
) -> T:
    """Do an operation on one picture of goods, wherever it stands by now.

    Raises:
        NotFound: there are no such goods, or they no longer have it.
    """
    number = goods_photos.number_of(session, goods_id, photo_id)
    return operation(session, goods_name(session, goods_id), number, *args, **options)


def category(session: Session, operation: Callable[..., T], category_id: int, /, *args: Any, **options: Any) -> T:
    """Do an operation that finds a category by its name.

    Raises:
        NotFound: there is no such category; else what the operation raises.
    """
    return operation(session, category_name(session, category_id), *args, **options)


def move_goods(session: Session, goods_id: int, category_id: int, operation: Callable[..., T], /, **options: Any) -> T:
    """Do an operation that puts goods into a category.

    Raises:
        NotFound: there are no such goods, or there is no such category.
    """
    into = category_name(session, category_id)
    return operation(session, goods_name(session, goods_id), category=into, **options)


def move_category(
    session: Session, category_id: int, parent_id: int, operation: Callable[..., T], /, **options: Any
) -> T:
    """Do an operation that puts a category into another, or with 0 to the top.

    Raises:
        NotFound: one of them is not there; else what the operation raises.
    """
    into = category_name(session, parent_id) if parent_id else None
    return operation(session, category_name(session, category_id), into, **options)


def goods_name(session: Session, goods_id: int) -> str:
    """Return what goods are called.

    Raises:
        NotFound: there are none.
    """
    found = session.scalar(select(Goods.name).where(Goods.id == goods_id))
    if found is None:
        raise NotFound("goods", str(goods_id))
    return found


def category_name(session: Session, category_id: int) -> str:
    """Return what a category is called.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(select(Category.name).where(Category.id == category_id))
    if found is None:
        raise NotFound("category", str(category_id))
    return found
