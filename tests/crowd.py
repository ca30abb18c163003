"""Many customers at once, and broadcasts to them."""

from datetime import timedelta

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.models import Broadcast, ContentKind, OutboxMessage, OutboxStatus, RoleName, Segment, User
from bot.services import broadcast_run, broadcasts
from bot.services.broadcasts import Content
from tests.shop import Shop, now

FIRST = 1001


def has_crowd(shop: Shop, count: int, *, first: int = FIRST) -> list[int]:
    """Let so many people enter, and return their ids."""
    ids = list(range(first, first + count))
    rows = [
        {
            "telegram_id": each,
            "first_name": f"Person {each}",
            "language": "en",
            "role": RoleName.USER,
            "is_banned": False,
            "registered_at": now() - timedelta(days=1),
        }
        for each in ids
    ]
    shop.db.call(lambda session: session.execute(insert(User), rows))
    return ids


def has_broadcast(shop: Shop, text: str = "Sale!", *, segment: Segment = Segment.EVERYONE, **more: object) -> int:
    """Send a broadcast and return its number."""
    wanted = {"content": Content(ContentKind.TEXT, text), "segment": segment, "language": None, "at": None, **more}
    return shop.staff(broadcasts.write, **wanted).id


def goes_on(shop: Shop, broadcast_id: int) -> None:
    """Do what the bot does every second."""
    shop.db.call(broadcast_run.advance, broadcast_id, now=now())


def broadcast(shop: Shop, broadcast_id: int) -> Broadcast:
    """Return a broadcast as it is now."""
    return shop.db.read(lambda session: session.get_one(Broadcast, broadcast_id))


def statuses(shop: Shop, broadcast_id: int) -> dict[str, int]:
    """Return how many messages of a broadcast are in each status."""
    query = select(OutboxMessage.status, func.count()).where(OutboxMessage.broadcast_id == broadcast_id)
    rows = shop.db.read(lambda session: session.execute(query.group_by(OutboxMessage.status)).all())
    return {OutboxStatus(status).value: count for status, count in rows}


def rows_read(session: Session) -> int:
    """Return how many rows MariaDB has read in this session so far."""
    query = text("SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE :name")
    return int(session.scalar(query, {"name": "HANDLER_READ%"}))
