"""Customers as staff meet them on a phone: a list by pages, what a search has found, and one of them at a glance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from bot.errors import NotFound
from bot.models import Customer, HelpMessage, Order, ReferenceCode, ReferenceCodeUsage, RoleName, User
from bot.models.orders import HOLDING
from bot.services import cleaning, people
from bot.services.queries import customer_profile, customers, searching
from bot.services.queries.browse import Page
from bot.services.queries.customer_profile import Inviter, Movement
from bot.services.queries.customers import Listed, Sort, Wanted
from bot.services.queries.paging import Spot, Window

SIZE = 8
"""Rows on one screen of a phone."""
LONGEST = 100
ENTRIES = 3
"""So many of the newest bonus entries stand in a glance."""


@dataclass(frozen=True)
class Sheet:
    """One screen of a list; `is_by_phone` where a phone number has found them, which is kept nowhere."""

    rows: Sequence[Listed]
    page: Page
    is_by_phone: bool = False


@dataclass(frozen=True)
class Ledger:
    """One screen of what has moved a bonus, with the balance, the newest first."""

    user: User
    balance: Decimal
    rows: Sequence[Movement]
    page: Page


@dataclass(frozen=True)
class Glance:
    """What matters about one customer: who it is, what they have bought, their bonus, who brought them."""

    user: User
    role: RoleName
    kept: Customer
    inviter: Inviter
    order_count: int
    open_count: int
    friends_count: int
    questions: int
    ledger: Sequence[Movement]


def sheet(session: Session, wanted: Wanted, *, number: int, at: int = 0, sort: Sort = Sort.REGISTERED) -> Sheet:
    """Return a screen of the customers that are wanted. One statement.

    With `at`, it begins behind that customer, or below 0 ends before them.
    """
    rows, has_next = customers.page(session, wanted, Spot(number * SIZE, at), SIZE, sort=sort)
    return Sheet(rows, Page(number, has_next))


def search(session: Session, text: str, *, number: int = 0) -> Sheet:
    """Return a screen of those whose name, @username, id or reference code a text is, or else whose phone number.

    Phone numbers are sealed, so every customer's is opened for it; all that fit are one list without pages.

    Raises:
        BadValue: the text is empty or too long.
    """
    clean = cleaning.line("customer to find", text, longest=LONGEST)
    found = sheet(session, Wanted(text=clean), number=number)
    if found.rows or number or not searching.digits(clean):
        return found
    rows = list(customers.listed(session, Wanted(phone=clean), Window()))
    return Sheet(rows[:SIZE], Page(0, len(rows) > SIZE), is_by_phone=True)


def ledger(session: Session, telegram_id: int, *, number: int, at: int = 0) -> Ledger:
    """Return a screen of what has moved somebody's bonus; with `at` behind that entry, or below 0 before it.

    Raises:
        NotFound: nobody with this id has entered.
    """
    user = people.find(session, telegram_id)
    rows, has_next = customer_profile.ledger_page(session, telegram_id, Spot(number * SIZE, at), SIZE)
    balance = people.customer(session, telegram_id).bonus_balance
    return Ledger(user, balance, rows, Page(number, has_next))


def glance(session: Session, telegram_id: int) -> Glance:
    """Return what matters about a customer. Two statements; `customer_profile` has everything.

    Raises:
        NotFound: nobody with this id has entered.
    """
    inviter = aliased(User)
    query = (
        select(User, Customer, inviter.first_name, ReferenceCode.code, ReferenceCode.created_by, *_counts(telegram_id))
        .outerjoin(Customer, Customer.telegram_id == User.telegram_id)
        .outerjoin(inviter, inviter.telegram_id == User.referrer_id)
        .outerjoin(ReferenceCodeUsage, ReferenceCodeUsage.user_id == User.telegram_id)
        .outerjoin(ReferenceCode, ReferenceCode.id == ReferenceCodeUsage.code_id)
    )
    row = session.execute(query.where(User.telegram_id == telegram_id)).first()
    if row is None:
        raise NotFound("user", str(telegram_id))
    user, kept, name, code, created_by, orders, open_orders, friends, questions = row
    return Glance(
        user,
        people.role_of(session, telegram_id, user.role),
        kept or people.customer(session, telegram_id),
        Inviter(user.referrer_id, name, code, created_by),
        orders,
        open_orders,
        friends,
        questions,
        list(customer_profile.ledger(session, telegram_id, Window(ENTRIES))),
    )


def _counts(telegram_id: int) -> Iterator[Any]:
    """Yield how many orders, open orders, invited friends and unanswered questions somebody has."""
    friend = aliased(User)
    of_them = Order.buyer_id == telegram_id
    yield _count(of_them)
    yield _count(of_them, Order.order_status.in_(HOLDING))
    yield _count(friend.referrer_id == telegram_id)
    is_waiting = (HelpMessage.by_customer.is_(True), HelpMessage.settled_at.is_(None))
    yield _count(HelpMessage.user_id == telegram_id, *is_waiting)


def _count(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).where(*conditions).scalar_subquery()
