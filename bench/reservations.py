"""Reservations by the thousand, with everything that a checkout leaves behind, written straight into the database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, insert, select, text, update
from sqlalchemy.orm import Session

from bench.names import CATEGORIES, goods_of
from bench.stage import PRICE
from bot.models import (
    Customer,
    Event,
    InventoryEntry,
    InventoryKind,
    Order,
    OrderItem,
    OrderStatus,
    OrderStep,
    OutboxMessage,
    OutboxStatus,
    PaymentMethod,
    User,
)
from bot.services import clock, people
from bot.services.placing import CODE_ALPHABET, CODE_LENGTH
from tests.shop import Shop

FIRST_ID = 200_001
"""The Telegram id of the first buyer; everybody buys once."""
LINES = 3
BATCH = 2000
HELD = timedelta(days=1)
GOODS = len(CATEGORIES) * len(goods_of(CATEGORIES[0]))


def fill(shop: Shop, count: int) -> None:
    """Have `count` people with an order each, of three goods, that is reserved for a day from now."""
    now = clock.now()
    for start in range(0, count, BATCH):
        shop.db.call(_write, range(start, min(start + BATCH, count)), now)


def end(shop: Shop, count: int) -> None:
    """Let the time of so many reservations be over."""
    query = update(Order.__table__).where(Order.__table__.c.order_status == OrderStatus.RESERVED)
    over = query.values(reserved_until=clock.now() - timedelta(seconds=1))
    shop.db.call(_send, over.with_dialect_options(mysql_limit=count))


def tell_all(shop: Shop) -> None:
    """Queue a message for everybody: that their reservation ends soon."""
    shop.db.call(_tell_all, clock.now())


def silence(shop: Shop) -> None:
    """Let the messages that wait be due on another day."""
    waiting = update(OutboxMessage.__table__).where(OutboxMessage.__table__.c.status == OutboxStatus.PENDING)
    shop.db.call(_send, waiting.values(next_attempt_at=clock.now() + HELD))


def left(shop: Shop) -> int:
    """Return how many orders are still reserved."""
    return int(shop.scalar("SELECT COUNT(*) FROM orders WHERE order_status = 'reserved'"))


def _send(session: Session, statement: Update) -> None:
    session.execute(statement)


def _write(session: Session, numbers: range, now: datetime) -> None:
    made: dict[Any, list[dict[str, Any]]] = {}
    for number in numbers:
        for table, row in _rows(number, now):
            made.setdefault(table, []).append(row)
    for table, rows in made.items():
        session.execute(insert(table.__table__), rows)
    held = "UPDATE goods SET reserved_quantity = (SELECT COUNT(*) FROM order_items WHERE goods_id = goods.id)"
    session.execute(text(held))


def _rows(number: int, now: datetime) -> Iterator[tuple[Any, dict[str, Any]]]:
    buyer_id, order_id, made = FIRST_ID + number, number + 1, {"created_at": now}
    yield User, {"telegram_id": buyer_id, "first_name": "Boris", "language": "en", "role": "USER", "registered_at": now}
    yield Customer, {"telegram_id": buyer_id}
    yield Order, _order(number, buyer_id, now)
    of_it = {"order_id": order_id, "actor": people.actor(buyer_id), **made}
    yield OrderStep, {**of_it, "from_status": None, "to_status": OrderStatus.PENDING}
    yield OrderStep, {**of_it, "from_status": OrderStatus.PENDING, "to_status": OrderStatus.RESERVED}
    for line in range(LINES):
        goods_id = (number * LINES + line) % GOODS + 1
        item = {"order_id": order_id, "goods_id": goods_id, "item_name": "Goods", "price": PRICE, "quantity": 1}
        yield OrderItem, item
        entry = {"goods_id": goods_id, "kind": InventoryKind.RESERVED, "stock_delta": 0, "reserved_delta": 1}
        yield InventoryEntry, {**of_it, **entry}


def _order(number: int, buyer_id: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "order_code": _code(number),
        "checkout_token": f"{number:022d}",
        "buyer_id": buyer_id,
        "order_status": OrderStatus.RESERVED,
        "payment_method": PaymentMethod.CASH,
        "currency": "USD",
        "total_price": LINES * int(float(PRICE)),
        "delivery_address": "",
        "phone_number": "",
        "reserved_until": now + HELD,
        "created_at": now,
    }


def _code(number: int) -> str:
    letters = ""
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        letters = CODE_ALPHABET[rest] + letters
    return letters


def _tell_all(session: Session, now: datetime) -> None:
    codes = session.execute(select(Order.order_code, Order.buyer_id).order_by(Order.id)).all()
    events, messages = Event.__table__, OutboxMessage.__table__
    first = session.scalar(text("SELECT COALESCE(MAX(id), 0) + 1 FROM events")) or 1
    event = {"unit": session.info["unit"], "kind": "order.reminded", "actor": "job:expiry", "created_at": now}
    message = {"kind": "order-expiring", "status": OutboxStatus.PENDING, "next_attempt_at": now, "created_at": now}
    for at in range(0, len(codes), BATCH):
        part = list(enumerate(codes[at : at + BATCH], first + at))
        named = [{**event, "id": key, "subject": f"order:{code}", "facts": {}} for key, (code, _) in part]
        session.execute(insert(events), named)
        sent = [
            {**message, "event_id": key, "recipient": buyer, "facts": {"order_code": code}}
            for key, (code, buyer) in part
        ]
        session.execute(insert(messages), sent)
