"""A shop for tests: makes what a test needs through the services, and reads the truth back afresh."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import (
    Base,
    BitcoinAddress,
    Customer,
    Event,
    Goods,
    Order,
    OrderStatus,
    OutboxMessage,
    PaymentMethod,
    ReferenceCode,
    User,
)
from bot.services import bitcoin, cart, catalog, checkout, goods_photos, orders, people, reference_codes, settings

Row = TypeVar("Row")
Refusal = TypeVar("Refusal", bound=BaseException)

OWNER_ID = 1
STAFF = "cli:test"
ADDRESS = "12 Harbour Street, flat 4"
PHONE = "+4915112345678"

# Addresses 0 to 9 of the BIP84 test mnemonic ("abandon ... about"), account 0, receiving.
BITCOIN_ADDRESSES = (
    "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
    "bc1qp59yckz4ae5c4efgw2s5wfyvrz0ala7rgvuz8z",
    "bc1qgl5vlg0zdl7yvprgxj9fevsc6q6x5dmcyk3cn3",
    "bc1qm97vqzgj934vnaq9s53ynkyf9dgr05rargr04n",
    "bc1qnpzzqjzet8gd5gl8l6gzhuc4s9xv0djt0rlu7a",
    "bc1qtet8q6cd5vqm0zjfcfm8mfsydju0a29ggqrmu9",
    "bc1qhxgzmkmwvrlwvlfn4qe57lx2qdfg8phycnsarn",
    "bc1qncdts3qm2guw3hjstun7dd6t3689qg4230jh2n",
    "bc1qgswpjzsqgrm2qkfkf9kzqpw6642ptrgzapvh9y",
)


def now() -> datetime:
    """Return the time as the shop sees it."""
    return datetime.now(UTC)


KEPT = {"roles", "cache_marks"}
_FULL = text(
    " UNION ALL ".join(
        f"(SELECT '{table.name}' FROM {table.name} LIMIT 1)"
        for table in Base.metadata.sorted_tables
        if table.name not in KEPT
    )
)


def empty(database: Database) -> None:
    """Delete every row but the roles and the marks."""
    with database.engines[0].begin() as connection:
        if full := connection.scalars(_FULL).all():
            connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
            for name in full:
                connection.execute(text(f"DELETE FROM {name}"))
            connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))


def amounts(*texts: str) -> tuple[Decimal, ...]:
    """Return exact amounts, to compare several at once."""
    return tuple(Decimal(text) for text in texts)


class Shop:
    """The shop under test, on a real database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    # -- making ---------------------------------------------------------------------------------------------------

    def has_category(self, name: str = "Tea", parent: str | None = None) -> None:
        self.db.call(catalog.add_category, name, parent=parent, actor="cli:test", now=now())

    def has_goods(
        self, name: str = "Green tea", *, stock: int = 10, price: str = "30.00", category: str = "Tea"
    ) -> int:
        """Put goods on the shelf, in a category that is made when it is missing; return their id."""
        if not self.scalar("SELECT COUNT(*) FROM categories WHERE name = :name", name=category):
            self.has_category(category)
        goods = self.db.call(
            catalog.add_goods, name, category=category, price=price, stock=stock, actor="cli:test", now=now()
        )
        return goods.id

    def has_customer(self, telegram_id: int = 101, first_name: str = "Anna", *, referrer_id: int | None = None) -> int:
        newcomer = people.Newcomer(telegram_id, first_name)
        self.db.call(people.register, newcomer, referrer_id=referrer_id, now=now())
        return telegram_id

    def has_code(self, *, max_uses: int = 0, expires_hours: int = 0) -> str:
        code = self.db.call(
            reference_codes.create_for_staff,
            expires_hours=expires_hours,
            max_uses=max_uses,
            note=None,
            actor="cli:test",
            now=now(),
        )
        return code.code

    def has_addresses(self, count: int = 10) -> None:
        self.db.call(bitcoin.add, BITCOIN_ADDRESSES[:count], actor="cli:test", now=now())

    def has_setting(self, key: str, value: str) -> None:
        self.db.call(settings.change, key, value, actor="cli:test", now=now())

    def has_reviewed_checkout(
        self, buyer_id: int, lines: dict[str, int], *, pay: PaymentMethod = PaymentMethod.CASH, bonus: bool = False
    ) -> str:
        """Fill a cart and go through the checkout up to the review; return its token."""
        for name, quantity in lines.items():
            self.db.call(cart.add, buyer_id, self.goods(name).id, quantity, now=now())
        self.db.call(checkout.begin, buyer_id, now=now())
        self.db.call(checkout.set_address, buyer_id, ADDRESS, now=now())
        self.db.call(checkout.set_phone, buyer_id, PHONE, now=now())
        if bonus:
            self.db.call(checkout.apply_bonus, buyer_id, now=now())
        return self.db.call(checkout.choose_payment, buyer_id, pay, now=now()).token

    def has_order(
        self,
        buyer_id: int,
        lines: dict[str, int],
        *,
        status: OrderStatus = OrderStatus.RESERVED,
        pay: PaymentMethod = PaymentMethod.CASH,
        bonus: bool = False,
    ) -> str:
        """Make an order through the real checkout, move it to `status`, and return its code."""
        token = self.has_reviewed_checkout(buyer_id, lines, pay=pay, bonus=bonus)
        code = self.db.call(checkout.confirm, buyer_id, token, now=now()).order.order_code
        if status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
            tomorrow = now() + timedelta(days=1)
            self.db.call(orders.confirm, code, delivery_time=tomorrow, actor="cli:test", now=now())
        if status is OrderStatus.DELIVERED:
            self.db.call(orders.deliver, code, actor="cli:test", now=now())
        if status is OrderStatus.CANCELLED:
            self.db.call(orders.cancel, code, actor="cli:test", now=now())
        if status is OrderStatus.EXPIRED:
            self.expires(code)
        return code

    def expires(self, code: str) -> None:
        """Let an order's reservation run out."""
        self.execute(
            "UPDATE orders SET reserved_until = :past WHERE order_code = :code",
            past=(now() - timedelta(minutes=1)).replace(tzinfo=None),
            code=code,
        )
        assert self.db.call(orders.expire, code, now=now())

    # -- doing ----------------------------------------------------------------------------------------------------

    def staff(self, operation: Callable[..., Row], *args: Any, **options: Any) -> Row:
        """Have staff do something in a shell, now."""
        return self.db.call(operation, *args, **{"actor": STAFF, "now": now(), **options})

    @contextmanager
    def refuses(self, error: type[Refusal], *, match: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
        """Assert that what is tried inside is refused with `error`, and that not one row has changed."""
        before = self.rows()
        with pytest.raises(error, match=match) as refused:
            yield refused
        assert self.rows() == before

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""

        def look(session: Session) -> dict[str, list[tuple[Any, ...]]]:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

        return self.db.read(look)

    # -- reading --------------------------------------------------------------------------------------------------

    def goods(self, name: str) -> Goods:
        return self._one(select(Goods).where(Goods.name == name))

    def photos(self, name: str) -> list[str]:
        return [each.name for each in self.db.read(goods_photos.of, self.goods(name).id)]

    def order(self, code: str) -> Order:
        return self._one(select(Order).where(Order.order_code == code))

    def orders(self) -> list[Order]:
        return self._all(select(Order).order_by(Order.id))

    def user(self, telegram_id: int) -> User:
        return self._one(select(User).where(User.telegram_id == telegram_id))

    def customer(self, telegram_id: int) -> Customer:
        return self._one(select(Customer).where(Customer.telegram_id == telegram_id))

    def code(self, code: str) -> ReferenceCode:
        return self._one(select(ReferenceCode).where(ReferenceCode.code == code))

    def address(self, address: str) -> BitcoinAddress:
        return self._one(select(BitcoinAddress).where(BitcoinAddress.address == address))

    def events(self, kind: str | None = None) -> list[Event]:
        query = select(Event).order_by(Event.id)
        return self._all(query.where(Event.kind == kind) if kind else query)

    def messages(self, recipient: int | None = None) -> list[OutboxMessage]:
        query = select(OutboxMessage).order_by(OutboxMessage.id)
        return self._all(query.where(OutboxMessage.recipient == recipient) if recipient else query)

    def balance(self, telegram_id: int) -> Decimal:
        return self.customer(telegram_id).bonus_balance

    def count(self, model: Any) -> int:
        return self.db.read(lambda session: session.scalar(select(func.count()).select_from(model)) or 0)

    def scalar(self, sql: str, **values: Any) -> Any:
        return self.db.read(lambda session: session.scalar(text(sql), values))

    def execute(self, sql: str, **values: Any) -> None:
        """Change the database behind the shop's back, as a shell would."""
        self.db.call(lambda session: session.execute(text(sql), values))

    def _one(self, query: Select[Row]) -> Row:
        return self.db.read(lambda session: session.scalars(query).one())

    def _all(self, query: Select[Row]) -> list[Row]:
        return self.db.read(lambda session: list(session.scalars(query)))
