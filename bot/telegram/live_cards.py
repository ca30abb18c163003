"""Messages that stay in a chat and are kept true: the card of an order, for its customer and for the staff."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.models import OrderCard, StaffCard
from bot.services import order_cards, staff_cards
from bot.services.queries.order_views import Followed
from bot.services.staff_cards import Desk
from bot.telegram.admin.orders import order_card as desk_card
from bot.telegram.customer import order_card
from bot.telegram.guide import Guide
from bot.telegram.screen import Screen
from bot.telegram.wording import Words


@dataclass(frozen=True)
class LiveCard:
    """What a card shows now, and the message that shows it, if there is one.

    `comes_first` says whether it is sent where there was none, `comes_again` where it is gone; `remember` keeps which
    message it is from then on.
    """

    screen: Screen
    known: OrderCard | StaffCard | None
    comes_first: bool
    comes_again: bool
    remember: Callable[..., None]
    is_quiet: bool = True


def of_customer(t: Words, followed: Followed, rules: dict[str, Any]) -> LiveCard:
    """Return the card of an order for its customer; it comes as long as there is something still to come."""
    shown, order = order_card.card(t, followed.content, rules), followed.content.order
    remember = _remember(order_cards.remember, order.id)
    return LiveCard(shown, followed.known, order.holds_reservation, comes_again=True, remember=remember)


def of_staff(t: Words, desk: Desk, guide: Guide) -> LiveCard:
    """Return the card of an order for staff, or for their group; it comes with a sound when the order is new."""
    sheet, order = desk.sheet, desk.sheet.whole.order
    shown = desk_card.group_card(t, sheet, guide) if desk.is_group else desk_card.card(t, sheet)
    remember = _remember(staff_cards.remember, order.order_code, shown_event=sheet.last_event)
    return LiveCard(
        shown, desk.known, desk.is_new, desk.is_new or order.holds_reservation, remember, is_quiet=not desk.is_new
    )


def _remember(operation: Callable[..., None], *about: Any, **options: Any) -> Callable[..., None]:
    """Return the operation, about an order, as the database wants it: with the session first."""

    def remember(session: Session, **place: Any) -> None:
        operation(session, *about, **options, **place)

    return remember
