"""A large shop, made without its services: `python -m bench.crowd --orders 100000` fills the empty DATABASE_URL.

The rows obey the schema, but have no stock movements behind them. They show how lists, searches, reports and exports do
when the shop has grown.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, insert

from bot.config import Config, ConfigError, load_config
from bot.db import Database
from bot.migrations import upgrade
from bot.models import Category, Customer, Event, Goods, Order, OrderItem, OrderStatus, OrderStep, PaymentMethod, User
from bot.models.orders import Payment
from bot.services.vault import Vault, open_vault

BATCH = 2000
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
NAMES = ("Anna", "Boris", "Vera", "Greta", "Dmitri", "Елена", "Zoë", "Ivan")
STATUSES = (
    *[OrderStatus.DELIVERED] * 14,
    *[OrderStatus.CANCELLED] * 2,
    *[OrderStatus.EXPIRED] * 2,
    OrderStatus.CONFIRMED,
    OrderStatus.RESERVED,
)
LAST = datetime(2026, 11, 20, tzinfo=UTC)
YEARS = timedelta(days=730)
TABLES = (Category, Goods, User, Customer, Order, OrderItem, OrderStep, Event, Payment)
"""Each after those that it refers to."""


class Crowd:
    """Rows of a large shop, the same for the same numbers."""

    def __init__(self, vault: Vault, *, orders: int, users: int, goods: int) -> None:
        """Make `orders` of `users` for `goods`."""
        self._vault = vault
        self._orders, self._users, self._goods = orders, users, goods
        self._random = random.Random(1)

    def rows(self) -> Iterator[tuple[type, dict[str, Any]]]:
        """Yield every row with its table."""
        yield from ((Category, {"id": at, "name": f"Shelf {at}"}) for at in range(1, 21))
        yield from ((Goods, self._goods_row(at)) for at in range(1, self._goods + 1))
        for at in range(1, self._users + 1):
            yield User, self._user_row(at)
            yield Customer, {"telegram_id": at}
        for at in range(1, self._orders + 1):
            yield from self._order_rows(at)

    def _goods_row(self, at: int) -> dict[str, Any]:
        return {
            "id": at,
            "name": f"Goods {at:05d}",
            "description": "",
            "category_id": 1 + at % 20,
            "price": Decimal(at % 97 + 3),
            "stock_quantity": 1000,
            "reserved_quantity": 0,
            "created_at": LAST - YEARS,
        }

    def _user_row(self, at: int) -> dict[str, Any]:
        return {
            "telegram_id": at,
            "first_name": f"{NAMES[at % len(NAMES)]} {at}",
            "username": f"person{at}",
            "language": "en",
            "role": "USER",
            "registered_at": LAST - YEARS * (self._users - at) / self._users,
        }

    def _order_rows(self, at: int) -> Iterator[tuple[type, dict[str, Any]]]:
        made = LAST - YEARS * (self._orders - at) / self._orders
        status = self._random.choice(STATUSES)
        chosen = self._random.sample(range(1, self._goods + 1), 2)
        items = [(number, Decimal(number % 97 + 3), self._random.randint(1, 3)) for number in chosen]
        total = sum((price * quantity for _, price, quantity in items), Decimal(0))
        yield Order, self._order_row(at, status, total, made)
        for number, price, quantity in items:
            of_order = {"order_id": at, "goods_id": number, "item_name": f"Goods {number:05d}"}
            yield OrderItem, {**of_order, "price": price, "quantity": quantity}
        yield from _history_rows(at, status, made)
        if status is OrderStatus.DELIVERED:
            yield Payment, _payment_row(at, total, made)

    def _order_row(self, at: int, status: OrderStatus, total: Decimal, made: datetime) -> dict[str, Any]:
        code = _code(at)
        return {
            "id": at,
            "order_code": code,
            "checkout_token": f"{at:022d}",
            "buyer_id": self._random.randint(1, self._users),
            "order_status": status,
            "payment_method": PaymentMethod.CASH,
            "currency": "USD",
            "total_price": total,
            "delivery_address": self._sealed("delivery_address", code, f"{at} Harbour Street"),
            "phone_number": self._sealed("phone_number", code, f"+49151{at:08d}"),
            "reserved_until": made + timedelta(days=1),
            "created_at": made,
            "completed_at": made + timedelta(days=2) if status is OrderStatus.DELIVERED else None,
        }

    def _sealed(self, column: str, code: str, text: str) -> str:
        return self._vault.seal(text, f"orders.{column}.{code}")


def _history_rows(at: int, status: OrderStatus, made: datetime) -> Iterator[tuple[type, dict[str, Any]]]:
    step = {"order_id": at, "actor": "cli:crowd", "created_at": made}
    yield OrderStep, {**step, "from_status": None, "to_status": OrderStatus.RESERVED}
    event = {"unit": f"{at:032d}", "actor": "cli:crowd", "subject": f"order:{_code(at)}", "facts": {}}
    yield Event, {**event, "kind": "order.reserved", "created_at": made}
    if status is not OrderStatus.RESERVED:
        yield OrderStep, {**step, "from_status": OrderStatus.RESERVED, "to_status": status}


def _payment_row(at: int, total: Decimal, made: datetime) -> dict[str, Any]:
    paid = {"method": PaymentMethod.CASH, "amount": total, "actor": "cli:crowd"}
    return {"order_id": at, **paid, "created_at": made + timedelta(days=2)}


def _code(number: int) -> str:
    letters = ""
    for _ in range(6):
        number, rest = divmod(number, len(LETTERS))
        letters = LETTERS[rest] + letters
    return letters


def fill(engine: Engine, crowd: Crowd) -> None:
    """Insert everything, some thousand rows at a time."""
    waiting: dict[type, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for number, (table, row) in enumerate(crowd.rows(), 1):
            waiting.setdefault(table, []).append(row)
            if number % BATCH == 0:
                _insert(connection, waiting)
        _insert(connection, waiting)


def _insert(connection: Any, waiting: dict[type, list[dict[str, Any]]]) -> None:
    for table in TABLES:
        if rows := waiting.pop(table, None):
            connection.execute(insert(table), rows)


def _configured() -> Config:
    try:
        return load_config()
    except ConfigError as error:
        sys.exit(str(error))


def main() -> None:
    """Fill the database that the environment names."""
    parser = argparse.ArgumentParser("python -m bench.crowd", description="Fill an empty shop with many orders.")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--goods", type=int, default=1_000)
    options = parser.parse_args()
    config = _configured()
    upgrade(config.sqlalchemy_url)
    vault = open_vault(config.key_text, config.data_dir)
    database = Database(config.sqlalchemy_url, threads=1)
    fill(database.engines[1], Crowd(vault, orders=options.orders, users=options.users, goods=options.goods))
    database.close()


if __name__ == "__main__":
    main()
