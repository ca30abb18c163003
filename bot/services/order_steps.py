"""What the steps of an order's life write: status and history, goods and bonus given back, money, events, notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from bot.models import Order, OrderItem, OrderStatus, OrderStep, Payment
from bot.services import bonus, compiled, events, locking, outbox, staff_cards, stock
from bot.services.events import Recorded

_ITEM, _PAYMENT = OrderItem.__table__.c, Payment.__table__.c
_QUANTITIES = select(_ITEM.goods_id, _ITEM.quantity).where(_ITEM.order_id == bindparam("order_id"))
_RECEIVED = select(func.sum(_PAYMENT.amount)).where(_PAYMENT.order_id == bindparam("order_id"))
_STEP = insert(OrderStep.__table__)


def quantities(session: Session, order: Order) -> dict[int, int]:
    """Return the quantity of each goods id in an order."""
    return dict(compiled.rows(session, _QUANTITIES, {"order_id": order.id}))


def let_go(
    session: Session,
    order: Order,
    status: OrderStatus,
    actor: str,
    now: datetime,
    held: Mapping[int, int] | None = None,
    **facts: object,
) -> Recorded:
    """End a (locked) order's hold on goods: they are released, its bonus is refunded.

    `held` are the goods (id -> quantity), where they are known. The event "order.<status>" is recorded with the amount
    refunded and `facts`.

    Raises:
        WrongStatus: TRANSITIONS does not allow it.
    """
    step(session, order, status, actor, now)
    order.completed_at = now if status is OrderStatus.CANCELLED else None
    # Customers are locked before goods, and only those who get something back.
    customers = locking.customers(session, [order.buyer_id]) if order.bonus_applied else {}
    if held is None:
        held = quantities(session, order)
    stock.release(session, held, order_id=order.id, actor=actor, now=now)
    refunded = (
        bonus.refund(session, customers[order.buyer_id], order, actor=actor, now=now) if customers else Decimal(0)
    )
    return note(session, f"order.{status}", order, actor, now, refunded=refunded, **facts)


def step(session: Session, order: Order, status: OrderStatus, actor: str, now: datetime) -> None:
    """Let an order become `status`, and write that into its history.

    Raises:
        WrongStatus: TRANSITIONS does not allow it.
    """
    before = order.move_to(status)
    row = {"order_id": order.id, "from_status": before, "to_status": status, "actor": actor, "created_at": now}
    compiled.insert_all(session, _STEP, [row])


def record_payment(session: Session, order: Order, actor: str, now: datetime) -> None:
    """Record what is still due as received: all of it, or what an edit has added since the first payment."""
    received = compiled.scalar(session, _RECEIVED, {"order_id": order.id}) or Decimal(0)
    missing = order.due - received
    if missing > 0:
        payment = {"order_id": order.id, "method": order.payment_method, "amount": missing, "actor": actor}
        session.execute(insert(Payment.__table__), {**payment, "created_at": now})


def note(session: Session, kind: str, order: Order, actor: str, now: datetime, **facts: object) -> Recorded:
    """Record an event of an order."""
    return events.record(session, kind, actor=actor, subject=f"order:{order.order_code}", now=now, **facts)


def tell_customer(
    session: Session,
    event: Recorded,
    order: Order,
    kind: str,
    staff_chats: Sequence[int] | None = None,
    **facts: object,
) -> None:
    """Tell an order's customer of an event, and have the cards that staff have of it show it.

    `staff_chats` are the chats with such a card, where they are known.
    """
    outbox.tell(session, event, [order.buyer_id], kind, order_code=order.order_code, **facts)
    staff_cards.refresh(session, event, order, chats=staff_chats)
