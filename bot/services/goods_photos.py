"""The pictures of some goods, in the order in which their card shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound, TooManyPhotos
from bot.models import Goods, GoodsPhoto
from bot.models.goods_photos import MOST_PHOTOS
from bot.services import catalog_names, events, locking


def of(session: Session, goods_id: int) -> Sequence[GoodsPhoto]:
    """Return the pictures of goods in their order."""
    query = select(GoodsPhoto).where(GoodsPhoto.goods_id == goods_id)
    return session.scalars(query.order_by(GoodsPhoto.position, GoodsPhoto.id)).all()


def add_all(session: Session, name: str, photos: Sequence[str], *, actor: str, now: datetime) -> Goods:
    """Show more pictures, behind the others; one that is there already stays where it is.

    `photos` are names of files, as `photos.keep` returns them.

    Raises:
        NotFound: there are no such goods.
        TooManyPhotos: they would have more than goods may have.
    """
    goods = _locked(session, name)
    there = of(session, goods.id)
    known = {each.name for each in there}
    new = [photo for photo in dict.fromkeys(photos) if photo not in known]
    _require_room(len(there) + len(new))
    last = there[-1].position if there else 0
    session.add_all(GoodsPhoto(goods_id=goods.id, name=photo, position=last + at) for at, photo in enumerate(new, 1))
    return _noted(session, goods, actor, now, added=new) if new else goods


def remove(session: Session, name: str, number: int, *, actor: str, now: datetime) -> Goods:
    """Show the first, second ... picture no longer. Its file stays for a day, and longer if other goods show it.

    Raises:
        NotFound: there are no such goods, or they have fewer pictures.
    """
    goods = _locked(session, name)
    gone = _numbered(of(session, goods.id), number)
    session.delete(gone)
    return _noted(session, goods, actor, now, removed=gone.name)


def move(session: Session, name: str, number: int, place: int, *, actor: str, now: datetime) -> Goods:
    """Show the picture with this number at another place; behind the last means as the last.

    Raises:
        NotFound: there are no such goods, or they have fewer pictures.
    """
    goods = _locked(session, name)
    order = list(of(session, goods.id))
    moved = _numbered(order, number)
    order.remove(moved)
    order.insert(max(place, 1) - 1, moved)
    for position, each in enumerate(order, 1):
        each.position = position
    return _noted(session, goods, actor, now, moved=moved.name, place=moved.position)


def number_of(session: Session, goods_id: int, photo_id: int) -> int:
    """Return which picture of goods one is that is known by its id: the first, the second ...

    Raises:
        NotFound: they no longer have it.
    """
    ids = [each.id for each in of(session, goods_id)]
    if photo_id not in ids:
        raise NotFound("photo", str(photo_id))
    return ids.index(photo_id) + 1


def replace(session: Session, goods_id: int, photos: Sequence[str]) -> None:
    """Show these pictures and no others. The goods are new or locked by the caller, who records the change.

    Raises:
        TooManyPhotos: they are more than goods may have.
    """
    wanted = list(dict.fromkeys(photos))
    _require_room(len(wanted))
    there = {each.name: each for each in of(session, goods_id)}
    for name in there.keys() - set(wanted):
        session.delete(there[name])
    for position, name in enumerate(wanted, 1):
        if name in there:
            there[name].position = position
        else:
            session.add(GoodsPhoto(goods_id=goods_id, name=name, position=position))
    session.flush()


def _locked(session: Session, name: str) -> Goods:
    return locking.goods(session, [catalog_names.goods_named(session, name).id]).popitem()[1]


def _numbered(there: Sequence[GoodsPhoto], number: int) -> GoodsPhoto:
    if not 1 <= number <= len(there):
        raise NotFound("photo", str(number), tuple(str(place) for place in range(1, len(there) + 1))[:3])
    return there[number - 1]


def _require_room(count: int) -> None:
    if count > MOST_PHOTOS:
        raise TooManyPhotos(MOST_PHOTOS)


def _noted(session: Session, goods: Goods, actor: str, now: datetime, **facts: Any) -> Goods:
    subject = f"goods:{goods.id}"
    events.record(session, "goods.photos_changed", actor=actor, subject=subject, now=now, name=goods.name, **facts)
    return goods
