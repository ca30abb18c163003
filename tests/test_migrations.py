"""The schema's way up and down, on both databases, also when it is interrupted or asked for twice at once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, Connection, Engine, create_engine, event, inspect, make_url, text

from bot import migrations
from bot.config import ROOT
from bot.db import Database
from bot.errors import Busy, SchemaMismatch
from bot.migrations import Status
from bot.migrations.comparing import differences
from bot.models import Base
from bot.services import invariants
from bot.services.context import Shop as Context
from bot.services.queries import catalog_search, help_views
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY
from tests.shop import Shop, now

HEAD = "0016"


@pytest.fixture(params=["mariadb", "sqlite"])
def url(request: pytest.FixtureRequest, server_url: str, worker_id: str, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop.db'}"
        return
    name = f"schema_{worker_id}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    yield make_url(server_url).set(database=name, query={"charset": "utf8mb4"}).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def roles(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute(text("SELECT name FROM roles ORDER BY name"))]


def test_an_empty_database_becomes_what_the_models_say(url: str, connection: Connection):
    assert migrations.status(url) == Status(None, HEAD)
    assert migrations.upgrade(url) == Status(HEAD, HEAD)

    assert migrations.status(url).is_up_to_date
    assert differences(connection) == []
    assert roles(connection) == ["ADMIN", "OWNER", "USER"]


def test_every_check_of_the_models_is_in_the_database(url: str, connection: Connection):
    migrations.upgrade(url)

    found = {
        (table, check["name"])
        for table in Base.metadata.tables
        for check in inspect(connection).get_check_constraints(table)
    }
    wanted = {
        (table.name, constraint.name)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and constraint.name
    }
    assert len(wanted) > 10
    assert wanted - found == set()


def test_names_and_codes_are_compared_byte_by_byte_on_mariadb(shop: Shop):
    query = "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND "
    collations = {
        column: shop.scalar(f"{query} CONCAT(TABLE_NAME, '.', COLUMN_NAME) = :column", column=column)
        for column in ("goods.name", "categories.name", "orders.order_code", "bitcoin_addresses.address", "users.role")
    }

    assert collations == {
        "goods.name": "utf8mb4_bin",
        "categories.name": "utf8mb4_bin",
        "orders.order_code": "ascii_bin",
        "bitcoin_addresses.address": "ascii_bin",
        "users.role": "ascii_bin",
    }


def test_a_second_upgrade_changes_nothing(url: str, connection: Connection):
    migrations.upgrade(url)
    connection.execute(text("UPDATE roles SET description = 'ours' WHERE name = 'USER'"))
    connection.commit()

    assert migrations.upgrade(url) == Status(HEAD, HEAD)
    assert connection.scalar(text("SELECT description FROM roles WHERE name = 'USER'")) == "ours"


def test_a_database_newer_than_the_code_is_refused_and_left_alone(url: str, connection: Connection):
    migrations.upgrade(url)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    connection.commit()

    for operation in (migrations.upgrade, migrations.status):
        with pytest.raises(SchemaMismatch, match=f"newer than this program, which knows up to {HEAD};"):
            operation(url)
    assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_two_processes_at_once_agree(url: str, connection: Connection):
    code = "import sys; from bot import migrations; print(migrations.upgrade(sys.argv[1]))"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], answers
    assert [out.strip() for out, _ in answers] == [f"Status(current='{HEAD}', head='{HEAD}')"] * 2
    assert differences(connection) == []
    assert roles(connection) == ["ADMIN", "OWNER", "USER"]


def test_while_another_process_migrates_this_one_waits_and_then_gives_up(
    url: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    if url.startswith("sqlite"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        assert migrations.taken(connection, 0)

    with monkeypatch.context() as impatient:
        impatient.setattr(migrations, "LEASE_SECONDS", 0)
        with pytest.raises(Busy):
            migrations.upgrade(url)
    connection.rollback()
    connection.invalidate()
    # Patient again: a server takes a moment to notice that somebody is gone.
    assert migrations.upgrade(url).is_up_to_date


def test_a_shop_does_not_wait_while_another_on_its_server_migrates(
    shop: Shop, server_url: str, worker_id: str, monkeypatch: pytest.MonkeyPatch
):
    beside = make_url(server_url).set(database=f"schema_{worker_id}_beside")
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    monkeypatch.setattr(migrations, "LEASE_SECONDS", 0)

    with server.connect() as other:
        other.execute(text(f"CREATE DATABASE {beside.database}"))
        try:
            other.execute(text(f"USE {beside.database}"))
            assert migrations.taken(other, 0)
            assert migrations.upgrade(shop.db.url).is_up_to_date
            with pytest.raises(Busy):
                migrations.upgrade(beside.render_as_string(hide_password=False))
        finally:
            other.execute(text(f"DROP DATABASE {beside.database}"))
    server.dispose()


@contextmanager
def broken_off_at(statement: str) -> Iterator[None]:
    """Pull the plug when this statement is about to run."""

    def pull_the_plug(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if statement in sql and not sql.lstrip().startswith("SELECT"):
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", pull_the_plug)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", pull_the_plug)


@pytest.mark.parametrize(
    "statement", ["TABLE IF NOT EXISTS goods", "CREATE INDEX", "INSERT INTO roles", "alembic_version"]
)
def test_a_migration_that_broke_half_way_is_finished_by_the_next_start(
    url: str, connection: Connection, statement: str
):
    with pytest.raises(KeyboardInterrupt), broken_off_at(statement):
        migrations.upgrade(url)
    assert not migrations.status(url).is_up_to_date

    assert migrations.upgrade(url).is_up_to_date
    assert differences(connection) == []
    assert roles(connection) == ["ADMIN", "OWNER", "USER"]


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_the_goods_of_a_shop_that_was_there_before_the_search_are_found(
    url: str, connection: Connection, is_interrupted: bool
):
    with migrations._connection(url) as own:
        command.upgrade(migrations._alembic(own), "0002")
        own.execute(text("INSERT INTO categories (id, name) VALUES (1, 'Tea')"))
        columns = "id, name, category_id, price, description, stock_quantity, reserved_quantity, created_at"
        values = "1, 'Зелёный чай', 1, 30, 'From the first harvest', 5, 0, '2026-01-01 00:00:00.000000'"
        own.execute(text(f"INSERT INTO goods ({columns}) VALUES ({values})"))
        own.commit()
    if is_interrupted:
        with pytest.raises(KeyboardInterrupt), broken_off_at("INSERT INTO word_variants"):
            migrations.upgrade(url)
    migrations.upgrade(url)

    database = Database(url, threads=1)
    try:
        for typed in ("чай", "зеленй", "harvest", "harvset"):
            found = database.read(catalog_search.search, typed)
            assert [row.name for row in found.rows] == ["Зелёный чай"]
    finally:
        database.close()


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_the_photo_of_goods_that_were_there_before_is_their_first(
    url: str, connection: Connection, is_interrupted: bool
):
    with migrations._connection(url) as own:
        command.upgrade(migrations._alembic(own), "0006")
        own.execute(text("INSERT INTO categories (id, name) VALUES (1, 'Tea')"))
        columns = "id, name, category_id, price, description, stock_quantity, reserved_quantity, photo, created_at"
        for goods_id, photo in ((1, "'a.jpg'"), (2, "NULL"), (3, "'b.jpg'")):
            values = f"{goods_id}, 'Tea {goods_id}', 1, 30, '', 5, 0, {photo}, '2026-01-01 00:00:00.000000'"
            own.execute(text(f"INSERT INTO goods ({columns}) VALUES ({values})"))
        own.commit()
    if is_interrupted:
        with pytest.raises(KeyboardInterrupt), broken_off_at("DROP COLUMN photo"):
            migrations.upgrade(url)
    migrations.upgrade(url)

    rows = connection.execute(text("SELECT goods_id, name, position FROM goods_photos ORDER BY goods_id")).all()
    assert [tuple(row) for row in rows] == [(1, "a.jpg", 1), (3, "b.jpg", 1)]


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_questions_and_letters_of_a_shop_become_conversations(url: str, connection: Connection, is_interrupted: bool):
    vault = Vault(VAULT_KEY)
    with migrations._connection(url) as own:
        command.upgrade(migrations._alembic(own), "0009")
        asked(own, vault)
        own.commit()
    if is_interrupted:
        with pytest.raises(KeyboardInterrupt), broken_off_at("DROP TABLE help_requests"):
            migrations.upgrade(url)
    migrations.upgrade(url)

    database = Database(url, threads=1, info=Context(vault=vault).as_info)
    try:
        thread = database.read(help_views.thread, 101)
        answered, letter = (
            connection.scalars(text(f"SELECT facts FROM outbox WHERE id = {number}")) for number in (1, 2)
        )
        assert [(line.by_customer, line.author, line.text) for line in thread.lines] == [
            (True, "user:101", "Is it fresh?"),
            (False, "user:1", "Picked in May."),
            (False, "cli:anna", "Your parcel is here."),
            (True, "user:101", "Where is it?"),
        ]
        assert [line.waits for line in thread.lines] == [False, False, False, True]
        assert thread.head.waiting_since == thread.lines[3].created_at
        assert json.loads(answered.one()) == {"help_message_id": thread.lines[1].id}
        assert "sealed" in json.loads(letter.one())
        broken = database.read(invariants.check, now=now())
        assert [each for each in broken if "conversation" in each.rule.meaning] == []
    finally:
        database.close()


def asked(connection: Connection, vault: Vault) -> None:
    """Let 101 have asked twice, got one answer that is still to be sent, and a letter that was queued twice."""
    users = "telegram_id, first_name, language, role, is_banned, registered_at"
    connection.execute(text(f"INSERT INTO users ({users}) VALUES (101, 'Anna', 'en', 'USER', 0, '2026-01-01')"))
    request = text(
        "INSERT INTO help_requests (id, `key`, user_id, question, answer, answered_by, asked_at, answered_at) "
        "VALUES (:id, :key, 101, :question, :answer, :by, :at, :answered)"
    )
    sealed = {
        "question": vault.seal("Is it fresh?", "help_requests.question.one"),
        "answer": vault.seal("Picked in May.", "help_requests.answer.one"),
    }
    first = {"id": 7, "key": "one", "by": "user:1", "at": "2026-03-01 09:00:00", "answered": "2026-03-01 10:00:00"}
    second = {"id": 8, "key": "two", "by": None, "at": "2026-03-03 09:00:00", "answered": None, "answer": None}
    connection.execute(request, {**first, **sealed})
    question = vault.seal("Where is it?", "help_requests.question.two")
    connection.execute(request, {**second, "question": question})
    event = text(
        "INSERT INTO events (id, unit, kind, actor, subject, facts, created_at) "
        "VALUES (:id, :unit, 'x', 'cli:anna', 'user:101', '{}', '2026-03-02 09:00:00')"
    )
    message = text(
        "INSERT INTO outbox (id, event_id, recipient, kind, facts, status, attempts, uncertain_count, "
        "next_attempt_at, created_at) VALUES (:id, :id, 101, :kind, :facts, :status, 0, 0, '2026-03-02', '2026-03-02')"
    )
    letter = {"key": "abc", "sealed": vault.seal("Your parcel is here.", "outbox.facts.abc")}
    for number, kind, facts, status in (
        (1, "help-answer", {"request_id": 7}, "pending"),
        (2, "letter", letter, "sent"),
        (3, "letter", letter, "pending"),
    ):
        connection.execute(event, {"id": number, "unit": str(number)})
        values = {"id": number, "kind": kind, "facts": json.dumps(facts), "status": status}
        connection.execute(message, values)


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(url: str, connection: Connection):
    migrations.upgrade(url)
    with migrations._connection(url) as own:
        command.downgrade(migrations._alembic(own), "base")
        own.commit()

    assert inspect(connection).get_table_names() == ["alembic_version"]
    assert migrations.upgrade(url).is_up_to_date


@pytest.mark.parametrize(
    ("words", "code", "said"), [(["--help"], 0, "Draft the next"), ([], 2, "required"), ([" "], 2, "say")]
)
def test_help_and_wrong_words_draft_nothing(words: list[str], code: int, said: str):
    versions = Path(migrations.HERE / "versions")
    before = sorted(versions.iterdir())

    done = subprocess.run(
        [sys.executable, "-m", "bot.migrations", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert sorted(versions.iterdir()) == before
