"""Order codes that people mistype: which ones they may have meant."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.models import Order

LENGTH = 6
MOST = 3


def missing(session: Session, code: str) -> NotFound:
    """Return the refusal of a code that no order has, with those that are one slip away from it."""
    return NotFound("order", code, _close(session, code))


def _close(session: Session, code: str) -> tuple[str, ...]:
    is_near = abs(len(code) - LENGTH) <= 1 and code.isascii() and code.isalnum()
    ways = sorted(_slips(code)) if is_near else []
    if not ways:
        return ()
    query = select(Order.order_code).where(or_(*(Order.order_code.like(way) for way in ways)))
    return tuple(session.scalars(query.order_by(Order.order_code).limit(MOST)))


def _slips(code: str) -> set[str]:
    """Return patterns for LIKE: one letter is another, too many or missing, or two have changed places."""
    places = range(len(code))
    another = {f"{code[:at]}_{code[at + 1 :]}" for at in places}
    too_many = {code[:at] + code[at + 1 :] for at in places}
    too_few = {f"{code[:at]}_{code[at:]}" for at in (*places, len(code))}
    swapped = {f"{code[:at]}{code[at + 1 : at + 2]}{code[at]}{code[at + 2 :]}" for at in places}
    return {way for way in another | too_many | too_few | swapped if len(way) == LENGTH}
