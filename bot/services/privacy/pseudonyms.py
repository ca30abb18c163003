"""Replacing somebody's Telegram id everywhere: what counts for the books stays, and leads to nobody any more."""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.models import (
    FIRST_PSEUDONYM,
    Base,
    Broadcast,
    BroadcastCard,
    Event,
    HelpMessage,
    OutboxMessage,
    StaffCard,
    User,
)
from bot.services import people
from bot.services.outbox import ERASED
from bot.services.privacy import personal_events

PRIVATE_FACTS = frozenset({"reason", "why", "note", "text", "referrer"})
"""Facts of events in which people may have written anything, or that name somebody else."""
ACTORS = frozenset({"actor", "author", "settled_by", "closed_by", "created_by"})
"""Columns that hold who did something, in any table."""
BATCH = 500


def new() -> int:
    """Return a number that stands for somebody who was erased; Telegram never gives it to anybody."""
    return FIRST_PSEUDONYM + secrets.randbelow(FIRST_PSEUDONYM - 1)


def is_one(telegram_id: int) -> bool:
    """Tell whether a number stands for somebody who was erased."""
    return telegram_id >= FIRST_PSEUDONYM


def replace(session: Session, user: User, pseudonym: int, order_codes: Iterable[str]) -> None:
    """Write the pseudonym wherever the id of a (locked) user stands, and let the user's row go.

    The row of the pseudonym is there already. What is not for the books was deleted before.
    """
    old = user.telegram_id
    session.flush()
    _rewrite_events(session, old, pseudonym, order_codes)
    _rewrite_outbox(session, old, pseudonym)
    for column in _columns_of_users():
        _execute(session, update(column.table).where(column == old).values({column.name: pseudonym}))
    for column in _columns_of_actors():
        now_by = update(column.table).where(column == people.actor(old))
        _execute(session, now_by.values({column.name: people.actor(pseudonym)}))
    nowhere = {"chat_id": None, "message_id": None, "bot_id": None}
    _execute(session, update(HelpMessage).where(HelpMessage.chat_id == old).values(nowhere))
    for card in (StaffCard, BroadcastCard):
        _execute(session, delete(card).where(card.chat_id == old))
    _rewrite_broadcasts(session, old)
    session.expunge(user)
    _execute(session, delete(User).where(User.telegram_id == old))


def _columns_of_users() -> list[Column[Any]]:
    """Return every column that points to a user; a table that comes later is not forgotten."""
    keys = (key for table in _tables() for key in table.foreign_keys)
    return [key.parent for key in keys if key.target_fullname == "users.telegram_id"]


def _columns_of_actors() -> list[Column[Any]]:
    return [column for table in _tables() for column in table.columns if column.name in ACTORS]


def _tables() -> list[Table]:
    return Base.metadata.sorted_tables


def _rewrite_events(session: Session, old: int, pseudonym: int, order_codes: Iterable[str]) -> None:
    """Clear what events about the person say in words, then let their subjects lead nowhere."""
    own = personal_events.subjects(old)
    _clear_facts(session, [*own, *(f"order:{code}" for code in order_codes)])
    _forget_referrer(session, old)
    for subject, other in zip(own, personal_events.subjects(pseudonym), strict=True):
        _execute(session, update(Event).where(Event.subject == subject).values(subject=other))


def _clear_facts(session: Session, subjects: list[str]) -> None:
    for start in range(0, len(subjects), BATCH):
        query = select(Event.id, Event.facts).where(Event.subject.in_(subjects[start : start + BATCH]))
        for event_id, facts in session.execute(query).all():
            kept = {name: fact for name, fact in facts.items() if name not in PRIVATE_FACTS}
            if kept != facts:
                _execute(session, update(Event).where(Event.id == event_id).values(facts=kept))


def _forget_referrer(session: Session, old: int) -> None:
    """Let nobody have been invited by the person any more, so that nothing is credited to nobody."""
    friends = session.scalars(select(User.telegram_id).where(User.referrer_id == old)).all()
    subjects = [people.actor(friend) for friend in friends]
    for start in range(0, len(subjects), BATCH):
        is_meant = (Event.kind == "customer.registered") & Event.subject.in_(subjects[start : start + BATCH])
        for event_id, facts in session.execute(select(Event.id, Event.facts).where(is_meant)).all():
            _execute(session, update(Event).where(Event.id == event_id).values(facts={**facts, "referrer": None}))
    _execute(session, update(User).where(User.referrer_id == old).values(referrer_id=None))


def _rewrite_outbox(session: Session, old: int, pseudonym: int) -> None:
    """Empty every message to the person, and what the staff were told of their conversation; nothing is sent of it."""
    told = select(Event.id).where(Event.subject == personal_events.subjects(pseudonym)[1]).scalar_subquery()
    is_about = or_(OutboxMessage.recipient == old, OutboxMessage.event_id.in_(told))
    drop = update(OutboxMessage).where(is_about, OutboxMessage.status.in_(("pending", "sending", "uncertain")))
    _execute(session, drop.values(status="dropped"))
    _execute(session, update(OutboxMessage).where(is_about).values(facts=ERASED, error=None))
    _execute(session, update(OutboxMessage).where(OutboxMessage.recipient == old).values(recipient=pseudonym))


def _rewrite_broadcasts(session: Session, old: int) -> None:
    _execute(session, update(Broadcast).where(Broadcast.author_id == old).values(author_id=None))
    nowhere = {"source_chat_id": None, "source_message_id": None}
    _execute(session, update(Broadcast).where(Broadcast.source_chat_id == old).values(nowhere))
    before = select(User.telegram_id).where(User.telegram_id < old).order_by(User.telegram_id.desc()).limit(1)
    last = session.scalar(before) or 0
    _execute(session, update(Broadcast).where(Broadcast.last_user_id == old).values(last_user_id=last))


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
