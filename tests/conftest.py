"""What every test may ask for: a database of its own on the private MariaDB, the shop on it, and Redis."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from bot import migrations
from bot.config import ROOT
from bot.db import Database
from bot.recent import Recent
from bot.services.context import Shop as ShopContext
from bot.services.vault import Vault
from tests import rules
from tests.shop import OWNER_ID, Shop, empty

VAULT_KEY = b"0123456789abcdef0123456789abcdef"


CLOCKWORK = {"telegram", "jobs", "cli", "web", "sandbox", "install", "test_run.py", "test_bench.py"}
"""Tests that wait for real processes, servers and clocks. What fails on a machine that was just busy runs once more,
and the summary names it; what fails twice fails. A race, a death or a step of the state machine has no second try."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give what depends on the speed of the machine a second try."""
    for item in items:
        if item.path.relative_to(ROOT / "tests").parts[0] in CLOCKWORK:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests that break the shop's invariants themselves."""
    asked = "telegram_is_asked(*words): somebody writes what only Telegram can judge, and it refuses in these words"
    config.addinivalue_line("markers", asked)
    config.addinivalue_line("markers", "broken_on_purpose: the test leaves the database in a state that must not be")


@pytest.fixture(scope="session")
def server_url() -> str:
    """Return the URL of the private MariaDB server."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.exit("these tests need MariaDB and Redis: run them with `make test`", returncode=2)
    return url


@pytest.fixture(scope="session")
def database_url(server_url: str, worker_id: str) -> Iterator[str]:
    """Make a database for this worker, with the newest schema."""
    if kept := os.environ.get("TEST_KEPT_DATABASE"):
        yield f"{server_url}{kept}?charset=utf8mb4"
        return
    name = f"shop_{worker_id}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    url = make_url(server_url).set(database=name, query={"charset": "utf8mb4"}).render_as_string(hide_password=False)
    migrations.upgrade(url)
    yield url
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    engine.dispose()


@pytest.fixture(scope="session")
def _database(database_url: str) -> Iterator[Database]:
    context = ShopContext(
        vault=Vault(VAULT_KEY),
        currency="USD",
        min_amount=Decimal(20),
        max_amount=Decimal(10000),
        owner_id=OWNER_ID,
    )
    database = Database(database_url, threads=24, info=context.as_info, recent=Recent())
    yield database
    database.close()


@pytest.fixture
def db(_database: Database) -> Iterator[Database]:
    """Return the database, empty but for the roles and the marks.

    It has what a bot in the same process has read in the last moment, so that each sees at once what the other writes.
    """
    empty(_database)
    _database.recent = Recent()
    yield _database
    _database.listeners.clear()


@pytest.fixture(autouse=True)
def _everything_holds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look, after every test that can reach the database, whether every invariant of the shop holds.

    Nobody has to ask for it, and it comes last, when whatever still wrote has ended. It takes 2 ms.
    """
    is_looked_at = "database_url" in request.fixturenames
    database = request.getfixturevalue("_database") if is_looked_at else None
    yield
    if database is not None and request.node.get_closest_marker("broken_on_purpose") is None:
        violations = rules.broken(database, now=datetime.now(UTC))
        assert not violations, "\n".join(map(str, violations))


@pytest.fixture
def shop(db: Database) -> Shop:
    """Return an empty shop."""
    return Shop(db)


@pytest.fixture
def statements(db: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context manager that yields the list of the SQL statements that run inside it."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        for engine in db.engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            for engine in db.engines:
                event.remove(engine, "before_cursor_execute", note)

    return watch


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> str:
    """Return the URL of a Redis database for this worker."""
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 15
    return f"redis://{os.environ['TEST_REDIS_HOST']}:{os.environ['TEST_REDIS_PORT']}/{number}"
