"""The driver that may be installed besides: it must do what PyMySQL does, where the shop relies on it."""

from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from bot import drivers
from bot.config import ConfigError, load_config
from bot.db import Database
from bot.errors import Busy
from bot.models import OrderStatus
from bot.services.queries import goods_lists
from bot.services.queries.goods_lists import Wanted
from bot.services.queries.paging import Window
from tests.shop import Shop

needs_mysqlclient = pytest.mark.skipif(find_spec("MySQLdb") is None, reason="mysqlclient is not installed")
RAISE = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'as the server says it'"


@pytest.fixture
def by_c(shop: Shop, database_url: str) -> Iterator[Shop]:
    """Return the same shop through mysqlclient."""
    url = make_url(database_url).set(drivername="mysql+mysqldb").render_as_string(hide_password=False)
    database = Database(url, threads=2, info=shop.db.info, answer_seconds=2)
    yield Shop(database)
    database.close()


@pytest.mark.parametrize(
    ("name", "value"), [("DB_DRIVER", "mysql+mysqldb"), ("DATABASE_URL", "mysql+mysqldb://anna:secret@db/shop")]
)
def test_without_mysqlclient_its_name_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setattr(drivers, "find_spec", lambda _name: None)
    monkeypatch.setenv(name, value)

    with pytest.raises(
        ConfigError, match=rf"^{name}: use mysql\+pymysql, or install mysqlclient and use mysql\+mysqldb"
    ):
        load_config()


@needs_mysqlclient
def test_an_order_lives_its_life_to_the_same_rows(by_c: Shop, shop: Shop):
    shop.has_goods("Зелёный чай", stock=10, price="12.50")
    anna = by_c.has_customer(101, "Анна 🍵")

    code = by_c.has_order(anna, {"Зелёный чай": 2}, status=OrderStatus.DELIVERED)

    assert by_c.rows() == shop.rows()
    assert by_c.order(code).total_price == Decimal("25.00")
    assert by_c.order(code).created_at.tzinfo is not None
    assert by_c.order(code).created_at == shop.order(code).created_at
    assert by_c.user(anna).first_name == shop.user(anna).first_name == "Анна 🍵"
    assert [event.facts for event in by_c.events()] == [event.facts for event in shop.events()]


@needs_mysqlclient
@pytest.mark.parametrize("code", [1213, 1205, 1020, 1062])
def test_what_is_worth_another_run_is_run_once_more(by_c: Shop, code: int):
    by_c.has_goods("Tea", stock=5)
    runs = []

    def flaky(session: Session) -> None:
        session.execute(text("UPDATE goods SET stock_quantity = stock_quantity"))
        runs.append(code)
        if len(runs) == 1:
            session.execute(text(RAISE.format(code=code)))

    by_c.db.call(flaky)

    assert len(runs) == 2


@needs_mysqlclient
def test_a_connection_that_was_killed_is_replaced(by_c: Shop, shop: Shop):
    by_c.has_goods("Tea", stock=5)
    killed: list[int] = []

    def look(session: Session) -> object:
        number = session.scalar(text("SELECT CONNECTION_ID()"))
        if not killed:
            killed.append(number)
            shop.execute(f"KILL CONNECTION {number}")
        return session.scalar(text("SELECT stock_quantity FROM goods"))

    assert by_c.db.read(look) == 5
    assert killed


@needs_mysqlclient
def test_a_list_that_is_left_in_the_middle_leaves_a_connection_that_works(by_c: Shop):
    for number in range(3):
        by_c.has_goods(f"Tea {number}")

    def many(session: Session) -> Iterator[Any]:
        query = text("SELECT a.name, REPEAT('x', 1000) FROM goods a JOIN seq_1_to_100000")
        return iter(session.execute(query.execution_options(yield_per=10)))

    with by_c.db.stream(many) as rows:
        next(iter(rows))
    with by_c.db.stream(goods_lists.listed, Wanted(), Window()) as found:
        next(iter(found))

    assert by_c.goods("Tea 2").name == "Tea 2"


@needs_mysqlclient
def test_a_server_that_does_not_answer_in_time_counts_as_away(by_c: Shop):
    with pytest.raises(Busy) as refused:
        by_c.db.read(lambda session: session.scalar(text("SELECT SLEEP(30)")))

    assert refused.value.is_away
    assert by_c.scalar("SELECT 1") == 1
