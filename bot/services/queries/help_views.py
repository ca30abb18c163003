"""Conversations as people read them: one message with all about it, a page of one, and lists for the staff."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import FileKind, HelpMessage, HelpThread, Order, User
from bot.services import actors, help_messages, people, settings
from bot.services.queries import paging
from bot.services.queries.paging import Key, Spot, Window

PAGE = 8
"""Conversations on a screen, and messages of one."""


@dataclass(frozen=True)
class Line:
    """A message of a conversation, in clear."""

    id: int
    by_customer: bool
    author: str
    author_name: str
    """What people call who wrote it."""
    text: str
    file: FileKind | None
    order_id: int | None
    order_code: str | None
    bot_id: int | None
    chat_id: int | None
    message_id: int | None
    created_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_name: str | None

    @property
    def waits(self) -> bool:
        """Tell whether a customer wrote it and nobody has settled it."""
        return self.by_customer and self.settled_at is None


@dataclass(frozen=True)
class Head:
    """Whose conversation it is, and how it stands."""

    user_id: int
    first_name: str
    username: str | None
    is_away: bool
    """Whether the customer has blocked the bot."""
    is_banned: bool
    waiting_since: datetime | None
    last_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    last_text: str
    last_file: FileKind | None

    @property
    def state(self) -> str:
        """Return "waiting", "closed" or "answered"."""
        return "waiting" if self.waiting_since else "closed" if self.closed_at else "answered"


@dataclass(frozen=True)
class Thread:
    """A conversation, or a page of it: lines from the oldest to the newest; page 0 is the newest."""

    head: Head
    lines: Sequence[Line]
    page: int
    has_older: bool
    closed_name: str | None
    zone: str

    @property
    def last_id(self) -> int:
        """Return the newest message that can be read here, 0 where there is none."""
        return self.lines[-1].id if self.lines else 0


@dataclass(frozen=True)
class Heads:
    """One screen of conversations, counted from 0."""

    rows: Sequence[Head]
    page: int
    has_next: bool
    zone: str


@dataclass(frozen=True)
class Told:
    """One message with whose conversation it belongs to, for a notice."""

    head: Head
    line: Line
    question: str
    """What it answers, if the staff have written it."""
    is_answered: bool
    """Whether what a customer has written was settled by an answer."""


def thread(session: Session, user_id: int, *, page: int = 0, at: int = 0, size: int | None = PAGE) -> Thread:
    """Return a page of somebody's conversation, or all of it without a `size`; who has none has an empty one.

    With `at`, it ends before that message, or below 0 begins behind it.

    Raises:
        NotFound: nobody with this id has entered.
    """
    theirs = _LINES.where(HelpMessage.user_id == user_id)
    if size is None:
        rows, has_older = session.execute(theirs.order_by(HelpMessage.id.desc())).all(), False
    else:
        rows, has_older = paging.leaf(session, theirs, [Key(HelpMessage.id)], Spot(page * size, at), size)
    lines = _opened(session, reversed(rows))
    head, zone = _head(session, user_id), str(settings.get(session, "timezone"))
    closed_name = _names(session, [head.closed_by]).get(head.closed_by) if head.closed_by else None
    return Thread(head, lines, page, has_older, closed_name, zone)


def latest(session: Session, user_id: int, *, limit: int = PAGE) -> tuple[Sequence[Line], str]:
    """Return the last messages of a customer's own conversation, and the shop's time zone."""
    newest = _LINES.where(HelpMessage.user_id == user_id).order_by(HelpMessage.id.desc()).limit(limit)
    lines = _opened(session, reversed(session.execute(newest).all()), is_named=False)
    return lines, str(settings.get(session, "timezone"))


def told(session: Session, help_message_id: int) -> Told:
    """Return one message with what a notice says about it.

    Raises:
        NotFound: there is no such message.
    """
    row = session.execute(_LINES.where(HelpMessage.id == help_message_id)).first()
    if row is None:
        raise NotFound("help request", str(help_message_id))
    message = row[0]
    question = "" if message.by_customer else _asked_before(session, message)
    is_answered = message.settled_at is not None and _is_answered(session, message)
    return Told(_head(session, message.user_id), _opened(session, [row])[0], question, is_answered)


def listed(session: Session, window: Window, *, is_open: bool = False, user_id: int | None = None) -> Iterator[Head]:
    """Yield conversations, the one with the newest message first; of those that wait, the longest waiting."""
    keys = _LONGEST_WAITING if is_open else _LATEST
    query = _HEADS.order_by(*(key.way() for key in keys))
    if is_open:
        query = query.where(_IS_WAITING)
    if user_id is not None:
        query = query.where(HelpThread.user_id == user_id)
    # Read while the rows come: no other statement may run meanwhile.
    return (_headed(session, row) for row in window.rows(session, query, key=HelpThread.user_id))


def heads(session: Session, *, every: bool, page: int, at: int = 0) -> Heads:
    """Return a screen of the conversations that wait, or of `every` one.

    With `at`, it begins behind that customer's, or below 0 ends before it.
    """
    query, keys = (_HEADS, _LATEST) if every else (_HEADS.where(_IS_WAITING), _LONGEST_WAITING)
    rows, has_next = paging.leaf(session, query, keys, Spot(page * PAGE, at), PAGE)
    zone = str(settings.get(session, "timezone"))
    return Heads([_headed(session, row) for row in rows], page, has_next, zone)


def waiting(session: Session) -> int:
    """Return how many customers wait for an answer."""
    return session.scalar(select(func.count()).where(HelpThread.waiting_since.is_not(None))) or 0


def unanswered(session: Session, user_id: int) -> int:
    """Return how many messages of a customer nobody has settled."""
    mine = (HelpMessage.user_id == user_id, HelpMessage.by_customer.is_(True), HelpMessage.settled_at.is_(None))
    return session.scalar(select(func.count()).where(*mine)) or 0


_LINE: tuple[Any, ...] = (HelpMessage, Order.order_code)
_LINES = select(*_LINE).outerjoin(Order, Order.id == HelpMessage.order_id)
_NEWEST = (
    select(func.max(HelpMessage.id)).where(HelpMessage.user_id == HelpThread.user_id).correlate(HelpThread)
).scalar_subquery()
_HEAD: tuple[Any, ...] = (User, HelpThread, HelpMessage)
_HEADS = (
    select(*_HEAD)
    .select_from(User)
    .join(HelpThread, HelpThread.user_id == User.telegram_id)
    .join(HelpMessage, (HelpMessage.user_id == HelpThread.user_id) & (HelpMessage.id == _NEWEST))
)
_IS_WAITING = HelpThread.waiting_since.is_not(None)
_LATEST = (Key(HelpThread.last_at), Key(HelpThread.user_id))
_LONGEST_WAITING = (Key(HelpThread.waiting_since, falls=False), Key(HelpThread.user_id, falls=False))


def _head(session: Session, user_id: int) -> Head:
    row = session.execute(_HEADS.where(HelpThread.user_id == user_id)).first()
    return _headed(session, row or (people.find(session, user_id), None, None))


def _headed(session: Session, row: Any) -> Head:
    user, thread, last = row
    return Head(
        user_id=user.telegram_id,
        first_name=user.first_name,
        username=user.username,
        is_away=user.blocked_bot_at is not None,
        is_banned=user.is_banned,
        waiting_since=thread.waiting_since if thread else None,
        last_at=thread.last_at if thread else None,
        closed_at=thread.closed_at if thread else None,
        closed_by=thread.closed_by if thread else None,
        last_text=help_messages.text_of(session, last) if last else "",
        last_file=last.file if last else None,
    )


def _opened(session: Session, rows: Iterable[Any], *, is_named: bool = True) -> list[Line]:
    found = list(rows)
    who = [actor for message, _ in found for actor in (message.author, message.settled_by) if actor]
    names = _names(session, who) if is_named else {}
    return [
        Line(
            id=message.id,
            by_customer=message.by_customer,
            author=message.author,
            author_name=names.get(message.author, ""),
            text=help_messages.text_of(session, message),
            file=message.file,
            order_id=message.order_id,
            order_code=order_code,
            bot_id=message.bot_id,
            chat_id=message.chat_id,
            message_id=message.message_id,
            created_at=message.created_at,
            settled_at=message.settled_at,
            settled_by=message.settled_by,
            settled_name=names.get(message.settled_by),
        )
        for message, order_code in found
    ]


def _names(session: Session, who: Iterable[str]) -> dict[str | None, str]:
    """Return what people call actors: users by their first name, all others by who they are."""
    wanted = set(who)
    known = actors.names(session, wanted)
    return {actor: known.get(actor) or actor.partition(":")[2] for actor in wanted}


def _asked_before(session: Session, message: HelpMessage) -> str:
    """Return what a message of the staff answers: what was settled at the same moment."""
    asked = select(HelpMessage).where(
        HelpMessage.user_id == message.user_id,
        HelpMessage.settled_at == message.created_at,
        HelpMessage.settled_by == message.author,
        HelpMessage.id < message.id,
    )
    last = session.scalars(asked.order_by(HelpMessage.id.desc()).limit(1)).first()
    return help_messages.text_of(session, last) if last else ""


def _is_answered(session: Session, message: HelpMessage) -> bool:
    """Tell whether what was settled got an answer: that was written at the same moment."""
    said = (HelpMessage.user_id == message.user_id, HelpMessage.by_customer.is_(False))
    query = select(HelpMessage.id).where(*said, HelpMessage.created_at == message.settled_at).limit(1)
    return session.scalar(query) is not None
