"""Questions to the owner and their answers; the texts are sealed and looked up when they are sent."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound, TooManyQuestions, WrongState
from bot.models import HelpRequest, User
from bot.services import cleaning, context, events, locking, outbox, people, settings
from bot.services.paging import Window

LONGEST = 2000
MOST_UNANSWERED = 5
"""Open questions of one person; more would only bury the first."""


@dataclass(frozen=True)
class Conversation:
    """A question with its answer, in clear."""

    id: int
    user_id: int
    first_name: str
    question: str
    answer: str | None


@dataclass(frozen=True)
class Request:
    """A conversation with its times, and who answered; `is_away` when an answer cannot reach the customer now."""

    conversation: Conversation
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    is_away: bool


def ask(session: Session, user_id: int, text: str, *, now: datetime) -> str:
    """Hand a question to the owner and return the owner's automatic message, which may be empty.

    Raises:
        BadValue: the text is empty or too long.
        TooManyQuestions: earlier questions still wait for an answer.
    """
    clean = cleaning.paragraph("message", text, longest=LONGEST)
    waiting = select(func.count()).where(HelpRequest.user_id == user_id, HelpRequest.answered_at.is_(None))
    if (session.scalar(waiting) or 0) >= MOST_UNANSWERED:
        raise TooManyQuestions(MOST_UNANSWERED)
    key = uuid.uuid4().hex
    request = HelpRequest(key=key, user_id=user_id, question=_seal(session, "question", key, clean), asked_at=now)
    session.add(request)
    session.flush()
    actor = people.actor(user_id)
    event = events.record(session, "help.asked", actor=actor, subject=f"help:{request.id}", now=now)
    outbox.tell(session, event, helpers(session), "help-question", request_id=request.id)
    return str(settings.get(session, "help_auto_message"))


def answer(session: Session, request_id: int, text: str, *, actor: str, now: datetime) -> HelpRequest:
    """Answer a question; the customer gets the text.

    Raises:
        NotFound: there is no such question.
        BadValue: the text is empty or too long.
        WrongState: the question has been answered.
    """
    clean = cleaning.paragraph("message", text, longest=LONGEST)
    request = locking.help_request(session, request_id)
    if request.answered_at is not None:
        raise WrongState("help request", str(request_id), f"{request.answered_by} has answered it already")
    request.answer = _seal(session, "answer", request.key, clean)
    request.answered_by = actor
    request.answered_at = now
    event = events.record(session, "help.answered", actor=actor, subject=f"help:{request.id}", now=now)
    outbox.tell(session, event, [request.user_id], "help-answer", request_id=request.id)
    return request


def conversation(session: Session, request_id: int) -> Conversation:
    """Return a question with its answer.

    Raises:
        NotFound: there is no such question.
    """
    return request(session, request_id).conversation


def request(session: Session, request_id: int) -> Request:
    """Return a question with everything that is known about it.

    Raises:
        NotFound: there is no such question.
    """
    row = session.execute(_REQUESTS.where(HelpRequest.id == request_id)).first()
    if row is None:
        raise NotFound("help request", str(request_id))
    return _opened(session, *row)


def listed(session: Session, window: Window, *, is_open: bool = False, user_id: int | None = None) -> Iterator[Request]:
    """Yield questions, the newest first; of those that are open, the one that has waited longest."""
    query = _REQUESTS.order_by(HelpRequest.id if is_open else HelpRequest.id.desc())
    if is_open:
        query = query.where(HelpRequest.answered_at.is_(None))
    if user_id is not None:
        query = query.where(HelpRequest.user_id == user_id)
    return (_opened(session, *row) for row in window.rows(session, query))


def may_answer(session: Session, identity: people.Identity) -> bool:
    """Tell whether somebody may answer questions: staff, and the helper of HELPER_ID."""
    return identity.role.is_staff or identity.telegram_id == context.of(session).helper_id


def helpers(session: Session) -> set[int]:
    """Return who gets the questions: the helper of HELPER_ID, else the owner."""
    helper_id = context.of(session).helper_id
    return {helper_id} if helper_id else outbox.owners(session)


_COLUMNS: tuple[Any, ...] = (HelpRequest, User.first_name, User.blocked_bot_at)
_REQUESTS = select(*_COLUMNS).join(User, HelpRequest.user_id == User.telegram_id)


def _opened(session: Session, row: HelpRequest, first_name: str, blocked_bot_at: datetime | None) -> Request:
    vault = context.of(session).vault
    question = vault.open(row.question, _place("question", row.key))
    answer = vault.open(row.answer, _place("answer", row.key)) if row.answer else None
    conversation = Conversation(row.id, row.user_id, first_name, question, answer)
    return Request(conversation, row.asked_at, row.answered_by, row.answered_at, blocked_bot_at is not None)


def _place(column: str, key: str) -> str:
    return f"help_requests.{column}.{key}"


def _seal(session: Session, column: str, key: str, text: str) -> str:
    return context.of(session).vault.seal(text, _place(column, key))
