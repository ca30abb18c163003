"""The outbox and a clock that was set back, while the bot ran or while it was down."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from bot.models import OutboxMessage, OutboxStatus
from bot.services import outbox

SLACK = timedelta(seconds=5)
"""So much the clocks of a shell's machine and the bot's may differ."""


def follow(session: Session, *, now: datetime) -> int:
    """Let messages be due that were written or tried last in the future, and return how many.

    Only a clock that was set back makes such. Telegram may have asked for a longer pause for some of them, and asks
    again then. One that is just being sent is claimed now, so that it counts as given up no earlier than any other.
    """
    future = now + SLACK
    last_touched = func.coalesce(OutboxMessage.claimed_at, OutboxMessage.created_at)
    is_put_off = outbox.are_waiting() & (OutboxMessage.next_attempt_at > now) & (last_touched > future)
    is_claimed = (OutboxMessage.status == OutboxStatus.SENDING) & (OutboxMessage.claimed_at > future)
    waiting = session.scalars(select(OutboxMessage.id).where(is_put_off)).all()
    claimed = session.scalars(select(OutboxMessage.id).where(is_claimed)).all()
    _set(session, waiting, is_put_off, next_attempt_at=now)
    _set(session, claimed, is_claimed, claimed_at=now)
    return len(waiting) + len(claimed)


def _set(session: Session, ids: Sequence[int], still: ColumnElement[bool], **values: datetime) -> None:
    # By their keys, in order, so that nothing else is locked; each is looked at once more.
    for number in sorted(ids):
        query = update(OutboxMessage).where(OutboxMessage.id == number, still).values(**values)
        session.execute(query, execution_options={"synchronize_session": False})
