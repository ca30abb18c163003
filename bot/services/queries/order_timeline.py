"""One order from its beginning: who did what when, what was paid, which bonus moved, and who was told what."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.models import BonusEntry, Event, Order, OrderStatus, OutboxMessage, Payment
from bot.services.queries import order_views
from bot.services.queries.order_views import Whole


class PaymentState(StrEnum):
    """How the money received compares with what is due."""

    NOTHING_DUE = "nothing to pay"
    UNPAID = "unpaid"
    PARTLY_PAID = "partly paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    TO_RETURN = "to be returned"


@dataclass(frozen=True)
class Story:
    """An order with everything that has happened to it, the oldest first."""

    whole: Whole
    events: Sequence[Event]
    payments: Sequence[Payment]
    bonus: Sequence[BonusEntry]
    messages: Sequence[OutboxMessage]

    @property
    def received(self) -> Decimal:
        """Return how much money has come in for the order."""
        return sum((payment.amount for payment in self.payments), Decimal("0.00"))

    @property
    def payment_state(self) -> PaymentState:
        """Return how the money stands."""
        return payment_state(self.whole.order, self.received)


def story(session: Session, code: str) -> Story:
    """Return an order by its code, in any case, with its past.

    What happened in the same moment, such as a bonus that was credited with the delivery, belongs to it.

    Raises:
        NotFound: there is none.
    """
    whole = order_views.whole(session, code)
    order = whole.order
    units = select(Event.unit).where(Event.subject == f"order:{order.order_code}")
    # What befell other orders in the same moment, such as when the shop was opened again, is their own story.
    is_its_own = or_(Event.subject == f"order:{order.order_code}", Event.subject.not_like("order:%"))
    events = session.scalars(select(Event).where(Event.unit.in_(units), is_its_own).order_by(Event.id)).all()
    told = select(OutboxMessage).where(OutboxMessage.event_id.in_([event.id for event in events]))
    paid = select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
    moved = select(BonusEntry).where(BonusEntry.order_id == order.id).order_by(BonusEntry.id)
    messages = session.scalars(told.order_by(OutboxMessage.id)).all()
    return Story(whole, events, session.scalars(paid).all(), session.scalars(moved).all(), messages)


def payment_state(order: Order, received: Decimal) -> PaymentState:
    """Return how the money received for an order compares with what is due; closed orders are due nothing."""
    if order.order_status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        return PaymentState.TO_RETURN if received else PaymentState.NOTHING_DUE
    if received > order.due:
        return PaymentState.OVERPAID
    if received == order.due:
        return PaymentState.PAID if received else PaymentState.NOTHING_DUE
    return PaymentState.PARTLY_PAID if received else PaymentState.UNPAID
