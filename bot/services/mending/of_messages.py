"""Messages that nobody will ever finish sending, broadcasts that miscount, and conversations that wait since never."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.models import Broadcast, BroadcastState, HelpMessage, HelpThread, OutboxMessage, OutboxStatus
from bot.services import locking, outbox
from bot.services.invariants import LONGEST_WAIT
from bot.services.mending.kind import Kind, Wrong

WHY = "doctor --fix: whoever was sending it did not finish"
_QUIETLY = {"synchronize_session": False}
_OVER = tuple(state for state in BroadcastState if state.is_over)


def _stuck(session: Session, now: datetime, key: int | None) -> Iterator[Wrong]:
    claimed = OutboxMessage.claimed_at
    is_lost = or_(claimed.is_(None), claimed < now - LONGEST_WAIT, claimed > now + LONGEST_WAIT)
    query = select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.uncertain_count).where(
        OutboxMessage.status == OutboxStatus.SENDING, OutboxMessage.created_at < now - LONGEST_WAIT, is_lost
    )
    for number, kind, uncertain in session.execute(_only(query, OutboxMessage.id, key).order_by(OutboxMessage.id)):
        once_more = uncertain + 1 < outbox.MOST_UNCERTAIN
        then = "is sent once more" if once_more else "is left alone, as it was sent twice already"
        sentence = f"Message {number} ({kind}) has been on its way for too long: it may have arrived, and {then}."
        yield Wrong(number, f"message:{number}", sentence, {"kind_of": kind})


def _free(session: Session, wrong: Wrong, _actor: str, now: datetime) -> None:
    outbox.mark_uncertain(session, wrong.key, WHY, now=now)


def _lock_message(session: Session, key: int) -> None:
    # A broadcast comes before its messages.
    broadcast_id = session.scalar(select(OutboxMessage.broadcast_id).where(OutboxMessage.id == key))
    if broadcast_id is not None:
        locking.broadcast(session, broadcast_id)
    locking.message(session, key)


def _miscounted(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    is_waiting = case((OutboxMessage.status == OutboxStatus.PENDING, 1), else_=0)
    queued = (
        select(OutboxMessage.broadcast_id, func.count().label("people"), func.sum(is_waiting).label("waiting"))
        .where(OutboxMessage.broadcast_id.is_not(None))
        .group_by(OutboxMessage.broadcast_id)
        .subquery()
    )
    people, waiting = func.coalesce(queued.c.people, 0), func.coalesce(queued.c.waiting, 0)
    query = (
        select(Broadcast.id, Broadcast.state, Broadcast.queued_count, people, waiting)
        .outerjoin(queued, queued.c.broadcast_id == Broadcast.id)
        .where(or_(Broadcast.queued_count != people, Broadcast.state.in_(_OVER) & (waiting > 0)))
    )
    for number, state, old, new, left_over in session.execute(_only(query, Broadcast.id, key).order_by(Broadcast.id)):
        dropped = int(left_over) if state.is_over else 0
        said = []
        if old != new:
            said.append(f"{old} people are noted, but {new} stand in the outbox: that is noted instead.")
        if dropped:
            said.append(f"It is {state}, but {dropped} messages of it wait: they are dropped.")
        facts = {"old": old, "new": int(new), "dropped": dropped}
        yield Wrong(number, f"broadcast:{number}", f"Broadcast {number}: {' '.join(said)}", facts)


def _recount(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    statement = update(Broadcast).where(Broadcast.id == wrong.key).values(queued_count=wrong.facts["new"])
    session.execute(statement, execution_options=_QUIETLY)
    if wrong.facts["dropped"]:
        outbox.drop_broadcast(session, wrong.key, "the broadcast is over")


def _lock_broadcast(session: Session, key: int) -> None:
    locking.broadcast(session, key)


def _forgotten(session: Session, _now: datetime, key: int | None) -> Iterator[Wrong]:
    waits = (HelpMessage.by_customer.is_(True), HelpMessage.settled_at.is_(None))
    asked = select(HelpMessage.user_id, func.min(HelpMessage.created_at).label("since")).where(*waits)
    since = asked.group_by(HelpMessage.user_id).subquery()
    is_so = (
        (HelpThread.waiting_since != since.c.since)
        | (HelpThread.waiting_since.is_(None) & since.c.since.is_not(None))
        | (HelpThread.waiting_since.is_not(None) & since.c.since.is_(None))
    )
    query = select(HelpThread.user_id, since.c.since).outerjoin(since, since.c.user_id == HelpThread.user_id)
    for user_id, new in session.execute(
        _only(query.where(is_so), HelpThread.user_id, key).order_by(HelpThread.user_id)
    ):
        waits_now = "it waits for an answer, and is listed so" if new else "nothing of it waits, and it is listed so"
        sentence = f"The conversation with {user_id}: {waits_now}."
        yield Wrong(user_id, f"help:{user_id}", sentence, {"new": new})


def _set_waiting(session: Session, wrong: Wrong, _actor: str, _now: datetime) -> None:
    statement = update(HelpThread).where(HelpThread.user_id == wrong.key).values(waiting_since=wrong.facts["new"])
    session.execute(statement, execution_options=_QUIETLY)


def _lock_thread(session: Session, key: int) -> None:
    locking.help_thread(session, key)


def _only(query: Any, column: Any, key: int | None) -> Any:
    return query if key is None else query.where(column == key)


KINDS = (
    Kind("message on its way", "I7", _stuck, _lock_message, _free),
    Kind("broadcast", "I7", _miscounted, _lock_broadcast, _recount),
    Kind("conversation", "I7", _forgotten, _lock_thread, _set_waiting),
)
