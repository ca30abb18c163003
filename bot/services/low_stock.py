"""Low stock: the staff are told once when few of some goods are left, until there are more again.

Whoever moves stock has `goods_news` look while it still holds the goods, so that two movements at once tell once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select, update
from sqlalchemy.orm import Session

from bot.errors import BadValue
from bot.models import Goods, Setting
from bot.models.catalog import MAX_QUANTITY, NEVER_LOW
from bot.services import events, locking, outbox
from bot.services.events import Draft

SETTING = "low_stock"
OFF, DEFAULT = "off", "default"
"""What is written instead of a number: never, and what the setting says."""
BATCH = 1000
NAMED = 8
"""Goods that one message names; a file may bring thousands."""


def read(text: str) -> int | None:
    """Return the threshold of goods that somebody wrote: a number, "off", or "default" for the setting.

    Raises:
        BadValue: it is none of them.
    """
    written = text.strip().lower()
    if written in (OFF, DEFAULT):
        return NEVER_LOW if written == OFF else None
    if not (written.isascii() and written.isdigit() and len(written) <= 12 and int(written) <= MAX_QUANTITY):
        raise BadValue("low stock", text.strip()[:40], f"use a whole number, {OFF} or {DEFAULT}")
    return int(written)


def written(threshold: int | None) -> str:
    """Return a threshold as `read` takes it."""
    return DEFAULT if threshold is None else OFF if threshold == NEVER_LOW else str(threshold)


def threshold() -> ColumnElement[int]:
    """Return the column of the number at which goods are low, `NEVER_LOW` for none: their own, or the setting's."""
    stored = Setting.__table__.c
    number = case((stored.setting_value == OFF, NEVER_LOW), else_=cast(stored.setting_value, Integer))
    setting = select(number).where(stored.setting_key == SETTING).scalar_subquery()
    return func.coalesce(_GOODS.low_stock_limit, setting, NEVER_LOW)


def is_low() -> ColumnElement[bool]:
    """Return the condition that goods are on sale and few of them are left."""
    return and_(_GOODS.archived_at.is_(None), _available() <= threshold())


def _available() -> ColumnElement[int]:
    return _GOODS.stock_quantity - _GOODS.reserved_quantity


_GOODS = Goods.__table__.c
HAS_NEWS = or_(
    and_(_GOODS.low_stock_told_at.is_(None), is_low()),
    and_(_GOODS.low_stock_told_at.is_not(None), _available() > threshold()),
)
"""The condition that goods have become low and nobody was told, or that they no longer are and somebody was."""
TOLD = (_GOODS.id, _GOODS.name, _available(), threshold(), _GOODS.low_stock_told_at)
"""The columns that `tell` takes."""


def watch_all(session: Session, *, actor: str, now: datetime) -> None:
    """Do the same for all goods, when the setting has changed.

    They are held meanwhile: what is just being taken, by the number of before, would be told of by nobody.
    """
    session.flush()
    locking.hold_goods(session, session.scalars(select(Goods.id)))
    news = session.connection().execute(select(*TOLD).where(HAS_NEWS).order_by(_GOODS.id))
    tell(session, news.all(), actor=actor, now=now)


def tell(session: Session, news: Sequence[Sequence[Any]], *, actor: str, now: datetime) -> None:
    """Tell the staff of goods that have become low, and forget what they were told of those that no longer are.

    `news` are the columns TOLD of goods that HAS_NEWS chooses. The goods are locked by the caller.
    """
    low = [row for row in news if row[4] is None]
    _mark(session, [row[0] for row in low], now)
    _mark(session, [row[0] for row in news if row[4] is not None], None)
    if low:
        _tell(session, low, actor, now)


def _tell(session: Session, low: Sequence[Any], actor: str, now: datetime) -> None:
    """Tell the staff in one message, however many goods it is."""
    drafts = [
        Draft("goods.low", f"goods:{goods_id}", {"name": name, "available": available, "at": at})
        for goods_id, name, available, at, _ in low
    ]
    event = events.record_all(session, drafts, actor=actor, now=now)[-1]
    named = [{"id": row[0], "name": row[1], "available": row[2]} for row in low[:NAMED]]
    outbox.tell(session, event, outbox.staff(session), "goods-low", goods=named, count=len(low))


def _mark(session: Session, goods_ids: list[int], told_at: datetime | None) -> None:
    for start in range(0, len(goods_ids), BATCH):
        part = goods_ids[start : start + BATCH]
        statement = update(Goods).where(Goods.id.in_(part)).values(low_stock_told_at=told_at)
        session.execute(statement, execution_options={"synchronize_session": False})
