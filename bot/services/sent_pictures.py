"""How Telegram knows pictures that were sent, for each bot."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.models import SentPicture


def find(session: Session, bot_id: int, name: str) -> SentPicture | None:
    """Return how Telegram knows the picture with this file name."""
    return session.get(SentPicture, (bot_id, name)) if name.isascii() else None


def remember(session: Session, bot_id: int, name: str, file_id: str, file_unique_id: str, *, now: datetime) -> None:
    """Note how Telegram knows a picture."""
    if name.isascii():
        session.merge(
            SentPicture(bot_id=bot_id, name=name, file_id=file_id, file_unique_id=file_unique_id, sent_at=now)
        )


def forget(session: Session, bot_id: int, name: str) -> None:
    """Forget a picture that Telegram no longer knows."""
    session.execute(delete(SentPicture).where(SentPicture.bot_id == bot_id, SentPicture.name == name))
