"""`db rotate-key`: another data key while the shop is open, restartable wherever it was broken off."""

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import key_rotation
from bot.db import Database
from bot.models import OrderStatus
from bot.services import context, details, keyring, leases, letters, people, resealing
from bot.services import help as help_desk
from bot.services.privacy import shut_outs
from bot.services.queries import help_views
from bot.services.vault import Vault, open_vault
from tests.conftest import VAULT_KEY
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now

OLD = keyring.id_of(VAULT_KEY)
LETTER = "Where is my tea?"
KILLED = 9
STRIDE = int(os.environ.get("ROTATION_STRIDE", "6"))
"""It is killed at every so many points; `make chaos` takes them all."""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(key_rotation, "LOOK_SECONDS", 0.01)


@pytest.fixture
def folder(home: Path) -> Path:
    """Return the data folder of a shop whose key lies in a file."""
    path = home / "data"
    path.mkdir()
    (path / "data.key").write_text(VAULT_KEY.hex())
    (path / "data.key").chmod(0o600)
    return path


@pytest.fixture
def lived(shop: Shop) -> str:
    """Let there be sealed texts of every kind, and return the code of the order."""
    shop.has_goods(stock=50)
    shop.has_customer()
    code = shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.has_reviewed_checkout(101, {"Green tea": 1})
    shop.db.call(help_desk.ask, 101, LETTER, now=now())
    sealed = Vault(VAULT_KEY).seal("Of old", "outbox.facts.abc")
    shop.staff(letters.write, 101, "Here it is")
    shop.execute(
        "UPDATE outbox SET facts = JSON_OBJECT('sealed', :sealed, 'key', 'abc') WHERE kind = 'letter'", sealed=sealed
    )
    shop.db.call(shut_outs.add, 5, now=now())
    return code


def reader(shop: Shop, folder: Path, key: str | None = None) -> Database:
    """Return the shop's database as a process sees it that starts now."""
    shown = context.Shop(open_vault(key, folder), owner_id=OWNER_ID)
    return Database(shop.db.url, threads=2, info=shown.as_info)


def require_all_is_readable(shop: Shop, folder: Path, code: str, key: str | None = None) -> None:
    db = reader(shop, folder, key)
    try:
        assert db.read(lambda session: details.reveal(session, shop.order(code))).address == ADDRESS
        assert db.read(details.saved, 101).phone == PHONE
        lines, _ = db.read(help_views.latest, 101, limit=5)
        assert [line.text for line in lines] == [LETTER, "Here it is"]
        [letter] = [message for message in shop.messages() if message.kind == "letter"]
        assert db.read(letters.opened, "letter", letter.facts) == "Of old"
        assert db.read(shut_outs.has, 5)
    finally:
        db.close()


def keys_in_use(shop: Shop) -> set[str]:
    return set(shop.db.read(resealing.counts))


def test_everything_is_sealed_anew_and_the_old_key_is_kept_aside(cli, shop: Shop, folder: Path, lived: str):
    shown = cli("db", "rotate-key", "--dry-run", DATA_KEY="")
    assert "10 texts would be sealed anew. Nothing was changed." in shown.stdout
    assert [path.name for path in folder.iterdir()] == ["data.key"]

    done = cli("db", "rotate-key", "--yes", DATA_KEY="")

    assert (done.exit_code, "10 texts sealed anew" in done.stdout) == (0, True)
    new = keyring.id_of(bytes.fromhex((folder / "data.key").read_text()))
    assert keys_in_use(shop) == {new} != {OLD}
    require_all_is_readable(shop, folder, lived)
    kept = folder / f"data.key.{OLD}.retired"
    assert sorted(path.name for path in folder.iterdir()) == ["data.key", kept.name]
    assert kept.read_text() == VAULT_KEY.hex()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    kept.unlink()
    require_all_is_readable(shop, folder, lived)
    event = shop.events("key.rotated")[0]
    assert event.facts == {"old": OLD, "new": new}


def test_with_data_key_in_the_environment_the_operator_takes_the_last_step(cli_json, cli, shop: Shop, home, lived: str):
    folder = home / "data"
    first = cli_json("db", "rotate-key", "--yes")
    assert (first["sealed_anew"], first["left"], first["is_finished"]) == (10, 0, False)
    assert "into DATA_KEY" in first["next_step"]
    require_all_is_readable(shop, folder, lived, VAULT_KEY.hex())
    new = (folder / "data.key.new").read_text()

    again = cli_json("db", "rotate-key")
    assert (again["sealed_anew"], again["is_finished"]) == (0, False)
    wrong = cli("db", "rotate-key", DATA_KEY="ab" * 32)
    assert (wrong.exit_code, "is under way" in wrong.stderr) == (1, True)
    last = cli_json("db", "rotate-key", DATA_KEY=new)

    assert (last["sealed_anew"], last["is_finished"], last["next_step"]) == (0, True, None)
    assert [path.name for path in folder.iterdir()] == [f"data.key.{OLD}.retired"]
    shutil.rmtree(folder)
    require_all_is_readable(shop, folder, lived, new)


def test_a_missing_key_is_named_before_anything_is_done(cli, shop: Shop, folder: Path, lived: str):
    (folder / "data.key").write_text("ab" * 32)
    before = shop.rows()

    refused = cli("db", "rotate-key", "--yes", DATA_KEY="")

    assert refused.exit_code == 1
    assert f"Data key '{OLD}': 10 texts need it, and it is not here" in " ".join(refused.stderr.split())
    assert shop.rows() == before
    assert [path.name for path in folder.iterdir()] == ["data.key"]


def test_a_bot_that_does_not_notice_the_key_stops_it_before_anything_is_sealed(
    cli, shop: Shop, folder: Path, lived: str
):
    shop.db.call(leases.take, leases.BOT, "elsewhere:1", now=now())

    refused = cli("db", "rotate-key", "--yes", "--wait", 0, DATA_KEY="")

    assert refused.exit_code == 1
    assert "has not noticed it; restart it" in " ".join(refused.stderr.split())
    assert keys_in_use(shop) == {OLD}
    require_all_is_readable(shop, folder, lived)
    db = reader(shop, folder)
    shop.execute("DELETE FROM leases")
    db.call(leases.take, leases.BOT, "here:2", now=now())
    db.close()
    assert cli("db", "rotate-key", "--wait", 0, DATA_KEY="").exit_code == 0
    assert OLD not in keys_in_use(shop)


def test_a_process_that_runs_notices_the_new_key_by_itself(folder: Path):
    running = open_vault(None, folder)
    ring = keyring.Keyring(None, folder)
    before = running.seal("tea", "place")

    ring.prepare()
    assert len(running.key_ids) == 2
    assert running.seal("tea", "place").startswith(OLD)
    ring.activate()
    sealed = running.seal("tea", "place")
    ring.finish()

    assert not sealed.startswith(OLD)
    assert [running.open(each, "place") for each in (before, sealed)] == ["tea"] * 2


class Points:
    """Counts what a rotation does to files and database, and dies at one of the points without a goodbye."""

    def __init__(self, point: int) -> None:
        self.left = point

    def passes(self) -> None:
        self.left -= 1
        if self.left == 0:
            os._exit(KILLED)

    def around(self, owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **options: Any) -> Any:
            self.passes()
            result = original(*args, **options)
            self.passes()
            return result

        setattr(owner, name, watched)


def dies(cli: Any, point: int) -> bool:
    """Run the command in a process that is killed at a point; return whether it got so far."""
    child = os.fork()
    if child == 0:
        points = Points(point)
        for owner, name in ((os, "link"), (os, "fsync"), (Path, "replace"), (Database, "call")):
            points.around(owner, name)
        os._exit(cli("db", "rotate-key", "--yes", DATA_KEY="").exit_code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


def test_wherever_it_is_killed_everything_stays_readable_and_it_goes_on(
    cli, shop: Shop, folder: Path, lived: str, record_property
):
    sealed = {
        "orders": "delivery_address, phone_number",
        "customer_info": "delivery_address, phone_number",
        "checkout_drafts": "delivery_address, phone_number",
        "help_messages": "text",
        "secrets": "sealed",
    }
    for table in sealed:
        shop.execute(f"CREATE OR REPLACE TABLE before_{table} AS SELECT * FROM {table}")
    point = 1
    try:
        while dies(cli, point):
            require_all_is_readable(shop, folder, lived)
            assert cli("db", "rotate-key", "--yes", DATA_KEY="").exit_code == 0
            assert OLD not in keys_in_use(shop)
            assert not (folder / "data.key.new").exists()
            require_all_is_readable(shop, folder, lived)
            _as_before(shop, folder, sealed)
            point += STRIDE
    finally:
        for table in sealed:
            shop.execute(f"DROP TABLE before_{table}")

    record_property("trials", point // STRIDE)
    assert point > 20


def _as_before(shop: Shop, folder: Path, sealed: dict[str, str]) -> None:
    for table, columns in sealed.items():
        key = {"customer_info": "telegram_id", "checkout_drafts": "user_id", "secrets": "name"}.get(table, "id")
        changes = ", ".join(f"now_.{column} = before_.{column}" for column in columns.split(", "))
        shop.execute(f"UPDATE {table} now_ JOIN before_{table} before_ USING ({key}) SET {changes}")
    letter = Vault(VAULT_KEY).seal("Of old", "outbox.facts.abc")
    shop.execute("UPDATE outbox SET facts = JSON_SET(facts, '$.sealed', :sealed) WHERE kind = 'letter'", sealed=letter)
    for path in folder.iterdir():
        path.unlink()
    (folder / "data.key").write_text(VAULT_KEY.hex())


@pytest.fixture
def writer(shop: Shop, folder: Path) -> Iterator[Database]:
    """Return the database as the bot has it that has been running since before the rotation."""
    db = reader(shop, folder)
    yield db
    db.close()


def test_what_customers_write_meanwhile_is_sealed_anew_too(cli, shop: Shop, folder: Path, lived: str, writer: Database):
    stops = threading.Event()
    wrong: list[BaseException] = []
    written = 0

    def writes() -> None:
        nonlocal written
        try:
            while not stops.is_set() or written < 5:
                people_id = 1000 + written
                writer.call(people.register, people.Newcomer(people_id, "Ida"), referrer_id=None, now=now())
                writer.call(help_desk.ask, people_id, LETTER, now=now())
                assert writer.read(help_views.latest, people_id, limit=1)[0][0].text == LETTER
                written += 1
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=writes)
    thread.start()
    result = cli("db", "rotate-key", "--yes", DATA_KEY="")
    stops.set()
    thread.join(30)

    assert wrong == []
    assert (result.exit_code, written >= 5) == (0, True)
    assert OLD not in keys_in_use(shop)
    require_all_is_readable(shop, folder, lived)
