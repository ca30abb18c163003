"""Reference codes as operators read them: chosen, searched and paged, and one with what came by it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Order, OrderStatus, ReferenceCode, ReferenceCodeUsage, ReferralEarning, User
from bot.services import reference_codes
from bot.services.queries import paging, searching
from bot.services.queries.browse import Page
from bot.services.queries.paging import Key, Spot, Window

SIZE = 8
"""Rows on one screen of a phone."""
SHOWN = 20
"""So many of the newest uses of a code are shown."""


@dataclass(frozen=True)
class Wanted:
    """Which codes; whatever is None lets all through.

    `text` is looked for in codes, notes and the names of who made them; `redeemable_at` asks for those that still let
    somebody in then.
    """

    text: str | None = None
    creator_id: int | None = None
    redeemable_at: datetime | None = None


@dataclass(frozen=True)
class Use:
    """Who redeemed a code, and what was delivered to them since: how many orders, for how much money."""

    telegram_id: int
    first_name: str
    used_at: datetime
    orders: int
    spent: Decimal


@dataclass(frozen=True)
class Whole:
    """A code with what came by it: the newest uses, and the orders, money and bonus of all."""

    code: ReferenceCode
    creator_name: str | None
    uses: Sequence[Use]
    orders: int
    spent: Decimal
    earned: Decimal


@dataclass(frozen=True)
class Sheet:
    """One screen of a list of codes."""

    rows: Sequence[ReferenceCode]
    page: Page


@dataclass(frozen=True)
class Uses:
    """One screen of who came by a code."""

    code: ReferenceCode
    rows: Sequence[Use]
    page: Page


def listed(session: Session, wanted: Wanted, window: Window) -> Iterator[ReferenceCode]:
    """Yield the codes that are wanted, the newest first."""
    query = _CODES.where(*_conditions(wanted)).order_by(ReferenceCode.id.desc())
    return (row[0] for row in window.rows(session, query, key=ReferenceCode.id))


def sheet(session: Session, wanted: Wanted, *, number: int, at: int = 0) -> Sheet:
    """Return a screen of the codes that are wanted, the newest first. One statement.

    With `at`, it begins behind that code, or below 0 ends before it.
    """
    query = _CODES.where(*_conditions(wanted))
    rows, has_next = paging.leaf(session, query, [Key(ReferenceCode.id)], Spot(number * SIZE, at), SIZE)
    return Sheet([row[0] for row in rows], Page(number, has_next))


def by_id(session: Session, code_id: int) -> Whole:
    """Return a code with what came by it.

    Raises:
        NotFound: there is none.
    """
    return _whole(session, find(session, code_id))


def find(session: Session, code_id: int) -> ReferenceCode:
    """Return a code.

    Raises:
        NotFound: there is none.
    """
    found = session.get(ReferenceCode, code_id)
    if found is None:
        raise NotFound("reference code", str(code_id))
    return found


def uses(session: Session, code_id: int, *, number: int, at: int = 0) -> Uses:
    """Return a screen of who came by a code, the newest first; with `at` behind that customer, or below 0 before them.

    Raises:
        NotFound: there is no such code.
    """
    code = find(session, code_id)
    rows, has_next = _uses(session, code, Spot(number * SIZE, at), SIZE)
    return Uses(code, rows, Page(number, has_next))


def whole(session: Session, code: str) -> Whole:
    """Return a code, however it is written, with what came by it.

    Raises:
        NotFound: there is none.
    """
    wanted = reference_codes.normalised(code)
    found = session.scalar(select(ReferenceCode).where(ReferenceCode.code == wanted)) if wanted.isascii() else None
    if found is None:
        raise NotFound("reference code", wanted)
    return _whole(session, found)


def _whole(session: Session, code: ReferenceCode) -> Whole:
    creator = select(User.first_name).where(User.telegram_id == code.creator_id)
    name = session.scalar(creator) if code.creator_id else None
    orders, spent = _delivered(session, code)
    return Whole(code, name, _uses(session, code, Spot(), SHOWN)[0], orders, spent, _earned(session, code))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.redeemable_at is not None:
        yield from reference_codes.redeemable(wanted.redeemable_at)
    if wanted.creator_id is not None:
        yield ReferenceCode.creator_id == wanted.creator_id
    if wanted.text is not None:
        yield _mentions(wanted.text.strip())


def _mentions(text: str) -> ColumnElement[bool]:
    name = text.removeprefix("@")
    ways = [searching.contains(column, name) for column in (User.first_name, User.username)]
    ways.append(searching.contains(ReferenceCode.note, text))
    if text.isascii():
        ways.append(ReferenceCode.code.contains(reference_codes.normalised(text), autoescape=True))
        ways.append(ReferenceCode.created_by.contains(text, autoescape=True))
    return or_(*ways)


def _uses(session: Session, code: ReferenceCode, spot: Spot, size: int) -> tuple[list[Use], bool]:
    # What each has bought is asked for row by row: grouped, it would be counted of all who came before they are sorted.
    bought = (select(each).where(_IS_DELIVERED_TO_THEM).scalar_subquery() for each in (func.count(Order.id), _SPENT))
    query = (
        select(User.telegram_id, User.first_name, ReferenceCodeUsage.used_at, *bought)
        .join(ReferenceCodeUsage, ReferenceCodeUsage.user_id == User.telegram_id)
        .where(ReferenceCodeUsage.code_id == code.id)
    )
    keys = (Key(ReferenceCodeUsage.used_at), Key(ReferenceCodeUsage.user_id))
    rows, has_next = paging.leaf(session, query, keys, spot, size)
    return [Use(*row) for row in rows], has_next


def _delivered(session: Session, code: ReferenceCode) -> tuple[int, Decimal]:
    query = select(func.count(Order.id), _SPENT).join(ReferenceCodeUsage, _IS_DELIVERED_TO_THEM)
    row = session.execute(query.where(ReferenceCodeUsage.code_id == code.id)).one()
    return row[0], row[1]


def _earned(session: Session, code: ReferenceCode) -> Decimal:
    query = select(func.coalesce(func.sum(ReferralEarning.amount), Decimal(0)))
    used = query.join(ReferenceCodeUsage, ReferenceCodeUsage.user_id == ReferralEarning.referral_id)
    return session.scalars(used.where(ReferenceCodeUsage.code_id == code.id)).one()


_CODES = select(ReferenceCode).outerjoin(User, User.telegram_id == ReferenceCode.creator_id)
_SPENT = func.coalesce(func.sum(Order.total_price - Order.bonus_applied), Decimal(0))
_IS_DELIVERED_TO_THEM = and_(Order.buyer_id == ReferenceCodeUsage.user_id, Order.order_status == OrderStatus.DELIVERED)
