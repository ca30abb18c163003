"""Checkout: `checkout.confirm` through `db.call` on threads, beside the same statements sent straight by PyMySQL.

The shop's side is as the bot makes itself, on one core and with what was there at the start kept out of the search for
garbage. The limit is a plain program, and beside it one that is like the bot in this.

The statements are recorded once for every buyer, and replayed with the ids that the database gives anew. Before each
round the orders are taken back and the carts and drafts put where they were, so that every round does the same work.
"""

from __future__ import annotations  # Connection is generic for the type checker only

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import pymysql
from pymysql.connections import Connection
from sqlalchemy import event, insert, make_url, select, text
from sqlalchemy.orm import Session

from bench.child import cpu_seconds
from bench.figures import Figure, Sample, figure, interleave, percentiles
from bench.likeness import as_the_bot
from bench.names import CATEGORIES, FIRST_BUYER_ID, goods_of
from bench.stage import THREADS, Stage, emptied
from bot.errors import Busy
from bot.models import CartItem, CheckoutDraft
from bot.services import checkout, clock
from tests.shop import Shop

LINES = 3
"""Different goods in a cart."""
WRITERS = 24
"""So many people press at the same time; the shop has fewer threads for them, and the limit as many connections."""
FIRST_RECORDED_ID = 1_000_000_000
"""So large that no other number in a statement can be meant: what is as large is the id of an order or an event."""
FILLED = ("outbox", "events", "inventory_log", "order_history", "order_items", "orders")
"""The tables that a checkout fills."""
DEADLOCK = 1213
GIVEN_UP = (Busy, pymysql.err.OperationalError)
ATTEMPTS = 5
OFTEN = 4
"""So many times the rounds for what has a target: a round takes less than half a second."""


@dataclass(frozen=True)
class Statement:
    """A statement of one buyer's checkout; `gave` is the id that the database gave when it was recorded."""

    sql: str
    parameters: Any
    is_many: bool
    gave: int | None

    def send(self, connection: Connection[Any], fresh: dict[int, int]) -> None:
        """Send it again; `fresh` holds the ids of this time by those of the recording."""
        with connection.cursor() as cursor:
            if self.is_many:
                cursor.executemany(self.sql, [_renewed(row, fresh) for row in self.parameters])
            else:
                cursor.execute(self.sql, _renewed(self.parameters, fresh))
            if self.gave is not None:
                fresh[self.gave] = cursor.lastrowid


Recording = list[Statement]


class Buyers:
    """People before the last press of their checkout."""

    def __init__(self, shop: Shop, first_id: int, carts: Sequence[Sequence[str]]) -> None:
        """Let a buyer for each cart go through the checkout up to the review."""
        self._shop = shop
        self.tokens: dict[int, str] = {}
        for number, cart in enumerate(carts):
            buyer_id = shop.has_customer(first_id + number)
            self.tokens[buyer_id] = shop.has_reviewed_checkout(buyer_id, dict.fromkeys(cart, 1))
        self._rows = {model: shop.db.read(_rows_of, model) for model in (CartItem, CheckoutDraft)}

    def confirm(self, buyer_id: int) -> None:
        """Make a buyer's order as the shop does it."""
        self._shop.db.call(checkout.confirm, buyer_id, self.tokens[buyer_id], now=clock.now())

    def take_back(self) -> None:
        """Put everything where it was before the orders."""
        self._shop.db.call(_take_back, self._rows)

    def record(self) -> dict[int, Recording]:
        """Let everybody buy, one after the other, and return the statements of each."""
        recordings: dict[int, Recording] = {}
        current: Recording = []

        def note(_connection: Any, cursor: Any, sql: str, parameters: Any, _context: Any, is_many: bool) -> None:
            given = cursor.lastrowid or 0
            current.append(Statement(sql, parameters, is_many, given if given >= FIRST_RECORDED_ID else None))

        writer, _ = self._shop.db.engines
        event.listen(writer, "after_cursor_execute", note)
        for buyer_id in self.tokens:
            current = recordings[buyer_id] = []
            self.confirm(buyer_id)
        event.remove(writer, "after_cursor_execute", note)
        return recordings

    def require_orders(self, wanted: int) -> None:
        """Make sure that so many have bought, so that both sides have done the whole work."""
        for table in ("orders", "outbox"):
            count = self._shop.scalar(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - two constants
            assert count == wanted, f"{count} {table} for {wanted} buyers"


def measure(stage: Stage, *, rounds: int, buyers: int) -> list[Figure]:
    """Measure the checkout of different goods, and of goods that everybody wants."""
    goods = [name for category in CATEGORIES for name in goods_of(category)]
    different = [[goods[(number * LINES + line) % len(goods)] for line in range(LINES)] for number in range(buyers)]
    same = [goods[:LINES]] * buyers
    figures = []
    for offset, (name, carts) in enumerate({"different goods": different, "the same goods": same}.items()):
        figures += _compare(stage, name, Buyers(stage.shop, FIRST_BUYER_ID + offset * buyers, carts), rounds)
    return figures


def _compare(stage: Stage, name: str, buyers: Buyers, rounds: int) -> list[Figure]:
    # Once for nothing: only a first order saves where to deliver.
    _round(buyers, buyers.confirm)
    buyers.take_back()
    stage.shop.db.call(_number_from, FIRST_RECORDED_ID)
    recordings = buyers.record()
    connections = [_connect(stage.url) for _ in range(THREADS)]
    idle: SimpleQueue[Connection[Any]] = SimpleQueue()
    for connection in connections:
        idle.put(connection)

    def replay(buyer_id: int) -> None:
        connection = idle.get()
        try:
            _replay(connection, recordings[buyer_id])
        finally:
            idle.put(connection)

    def ours() -> Sample:
        with as_the_bot():
            return _round(buyers, buyers.confirm)

    def plain() -> Sample:
        return _round(buyers, replay)

    def alike() -> Sample:
        with as_the_bot():
            return plain()

    for way in (ours, plain):
        # Connections are opened and statements compiled before anything counts.
        way()
    pairs, of_bots = interleave(rounds * OFTEN, ours, plain), interleave(rounds, ours, alike)
    for connection in connections:
        connection.close()
    buyers.take_back()
    return [
        figure(f"checkout, {name}", "orders/s", pairs, "rate", target=">= 0.7"),
        figure(f"checkout, {name}", "orders/s, both as the bot runs", of_bots, "rate"),
        figure(f"checkout, {name}", "ms CPU/order", pairs, "cpu"),
        figure(f"checkout, {name}", "p50 of 24 writers, ms", pairs, "p50"),
        figure(f"checkout, {name}", "p99 of 24 writers, ms", pairs, "p99"),
        figure(f"checkout, {name}", "% not given up", pairs, "made", target=">= 1"),
    ]


def _round(buyers: Buyers, buy: Callable[[int], None]) -> Sample:
    buyers.take_back()
    with ThreadPoolExecutor(THREADS) as threads, ThreadPoolExecutor(WRITERS) as writers:

        def wait(buyer_id: int) -> float | None:
            began = time.perf_counter()
            error = threads.submit(buy, buyer_id).exception()
            if error is not None and not isinstance(error, GIVEN_UP):
                raise error
            return None if error else (time.perf_counter() - began) * 1000

        cpu, began = cpu_seconds(), time.perf_counter()
        waits = list(writers.map(wait, buyers.tokens))
        seconds, used = time.perf_counter() - began, cpu_seconds() - cpu
    done = [each for each in waits if each is not None]
    buyers.require_orders(len(done))
    made = len(done) / len(waits) * 100
    return {"rate": len(done) / seconds, "cpu": used / len(done) * 1000, "made": made, **percentiles(done)}


def _replay(connection: Connection[Any], recording: Recording) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            fresh: dict[int, int] = {}
            for statement in recording:
                statement.send(connection, fresh)
            connection.commit()
        except pymysql.err.OperationalError as error:
            connection.rollback()
            if error.args[0] != DEADLOCK or attempt == ATTEMPTS:
                raise
        else:
            return


def _renewed(row: dict[str, Any], fresh: dict[int, int]) -> dict[str, Any]:
    return {name: fresh.get(value, value) if isinstance(value, int) else value for name, value in row.items()}


def _connect(url: str) -> Connection[Any]:
    place = make_url(url)
    return pymysql.connect(
        host=place.host,
        port=place.port or 3306,
        user=place.username,
        password=place.password or "",
        database=place.database,
        charset="utf8mb4",
        init_command="SET time_zone = '+00:00', tx_isolation = 'READ-COMMITTED'",
    )


def _rows_of(session: Session, model: type[CartItem] | type[CheckoutDraft]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(model.__table__)).mappings()]


def _take_back(session: Session, rows: dict[type[CartItem] | type[CheckoutDraft], list[dict[str, Any]]]) -> None:
    emptied(session, *FILLED)
    session.execute(text("UPDATE goods SET reserved_quantity = 0"))
    for model, saved in rows.items():
        session.execute(text(f"DELETE FROM {model.__tablename__}"))  # noqa: S608 - two constants
        session.execute(insert(model), saved)


def _number_from(session: Session, first_id: int) -> None:
    """Have ids of orders and of events begin high and far from each other."""
    session.execute(text(f"ALTER TABLE orders AUTO_INCREMENT = {first_id}"))
    session.execute(text(f"ALTER TABLE events AUTO_INCREMENT = {first_id + first_id // 2}"))
