"""The pool of bitcoin addresses: filling it, claiming from it, and warning when it runs low."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, insert, select
from sqlalchemy.orm import Session

from bot.errors import BadValue, NoBitcoinAddress
from bot.models import BitcoinAddress, Event, Order, OrderStatus
from bot.services import bitcoin_address, events, locking, outbox, settings

UNPAID_STREAK_WARNING = 15
"""BIP44: a wallet stops scanning after 20 unused addresses in a row, so later payments would stay unseen."""
BATCH = 1000
LONGEST_LINE = 200
"""In characters, without a comment; more is no address and is not kept."""
MOST_BAD_LINES = 10_000
"""So many lines that are no addresses mean that it is the wrong file."""


@dataclass(frozen=True)
class BadLine:
    """A line of an address file that is no address, counted from 1."""

    number: int
    text: str
    why: str


@dataclass
class Reading:
    """What an address file holds."""

    addresses: list[str] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


@dataclass(frozen=True)
class Pool:
    """How full the pool is."""

    free: int
    used: int


def read_lines(lines: Iterable[str]) -> Reading:
    """Check each line of an address file: one address a line, `#` begins a comment.

    Raises:
        BadValue: it is not a file of addresses at all, being full of other lines.
    """
    reading = Reading()
    for number, line in enumerate(lines, 1):
        text = line.split("#", 1)[0]
        clean = text.strip().strip("\ufeff")
        try:
            if len(text) > LONGEST_LINE:
                raise BadValue("line", clean, f"it is longer than {LONGEST_LINE} characters")
            if clean:
                reading.addresses.append(bitcoin_address.parse(clean))
        except BadValue as error:
            reading.bad.append(BadLine(number, clean[:100], error.expected))
            if len(reading.bad) > MOST_BAD_LINES:
                raise BadValue("address file", f"line {number}", "too many lines are no addresses") from None
    return reading


def add(session: Session, addresses: Sequence[str], *, actor: str, now: datetime) -> int:
    """Put checked addresses into the pool and return how many are new; known ones are ignored, also used ones."""
    unique = list(dict.fromkeys(addresses))
    added = sum(_add_batch(session, unique[start : start + BATCH], now) for start in range(0, len(unique), BATCH))
    if added:
        events.record(session, "bitcoin.added", actor=actor, subject="bitcoin:pool", now=now, count=added)
    return added


def claim(session: Session, *, user_id: int, now: datetime) -> BitcoinAddress:
    """Take the next free address out of the pool for good. Set its `order_id` once the order has its id.

    Raises:
        NoBitcoinAddress: the pool is empty.
    """
    address = locking.next_free_address(session)
    if address is None:
        raise NoBitcoinAddress
    address.is_used = True
    address.used_by = user_id
    address.used_at = now
    return address


def pool(session: Session) -> Pool:
    """Return how full the pool is."""
    counts = dict(session.execute(select(BitcoinAddress.is_used, func.count()).group_by(BitcoinAddress.is_used)).all())
    return Pool(counts.get(False, 0), counts.get(True, 0))


def has_free(session: Session) -> bool:
    """Tell whether an order can be paid in bitcoin now."""
    free = select(BitcoinAddress.id).where(BitcoinAddress.is_used == false()).limit(1)
    return session.scalar(free) is not None


def warn_when_low(session: Session, *, now: datetime) -> bool:
    """Tell the owner that few addresses are left or that too many in a row stay unpaid; once, until that changes."""
    left = pool(session)
    threshold = settings.get(session, "btc_low_addresses")
    warned = _warn_once(session, "bitcoin.low", left.free, left.free < threshold and left.used + left.free > 0, now)
    streak = _unpaid_streak(session)
    return _warn_once(session, "bitcoin.streak", streak, streak >= UNPAID_STREAK_WARNING, now) or warned


def report_bad_lines(session: Session, bad: Sequence[BadLine], *, now: datetime) -> bool:
    """Tell the owner how many lines of the address file are no addresses; return whether that was news.

    The same lines are reported once, also after a restart; a file without bad lines makes the next one news again.
    """
    digest = hashlib.sha256(repr([(line.number, line.text) for line in bad]).encode()).hexdigest()[:16] if bad else ""
    known = _last_facts(session, "bitcoin.bad_lines")
    if digest == known.get("digest", ""):
        return False
    facts = {"count": len(bad), "first": bad[0].number if bad else None, "digest": digest}
    event = events.record(session, "bitcoin.bad_lines", actor="job:bitcoin", subject="bitcoin:file", now=now, **facts)
    if bad:
        outbox.tell(session, event, outbox.owners(session), "btc-bad-lines", count=facts["count"], first=facts["first"])
    return bool(bad)


def report_file(session: Session, why: str | None, *, now: datetime) -> bool:
    """Tell the owner that the address file cannot be read, and when it can again; return whether that was news.

    `why` says what is wrong with it, None that all is well. It is told once, whatever else is wrong with it then.
    """
    known_bad = bool(_last_facts(session, "bitcoin.file").get("bad"))
    if known_bad == (why is not None):
        return False
    facts = {"bad": why is not None, "why": why or ""}
    event = events.record(session, "bitcoin.file", actor="job:bitcoin", subject="bitcoin:file", now=now, **facts)
    if why is None:
        outbox.tell(session, event, outbox.owners(session), "btc-file-read")
    else:
        outbox.tell(session, event, outbox.owners(session), "btc-file-unread", why=why)
    return True


def _add_batch(session: Session, addresses: list[str], now: datetime) -> int:
    known = set(session.scalars(select(BitcoinAddress.address).where(BitcoinAddress.address.in_(addresses))))
    rows = [{"address": address, "added_at": now} for address in addresses if address not in known]
    if rows:
        session.execute(insert(BitcoinAddress), rows)
    return len(rows)


def _unpaid_streak(session: Session) -> int:
    """Return how many of the last claimed addresses in a row belong to orders that were never confirmed."""
    query = (
        select(Order.order_status)
        .where(Order.bitcoin_address.is_not(None))
        .order_by(Order.id.desc())
        .limit(UNPAID_STREAK_WARNING + 5)
    )
    streak = 0
    for status in session.scalars(query):
        if status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
            break
        streak += 1
    return streak


def _warn_once(session: Session, kind: str, count: int, is_bad: bool, now: datetime) -> bool:
    """Record and tell only when the state turns: the last event of the kind says which state is known."""
    last = _last_facts(session, kind)
    known_bad = bool(last.get("bad"))
    got_worse = is_bad and known_bad and count == 0 and last.get("count") != 0
    if is_bad == known_bad and not got_worse:
        return False
    event = events.record(session, kind, actor="job:bitcoin", subject="bitcoin:pool", now=now, bad=is_bad, count=count)
    if is_bad:
        outbox.tell(session, event, outbox.owners(session), kind.replace(".", "-"), count=count)
    return is_bad


def _last_facts(session: Session, kind: str) -> dict[str, Any]:
    last = session.scalar(select(Event.facts).where(Event.kind == kind).order_by(Event.id.desc()).limit(1))
    return last or {}
