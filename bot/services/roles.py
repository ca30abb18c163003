"""Who runs the shop: the owner, whom OWNER_ID names, and the admins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import Event, RoleName, User
from bot.services import actors, context, events, locking, outbox, people
from bot.services.queries import customers
from bot.services.queries.browse import PAGE, Page
from bot.services.queries.paging import Window


@dataclass(frozen=True)
class Member:
    """Somebody who runs the shop. An owner who has never pressed /start has no `user`."""

    telegram_id: int
    role: RoleName
    user: User | None
    since: datetime | None = None
    named_by: str | None = None
    """When and by whom an admin was named, if an event tells it."""


@dataclass(frozen=True)
class Board:
    """A page of who runs the shop, with the first names of those who named somebody."""

    members: Sequence[Member]
    names: Mapping[str, str]
    page: Page


def board(session: Session, *, page: int = 0) -> Board:
    """Return a page of who runs the shop, the owner first; where there is no such page any more, the first."""
    found = _admins(session, Window(PAGE + 1, page * PAGE))
    if page and not found:
        return board(session)
    owner = [] if page else _owner(session)
    return _board(session, [*owner, *found[:PAGE]], Page(page, len(found) > PAGE))


def board_of(session: Session, telegram_id: int) -> Board:
    """Return one admin alone, on the page that has them.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are no admin.
    """
    member = _member(session, telegram_id)
    before = select(func.count()).where(_are_admins(session), User.telegram_id < telegram_id)
    place = session.scalar(before) or 0
    return _board(session, [member], Page(place // PAGE, has_next=False))


def _board(session: Session, members: Sequence[Member], page: Page) -> Board:
    return Board(members, actors.names(session, {each.named_by for each in members if each.named_by}), page)


def staff(session: Session) -> Sequence[Member]:
    """Return everybody who runs the shop, the owner first."""
    return [*_owner(session), *_admins(session, Window())]


def candidate(session: Session, name: str) -> int:
    """Return the id of whom an id or @username names, to be given a role or to lose it.

    Raises:
        WrongState: nobody who has entered the shop is called so.
        BadValue: several have the username.
    """
    if name.strip() == str(context.of(session).owner_id):
        return int(name)
    try:
        return customers.named(session, name)
    except NotFound as error:
        why = "nobody who has entered is called so; they press /start first"
        raise WrongState("user", error.name, why, "nobody-called-so") from None


def appointable(session: Session, name: str) -> User:
    """Return whom an id or @username names, if they may be appointed, before anybody is asked.

    Raises:
        BadValue: several have the username.
        WrongState: nobody who has entered is called so, they run the shop already, or are banned.
    """
    telegram_id = candidate(session, name)
    _require_no_owner(session, telegram_id)
    user = people.find(session, telegram_id)
    _require_appointable(user)
    return user


def appoint(session: Session, telegram_id: int, role: RoleName, *, actor: str, now: datetime) -> User:
    """Let somebody run the shop from their next press on, and tell them.

    Raises:
        NotFound: nobody with this id has entered.
        BadValue: the role is not one to give: OWNER_ID names the owner, and a user has no role to be given.
        WrongState: they run the shop already, or are banned.
    """
    if role is not RoleName.ADMIN:
        raise BadValue("role to give", role.value.lower(), "name an admin; the owner is whom OWNER_ID names")
    _require_no_owner(session, telegram_id)
    user = _locked(session, telegram_id)
    _require_appointable(user)
    user.role = RoleName.ADMIN
    _record(session, user, "staff.added", actor=actor, now=now)
    return user


def dismiss(session: Session, telegram_id: int, *, actor: str, now: datetime) -> User:
    """Make an admin a customer like any other from their next press on, and tell them.

    What is queued for them as staff is withdrawn when its turn comes: the courier asks for the role again.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are the owner, or no admin.
    """
    if telegram_id == context.of(session).owner_id:
        why = "this is the owner; name another in OWNER_ID and restart the bot"
        raise WrongState("user", str(telegram_id), why, "owner-stays")
    user = _locked(session, telegram_id)
    _require_admin(user)
    user.role = RoleName.USER
    _record(session, user, "staff.removed", actor=actor, now=now)
    return user


def _require_no_owner(session: Session, telegram_id: int) -> None:
    if telegram_id == context.of(session).owner_id:
        raise WrongState("user", str(telegram_id), "this is the owner, who may do everything already", "is-owner")


def _require_appointable(user: User) -> None:
    if user.role is RoleName.ADMIN:
        raise WrongState("user", str(user.telegram_id), "this user is an admin already", "is-admin")
    if user.is_banned:
        raise WrongState("user", str(user.telegram_id), "this user is banned; lift the ban first", "is-banned")


def _require_admin(user: User) -> None:
    if user.role is not RoleName.ADMIN:
        raise WrongState("user", str(user.telegram_id), "this user is no admin", "is-no-admin")


def _owner(session: Session) -> list[Member]:
    owner_id = context.of(session).owner_id
    return [Member(owner_id, RoleName.OWNER, session.get(User, owner_id))] if owner_id else []


def _admins(session: Session, window: Window) -> list[Member]:
    admins = select(User).where(_are_admins(session)).order_by(User.telegram_id)
    found = [row[0] for row in window.rows(session, admins)]
    return [_admin(session, user) for user in found]


def _are_admins(session: Session) -> ColumnElement[bool]:
    return (User.role == RoleName.ADMIN) & (User.telegram_id != (context.of(session).owner_id or 0))


def _member(session: Session, telegram_id: int) -> Member:
    user = people.find(session, telegram_id)
    _require_admin(user)
    return _admin(session, user)


def _locked(session: Session, telegram_id: int) -> User:
    found = locking.users(session, [telegram_id])
    if telegram_id not in found:
        raise NotFound("user", str(telegram_id))
    return found[telegram_id]


def _record(session: Session, user: User, kind: str, *, actor: str, now: datetime) -> None:
    subject = people.actor(user.telegram_id)
    event = events.record(session, kind, actor=actor, subject=subject, now=now, role=user.role.value)
    outbox.tell(session, event, [user.telegram_id], kind.replace(".", "-"))


def _admin(session: Session, user: User) -> Member:
    of_them = Event.subject == people.actor(user.telegram_id)
    named = select(Event).where(of_them, Event.kind == "staff.added").order_by(Event.id.desc()).limit(1)
    event = session.scalar(named)
    since, named_by = (event.created_at, event.actor) if event else (None, None)
    return Member(user.telegram_id, RoleName.ADMIN, user, since, named_by)
