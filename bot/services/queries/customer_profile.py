"""One customer with everything that the shop knows: details, orders, bonus, invitations, cart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import (
    BonusEntry,
    Customer,
    Order,
    OrderStatus,
    ReferenceCode,
    ReferenceCodeUsage,
    ReferralEarning,
    RoleName,
    User,
)
from bot.services import bonus, cart, details, people
from bot.services.cart import Cart
from bot.services.details import Details
from bot.services.queries import help_views, order_lists, paging
from bot.services.queries.paging import Key, Spot, Window

SHOWN = 10
"""So many of the newest orders, bonus entries and friends are shown; the rest stands in lists."""


@dataclass(frozen=True)
class Inviter:
    """By whom and by which code somebody came. Codes of the staff invite for nobody."""

    telegram_id: int | None
    first_name: str | None
    code: str | None
    created_by: str | None


@dataclass(frozen=True)
class Friend:
    """Somebody who was invited, and what their orders brought."""

    telegram_id: int
    first_name: str
    registered_at: datetime
    orders: int
    earned: Decimal


@dataclass(frozen=True)
class Movement:
    """An entry of the bonus ledger, with the code of its order."""

    entry: BonusEntry
    order_code: str | None


@dataclass(frozen=True)
class Profile:
    """A customer with everything; the newest of each kind come first."""

    user: User
    role: RoleName
    kept: Customer
    details: Details
    order_counts: dict[OrderStatus, int]
    orders: Sequence[order_lists.Listed]
    ledger: Sequence[Movement]
    ledger_count: int
    inviter: Inviter
    friends: Sequence[Friend]
    friends_count: int
    earned: Decimal
    cart: Cart
    open_questions: int


def of(session: Session, telegram_id: int) -> Profile:
    """Return a customer with everything.

    Raises:
        NotFound: nobody with this id has entered.
    """
    user = people.find(session, telegram_id)
    kept = people.customer(session, telegram_id)
    return Profile(
        user=user,
        role=people.role_of(session, telegram_id, user.role),
        kept=kept,
        details=details.reveal(session, kept),
        order_counts=_order_counts(session, telegram_id),
        orders=list(order_lists.listed(session, order_lists.Wanted(customer=telegram_id), Window(SHOWN))),
        ledger=list(ledger(session, telegram_id, Window(SHOWN))),
        ledger_count=_count(session, BonusEntry.user_id == telegram_id),
        inviter=_inviter(session, user),
        friends=_friends(session, telegram_id),
        friends_count=_count(session, User.referrer_id == telegram_id),
        earned=bonus.earned(session, telegram_id),
        cart=cart.of(session, telegram_id),
        open_questions=help_views.unanswered(session, telegram_id),
    )


def ledger(session: Session, user_id: int, window: Window) -> Iterator[Movement]:
    """Yield what has moved a balance, the newest first."""
    newest = _LEDGER.where(BonusEntry.user_id == user_id).order_by(BonusEntry.id.desc())
    return (Movement(*row) for row in window.rows(session, newest, key=BonusEntry.id))


def ledger_page(session: Session, user_id: int, spot: Spot, size: int) -> tuple[Sequence[Movement], bool]:
    """Return a page of what has moved a balance, the newest first, and whether there is more."""
    query = _LEDGER.where(BonusEntry.user_id == user_id)
    rows, has_next = paging.leaf(session, query, [Key(BonusEntry.id)], spot, size)
    return [Movement(*row) for row in rows], has_next


_LEDGER = select(BonusEntry, Order.order_code).outerjoin(Order, Order.id == BonusEntry.order_id)


def _order_counts(session: Session, buyer_id: int) -> dict[OrderStatus, int]:
    query = select(Order.order_status, func.count()).where(Order.buyer_id == buyer_id).group_by(Order.order_status)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {status: found[status] for status in OrderStatus if status in found}


def _inviter(session: Session, user: User) -> Inviter:
    used = select(ReferenceCode.code, ReferenceCode.created_by).join(
        ReferenceCodeUsage, ReferenceCodeUsage.code_id == ReferenceCode.id
    )
    row = session.execute(used.where(ReferenceCodeUsage.user_id == user.telegram_id)).first()
    code, created_by = (row[0], row[1]) if row else (None, None)
    name = select(User.first_name).where(User.telegram_id == user.referrer_id)
    first_name = session.scalar(name) if user.referrer_id else None
    return Inviter(user.referrer_id, first_name, code, created_by)


def _friends(session: Session, referrer_id: int) -> list[Friend]:
    key = (User.telegram_id, User.first_name, User.registered_at)
    query = (
        select(*key, func.count(ReferralEarning.id), func.coalesce(func.sum(ReferralEarning.amount), Decimal(0)))
        .outerjoin(ReferralEarning, ReferralEarning.referral_id == User.telegram_id)
        .where(User.referrer_id == referrer_id)
        .group_by(*key)
        .order_by(User.registered_at.desc(), User.telegram_id)
    )
    return [Friend(*row) for row in session.execute(query.limit(SHOWN))]


def _count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]
