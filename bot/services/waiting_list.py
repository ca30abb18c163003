"""The waiting list: who wants sold-out goods is told once when they are back, in the transaction that brings them back.

Whoever joins and whoever brings goods back lock the goods first, so one of them sees what the other has done.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Goods, User, WaitingPerson
from bot.models.catalog import closed_categories
from bot.services import events, locking, outbox, people


def join(session: Session, user_id: int, goods_id: int, *, now: datetime) -> None:
    """Have somebody told when goods are back; whoever waits already goes on waiting.

    Goods that are there need nobody to wait for them, so nothing changes then.

    Raises:
        NotFound: they are not for sale.
    """
    goods = locking.goods(session, [goods_id]).get(goods_id)
    if goods is None or session.scalar(select(Goods.id).where(Goods.id == goods_id, _is_sold())) is None:
        raise NotFound("goods", str(goods_id))
    if goods.available > 0 or session.get(WaitingPerson, (user_id, goods_id)) is not None:
        return
    session.add(WaitingPerson(user_id=user_id, goods_id=goods_id, since_at=now))
    _note(session, "waiting.joined", user_id, goods_id, now)


def leave(session: Session, user_id: int, goods_id: int, *, now: datetime) -> None:
    """Have somebody not told after all."""
    locking.hold_goods(session, [goods_id])
    gone = session.get(WaitingPerson, (user_id, goods_id))
    if gone is not None:
        session.delete(gone)
        _note(session, "waiting.left", user_id, goods_id, now)


def tell(session: Session, goods_ids: Iterable[int], *, actor: str, now: datetime) -> None:
    """Tell everybody who waits for some of these goods that they are back, if they are, and strike them off the list.

    The goods are locked by the caller, who has just changed them.
    """
    session.flush()
    wanted = set(goods_ids)
    awaited = locking.waiting(session, wanted) if wanted else set()
    if awaited:
        _tell(session, awaited, actor, now)


def tell_all(session: Session, *, actor: str, now: datetime) -> None:
    """Do what `tell` does for whatever is back, where a category has returned.

    All goods that somebody waits for are locked, also those that are not there: they may just be coming in another
    transaction, which does not see yet that the category is back.
    """
    session.flush()
    ids = session.scalars(select(WaitingPerson.goods_id).distinct()).all()
    if ids:
        locking.hold_goods(session, ids)
        tell(session, ids, actor=actor, now=now)


def _tell(session: Session, goods_ids: Collection[int], actor: str, now: datetime) -> None:
    are_back = Goods.id.in_(sorted(goods_ids)) & _is_sold() & _is_available()
    back = session.execute(select(Goods.id, Goods.name).where(are_back).order_by(Goods.id)).all()
    for goods_id, name in back:
        told = _reachable(session, goods_id)
        facts = {"name": name, "people": len(told)}
        event = events.record(session, "goods.back", actor=actor, subject=f"goods:{goods_id}", now=now, **facts)
        outbox.tell_many(session, event, told, "goods-back", goods_id=goods_id, name=name)
        # Nobody has joined since they were read: whoever does locks the goods.
        session.execute(
            delete(WaitingPerson).where(WaitingPerson.goods_id == goods_id),
            execution_options={"synchronize_session": False},
        )


def _reachable(session: Session, goods_id: int) -> Sequence[int]:
    """Return those who wait for goods, the longest first, and are neither banned nor have blocked the bot."""
    is_here = User.blocked_bot_at.is_(None) & User.is_banned.is_(False)
    query = select(User.telegram_id).join(WaitingPerson, WaitingPerson.user_id == User.telegram_id)
    first = WaitingPerson.since_at, WaitingPerson.user_id
    return session.scalars(query.where(WaitingPerson.goods_id == goods_id, is_here).order_by(*first)).all()


def _is_sold() -> ColumnElement[bool]:
    """Return the condition that customers can see the goods."""
    return Goods.archived_at.is_(None) & Goods.category_id.not_in(closed_categories())


def is_awaited() -> ColumnElement[bool]:
    """Return the condition that somebody waits for goods."""
    waits, goods = WaitingPerson.__table__.c, Goods.__table__.c
    return exists().where(waits.goods_id == goods.id)


def _is_available() -> ColumnElement[bool]:
    return Goods.stock_quantity > Goods.reserved_quantity


def _note(session: Session, kind: str, user_id: int, goods_id: int, now: datetime) -> None:
    actor = people.actor(user_id)
    events.record(session, kind, actor=actor, subject=f"goods:{goods_id}", now=now)
