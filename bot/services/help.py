"""Help as a conversation: customers ask, anybody who runs the shop answers or closes, and everybody knows who did."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import AnsweredMeanwhile, NotFound, TooManyQuestions, WrittenMeanwhile, WrongState
from bot.models import FileKind, HelpMessage, HelpThread, Order, User
from bot.services import context, events, help_messages, locking, outbox, people, settings
from bot.services.events import Recorded
from bot.services.help_messages import Origin

MOST_UNANSWERED = 20
"""Messages of one person that nobody has answered, pictures counted one by one; more would only bury the first."""
QUIET = timedelta(days=1)
"""After so long a silence a message begins a new conversation, and the owner's automatic message comes again."""
SETTLED = "help-settled"
"""The kind of message that says nothing: the notices of what is answered or closed say so from then on."""


def ask(
    session: Session,
    user_id: int,
    text: str,
    *,
    now: datetime,
    file: FileKind | None = None,
    origin: Origin | None = None,
    order_id: int | None = None,
) -> str:
    """Hand a customer's message to the staff; where a conversation begins, return the owner's automatic message.

    Raises:
        BadValue: the text is empty or too long.
        NotFound: the customer has no such order.
        TooManyQuestions: earlier messages still wait for an answer.
    """
    clean = help_messages.clean(text, file)
    if order_id is not None:
        _require_own(session, order_id, user_id)
    known = locking.help_thread(session, user_id)
    thread = known or help_messages.thread_of(session, user_id, now=now)
    begins = known is None or known.closed_at is not None or known.last_at < now - QUIET
    if help_messages.is_known(session, origin):
        return ""
    if len(_unsettled(session, user_id)) >= MOST_UNANSWERED:
        raise TooManyQuestions(MOST_UNANSWERED)
    actor = people.actor(user_id)
    message = help_messages.ask(session, thread, clean, file=file, origin=origin, order_id=order_id, now=now)
    thread.waiting_since = min(thread.waiting_since or now, now)
    thread.closed_at = thread.closed_by = None
    event = events.record(session, "help.asked", actor=actor, subject=f"help:{user_id}", now=now)
    outbox.tell(session, event, listeners(session), "help-question", help_message_id=message.id)
    return str(settings.get(session, "help_auto_message")) if begins else ""


def answer(
    session: Session,
    user_id: int,
    text: str,
    *,
    seen: int | None = None,
    read: int | None = None,
    file: FileKind | None = None,
    origin: Origin | None = None,
    actor: str,
    now: datetime,
) -> HelpMessage | None:
    """Answer a customer; they get it, and the other staff see that it is done. None if that was taken already.

    `seen` is the last message that whoever answers has read. Without it, something must wait for an answer. What has
    come after the message `read` is not settled by the answer, and goes on waiting.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: the text is empty or too long.
        AnsweredMeanwhile: somebody else has written to the customer since.
        WrongState: nothing waits, or the customer has blocked the bot.
    """
    clean = help_messages.clean(text, file)
    help_messages.reachable(session, user_id)
    thread = help_messages.thread_of(session, user_id, now=now)
    if help_messages.is_known(session, origin):
        return None
    if seen is None:
        _require_waiting(session, thread, "not-waiting")
    else:
        _require_news_from_nobody(session, user_id, seen, actor)
    message = help_messages.say(session, thread, clean, file=file, origin=origin, actor=actor, now=now)
    event = events.record(session, "help.answered", actor=actor, subject=f"help:{user_id}", now=now)
    outbox.tell(session, event, [user_id], "help-answer", help_message_id=message.id)
    _settle(session, thread, event, read)
    return message


def close(session: Session, user_id: int, *, seen: int | None = None, actor: str, now: datetime) -> HelpThread:
    """Close what waits without an answer; the customer is not told. `seen` is the last message that was read.

    Raises:
        NotFound: nobody with this id has written.
        WrittenMeanwhile: the customer has written again since.
        WrongState: nothing waits.
    """
    thread = locking.help_thread(session, user_id)
    if thread is None:
        raise NotFound("help request", str(user_id))
    _require_waiting(session, thread)
    if seen is not None and _unsettled(session, user_id)[-1].id > seen:
        raise WrittenMeanwhile
    thread.closed_at, thread.closed_by = now, actor
    event = events.record(session, "help.closed", actor=actor, subject=f"help:{user_id}", now=now)
    _settle(session, thread, event)
    return thread


def listen(session: Session, user_id: int, wants: bool, *, now: datetime) -> None:
    """Tell somebody who runs the shop of every question from now on, or of none any more."""
    people.find(session, user_id).wants_questions = wants
    actor = people.actor(user_id)
    events.record(session, "help.listening", actor=actor, subject=actor, now=now, wants=wants)


def answerers(session: Session) -> set[int]:
    """Return everybody who may answer."""
    return outbox.staff(session) | _helper(session)


def listeners(session: Session) -> set[int]:
    """Return who is told of every question.

    The helper of HELPER_ID and whoever of the staff has asked for it; where there is no helper, all staff but those who
    have switched it off.
    """
    helper, staff = _helper(session), outbox.staff(session)
    wishes = select(User.telegram_id, User.wants_questions).where(User.telegram_id.in_(staff))
    wanted = {row[0]: row[1] for row in session.execute(wishes)}
    return helper | {each for each in staff if _listens(wanted.get(each), bool(helper))}


def listens(session: Session, user_id: int) -> bool:
    """Tell whether somebody is told of every question."""
    return user_id in listeners(session)


def _listens(wish: bool | None, has_helper: bool) -> bool:
    return not has_helper if wish is None else wish


def _helper(session: Session) -> set[int]:
    helper_id = context.of(session).helper_id
    return {helper_id} if helper_id else set()


def _unsettled(session: Session, user_id: int) -> Sequence[HelpMessage]:
    """Return what nobody has settled; at most as many as may wait, so that is never much."""
    mine = select(HelpMessage).where(HelpMessage.user_id == user_id, HelpMessage.by_customer.is_(True))
    return session.scalars(mine.where(HelpMessage.settled_at.is_(None)).order_by(HelpMessage.id)).all()


def _settle(session: Session, thread: HelpThread, event: Recorded, read: int | None = None) -> None:
    """Note who has settled what waited, as far as it was `read`, and let all notices say so."""
    waiting = _unsettled(session, thread.user_id)
    settled = [message for message in waiting if read is None or message.id <= read]
    left = waiting[len(settled) :]
    thread.waiting_since = min((message.created_at for message in left), default=None)
    for message in settled:
        message.settled_at, message.settled_by = event.created_at, event.actor
    if settled:
        facts = {"user_id": thread.user_id, "first": settled[0].id, "last": settled[-1].id}
        outbox.tell(session, event, answerers(session) - {thread.user_id}, SETTLED, **facts)


def _require_waiting(session: Session, thread: HelpThread, word: str = "") -> None:
    if thread.waiting_since is not None:
        return
    newest = select(HelpMessage.settled_by).where(
        HelpMessage.user_id == thread.user_id, HelpMessage.settled_at.is_not(None)
    )
    by = session.scalar(newest.order_by(HelpMessage.id.desc()).limit(1))
    done = f"{by} has {'closed' if thread.closed_at else 'answered'} it already"
    raise WrongState("help request", str(thread.user_id), done if by else "nothing was asked", word)


def _require_news_from_nobody(session: Session, user_id: int, seen: int, actor: str) -> None:
    """Refuse an answer to what somebody else has settled since it was read."""
    others = select(HelpMessage.author).where(
        HelpMessage.user_id == user_id,
        HelpMessage.id > seen,
        HelpMessage.by_customer.is_(False),
        HelpMessage.author != actor,
    )
    by = session.scalar(others.order_by(HelpMessage.id.desc()).limit(1))
    if by is not None:
        raise AnsweredMeanwhile(by)


def _require_own(session: Session, order_id: int, user_id: int) -> None:
    if session.scalar(select(Order.id).where(Order.id == order_id, Order.buyer_id == user_id)) is None:
        raise NotFound("order", str(order_id))
