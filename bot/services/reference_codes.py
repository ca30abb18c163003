"""Reference codes: creating, redeeming and disabling them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import (
    BadValue,
    CodeExpired,
    CodeNeeded,
    CodeUnknown,
    CodeUsedUp,
    Conflict,
    NotFound,
    OwnCode,
    TooManyCodes,
    WrongState,
)
from bot.models import ReferenceCode, ReferenceCodeUsage, User
from bot.services import cleaning, context, events, locking, outbox, people, settings

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I and O, which people confuse."""
LENGTH = 8
FRIEND_CODE_HOURS = 24
MOST_FRIEND_CODES = 10
LONGEST_HOURS = 24 * 3650
LARGEST_USES = 1_000_000


@dataclass(frozen=True)
class Entered:
    """Somebody is in; `is_new` when this was the first time."""

    user: User
    is_new: bool


def normalised(code: str) -> str:
    """Return the code as it is stored: people type it in any case, with spaces and dashes."""
    return code.replace("-", "").replace(" ", "").strip().upper()[:64]


def enter(session: Session, newcomer: people.Newcomer, code: str | None, *, now: datetime) -> Entered:
    """Let somebody into the shop, with a reference code where one is needed.

    Where none is needed, a good one still names the referrer, and a bad one keeps nobody out.

    Raises:
        CodeNeeded: there is no code and the shop asks for one.
        CodeUnknown, CodeExpired, CodeUsedUp: the code lets nobody in; a banned customer's is like an unknown one.
        OwnCode: a customer tries their own code.
    """
    known = session.get(User, newcomer.telegram_id)
    if known is not None:
        _refuse_own_code(session, known, code)
        people.greet_again(session, newcomer)
        return Entered(known, is_new=False)
    if newcomer.telegram_id == context.of(session).owner_id:
        return Entered(people.register(session, newcomer, referrer_id=None, now=now), is_new=True)
    needed = settings.get(session, "reference_codes_enabled")
    try:
        user = _redeem(session, newcomer, code, now=now)
    except (CodeNeeded, CodeUnknown, CodeExpired, CodeUsedUp):
        if needed:
            raise
        user = people.register(session, newcomer, referrer_id=None, now=now)
    return Entered(user, is_new=True)


def create_for_staff(
    session: Session,
    *,
    expires_hours: int,
    max_uses: int,
    note: str | None,
    actor: str,
    creator_id: int | None = None,
    now: datetime,
) -> ReferenceCode:
    """Create an admin code. 0 hours means for ever, 0 uses means as often as wanted.

    Raises:
        BadValue: the hours, the uses or the note are out of range.
    """
    if not 0 <= expires_hours <= LONGEST_HOURS:
        raise BadValue("number of hours", str(expires_hours), f"use 0 (for ever) to {LONGEST_HOURS}")
    if not 0 <= max_uses <= LARGEST_USES:
        raise BadValue("number of uses", str(max_uses), f"use 0 (unlimited) to {LARGEST_USES}")
    return _create(
        session,
        creator_id=creator_id,
        expires_at=now + timedelta(hours=expires_hours) if expires_hours else None,
        max_uses=max_uses or None,
        is_admin_code=True,
        note=cleaning.line("note", note, longest=500) if note else None,
        actor=actor,
        now=now,
    )


def create_for_friend(session: Session, creator_id: int, *, now: datetime) -> ReferenceCode:
    """Create a customer's code for a friend: one use, 24 hours.

    Raises:
        TooManyCodes: the customer has as many unused codes as one may have.
    """
    locking.customers(session, [creator_id])
    open_codes = select(func.count()).where(ReferenceCode.creator_id == creator_id, *redeemable(now))
    if (session.scalar(open_codes) or 0) >= MOST_FRIEND_CODES:
        raise TooManyCodes(MOST_FRIEND_CODES)
    return _create(
        session,
        creator_id=creator_id,
        expires_at=now + timedelta(hours=FRIEND_CODE_HOURS),
        max_uses=1,
        is_admin_code=False,
        note=None,
        actor=people.actor(creator_id),
        now=now,
    )


def disable(session: Session, code: str, *, reason: str | None, actor: str, now: datetime) -> ReferenceCode:
    """Take a code out of use.

    Raises:
        NotFound: there is no such code.
        WrongState: it is disabled already.
    """
    try:
        row = locking.reference_code(session, normalised(code))
    except CodeUnknown:
        raise NotFound("reference code", normalised(code)) from None
    _require_active(row)
    row.is_active = False
    row.disabled_reason = cleaning.line("reason", reason, longest=500) if reason else None
    events.record(
        session,
        "reference_code.disabled",
        actor=actor,
        subject=f"reference_code:{row.code}",
        now=now,
        reason=row.disabled_reason,
    )
    return row


def disablable(session: Session, code_id: int) -> ReferenceCode:
    """Return a code that may be disabled, before anybody is asked why.

    Raises:
        NotFound: there is no such code.
        WrongState: it is disabled already.
    """
    row = session.get(ReferenceCode, code_id)
    if row is None:
        raise NotFound("reference code", str(code_id))
    _require_active(row)
    return row


def of_customer(session: Session, creator_id: int, *, now: datetime) -> Sequence[ReferenceCode]:
    """Return a customer's own codes that a friend can still redeem, newest first."""
    query = select(ReferenceCode).where(ReferenceCode.creator_id == creator_id, *redeemable(now))
    return session.scalars(query.order_by(ReferenceCode.id.desc()).limit(MOST_FRIEND_CODES)).all()


def own(session: Session, code_id: int, *, creator_id: int, now: datetime) -> ReferenceCode:
    """Return a customer's own code that a friend can still redeem.

    Raises:
        NotFound: the customer has no such code, or it is of no use any more.
    """
    query = select(ReferenceCode).where(ReferenceCode.id == code_id, ReferenceCode.creator_id == creator_id)
    code = session.scalar(query.where(*redeemable(now)))
    if code is None:
        raise NotFound("reference code", str(code_id))
    return code


def redeemable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a code still lets somebody in."""
    return (
        ReferenceCode.is_active.is_(True),
        or_(ReferenceCode.expires_at.is_(None), ReferenceCode.expires_at > now),
        or_(ReferenceCode.max_uses.is_(None), ReferenceCode.current_uses < ReferenceCode.max_uses),
    )


def _require_active(row: ReferenceCode) -> None:
    if not row.is_active:
        raise WrongState("code", row.code, "it is disabled already", "code-disabled")


def _redeem(session: Session, newcomer: people.Newcomer, code: str | None, *, now: datetime) -> User:
    if not code:
        raise CodeNeeded
    row = locking.reference_code(session, normalised(code))
    if session.get(User, newcomer.telegram_id) is not None:
        # They came in by another press while this one waited for the lock; it must not read that the code is used up.
        raise Conflict
    _refuse_banned_creator(session, row)
    row.require_redeemable(now)
    user = people.register(session, newcomer, referrer_id=row.creator_id, now=now)
    session.add(ReferenceCodeUsage(user_id=user.telegram_id, code_id=row.id, used_at=now))
    row.current_uses += 1
    event = events.record(
        session,
        "reference_code.redeemed",
        actor=people.actor(user.telegram_id),
        subject=f"reference_code:{row.code}",
        now=now,
        uses=row.current_uses,
    )
    if row.creator_id and not row.is_admin_code:
        outbox.tell(session, event, [row.creator_id], "friend-joined", code=row.code)
    return user


def _refuse_banned_creator(session: Session, row: ReferenceCode) -> None:
    """Let nobody in whom somebody invites that the shop does not serve; the shop's own codes stand for themselves."""
    if row.is_admin_code or row.creator_id is None:
        return
    if session.scalar(select(User.is_banned).where(User.telegram_id == row.creator_id)):
        raise CodeUnknown


def _refuse_own_code(session: Session, user: User, code: str | None) -> None:
    if not code:
        return
    wanted = normalised(code)
    creator = select(ReferenceCode.creator_id).where(ReferenceCode.code == wanted) if wanted.isascii() else None
    if creator is not None and session.scalar(creator) == user.telegram_id:
        raise OwnCode


def _create(
    session: Session,
    *,
    creator_id: int | None,
    expires_at: datetime | None,
    max_uses: int | None,
    is_admin_code: bool,
    note: str | None,
    actor: str,
    now: datetime,
) -> ReferenceCode:
    row = ReferenceCode(
        code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
        creator_id=creator_id,
        created_by=actor,
        expires_at=expires_at,
        max_uses=max_uses,
        current_uses=0,
        is_active=True,
        is_admin_code=is_admin_code,
        note=note,
        created_at=now,
    )
    session.add(row)
    session.flush()
    events.record(
        session,
        "reference_code.created",
        actor=actor,
        subject=f"reference_code:{row.code}",
        now=now,
        max_uses=max_uses,
        expires_at=expires_at,
    )
    return row
