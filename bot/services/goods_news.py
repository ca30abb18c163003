"""Goods that have moved: the staff are told what is low now, and who waits is told what is back; one look for both.

Whoever moves stock calls `tell` while it still holds the goods: two movements at once tell once, and nobody begins to
wait meanwhile, because whoever does locks the goods first.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.models import Goods
from bot.services import compiled, low_stock, waiting_list
from bot.services.compiled import numbered, one_of

_GOODS = Goods.__table__.c


@lru_cache
def _look_at(count: int) -> Select[Any]:
    matters = or_(low_stock.HAS_NEWS, waiting_list.is_awaited())
    query = select(low_stock.HAS_NEWS, *low_stock.TOLD)
    return query.where(one_of(_GOODS.id, count), matters).order_by(_GOODS.id)


def tell(session: Session, goods_ids: Iterable[int], *, actor: str, now: datetime) -> None:
    """Tell of goods, which the caller has just changed and holds, whoever has to know; one statement if nobody has."""
    session.flush()
    which = numbered(goods_ids)
    found = compiled.rows(session, _look_at(len(which)), which)
    low_stock.tell(session, [told for has_news, *told in found if has_news], actor=actor, now=now)
    waiting_list.tell(session, [goods_id for _, goods_id, *_ in found], actor=actor, now=now)
