"""What becomes of a shop that is set back to an earlier moment: nothing old is sent, and no address is given twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, false, insert, select, update
from sqlalchemy.orm import Session

from bot.errors import StaffStays, StillOrdering
from bot.models import BitcoinAddress, Broadcast, BroadcastState, Event, Lease, OutboxMessage, OutboxStatus, User
from bot.services import broadcasts, events, outbox
from bot.services.privacy import erasing

BATCH = 1000
ON_THEIR_WAY = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.UNCERTAIN)
TO_COME = (BroadcastState.RUNNING, BroadcastState.SCHEDULED)
NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Settled:
    """What was done to a shop that was set back: messages parked, broadcasts paused, addresses retired."""

    parked: int
    paused: int
    retired: int
    is_history_known: bool


@dataclass(frozen=True)
class Moment:
    """The last thing that happened in a shop, by which its later self is known."""

    event_id: int
    unit: str


def last_moment(session: Session) -> Moment | None:
    """Return the last thing that happened, None in a shop where nothing has."""
    row = session.execute(select(Event.id, Event.unit).order_by(Event.id.desc()).limit(1)).first()
    return Moment(*row) if row else None


def has_lived_through(session: Session, moment: Moment | None) -> bool:
    """Tell whether this shop is the later self of the one in which that was the last thing."""
    if moment is None:
        return False
    found = select(Event.id).where(Event.id == moment.event_id, Event.unit == moment.unit)
    return session.scalar(found) is not None


def used_addresses(session: Session) -> Sequence[str]:
    """Return every address that was handed out or is never to be."""
    return session.scalars(select(BitcoinAddress.address).where(BitcoinAddress.is_used)).all()


def people_here(session: Session) -> set[int]:
    """Return the ids of everybody whom the shop knows."""
    return set(session.scalars(select(User.telegram_id)))


def erase_again(session: Session, telegram_id: int, *, actor: str, now: datetime) -> bool:
    """Erase somebody once more who was erased after the backup; return whether that is possible yet.

    Whoever has an open order again, or runs the shop again, is left to people.
    """
    try:
        erasing.erase(session, telegram_id, actor=actor, now=now)
    except (StillOrdering, StaffStays):
        return False
    return True


def settle(
    session: Session,
    *,
    backup: str,
    taken_at: datetime,
    used: Sequence[str] | None,
    listed: Sequence[str],
    actor: str,
    now: datetime,
) -> Settled:
    """Let a shop that was just set back go on: what waited is parked, broadcasts pause, the owner is told.

    `used` are the addresses that were handed out since then, None where nobody knows: then no address is handed out
    any more that was free, nor one of those `listed` in the address file.
    """
    session.execute(delete(Lease))
    parked = _park(session, backup)
    paused = _pause(session, backup, actor, now)
    gone = used if used is not None else [*_free(session), *listed]
    retired = retire(session, gone, now=now)
    settled = Settled(parked, paused, retired, used is not None)
    facts = {"taken_at": taken_at, "parked": parked, "paused": paused, "retired": retired}
    facts["knows"] = settled.is_history_known
    event = events.record(session, "backup.restored", actor=actor, subject=f"backup:{backup}", now=now, **facts)
    outbox.tell(session, event, outbox.owners(session), "backup-restored", **event.facts)
    return settled


def retire(session: Session, addresses: Sequence[str], *, now: datetime) -> int:
    """Let these addresses never be handed out, known ones and others; return of how many that is news."""
    unique = list(dict.fromkeys(addresses))
    return sum(_retire(session, unique[start : start + BATCH], now) for start in range(0, len(unique), BATCH))


def _retire(session: Session, addresses: Sequence[str], now: datetime) -> int:
    are_meant = BitcoinAddress.address.in_(addresses)
    known = dict(session.execute(select(BitcoinAddress.address, BitcoinAddress.is_used).where(are_meant)).all())
    free = [address for address, is_used in known.items() if not is_used]
    session.execute(
        update(BitcoinAddress).where(BitcoinAddress.address.in_(free)).values(is_used=True, used_at=now),
        execution_options=NO_SYNC,
    )
    unknown = [address for address in addresses if address not in known]
    if unknown:
        rows = [{"address": each, "is_used": True, "used_at": now, "added_at": now} for each in unknown]
        session.execute(insert(BitcoinAddress), rows)
    return len(free) + len(unknown)


def _free(session: Session) -> Iterator[str]:
    yield from session.scalars(select(BitcoinAddress.address).where(BitcoinAddress.is_used == false()))


def _park(session: Session, backup: str) -> int:
    are_meant = OutboxMessage.status.in_(ON_THEIR_WAY)
    ids = session.scalars(select(OutboxMessage.id).where(are_meant)).all()
    why = f"parked: the backup {backup} was restored; it may have been sent since"
    session.execute(
        update(OutboxMessage).where(are_meant).values(status=OutboxStatus.PARKED, error=why), execution_options=NO_SYNC
    )
    return len(ids)


def _pause(session: Session, backup: str, actor: str, now: datetime) -> int:
    ids = session.scalars(select(Broadcast.id).where(Broadcast.state.in_(TO_COME)).order_by(Broadcast.id)).all()
    for broadcast_id in ids:
        broadcasts.pause(session, broadcast_id, actor=actor, now=now).why = f"the backup {backup} was restored"
    return len(ids)
