"""The cards of broadcasts: which message shows somebody of the staff how far one has got, until it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.models import BroadcastCard, User
from bot.services import locking, order_cards, outbox, settings
from bot.services.queries import broadcast_lists
from bot.services.queries.broadcast_lists import Progress


@dataclass(frozen=True)
class Shown:
    """A card with what it has to show now, to a reader of this language, in the shop's time zone.

    `is_theirs` is False where its reader no longer runs the shop.
    """

    card: BroadcastCard
    progress: Progress
    language: str | None
    zone: str
    is_theirs: bool


def remember(
    session: Session, broadcast_id: int, *, bot_id: int, chat_id: int, message_id: int, now: datetime
) -> int | None:
    """Keep which message shows a broadcast in a chat from now on; return the one that has done so, if it is another."""
    locking.broadcast(session, broadcast_id)
    before = session.get(BroadcastCard, (broadcast_id, chat_id))
    earlier = before.message_id if before and (before.bot_id, before.message_id) != (bot_id, message_id) else None
    card = {"broadcast_id": broadcast_id, "chat_id": chat_id, "bot_id": bot_id, "message_id": message_id}
    order_cards.keep(session, BroadcastCard, {**card, "sent_at": now})
    return earlier if before and before.bot_id == bot_id else None


def shown(session: Session, bot_id: int) -> Sequence[Shown]:
    """Return the cards that a bot has to keep true; what an earlier bot has sent, nobody can change any more."""
    query = select(BroadcastCard, User.language).outerjoin(User, User.telegram_id == BroadcastCard.chat_id)
    cards = session.execute(query.where(BroadcastCard.bot_id == bot_id).order_by(BroadcastCard.broadcast_id)).all()
    if not cards:
        return []
    staff, zone = outbox.staff(session), str(settings.get(session, "timezone"))
    found = {number: broadcast_lists.progress(session, number) for number in {row[0].broadcast_id for row in cards}}
    return [Shown(card, found[card.broadcast_id], language, zone, card.chat_id in staff) for card, language in cards]


def forget(session: Session, broadcast_id: int, chat_id: int, message_id: int) -> None:
    """Let a message be no card any more, unless another one has taken its place."""
    is_it = (BroadcastCard.broadcast_id == broadcast_id) & (BroadcastCard.chat_id == chat_id)
    session.execute(delete(BroadcastCard).where(is_it, BroadcastCard.message_id == message_id))
