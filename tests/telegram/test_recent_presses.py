"""Presses that read nothing, because it was just read: what anybody changes is seen at the very next press."""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot import marks, recent
from bot.config import ROOT
from bot.db import Database
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import arrivals, catalog, kept, people, settings
from bot.telegram import ahead
from tests.conftest import VAULT_KEY
from tests.shop import STAFF, Shop, now

pytestmark = [pytest.mark.without_jobs, pytest.mark.usefixtures("without_pace")]
LONG_SECONDS = 1.5


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what the bot goes to the database for."""
    seen: list[str] = []
    on_a_thread = Database._on_a_thread

    async def noted(self: Database, work: Callable[[], Any]) -> Any:
        seen.append(work.__qualname__)
        return await on_a_thread(self, work)

    monkeypatch.setattr(Database, "_on_a_thread", noted)
    return seen


@pytest.fixture
def long_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what was read be used for so long that a test sees it."""
    monkeypatch.setattr(recent, "LEASE_SECONDS", LONG_SECONDS)


@pytest.fixture
def other(shop: Shop) -> Iterator[Database]:
    """Return the database as another process sees it."""
    database = Database(shop.db.url, threads=1, info=shop.db.info)
    yield database
    database.close()


@pytest.fixture
def tea(shop: Shop) -> int:
    return shop.has_goods("Green tea", stock=9, price="25.00", category="Tea")


@pytest.mark.usefixtures("long_lease")
async def test_whoever_looks_around_asks_the_database_again_only_after_a_moment(
    customer: Person, shop: Shop, tea: int, ways: list[str]
):
    walk = ("shop:0", f"aisle:{shop.goods('Green tea').category_id}:0", f"goods:{tea}")
    for press in walk:
        await customer.presses(press)
    ways.clear()
    for press in walk:
        await customer.presses(press)
    assert ways == []

    await asyncio.sleep(LONG_SECONDS)
    await customer.presses("shop:0")
    assert len(ways) == 1


@pytest.mark.usefixtures("long_lease", "tea")
async def test_a_page_that_somebody_has_seen_is_there_for_others(
    customer: Person, sandbox: Sandbox, shop: Shop, ways: list[str]
):
    shop.has_customer(202, "Ben")
    ben = sandbox.person(202, "Ben", language_code="en")
    await ben.sends("/start")
    await customer.presses("shop:0")
    ways.clear()
    await ben.presses("shop:0")

    assert ways == []


def seen_by(customer: Person) -> str:
    """Return the screen, and what stood over it."""
    return "\n".join((customer.screen, *customer.toasts))


Change = Callable[[Database, int], object]


def edit(database: Database, **changed: Any) -> object:
    return database.call(catalog.edit_goods, "Green tea", actor=STAFF, now=now(), **changed)


CHANGES: dict[str, tuple[Change, str]] = {
    "price": (lambda database, _: edit(database, price="26.00"), r"\$26\.00"),
    "name": (lambda database, _: edit(database, new_name="Mint tea"), "Mint tea"),
    "archived": (
        lambda database, _: database.call(catalog.archive_goods, "Green tea", actor=STAFF, now=now()),
        "not for sale|no longer",
    ),
    "ban": (
        lambda database, _: database.call(people.ban, 101, reason="Spam", notify=False, actor=STAFF, now=now()),
        "You cannot use this shop",
    ),
    "language": (lambda database, _: database.call(people.choose_language, 101, "ru", now=now()), "В корзину"),
    "closed": (
        lambda database, _: database.call(settings.change, "maintenance", "Stocktaking", actor=STAFF, now=now()),
        "Stocktaking",
    ),
}


@pytest.mark.usefixtures("long_lease")
@pytest.mark.parametrize("what", CHANGES)
async def test_what_another_process_has_changed_is_seen_at_the_next_press(
    customer: Person, other: Database, tea: int, ways: list[str], what: str
):
    change, seen = CHANGES[what]
    await customer.presses(f"goods:{tea}")
    ways.clear()
    await customer.presses(f"goods:{tea}")
    assert ways == []

    change(other, tea)
    other.close()
    # This one asks for the marks again; what was read before must not count any longer.
    await customer.presses("shop:0")
    await customer.presses(f"goods:{tea}")
    assert re.search(seen, seen_by(customer))


@pytest.mark.usefixtures("long_lease")
@pytest.mark.parametrize("what", CHANGES)
async def test_what_the_bot_itself_has_changed_is_seen_at_the_next_press(
    customer: Person, process: BotProcess, tea: int, what: str
):
    change, seen = CHANGES[what]
    await customer.presses(f"goods:{tea}")
    change(process.db, tea)
    await customer.presses(f"goods:{tea}")

    assert re.search(seen, seen_by(customer))


async def test_what_a_command_has_changed_is_seen_at_the_next_press(
    customer: Person, database_url: str, tea: int, tmp_path: Any
):
    variables = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(tmp_path / "data"),
        "LOG_DIR": str(tmp_path / "logs"),
    }

    for price in ("31.00", "32.00", "33.00"):
        command = ("bot_cli.py", "goods", "edit", "Green tea", "--price", price)
        child = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, env=variables)
        ended = asyncio.create_task(child.wait())
        while not ended.done():
            await customer.presses(f"goods:{tea}")
        await customer.presses(f"goods:{tea}")
        assert (ended.result(), f"${price}" in customer.screen) == (0, True)


def test_what_is_shown_again_is_read_from_tables_that_have_a_mark(shop: Shop, tea: int):
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    anna = shop.has_customer(101)
    presses = ("shop:0", f"aisle:{shop.goods('Green tea').category_id}:0", f"goods:{tea}")
    readings = (ahead.of(press, anna) for press in presses)
    known = {reading.operation: reading for reading in readings if reading}
    assert set(known) == ahead._SHOWN
    event.listen(shop.db.engines[1], "before_cursor_execute", note)
    for reading in known.values():
        shop.db.read(arrivals.arrive_for, anna, reading)
    event.remove(shop.db.engines[1], "before_cursor_execute", note)

    read = {table for sql in seen for table in re.findall(r"(?:FROM|JOIN) (\w+)", sql)}
    assert read - {"cache_marks"} == marks.KEPT_TABLES | marks.SHOWN_TABLES
    assert set(arrivals.MARKS) == set(marks.NAMES) == {*kept.TABLES, kept.SHOWN}
