"""People go first: what works for nobody in particular rests between its statements, and never for long."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import precedence
from bot.db import Database
from bot.precedence import Precedence

LONG_SECONDS = 30.0
A_MOMENT = 0.3
IN_TIME = 10.0


@pytest.fixture
def first() -> Precedence:
    return Precedence()


@pytest.fixture
def beside(database_url: str, first: Precedence) -> Iterator[Database]:
    """Return the database of a process that serves people."""
    database = Database(database_url, threads=3, precedence=first)
    yield database
    database.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let work rest for so long that a test sees it."""
    monkeypatch.setattr(precedence, "MOST_SECONDS", LONG_SECONDS)


def look(session: Session) -> None:
    """Send one statement."""
    session.execute(text("SELECT 1"))


def job(session: Session, begun: threading.Event, go_on: threading.Event) -> None:
    """Send a statement, wait until somebody lets it go on, and send another."""
    look(session)
    begun.set()
    assert go_on.wait(IN_TIME)
    look(session)


@pytest.mark.parametrize("way", ["run", "fetch"])
@pytest.mark.usefixtures("patient")
async def test_a_job_rests_before_its_next_statement_as_long_as_somebody_is_served(
    beside: Database, first: Precedence, way: str
):
    begun, go_on = threading.Event(), threading.Event()
    working = asyncio.create_task(getattr(beside, way)(job, begun, go_on))
    assert await asyncio.to_thread(begun.wait, IN_TIME)

    with first.person(), first.person():
        go_on.set()
        await asyncio.wait_for(getattr(beside, way)(look), IN_TIME)
        done, _ = await asyncio.wait([working], timeout=A_MOMENT)
        assert not done

    await asyncio.wait_for(working, IN_TIME)


@pytest.mark.usefixtures("patient")
async def test_a_job_that_begins_while_somebody_is_served_rests_before_its_first_statement(
    beside: Database, first: Precedence
):
    serve, served = asyncio.Event(), asyncio.Event()

    async def answer() -> None:
        with first.person():
            served.set()
            await serve.wait()

    answering = asyncio.create_task(answer())
    await served.wait()
    working = asyncio.create_task(beside.run(look))
    done, _ = await asyncio.wait([working], timeout=A_MOMENT)
    assert not done

    serve.set()
    await asyncio.wait_for(asyncio.gather(answering, working), IN_TIME)


async def test_a_job_goes_on_after_a_moment_although_somebody_is_still_served(beside: Database, first: Precedence):
    begun, go_on = threading.Event(), threading.Event()
    working = asyncio.create_task(beside.run(job, begun, go_on))
    assert await asyncio.to_thread(begun.wait, IN_TIME)

    with first.person():
        go_on.set()
        await asyncio.wait_for(working, IN_TIME)


def test_the_statements_of_a_unit_share_one_rest(first: Precedence, monkeypatch: pytest.MonkeyPatch):
    now, rests = 100.0, []

    def wait(seconds: float) -> None:
        nonlocal now
        rests.append(round(seconds, 4))
        now += 0.004

    monkeypatch.setattr(precedence, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(first, "_nobody", SimpleNamespace(is_set=lambda: False, wait=wait))

    def unit() -> list[float]:
        for _ in range(7):
            first._let_pass()
        return rests

    assert first.on_thread(unit)() == [0.02, 0.016, 0.012, 0.008, 0.004]
    rests.clear()
    assert first.on_thread(unit)() == [0.02, 0.016, 0.012, 0.008, 0.004]


@pytest.mark.parametrize("ends", [lambda: None, lambda: 1 / 0], ids=["well", "badly"])
def test_nobody_rests_when_nobody_is_served_any_more(
    first: Precedence, monkeypatch: pytest.MonkeyPatch, ends: Callable[[], object]
):
    try:
        with first.person():
            ends()
    except ZeroDivisionError:
        pass
    monkeypatch.setattr(first._nobody, "wait", lambda _seconds: pytest.fail("it rests"))

    first.on_thread(first._let_pass)()
