"""Users: who somebody is, entering, bans, roles and languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, not_, select, update
from sqlalchemy.orm import Session

from bot.errors import BadValue, Banned, Erased, NotFound, WrongState
from bot.models import Customer, RoleName, User
from bot.services import cleaning, context, events, locking, outbox
from bot.services.privacy import shut_outs

LANGUAGES = ("en", "ru")


@dataclass(frozen=True)
class Identity:
    """Who presses a button: read at every update, so a ban or a new role counts at once. The cart's pieces count."""

    telegram_id: int
    first_name: str
    language: str
    role: RoleName
    is_banned: bool
    cart_count: int
    is_away: bool = False
    """Whether the bot was blocked the last time it wrote to them."""
    wants_news: bool = True
    """Whether they get broadcasts."""
    is_helper: bool = False
    """Whether HELPER_ID names them: they answer customers without running the shop."""

    @property
    def actor(self) -> str:
        """Return the name under which this person stands in the audit trail."""
        return actor(self.telegram_id)


@dataclass(frozen=True)
class Newcomer:
    """Who wants to enter, as Telegram describes them."""

    telegram_id: int
    first_name: str = ""
    username: str | None = None
    language: str | None = None


def actor(telegram_id: int) -> str:
    """Return the name under which a user stands in the audit trail."""
    return f"user:{telegram_id}"


def role_of(session: Session, telegram_id: int, stored: RoleName) -> RoleName:
    """Return what somebody may do: who was the owner before OWNER_ID changed is a customer like any other."""
    is_former = stored is RoleName.OWNER and telegram_id != context.of(session).owner_id
    return RoleName.USER if is_former else stored


def has_role(session: Session, role: RoleName) -> ColumnElement[bool]:
    """Return the condition that a user has a role, as `role_of` tells it."""
    is_owner = and_(User.role == RoleName.OWNER, User.telegram_id == (context.of(session).owner_id or 0))
    if role is RoleName.OWNER:
        return is_owner
    if role is RoleName.USER:
        return and_(User.role != RoleName.ADMIN, not_(is_owner))
    return User.role == role


def register(session: Session, newcomer: Newcomer, *, referrer_id: int | None, now: datetime) -> User:
    """Make a user and a customer of somebody, or return the user that they already are.

    Raises:
        Banned: they were banned when they were erased.
    """
    known = session.get(User, newcomer.telegram_id)
    if known is not None:
        return known
    if shut_outs.has(session, newcomer.telegram_id):
        raise Banned
    shop = context.of(session)
    user = User(
        telegram_id=newcomer.telegram_id,
        first_name=_label(newcomer.first_name, 128) or "",
        username=_label(newcomer.username, 64),
        language=_language(newcomer.language, shop.default_language),
        role=RoleName.OWNER if newcomer.telegram_id == shop.owner_id else RoleName.USER,
        referrer_id=referrer_id,
        is_banned=False,
        registered_at=now,
    )
    session.add(user)
    session.flush()
    session.add(Customer(telegram_id=user.telegram_id))
    events.record(
        session,
        "customer.registered",
        actor=actor(user.telegram_id),
        subject=actor(user.telegram_id),
        now=now,
        referrer=referrer_id,
    )
    return user


def greet_again(session: Session, newcomer: Newcomer) -> None:
    """Note the name somebody has now, and that they can be reached again."""
    user = session.get(User, newcomer.telegram_id)
    if user is not None:
        user.first_name = _label(newcomer.first_name, 128) or ""
        user.username = _label(newcomer.username, 64)
        user.blocked_bot_at = None
        if user.telegram_id == context.of(session).owner_id:
            user.role = RoleName.OWNER


def note_return(session: Session, telegram_id: int) -> None:
    """Note that somebody can be reached again: who writes or presses has not blocked the bot."""
    session.execute(update(User).where(User.telegram_id == telegram_id).values(blocked_bot_at=None))


def find(session: Session, telegram_id: int) -> User:
    """Return a user.

    Raises:
        NotFound: nobody with this id has entered.
    """
    user = session.get(User, telegram_id)
    if user is None:
        raise NotFound("user", str(telegram_id))
    return user


def everybody(session: Session) -> Sequence[User]:
    """Return all users, in the order in which they entered."""
    return session.scalars(select(User).order_by(User.registered_at, User.telegram_id)).all()


def customer(session: Session, telegram_id: int) -> Customer:
    """Return what the shop keeps about a customer; for who has no row yet, an empty one that is not stored."""
    empty = Customer(
        telegram_id=telegram_id, total_spendings=Decimal(0), completed_orders_count=0, bonus_balance=Decimal(0)
    )
    return session.get(Customer, telegram_id) or empty


def ban(session: Session, telegram_id: int, *, reason: str | None, notify: bool, actor: str, now: datetime) -> User:
    """Shut somebody out of the shop.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are the owner or an admin.
    """
    user = _locked(session, telegram_id)
    _require_bannable(session, user)
    user.is_banned = True
    # Banned once more without a reason, somebody keeps the reason that is known.
    user.ban_reason = cleaning.line("reason", reason, longest=500) if reason else user.ban_reason
    event = events.record(
        session, "customer.banned", actor=actor, subject=f"user:{telegram_id}", now=now, reason=user.ban_reason
    )
    if notify:
        outbox.tell(session, event, [telegram_id], "banned", reason=user.ban_reason or "")
    return user


def ban_newly(
    session: Session, telegram_id: int, *, reason: str | None, notify: bool, actor: str, now: datetime
) -> User:
    """Shut somebody out of the shop whom nobody else has shut out meanwhile.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are the owner or an admin, or banned already.
    """
    _require_welcome(_locked(session, telegram_id))
    return ban(session, telegram_id, reason=reason, notify=notify, actor=actor, now=now)


def bannable(session: Session, telegram_id: int) -> User:
    """Return somebody who may be banned, before anybody is asked why.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are the owner or an admin, or banned already.
    """
    user = find(session, telegram_id)
    _require_bannable(session, user)
    _require_welcome(user)
    return user


def unban(session: Session, telegram_id: int, *, notify: bool, actor: str, now: datetime) -> User:
    """Let somebody in again.

    Raises:
        NotFound: nobody with this id has entered.
        WrongState: they are not banned.
    """
    user = _locked(session, telegram_id)
    if not user.is_banned:
        raise WrongState("user", str(telegram_id), "this user is not banned", "not-banned")
    user.is_banned = False
    user.ban_reason = None
    event = events.record(session, "customer.unbanned", actor=actor, subject=f"user:{telegram_id}", now=now)
    if notify:
        outbox.tell(session, event, [telegram_id], "unbanned")
    return user


def let_back(session: Session, telegram_id: int, *, actor: str, now: datetime) -> None:
    """Lift the ban of somebody who was erased, so that they may enter again like anybody else.

    Raises:
        NotFound: nobody with this id was banned when they were erased.
    """
    if not shut_outs.lift(session, telegram_id):
        raise NotFound("user", str(telegram_id))
    # Named without the id: nothing may lead from the books to who they were.
    events.record(session, "customer.unbanned", actor=actor, subject="person:erased", now=now)


def choose_language(session: Session, telegram_id: int, language: str, *, now: datetime) -> None:
    """Speak `language` ("en" or "ru") with somebody from now on.

    Raises:
        BadValue: the shop does not speak it.
    """
    if language not in LANGUAGES:
        raise BadValue("language", language, f"use one of {', '.join(LANGUAGES)}")
    find(session, telegram_id).language = language
    events.record(
        session, "customer.language", actor=actor(telegram_id), subject=actor(telegram_id), now=now, language=language
    )


def choose_news(session: Session, telegram_id: int, *, wanted: bool, now: datetime) -> None:
    """Send somebody broadcasts from now on, or none any more; also those that are just being sent.

    Raises:
        NotFound: nobody with this id has entered.
    """
    user = _locked(session, telegram_id)
    if (user.broadcasts_off_at is None) is wanted:
        return
    user.broadcasts_off_at = None if wanted else now
    who = actor(telegram_id)
    events.record(session, "customer.news", actor=who, subject=who, now=now, wanted=wanted)


def _require_bannable(session: Session, user: User) -> None:
    if user.erased_at is not None:
        raise Erased
    if user.telegram_id == context.of(session).owner_id:
        raise WrongState("user", str(user.telegram_id), "the owner cannot be banned", "owner-not-banned")
    if user.role is RoleName.ADMIN:
        why = "admins cannot be banned; take their role away first"
        raise WrongState("user", str(user.telegram_id), why, "staff-not-banned")


def _require_welcome(user: User) -> None:
    if user.is_banned:
        raise WrongState("user", str(user.telegram_id), "this user is banned already", "banned-already")


def _locked(session: Session, telegram_id: int) -> User:
    found = locking.users(session, [telegram_id])
    if telegram_id not in found:
        raise NotFound("user", str(telegram_id))
    return found[telegram_id]


def _language(wanted: str | None, default: str) -> str:
    base = (wanted or "").split("-")[0].lower()
    return base if base in LANGUAGES else default


def _label(text: str | None, longest: int) -> str | None:
    if not text or not text.strip():
        return None
    try:
        return cleaning.line("name", text[:longest], longest=longest)
    except BadValue:
        return None
