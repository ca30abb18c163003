"""The unit of work against real faults: deadlocks, locks held by others, connections killed at any moment."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from bot import engines, migrations, retries
from bot.db import Database
from bot.errors import Busy, Conflict
from bot.models import Goods, OrderStatus, PaymentMethod, Setting
from bot.services import catalog, events, invariants, orders, stock
from bot.services.context import Shop as ShopContext
from bot.services.queries import completions, goods_lists, order_views
from bot.services.queries.goods_lists import Wanted
from bot.services.queries.paging import Window
from bot.services.vault import Vault
from tests import edits
from tests.shop import STAFF, Shop, now

RAISE = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'as the server says it'"
COUNT_UP = text("UPDATE goods SET stock_quantity = stock_quantity + 1 WHERE name = 'Green tea'")


@pytest.fixture
def shell(database_url: str) -> Iterator[Connection]:
    """Return a connection of somebody else, who can also kill ours."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def kill(database_url: str) -> Iterator[Callable[[int], None]]:
    """Return a function that kills a connection by its number, as an administrator does."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")

    def killing(number: int) -> None:
        with engine.connect() as connection:
            connection.execute(text(f"KILL CONNECTION {number}"))
            still_there = text("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = :number")
            while connection.scalar(still_there, {"number": number}):
                time.sleep(0.005)

    yield killing
    engine.dispose()


def note(session: Session) -> None:
    events.record(session, "test.noted", actor=STAFF, subject="test:1", now=now())


def stock_of(session: Session) -> list[Any]:
    return list(session.execute(text("SELECT * FROM goods")))


class Flaky:
    """An operation that counts the green tea up and goes wrong on its first tries."""

    def __init__(self, *wrong: Callable[[Session], object]) -> None:
        self.wrong = list(wrong)
        self.runs = 0

    def __call__(self, session: Session) -> str:
        self.runs += 1
        session.execute(COUNT_UP)
        note(session)
        if self.wrong:
            self.wrong.pop(0)(session)
        return "done"


def connection_number(session: Session) -> int:
    return int(session.scalar(text("SELECT CONNECTION_ID()")))


# -- what is tried again ------------------------------------------------------------------------------------------


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize("code", [1213, 1205, 1020])
def test_a_transaction_that_the_server_gives_up_runs_again_as_a_whole(shop: Shop, code: int):
    shop.has_goods(stock=5)
    operation = Flaky(lambda session: session.execute(text(RAISE.format(code=code))))

    assert shop.db.call(operation) == "done"
    assert operation.runs == 2
    assert shop.goods("Green tea").stock_quantity == 6
    assert len(shop.events("test.noted")) == 1


@pytest.mark.broken_on_purpose
def test_two_units_that_lock_each_other_both_get_done(shop: Shop):
    ids = [shop.has_goods("Green tea"), shop.has_goods("Black tea")]
    meet = threading.Barrier(2)
    tries = []

    def count_both(session: Session, first: int, second: int) -> None:
        tries.append(first)
        update = text("UPDATE goods SET stock_quantity = stock_quantity + 1 WHERE id = :id")
        session.execute(update, {"id": first})
        if len(tries) <= 2:
            meet.wait(5)
        session.execute(update, {"id": second})

    threads = [threading.Thread(target=shop.db.call, args=(count_both, *pair)) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(tries) == 3
    assert [shop.goods(name).stock_quantity for name in ("Green tea", "Black tea")] == [12, 12]


@pytest.mark.broken_on_purpose
def test_a_connection_lost_before_the_commit_makes_the_unit_run_again(shop: Shop, kill: Callable[[int], None]):
    shop.has_goods(stock=5)

    def lose(session: Session) -> None:
        kill(connection_number(session))
        session.execute(COUNT_UP)

    operation = Flaky(lose)

    assert shop.db.call(operation) == "done"
    assert operation.runs == 2
    assert shop.goods("Green tea").stock_quantity == 6


def test_every_pooled_connection_lost_at_once_is_not_noticed(shop: Shop, kill: Callable[[int], None]):
    for engine in shop.db.engines:
        engine.dispose()
    shop.has_goods()
    for number in [shop.scalar("SELECT CONNECTION_ID()"), shop.db.call(connection_number)]:
        kill(number)

    assert shop.goods("Green tea").stock_quantity == 10
    assert shop.staff(catalog.archive_goods, "Green tea").archived_at is not None


@pytest.mark.broken_on_purpose
def test_a_conflict_makes_the_unit_run_again(shop: Shop):
    shop.has_goods(stock=5)

    def conflict(session: Session) -> None:
        raise Conflict

    operation = Flaky(conflict, conflict)

    assert shop.db.call(operation) == "done"
    assert operation.runs == 3
    assert shop.goods("Green tea").stock_quantity == 6


def test_a_conflict_that_stays_becomes_busy_after_five_runs(shop: Shop):
    shop.has_goods()

    def conflict(session: Session) -> None:
        raise Conflict

    operation = Flaky(*[conflict] * 9)

    with shop.refuses(Busy):
        shop.db.call(operation)
    assert operation.runs == 5


def test_a_key_that_somebody_else_has_just_used_makes_the_unit_run_again(shop: Shop):
    keys = iter(["timezone", "timezone", "help_auto_message"])

    def insert(session: Session) -> None:
        session.add(Setting(setting_key=next(keys), setting_value="UTC", updated_at=now()))

    shop.db.call(insert)
    shop.db.call(insert)

    assert shop.count(Setting) == 2


def test_a_key_that_stays_taken_is_a_bug_and_is_shown_as_one(shop: Shop):
    runs = []

    def insert(session: Session) -> None:
        runs.append(1)
        session.add(Setting(setting_key="timezone", setting_value="UTC", updated_at=now()))

    shop.db.call(insert)
    with shop.refuses(IntegrityError):
        shop.db.call(insert)
    assert len(runs) == 6


def test_a_broken_rule_of_the_schema_is_not_tried_again(shop: Shop):
    shop.has_goods(stock=5)
    operation = Flaky(lambda session: session.execute(text("UPDATE goods SET reserved_quantity = 11")))

    with shop.refuses(DBAPIError):
        shop.db.call(operation)
    assert operation.runs == 1


# -- what becomes busy --------------------------------------------------------------------------------------------


def test_a_list_that_is_cut_off_in_the_middle_is_busy_and_the_next_one_comes(shop: Shop, kill: Callable[[int], None]):
    def many(session: Session) -> Iterator[Any]:
        numbers = text("SELECT CONNECTION_ID(), seq FROM seq_1_to_3000000").execution_options(yield_per=100)
        yield from session.execute(numbers)

    def read_all() -> None:
        with shop.db.stream(many) as rows:
            for at, (connection, _) in enumerate(rows):
                if at == 10:
                    kill(connection)

    with pytest.raises(Busy):
        read_all()

    assert shop.db.read(stock_of) == []


def test_a_row_locked_by_an_idle_shell_answers_busy_within_six_seconds(shop: Shop, shell: Connection):
    shop.has_goods(stock=5)
    shell.execute(text("SELECT * FROM goods FOR UPDATE"))
    operation = Flaky()
    began = time.monotonic()

    with shop.refuses(Busy):
        shop.db.call(operation)
    assert time.monotonic() - began < 6
    assert operation.runs == 2


@pytest.mark.broken_on_purpose
def test_a_row_locked_for_a_moment_is_waited_for(shop: Shop, shell: Connection):
    shop.has_goods(stock=5)
    shell.execute(text("SELECT * FROM goods FOR UPDATE"))
    letting_go = threading.Timer(0.3, shell.rollback)
    letting_go.start()

    shop.db.call(Flaky())

    assert shop.goods("Green tea").stock_quantity == 6
    letting_go.join()


def test_a_database_that_is_away_answers_busy_within_six_seconds():
    database = Database("mysql+pymysql://shop:shop@127.0.0.1:1/shop", threads=1)
    began = time.monotonic()

    with pytest.raises(Busy):
        database.call(note)
    with pytest.raises(Busy):
        database.read(connection_number)
    assert time.monotonic() - began < 6
    database.close()


def test_an_exhausted_pool_answers_busy_and_serves_again(database_url: str, shop: Shop, monkeypatch):
    monkeypatch.setattr(engines, "POOL_WAIT_SECONDS", 0.05)
    database = Database(database_url, threads=1)
    with database.engines[0].connect(), pytest.raises(Busy):
        database.call(connection_number)

    assert database.call(connection_number) > 0
    database.close()


# -- an error at COMMIT -------------------------------------------------------------------------------------------


@pytest.fixture
def at_commit() -> Iterator[Callable[[Database, Callable[[Connection], None]], None]]:
    """Return a function that lets the next COMMIT go wrong; what it is given decides whether it lands."""
    listening: list[tuple[Any, Any]] = []

    def arrange(database: Database, fault: Callable[[Connection], None]) -> None:
        faults = [fault]

        def once(connection: Connection) -> None:
            if faults:
                faults.pop()(connection)

        listening.append((database.engines[0], once))
        event.listen(database.engines[0], "commit", once)

    yield arrange
    for engine, once in listening:
        event.remove(engine, "commit", once)


@pytest.mark.broken_on_purpose
def test_a_commit_that_landed_unanswered_is_not_repeated(shop: Shop, kill: Callable[[int], None], at_commit):
    shop.has_goods(stock=5)
    operation = Flaky()
    heard: list[Any] = []
    shop.db.listeners.append(heard.append)

    def lands(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.commit()
        kill(raw.thread_id())

    at_commit(shop.db, lands)

    assert shop.db.call(operation) == "done"
    assert operation.runs == 1
    assert shop.goods("Green tea").stock_quantity == 6
    assert [each.kind for each in heard] == ["test.noted"]


@pytest.mark.broken_on_purpose
def test_a_commit_that_did_not_land_is_repeated(shop: Shop, kill: Callable[[int], None], at_commit):
    shop.has_goods(stock=5)
    operation = Flaky()
    heard: list[Any] = []
    shop.db.listeners.append(heard.append)

    def is_lost(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        kill(raw.thread_id())

    at_commit(shop.db, is_lost)

    assert shop.db.call(operation) == "done"
    assert operation.runs == 2
    assert shop.goods("Green tea").stock_quantity == 6
    assert [each.kind for each in heard] == ["test.noted"]


def test_what_a_landed_commit_returns_can_be_read(shop: Shop, kill: Callable[[int], None], at_commit):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 2})

    def lands(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.commit()
        kill(raw.thread_id())

    at_commit(shop.db, lands)
    order = shop.staff(orders.cancel, code)

    assert (order.order_code, order.order_status) == (code, OrderStatus.CANCELLED)
    assert shop.order(code).order_status is OrderStatus.CANCELLED


def test_when_the_database_stays_away_after_a_lost_commit_nobody_claims_to_know(
    database_url: str, shop: Shop, kill: Callable[[int], None], at_commit, monkeypatch
):
    database = Database(database_url, threads=1)
    monkeypatch.setattr(retries, "ATTEMPTS", 2)

    def goes_away(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.commit()
        kill(raw.thread_id())
        database._reader = create_engine("mysql+pymysql://shop:shop@127.0.0.1:1/shop")

    at_commit(database, goes_away)

    with pytest.raises(Busy, match="may or may not be done") as busy:
        database.call(note)
    assert busy.value.may_be_done
    database.close()


# -- what a unit is -----------------------------------------------------------------------------------------------


def test_writing_is_read_committed_in_utc_and_reading_commits_by_itself(shop: Shop):
    def look(session: Session) -> tuple[Any, ...]:
        query = "SELECT @@tx_isolation, @@time_zone, @@innodb_lock_wait_timeout, @@autocommit"
        return tuple(session.execute(text(query)).one())

    assert shop.db.call(look) == ("READ-COMMITTED", "+00:00", 2, 0)
    assert shop.db.read(look)[1:] == ("+00:00", 2, 1)


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize(("ends", "taken_back"), [("well", 0), ("rehearsed", 1), ("badly", 1)])
def test_a_unit_leaves_nothing_open_and_takes_nothing_back_in_vain(
    database_url: str, shop: Shop, ends: str, taken_back: int
):
    shop.has_goods()
    own = Database(database_url, threads=1, info=shop.db.info)
    number, before = own.call(connection_number), own.call(rolled_back)
    if ends == "badly":
        with shop.refuses(DBAPIError):
            own.call(Flaky(lambda session: session.execute(text("UPDATE goods SET reserved_quantity = 99"))))
    else:
        (own.call if ends == "well" else own.rehearse)(Flaky())
    still_open = text("SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = :number")
    is_open = own.read(lambda session: session.scalar(still_open, {"number": number}))
    counted = own.call(rolled_back) - before
    own.close()

    assert (is_open, counted) == (0, taken_back)


def rolled_back(session: Session) -> int:
    """Return how many transactions this connection has taken back."""
    return int(session.execute(text("SHOW SESSION STATUS LIKE 'Com_rollback'")).one()[1])


def test_a_time_is_stored_in_utc_and_a_naive_one_is_refused(shop: Shop):
    def insert(session: Session, time: datetime) -> None:
        session.add(Setting(setting_key="timezone", setting_value="UTC", updated_at=time))

    with shop.refuses(StatementError):
        shop.db.call(insert, datetime(2026, 7, 1, 12))  # noqa: DTZ001 - the point of the test
    shop.db.call(insert, datetime.fromisoformat("2026-07-01T12:00:00.123456+03:00"))

    assert str(shop.scalar("SELECT updated_at FROM bot_settings")) == "2026-07-01 09:00:00.123456"
    stored = shop.db.read(lambda session: session.get_one(Setting, "timezone"))
    assert stored.updated_at == datetime(2026, 7, 1, 9, 0, 0, 123456, UTC)


def test_listeners_hear_after_the_commit_and_only_what_was_committed(shop: Shop):
    heard: list[tuple[str, int]] = []
    shop.db.listeners.append(
        lambda each: heard.append((each.kind, shop.scalar("SELECT COUNT(*) FROM events WHERE id = :id", id=each.id)))
    )

    def conflict_once(session: Session) -> None:
        note(session)
        if not conflicts.pop():
            raise Conflict

    def fail(session: Session) -> None:
        note(session)
        raise ZeroDivisionError

    conflicts = [True, False]
    shop.db.call(conflict_once)
    with pytest.raises(ZeroDivisionError):
        shop.db.call(fail)

    assert heard == [("test.noted", 1)]


def test_a_listener_that_fails_changes_nothing(shop: Shop, caplog: pytest.LogCaptureFixture):
    heard: list[Any] = []

    def fail(recorded: object) -> None:
        raise OSError("No space left on device")

    shop.db.listeners.extend([fail, heard.append])
    shop.db.call(note)

    assert [each.kind for each in heard] == ["test.noted"]
    assert len(shop.events("test.noted")) == 1
    assert "a listener failed" in caplog.text


async def test_the_event_loop_goes_on_while_the_database_works(shop: Shop):
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(shop.db.run(lambda session: session.execute(text("DO SLEEP(0.2)"))) for _ in range(3)))
    answer = await shop.db.fetch(lambda session: session.scalar(text("SELECT 42")))
    ticking.cancel()

    assert answer == 42
    assert ticks > 10


# -- SQLite, the embedded default ---------------------------------------------------------------------------------


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch) -> Iterator[Shop]:
    """Return a shop on SQLite, as it stands in data/ by default."""
    monkeypatch.setattr(engines, "LOCK_WAIT_SECONDS", 0.1)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrations.upgrade(url)
    context = ShopContext(vault=Vault(bytes(32)), owner_id=1)
    database = Database(url, threads=4, info=context.as_info)
    yield Shop(database)
    assert database.read(invariants.check, now=now()) == []
    database.close()


def test_an_order_lives_its_whole_life_on_sqlite(embedded: Shop):
    embedded.has_goods("Green tea", stock=5, price="30.10")
    embedded.has_goods("Black tea", stock=5, price="0.07")
    embedded.has_addresses(2)
    embedded.has_customer(102, "Boris")
    anna = embedded.has_customer(101, referrer_id=102)

    lines = {"Green tea": 2, "Black tea": 3}
    code = embedded.has_order(anna, lines, status=OrderStatus.DELIVERED, pay=PaymentMethod.BITCOIN)
    spent = embedded.has_order(102, {"Green tea": 1}, bonus=True)
    embedded.staff(edits.add_item, spent, "Black tea", 1)
    embedded.expires(spent)
    embedded.staff(orders.revive, spent)
    embedded.staff(orders.cancel, spent, reason="changed their mind")

    order = embedded.order(code)
    assert (order.total_price, order.order_status) == (Decimal("60.41"), OrderStatus.DELIVERED)
    assert order.bitcoin_address == "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
    assert embedded.balance(102) == Decimal("3.02")
    assert embedded.customer(anna).total_spendings == Decimal("60.41")
    whole = embedded.db.read(order_views.whole, spent)
    steps = [step.to_status.value for step in whole.steps]
    assert steps == ["pending", "reserved", "expired", "reserved", "cancelled"]
    assert (embedded.goods("Green tea").stock_quantity, embedded.goods("Green tea").reserved_quantity) == (3, 0)


@pytest.mark.parametrize("written", ["чай", "ЗЕЛЁНЫЙ", "зеЛёнЫй Ч"])
def test_goods_are_found_in_any_case_on_sqlite(embedded: Shop, written: str):
    embedded.has_goods("Зелёный чай")

    with embedded.db.stream(goods_lists.listed, Wanted(text=written), Window()) as found:
        assert [row.name for row in found] == ["Зелёный чай"]
    assert [name for name, _ in embedded.db.read(completions.goods, "зел")] == ["Зелёный чай"]


def test_money_is_exact_on_sqlite(embedded: Shop):
    embedded.has_goods("Green tea", price="9999999999.99")

    assert embedded.goods("Green tea").price == Decimal("9999999999.99")
    assert embedded.scalar("SELECT price FROM goods") == 999_999_999_999


def test_sqlite_writes_ahead_checks_foreign_keys_and_locks_at_the_beginning(embedded: Shop):
    def look(session: Session) -> tuple[Any, ...]:
        return tuple(session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys"))

    assert embedded.db.call(look) == ("wal", 1)
    assert embedded.db.read(look) == ("wal", 1)
    with embedded.db.engines[0].connect() as writer, embedded.refuses(Busy):
        writer.execute(text("SELECT 1"))
        embedded.db.call(lambda session: session.scalar(text("SELECT COUNT(*) FROM goods")))


def test_threads_on_sqlite_wait_for_each_other(embedded: Shop):
    embedded.has_goods(stock=0)
    threads = [threading.Thread(target=lambda: embedded.staff(add_one)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert embedded.goods("Green tea").stock_quantity == 8


def add_one(session: Session, *, actor: str, now: datetime) -> Goods:
    return stock.add(session, "Green tea", 1, actor=actor, now=now)
