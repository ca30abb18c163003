"""Copies of settings and categories: never older than the last change, whoever made it and however."""

import ast
import re
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.orm import Session

from bot import marks
from bot.config import ROOT
from bot.db import Database
from bot.models import CacheMark, Category, Setting
from bot.services import arrivals, catalog, checkout, kept, people, settings
from bot.services.kept import Kept
from bot.services.queries import browse, open_categories
from tests.shop import Shop, now

KEY = "timezone"


@pytest.fixture
def process(shop: Shop) -> Iterator[Database]:
    """Return the database as a process sees it that keeps copies; `shop.db` is another process."""
    database = Database(shop.db.url, threads=2, info={**shop.db.info, **Kept().as_info})
    yield database
    database.close()


def marks_of(database: Database) -> dict[str, int]:
    return dict(database.read(lambda session: session.execute(select(CacheMark.name, CacheMark.mark)).all()))


def reads_of(database: Database, operation: Callable[..., Any], *args: Any) -> list[str]:
    """Return the statements of an operation that reads."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    event.listen(database.engines[1], "before_cursor_execute", note)
    database.read(operation, *args)
    event.remove(database.engines[1], "before_cursor_execute", note)
    return seen


def test_every_kept_table_has_a_mark_from_the_start(either: Database):
    assert set(marks_of(either)) == {*kept.TABLES, kept.SHOWN} == set(marks.NAMES)
    assert set(kept.TABLES) == marks.KEPT_TABLES


def test_what_is_kept_is_read_once_until_another_process_changes_it(shop: Shop, process: Database):
    shop.has_category("Tea")
    assert len(reads_of(process, browse.shelves)) == 2
    assert len(reads_of(process, browse.shelves)) == 1

    shop.staff(catalog.rename_category, "Tea", "Teas")
    assert [each.name for each in process.read(browse.shelves).rows] == ["Teas"]
    shop.staff(catalog.archive_category, "Teas")
    assert list(process.read(browse.shelves).rows) == []


def test_who_comes_and_how_the_door_stands_costs_one_statement_and_is_never_old(shop: Shop, process: Database):
    anna = shop.has_customer(101)
    process.read(arrivals.arrive, anna)
    assert len(reads_of(process, arrivals.arrive, anna)) == 1

    shop.has_setting("maintenance", "Stocktaking")
    shop.has_setting(KEY, "Europe/Berlin")
    shop.staff(people.ban, anna, reason=None, notify=False)
    arrived = process.read(arrivals.arrive, anna)
    assert (arrived.door.closed_because, arrived.door.zone) == ("Stocktaking", "Europe/Berlin")
    assert arrived.identity is not None
    assert arrived.identity.is_banned

    shop.staff(settings.reset, "maintenance")
    assert process.read(arrivals.arrive, anna).door.closed_because == ""


def test_what_somebody_writes_with_sql_of_their_own_is_seen_after_a_while(
    shop: Shop, process: Database, monkeypatch: pytest.MonkeyPatch
):
    shop.has_setting(KEY, "Europe/Berlin")
    assert process.read(settings.get, KEY) == "Europe/Berlin"
    with shop.db.engines[1].connect() as shell:
        shell.execute(text("UPDATE bot_settings SET setting_value = 'UTC'"))

    assert process.read(settings.get, KEY) == "Europe/Berlin"
    later = monotonic() + kept.LONGEST_SECONDS
    monkeypatch.setattr(kept, "monotonic", lambda: later)
    assert process.read(settings.get, KEY) == "UTC"


# -- the race: read the old, change, keep the old ------------------------------------------------------------------


def stored_zone(session: Session) -> str | None:
    return session.scalar(select(Setting.setting_value).where(Setting.setting_key == KEY))


def rows_before_mark(session: Session, load: Callable[[Session], Any]) -> Any:
    """Keep copies, as a control, in the wrong order, rows first and their mark afterwards."""
    copies = session.info["kept"].copies
    mark = session.scalar(select(CacheMark.mark).where(CacheMark.name == "bot_settings"))
    if load not in copies or copies[load][0] != mark:
        value = load(session)
        copies[load] = session.scalar(select(CacheMark.mark).where(CacheMark.name == "bot_settings")), value
    return copies[load][1]


def mark_before_rows(session: Session, load: Callable[[Session], Any]) -> Any:
    return kept.value(session, "bot_settings", load)


@pytest.mark.parametrize(
    ("way", "seen_afterwards"),
    [(mark_before_rows, "Europe/Berlin"), (rows_before_mark, "UTC")],
    ids=["ours", "control"],
)
def test_who_reads_the_old_while_it_changes_never_keeps_it_as_the_new(
    shop: Shop, process: Database, way: Callable[..., Any], seen_afterwards: str
):
    shop.has_setting(KEY, "UTC")
    has_read, has_changed = threading.Event(), threading.Event()
    found: list[str | None] = []

    def slowly(session: Session) -> str | None:
        value = stored_zone(session)
        has_read.set()
        assert has_changed.wait(30)
        return value

    reader = threading.Thread(target=lambda: found.append(process.read(way, slowly)))
    reader.start()
    assert has_read.wait(30)
    shop.has_setting(KEY, "Europe/Berlin")
    has_changed.set()
    reader.join()

    assert found == ["UTC"]
    assert process.read(way, slowly) == seen_afterwards


# -- nobody forgets ------------------------------------------------------------------------------------------------


def by_session(session: Session) -> None:
    session.add(Category(name="By session"))


def by_insert(session: Session) -> None:
    session.execute(insert(Category), [{"name": "By insert"}, {"name": "By insert too"}])


def by_update(session: Session) -> None:
    session.execute(update(Category).values(archived_at=now()))


def by_delete(session: Session) -> None:
    session.execute(delete(Category))


def by_text(session: Session) -> None:
    session.execute(text("  update categories set name = 'By text'"))


@pytest.mark.parametrize("write", [by_session, by_insert, by_update, by_delete, by_text])
def test_whatever_statement_writes_a_kept_table_gives_it_a_new_mark(either: Database, write: Callable[[Session], None]):
    either.call(lambda session: session.add(Category(name="Tea")))
    before = marks_of(either)

    either.call(write)

    after = marks_of(either)
    assert after["categories"] != before["categories"]
    assert after["bot_settings"] == before["bot_settings"]


def test_what_is_taken_back_or_only_tried_out_leaves_the_mark(either: Database):
    before = marks_of(either)

    def fails(session: Session) -> None:
        by_insert(session)
        raise LookupError

    with pytest.raises(LookupError):
        either.call(fails)
    either.rehearse(by_insert)
    either.call(lambda session: session.execute(text("UPDATE roles SET description = 'The same connection'")))

    assert marks_of(either) == before


def test_people_who_buy_do_not_wait_for_a_mark(shop: Shop, process: Database):
    """It is one row for everybody, so whoever gave it anew would hold up all others."""
    buyer = shop.has_customer(101)
    shop.has_goods("Green tea")
    before = marks_of(process)

    token = shop.has_reviewed_checkout(buyer, {"Green tea": 2})
    shop.db.call(checkout.confirm, buyer, token, now=now())

    assert marks_of(process) == before


def test_what_is_kept_is_read_from_marked_tables_only(shop: Shop, process: Database):
    """A new copy of another table must give that table a mark, or it would never be seen to change."""
    for operation in (arrivals.arrive, lambda session, _: open_categories.of(session)):
        process.read(operation, 101)
    loaders = list(process.info["kept"].copies)
    tables = {
        found
        for load in loaders
        for sql in reads_of(shop.db, load)
        for found in re.findall(r"(?:FROM|JOIN) (\w+)", sql)
    }

    asked = [
        path.name
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "kept.value"
    ]
    assert tables == marks.KEPT_TABLES
    assert len(loaders) == len(asked), f"{asked}: walk through each of them above"


def test_what_is_decided_in_a_unit_of_work_is_read_from_the_tables(shop: Shop, process: Database):
    shop.has_setting(KEY, "UTC")
    process.read(settings.get, KEY)
    with shop.db.engines[1].connect() as shell:
        shell.execute(text("UPDATE bot_settings SET setting_value = 'Europe/Berlin'"))

    assert process.read(settings.get, KEY) == "UTC"
    assert process.call(settings.get, KEY) == "Europe/Berlin"
