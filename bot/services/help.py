"""Questions to the owner and their answers; the texts are sealed and looked up when they are sent."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, TooManyQuestions
from bot.models import HelpRequest, User
from bot.services import cleaning, context, events, locking, outbox, people, settings

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
        BadValue: the text is empty or too long, or the question has been answered.
    """
    clean = cleaning.paragraph("message", text, longest=LONGEST)
    request = locking.help_request(session, request_id)
    if request.answered_at is not None:
        raise BadValue("help request", str(request_id), f"{request.answered_by} has answered it already")
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
    query = select(HelpRequest, User.first_name).join(User, HelpRequest.user_id == User.telegram_id)
    row = session.execute(query.where(HelpRequest.id == request_id)).first()
    if row is None:
        raise NotFound("help request", str(request_id))
    request: HelpRequest = row[0]
    vault = context.of(session).vault
    return Conversation(
        request.id,
        request.user_id,
        row[1],
        vault.open(request.question, _place("question", request.key)),
        vault.open(request.answer, _place("answer", request.key)) if request.answer else None,
    )


def may_answer(session: Session, identity: people.Identity) -> bool:
    """Tell whether somebody may answer questions: staff, and the helper of HELPER_ID."""
    return identity.role.is_staff or identity.telegram_id == context.of(session).helper_id


def helpers(session: Session) -> set[int]:
    """Return who gets the questions: the helper of HELPER_ID, else the owner."""
    helper_id = context.of(session).helper_id
    return {helper_id} if helper_id else outbox.owners(session)


def _place(column: str, key: str) -> str:
    return f"help_requests.{column}.{key}"


def _seal(session: Session, column: str, key: str, text: str) -> str:
    return context.of(session).vault.seal(text, _place(column, key))
