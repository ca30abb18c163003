"""One edit of one order: what it may look at, and how it is recorded and told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Order, OrderItem
from bot.services import events, order_cards, outbox
from bot.services.events import Recorded


@dataclass(frozen=True)
class Edit:
    """One edit of one order that is locked and open."""

    session: Session
    order: Order
    notify: bool
    actor: str
    now: datetime
    noted: list[Recorded] = field(default_factory=list)
    """What was recorded so far."""

    @property
    def items(self) -> Sequence[OrderItem]:
        """Return what the order contains now."""
        query = select(OrderItem).where(OrderItem.order_id == self.order.id).order_by(OrderItem.id)
        return self.session.scalars(query).all()

    def note(self, kind: str, **facts: object) -> Recorded:
        """Record what was changed; with that it is also in the database, where the next change looks."""
        subject = f"order:{self.order.order_code}"
        event = events.record(self.session, kind, actor=self.actor, subject=subject, now=self.now, **facts)
        self.noted.append(event)
        return event

    def tell(self, event: Recorded, kind: str, **facts: object) -> None:
        """Queue the customer's message, if there shall be one; the card of the order becomes true in any case."""
        if self.notify:
            code = self.order.order_code
            outbox.tell(self.session, event, [self.order.buyer_id], kind, order_code=code, **facts)
        else:
            order_cards.refresh(self.session, event, self.order)
