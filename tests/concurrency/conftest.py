"""Switches that take a protection out, in tests only: the race it guards must then be seen to go wrong.

With RACE_ROUNDS every race is run so many times, and every test says how many races it was.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session

from bot import retries
from bot.db import Database
from bot.models import Goods
from bot.models.catalog import Movement, _are_meant, _numbered, _wanted
from tests.concurrency.race import Tally

ROUNDS = int(os.environ.get("RACE_ROUNDS", "1"))
LOCK_WAIT_TIMEOUT = 1205
FOR_UPDATE = re.compile(r" FOR UPDATE( SKIP LOCKED)?$")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat what must hold; a control that takes a protection out proves enough when it goes wrong once."""
    if ROUNDS > 1 and "without" not in metafunc.function.__name__:
        metafunc.fixturenames.append("_again")
        metafunc.parametrize("_again", range(ROUNDS))


@pytest.fixture(autouse=True)
def _count_races(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Note how many races a test has run."""
    Tally.races = 0
    yield
    record_property("trials", Tally.races)


@pytest.fixture
def without_locks(db: Database) -> Iterator[None]:
    """Read rows without locking them: the word for it is taken out of every statement on its way."""
    engine = db.engines[0]

    def unlocked(_connection: Connection, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        return FOR_UPDATE.sub("", sql), parameters

    event.listen(engine, "before_cursor_execute", unlocked, retval=True)
    yield
    event.remove(engine, "before_cursor_execute", unlocked)


@pytest.fixture
def without_refresh() -> Iterator[None]:
    """Lock rows, but believe what the session saw before it waited."""

    def believe(execution: ORMExecuteState) -> None:
        execution.update_execution_options(populate_existing=False)

    event.listen(Session, "do_orm_execute", believe)
    yield
    event.remove(Session, "do_orm_execute", believe)


@pytest.fixture
def without_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reserve goods without asking in the same statement whether they are available."""

    def reserving(quantities: Mapping[int, int]) -> Movement:
        lines = len(quantities)
        values = {"reserved_quantity": Goods.__table__.c.reserved_quantity + _wanted(lines)}
        return update(Goods.__table__).where(_are_meant(lines)).values(values), _numbered(quantities)

    monkeypatch.setattr(Goods, "reserving", reserving)


@pytest.fixture
def without_checks(db: Database) -> Iterator[None]:
    """Let the database believe everything: no CHECK constraint is looked at."""
    engine = db.engines[0]

    def believe(connection: Connection) -> None:
        connection.exec_driver_sql("SET check_constraint_checks = 0")

    event.listen(engine, "begin", believe)
    yield
    event.remove(engine, "begin", believe)
    engine.dispose()


@pytest.fixture
def without_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show what `Database.call` would have repaired by running the unit again."""
    monkeypatch.setattr(retries, "ATTEMPTS", 1)


@pytest.fixture
def second_tries(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Return the list of the errors after which a unit runs again, but for having waited long on a busy machine."""
    seen: list[Exception] = []
    decide: Callable[[Exception], Any] = retries.is_worth_another_run

    def note(error: Exception) -> Any:
        if not (isinstance(error, DBAPIError) and retries.code(error) == LOCK_WAIT_TIMEOUT):
            seen.append(error)
        return decide(error)

    monkeypatch.setattr(retries, "is_worth_another_run", note)
    return seen
