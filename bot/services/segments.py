"""Segments: which customers a broadcast goes to, counted and stepped through.

Nobody gets a broadcast who is banned, has blocked the bot, or has switched broadcasts off. The shop notes no visits, so
whoever registered long ago and has not ordered since is inactive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select, true
from sqlalchemy.orm import Session

from bot.models import Customer, Order, Segment, User

INACTIVE_AFTER = timedelta(days=30)
BIG_SHARE = 10
"""One in so many of those who have bought is a big spender: those who have spent most."""


@dataclass(frozen=True)
class Audience:
    """Who is meant: a segment, in one `language` or in all. `least_amount` is what big spenders have spent at least."""

    segment: Segment
    language: str | None = None
    least_amount: Decimal | None = None


@dataclass(frozen=True)
class Sizes:
    """How many people each segment has in each language, and what big spenders have spent at least."""

    counts: dict[tuple[Segment, str], int]
    least_amount: Decimal | None

    def of(self, segment: Segment, language: str | None) -> int:
        """Return how many people a segment has, in one language or in all."""
        return sum(
            count for (each, spoken), count in self.counts.items() if each is segment and language in (None, spoken)
        )


def least_amount(session: Session) -> Decimal | None:
    """Return what the big spenders have spent at least; None where nobody has bought."""
    spent = Customer.total_spendings
    buyers = session.scalar(select(func.count()).where(spent > 0)) or 0
    last = max(1, buyers // BIG_SHARE) - 1
    return session.scalar(select(spent).where(spent > 0).order_by(spent.desc()).limit(1).offset(last))


def sizes(session: Session, *, now: datetime) -> Sizes:
    """Return how many people everything that can be chosen reaches."""
    least = least_amount(session)
    counted = [func.sum(case((_is_in(each, least, now), 1), else_=0)) for each in Segment]
    query = _people(User.language, *counted).group_by(User.language)
    found = {
        (segment, str(row[0])): int(row[place] or 0)
        for row in session.execute(query)
        for place, segment in enumerate(Segment, start=1)
    }
    return Sizes(found, least)


def count(session: Session, audience: Audience, *, now: datetime) -> int:
    """Return how many people are meant."""
    return session.scalar(_meant(_people(func.count()), audience, now)) or 0


def next_ids(session: Session, audience: Audience, *, after: int, limit: int, now: datetime) -> Sequence[int]:
    """Return the ids of the next people who are meant, behind the one with the id `after`."""
    query = _meant(_people(User.telegram_id), audience, now).where(User.telegram_id > after)
    return session.scalars(query.order_by(User.telegram_id).limit(limit)).all()


def _people(*columns: Any) -> Select[Any]:
    """Return a query about everybody who may get a broadcast."""
    is_reached = User.blocked_bot_at.is_(None) & User.is_banned.is_(False) & User.broadcasts_off_at.is_(None)
    query = select(*columns).select_from(User).outerjoin(Customer, Customer.telegram_id == User.telegram_id)
    return query.where(is_reached)


def _meant(query: Select[Any], audience: Audience, now: datetime) -> Select[Any]:
    query = query.where(_is_in(audience.segment, audience.least_amount, now))
    return query.where(User.language == audience.language) if audience.language else query


def _is_in(segment: Segment, least: Decimal | None, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a user is in a segment."""
    match segment:
        case Segment.EVERYONE:
            return true()
        case Segment.BOUGHT:
            return func.coalesce(Customer.completed_orders_count, 0) > 0
        case Segment.NEVER_BOUGHT:
            return func.coalesce(Customer.completed_orders_count, 0) == 0
        case Segment.BIG_SPENDERS:
            return Customer.total_spendings >= least if least else false()
        case Segment.INACTIVE:
            since = now - INACTIVE_AFTER
            have_ordered = select(Order.buyer_id).where(Order.created_at > since)
            return (User.registered_at <= since) & User.telegram_id.not_in(have_ordered)
