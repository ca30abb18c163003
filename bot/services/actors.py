"""Who did something, as people call them: events know actors such as "user:7", "cli:anna" and "job:expiry"."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import User

PERSON = "user:"


def names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return the first names of the actors who have pressed something in Telegram. One statement at most."""
    ids = {int(actor.removeprefix(PERSON)) for actor in actors if actor.startswith(PERSON)}
    if not ids:
        return {}
    found = session.execute(select(User.telegram_id, User.first_name).where(User.telegram_id.in_(sorted(ids))))
    return {f"{PERSON}{telegram_id}": first_name for telegram_id, first_name in found}
