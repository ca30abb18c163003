"""What the courier may send next, lane by lane: the statements that find it."""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, bindparam, or_, select, union_all

from bot.models import OutboxMessage, OutboxStatus

_IS_DUE = OutboxMessage.next_attempt_at <= bindparam("now")
_WAYS = (
    (OutboxMessage.status == OutboxStatus.PENDING) & _IS_DUE,
    (OutboxMessage.status == OutboxStatus.UNCERTAIN) & (OutboxMessage.uncertain_count < 2) & _IS_DUE,
    (OutboxMessage.status == OutboxStatus.SENDING) & (OutboxMessage.claimed_at <= bindparam("stale")),
)
_BY_AGE = (OutboxMessage.next_attempt_at, OutboxMessage.id)
_ARE_MEANT = OutboxMessage.id.in_(bindparam("ids", expanding=True))
MESSAGES = select(OutboxMessage).where(_ARE_MEANT, or_(*_WAYS)).order_by(*_BY_AGE)


def _first(lane: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Return the statement that finds what is due in one lane."""
    most = bindparam("most", type_=Integer)
    is_awake = OutboxMessage.recipient.not_in(bindparam("resting", expanding=True))
    ways = (select(*_BY_AGE).where(way, lane, is_awake).order_by(*_BY_AGE).limit(most).subquery() for way in _WAYS)
    return union_all(*(select(way) for way in ways)).order_by("next_attempt_at", "id").limit(most)


NOTICES = _first(OutboxMessage.broadcast_id.is_(None))
_HAS_DIED = (OutboxMessage.status == OutboxStatus.SENDING) & OutboxMessage.broadcast_id.is_not(None)
OF_BROADCASTS = _first(OutboxMessage.broadcast_id.in_(bindparam("running", expanding=True)) | _HAS_DIED)
