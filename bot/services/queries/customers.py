"""Customers as the operators list them: named, chosen, searched and sorted, read row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound
from bot.models import Customer, ReferenceCode, ReferenceCodeUsage, RoleName, User
from bot.services import details, people
from bot.services.queries import paging, searching
from bot.services.queries.paging import Key, Spot, Window

LONGEST_ID = 18
"""In digits; more fit in no BIGINT."""


class Sort(StrEnum):
    """By what a list is sorted; names from A to Z, all else the most and the newest first."""

    REGISTERED = "registered"
    SPENT = "spent"
    ORDERS = "orders"
    BONUS = "bonus"
    NAME = "name"


@dataclass(frozen=True)
class Wanted:
    """Which customers; whatever is None or False lets all through.

    `text` is looked for in names, usernames, ids and reference codes. `phone` is a part of a phone number: those are
    encrypted, so every chosen customer's is opened for it. `since` is in, `until` is out.
    """

    text: str | None = None
    phone: str | None = None
    is_banned: bool = False
    role: RoleName | None = None
    since: datetime | None = None
    until: datetime | None = None
    has_bought: bool | None = None
    referrer_id: int | None = None


@dataclass(frozen=True)
class Listed:
    """A customer in a list."""

    telegram_id: int
    first_name: str
    username: str | None
    role: RoleName
    language: str
    is_banned: bool
    blocked_bot_at: datetime | None
    registered_at: datetime
    total_spendings: Decimal
    completed_orders_count: int
    bonus_balance: Decimal


def named(session: Session, name: str) -> int:
    """Return the id of the person with this id or @username.

    Raises:
        NotFound: nobody has it.
        BadValue: several have this username: Telegram lets people hand one on, and the shop learns of it late.
    """
    clean = name.strip().removeprefix("@")
    is_id = clean.isascii() and clean.isdecimal() and len(clean) <= LONGEST_ID
    is_meant = User.telegram_id == int(clean) if is_id else func.lower(User.username) == clean.lower()
    known = select(User.telegram_id).where(is_meant).order_by(User.telegram_id)
    found = session.scalars(known.limit(5)).all() if clean else []
    if not found:
        raise NotFound("customer", name.strip())
    if len(found) > 1:
        raise BadValue("username", f"@{clean}", f"several had it, name one by the id: {', '.join(map(str, found))}")
    return found[0]


def listed(session: Session, wanted: Wanted, window: Window, *, sort: Sort = Sort.REGISTERED) -> Iterator[Listed]:
    """Yield the customers that are wanted.

    Raises:
        BadValue: the part of a phone number has too few digits.
    """
    query = _QUERY.where(*_conditions(session, wanted)).order_by(*(key.way() for key in _KEYS[sort]), _ID.way())
    if wanted.phone is None:
        return (_listed(session, row) for row in window.rows(session, query, key=User.telegram_id))
    digits = searching.digits(wanted.phone)
    if not digits:
        raise BadValue("part of a phone number", wanted.phone, f"write {searching.FEWEST_DIGITS} digits or more")
    sealed = query.where(Customer.phone_number.is_not(None)).add_columns(Customer.phone_number)
    found = (row[:-1] for row in Window().rows(session, sealed) if digits in _phone(session, row))
    last = None if window.limit is None else window.offset + window.limit
    return (_listed(session, row) for row in islice(found, window.offset, last))


def page(
    session: Session, wanted: Wanted, spot: Spot, size: int, *, sort: Sort = Sort.REGISTERED
) -> tuple[Sequence[Listed], bool]:
    """Return a page of the customers that are wanted, but for a phone number, and whether there are more."""
    query = _QUERY.where(*_conditions(session, wanted))
    rows, has_next = paging.leaf(session, query, _KEYS[sort], spot, size)
    return [_listed(session, row) for row in rows], has_next


_COLUMNS: tuple[Any, ...] = (
    User.telegram_id,
    User.first_name,
    User.username,
    User.role,
    User.language,
    User.is_banned,
    User.blocked_bot_at,
    User.registered_at,
    func.coalesce(Customer.total_spendings, Decimal(0)),
    func.coalesce(Customer.completed_orders_count, 0),
    func.coalesce(Customer.bonus_balance, Decimal(0)),
)
"""In the order of `Listed`."""
_QUERY = select(*_COLUMNS).outerjoin(Customer, Customer.telegram_id == User.telegram_id)
_ID = Key(User.telegram_id)
_KEYS = {
    Sort.REGISTERED: (Key(User.registered_at), _ID),
    Sort.SPENT: (Key(Customer.total_spendings), Key(Customer.telegram_id)),
    Sort.ORDERS: (Key(Customer.completed_orders_count), _ID),
    Sort.BONUS: (Key(Customer.bonus_balance), _ID),
    Sort.NAME: (Key(User.first_name, falls=False), Key(User.telegram_id, falls=False)),
}


def _listed(session: Session, row: Any) -> Listed:
    telegram_id, first_name, username, role, *rest = row
    return Listed(telegram_id, first_name, username, people.role_of(session, telegram_id, role), *rest)


def _phone(session: Session, row: Any) -> str:
    sealed = Customer(telegram_id=row.telegram_id, phone_number=row.phone_number)
    return details.reveal(session, sealed).phone or ""


def _conditions(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield User.erased_at.is_(None)
    if wanted.text is not None:
        yield _mentions(wanted.text.strip())
    if wanted.is_banned:
        yield User.is_banned == true()
    if wanted.role is not None:
        yield people.has_role(session, wanted.role)
    if wanted.since is not None:
        yield User.registered_at >= wanted.since
    if wanted.until is not None:
        yield User.registered_at < wanted.until
    if wanted.referrer_id is not None:
        yield User.referrer_id == wanted.referrer_id
    if wanted.has_bought is not None:
        count = Customer.completed_orders_count
        yield count > 0 if wanted.has_bought else func.coalesce(count, 0) == 0


def _mentions(text: str) -> ColumnElement[bool]:
    """Return the condition for a part of a name or username, an id, or a reference code made or redeemed."""
    ways = [searching.contains(User.first_name, text), searching.contains(User.username, text.removeprefix("@"))]
    if text.isascii():
        # Who redeemed a code, and who made it for a friend.
        code = ReferenceCode.code == text.replace("-", "").upper()
        redeemed = select(ReferenceCodeUsage.user_id).join(
            ReferenceCode, ReferenceCode.id == ReferenceCodeUsage.code_id
        )
        made = select(ReferenceCode.creator_id).where(code, ReferenceCode.creator_id.is_not(None))
        ways += [User.telegram_id.in_(redeemed.where(code)), User.telegram_id.in_(made)]
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID:
        ways.append(User.telegram_id == int(text))
    return or_(*ways)
