"""Backups on real MariaDB: made while the shop works, proved, and put back after the worst has happened."""

import asyncio
import json
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from click.testing import Result
from sqlalchemy import create_engine, make_url, text

from bot import main, migrations
from bot.backups import restoring, tools
from bot.backups.manifest import part_of
from bot.backups.mariadb import _stem
from bot.backups.restoring import Wishes
from bot.backups.site import Site
from bot.cli import asking
from bot.config import ROOT, VARIABLES, ConfigError, load_config
from bot.db import Database
from bot.errors import AlreadyRunning, NoUpgrade
from bot.jobs import watch_backups
from bot.models import OrderStatus
from bot.services import bitcoin, broadcasts, leases, orders, outbox, photos
from bot.services.broadcasts import Content
from bot.services.context import Shop as ShopContext
from bot.services.keyring import id_of
from bot.services.privacy import erasing
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, OWNER_ID, Shop, empty, now

SECONDS = 60
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def database_url(server_url: str, worker_id: str) -> Iterator[str]:
    """Make a database that a test may drop: the other tests keep theirs."""
    name = f"kept_{worker_id}"
    _on_server(server_url, f"DROP DATABASE IF EXISTS {name}")
    _on_server(server_url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    url = make_url(server_url).set(database=name, query={"charset": "utf8mb4"}).render_as_string(hide_password=False)
    migrations.upgrade(url)
    yield url
    _on_server(server_url, f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture(scope="module")
def _database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, threads=8, info=ShopContext(vault=Vault(VAULT_KEY), owner_id=OWNER_ID).as_info)
    yield database
    database.close()


@pytest.fixture
def shelf(home: Path) -> Path:
    return home / "data" / "backups"


@pytest.fixture
def server(server_url: str) -> Callable[[str], list[Any]]:
    """Return a function that runs a statement as the server's master."""
    return lambda sql: _on_server(server_url, sql)


def _on_server(server_url: str, sql: str) -> list[Any]:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(sql))
        rows = [row[0] for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def made(cli: Cli, *words: str, **variables: str) -> dict[str, Any]:
    """Make a backup and return what is told of it."""
    result = cli("backup", "create", "--json", *words, **variables)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def restored(cli: Cli, name: str, *words: str, **variables: str) -> dict[str, Any]:
    """Restore a backup and return what is told of it."""
    result = cli("backup", "restore", name, "--yes", "--json", *words, **variables)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def trades(shop: Shop) -> str:
    """Let the shop have goods, a customer and an order in bitcoin; return its code."""
    shop.has_goods("Green tea", stock=50)
    shop.has_addresses(4)
    return shop.has_order(shop.has_customer(), {"Green tea": 2}, pay="bitcoin")  # type: ignore[arg-type]


def is_gone(shop: Shop, server: Callable[[str], list[Any]]) -> None:
    """Drop the shop's database, as the worst of evenings would."""
    server(f"DROP DATABASE {make_url(shop.db.url).database}")
    for engine in shop.db.engines:
        engine.dispose()


def scratches(server: Callable[[str], list[Any]]) -> list[Any]:
    return server("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%\\_scratch\\_%'")


# -- making -------------------------------------------------------------------------------------------------------


def test_a_backup_is_a_private_folder_that_tells_what_is_in_it(cli: Cli, shop: Shop, home: Path, shelf: Path):
    trades(shop)
    picture = photos.keep_content(PNG, home / "data")
    (home / "data" / "data.key").write_text("11" * 32)
    (home / "data" / "demo.db").write_text("the demo's")

    result = cli("backup", "create")

    [folder] = [path for path in shelf.iterdir() if path.is_dir()]
    assert result.stdout.startswith(f"Backup {folder.name} is in {folder}: ") or folder.name in result.stdout
    assert "The data key is not in it. It is in DATA_KEY: keep a copy of it somewhere else." in result.stderr
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "database.sql.gz", "pictures.tar"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(shelf.stat().st_mode) == 0o700
    assert VAULT_KEY.hex() not in "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["tables"]["orders"]["rows"] == manifest["pictures"] == 1
    assert picture in (folder / "pictures.tar").read_bytes().decode("latin-1")
    assert (manifest["database"]["kind"], manifest["revision"]) == (
        "mariadb",
        shop.scalar("SELECT version_num FROM alembic_version"),
    )


def test_the_list_has_the_newest_first_and_fits_eighty_columns(cli: Cli, cli_json, shop: Shop, shelf: Path):
    trades(shop)
    first, second = made(cli)["name"], made(cli, "--nightly")["name"]
    (shelf / first / "database.sql.gz").write_bytes(b"half")
    (shelf / "20200101-000000").mkdir()
    (shelf / "notes").mkdir()

    told = cli("backup", "list").stdout

    assert [row["name"] for row in cli_json("backup", "list")] == [second, first, "20200101-000000"]
    assert [row["why"] for row in cli_json("backup", "list")] == ["nightly", "asked", None]
    assert max(map(len, told.splitlines())) <= 80
    assert "good" in told
    assert "its database.sql.gz has 4 bytes instead of" in cli_json("backup", "list")[1]["flaw"]


def test_no_backup_is_said_so(cli: Cli):
    assert "There is no backup in" in cli("backup", "list").stdout
    result = cli("backup", "verify", "latest")
    assert (result.exit_code, result.stderr) == (
        1,
        "There is no backup 'latest'. All backups: bot_cli.py backup list\n",
    )


def test_the_newest_good_ones_are_kept_and_damaged_ones_are_left_to_people(cli: Cli, shop: Shop, shelf: Path):
    trades(shop)
    names = [made(cli)["name"] for _ in range(3)]
    (shelf / names[1] / "pictures.tar").unlink()

    kept = made(cli, "--keep", "2")

    assert kept["removed"] == [names[0]]
    assert sorted(path.name for path in shelf.iterdir() if path.is_dir()) == sorted([names[1], names[2], kept["name"]])
    assert made(cli, BACKUP_KEEP="0")["removed"] == []
    assert len(made(cli, "--keep", "1")["removed"]) == 3


def test_a_backup_that_is_taken_while_people_buy_is_of_one_moment(cli: Cli, shop: Shop):
    shop.has_goods("Green tea", stock=10_000)
    stop = threading.Event()

    def buys(buyer: int) -> None:
        shop.has_customer(buyer)
        shop.has_setting("max_open_orders", "1000")
        while not stop.is_set():
            shop.has_order(buyer, {"Green tea": 1})

    buyers = [threading.Thread(target=buys, args=(buyer,)) for buyer in (201, 202, 203)]
    for buyer in buyers:
        buyer.start()
    while shop.scalar("SELECT COUNT(*) FROM orders") < 3:
        time.sleep(0.05)
    before = shop.scalar("SELECT COUNT(*) FROM orders")
    kept = made(cli)
    stop.set()
    for buyer in buyers:
        buyer.join()

    result = cli("backup", "verify", kept["name"])

    assert result.exit_code == 0, result.stderr
    assert "all rules hold" in " ".join(result.stdout.split())
    assert shop.scalar("SELECT COUNT(*) FROM orders") > before


# -- proving ------------------------------------------------------------------------------------------------------


def test_a_proof_leaves_nothing_behind_and_changes_nothing(cli: Cli, cli_json, shop: Shop, server):
    trades(shop)
    kept, before = made(cli), shop.rows()

    proof = cli_json("backup", "verify", "latest")

    assert (proof["name"], proof["is_good"], proof["violations"]) == (kept["name"], True, [])
    assert shop.rows() == before
    assert scratches(server) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _bend(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _edit(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut off": (lambda folder: _cut(folder / "database.sql.gz"), "bytes instead of"),
    "a bit is another": (lambda folder: _bend(folder / "database.sql.gz"), "its checksum is another one"),
    "pictures are gone": (lambda folder: (folder / "pictures.tar").unlink(), "its pictures.tar is missing"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "its manifest.json cannot be read"),
    "foreign manifest": (lambda folder: (folder / "manifest.json").write_text("{}"), "its manifest.json is damaged"),
    "newer format": (lambda folder: _edit(folder / "manifest.json", format=2), "made by a newer program"),
    "newer schema": (lambda folder: _edit(folder / "manifest.json", revision="9999"), "newer than this program"),
    "another key": (lambda folder: _edit(folder / "manifest.json", key="0" * 8), "sealed with the data key 00000000"),
    "other counts": (
        lambda folder: _edit(
            folder / "manifest.json",
            tables={
                **json.loads((folder / "manifest.json").read_text())["tables"],
                "orders": {"rows": 2, "sha256": "0" * 64},
            },
        ),
        "what it gives is not what was put away, in orders",
    ),
    "of sqlite": (
        lambda folder: _edit(
            folder / "manifest.json",
            database={"kind": "sqlite", "version": "3", "name": "shop.db"},
            parts={
                "database.sqlite.gz": json.loads((folder / "manifest.json").read_text())["parts"]["database.sql.gz"],
                "pictures.tar": json.loads((folder / "manifest.json").read_text())["parts"]["pictures.tar"],
            },
        ),
        "its database.sqlite.gz is missing",
    ),
}


def test_what_is_damaged_or_foreign_is_refused_with_a_sentence_and_changes_nothing(
    cli: Cli, shop: Shop, shelf: Path, server
):
    trades(shop)
    name = made(cli)["name"]
    intact = {path.name: path.read_bytes() for path in (shelf / name).iterdir()}
    before = shop.rows()

    for what, (damage, words) in DAMAGES.items():
        damage(shelf / name)
        for verb in (["verify"], ["restore", "--yes"]):
            result = cli("backup", *verb, name)
            assert result.exit_code == 1, what
            assert words in result.stderr, what
            assert "Traceback" not in result.stderr
        for path, content in intact.items():
            (shelf / name / path).write_bytes(content)

    assert {**shop.rows(), "leases": []} == before
    assert scratches(server) == []
    assert cli("backup", "verify", name).exit_code == 0


# -- putting back -------------------------------------------------------------------------------------------------


def test_a_shop_comes_back_after_its_database_was_dropped(cli: Cli, shop: Shop, home: Path, server):
    code = trades(shop)
    picture = photos.keep_content(PNG, home / "data")
    (home / "btc_addresses.txt").write_text("\n".join(BITCOIN_ADDRESSES[:6]))
    name, before = made(cli)["name"], shop.rows()
    is_gone(shop, server)
    photos.path_of(picture, home / "data").unlink()

    done = restored(cli, name)

    after = shop.rows()
    changed = {table for table, rows in after.items() if rows != before[table]}
    assert changed == {"bitcoin_addresses", "events", "outbox"}
    assert shop.order(code).order_status == "reserved"
    assert (done["before"], done["are_addresses_known"], done["pictures"]) == (None, False, 1)
    assert photos.path_of(picture, home / "data").read_bytes() == PNG
    assert "Green tea" in cli("goods", "list").stdout
    # One was claimed; the other three, and two more of the file, may have been handed out since.
    assert done["retired_addresses"] == 5
    assert bitcoin_pool(shop) == (0, 6)
    assert cli("btc", "sync").stdout == "0 addresses added, 6 known already, 0 bad; 0 free now.\n"
    assert scratches(server) == []


def bitcoin_pool(shop: Shop) -> tuple[int, int]:
    pool = shop.db.read(bitcoin.pool)
    return pool.free, pool.used


def test_an_address_that_was_handed_out_after_the_backup_is_never_free_again(cli: Cli, shop: Shop):
    trades(shop)
    name = made(cli)["name"]
    late = shop.has_order(101, {"Green tea": 1}, pay="bitcoin")  # type: ignore[arg-type]
    claimed = shop.order(late).bitcoin_address
    shop.db.call(bitcoin.add, BITCOIN_ADDRESSES[4:6], actor="cli:test", now=now())
    for _ in range(2):
        shop.has_order(101, {"Green tea": 1}, pay="bitcoin")  # type: ignore[arg-type]
    shop.execute(
        "UPDATE bitcoin_addresses SET is_used = 1, used_at = added_at WHERE address = :it", it=BITCOIN_ADDRESSES[4]
    )

    done = restored(cli, name)

    assert (done["retired_addresses"], done["are_addresses_known"]) == (4, True)
    assert shop.scalar("SELECT COUNT(*) FROM orders WHERE order_code = :code", code=late) == 0
    assert shop.address(str(claimed)).is_used
    assert bitcoin_pool(shop) == (0, 5)
    assert "retired" in cli("btc", "list", "--show-all").stdout
    shop.db.call(bitcoin.add, BITCOIN_ADDRESSES[:5], actor="cli:test", now=now())
    assert bitcoin_pool(shop) == (0, 5)


def test_a_database_that_knows_nothing_of_this_shop_is_not_asked_for_addresses(cli: Cli, shop: Shop):
    trades(shop)
    name = made(cli)["name"]
    empty(shop.db)
    shop.has_goods("Somebody else's")

    done = restored(cli, name)

    assert (done["are_addresses_known"], done["retired_addresses"]) == (False, 3)
    assert bitcoin_pool(shop) == (0, 4)


def test_what_was_there_before_is_put_away_and_can_be_put_back(cli: Cli, shop: Shop):
    code = trades(shop)
    first = made(cli)["name"]
    late = shop.has_order(101, {"Green tea": 1})

    before = restored(cli, first)["before"]
    assert shop.scalar("SELECT COUNT(*) FROM orders") == 1
    again = restored(cli, before)

    assert {order.order_code for order in shop.orders()} == {code, late}
    assert [event.subject for event in shop.events("backup.restored")] == [f"backup:{before}"]
    assert again["before"] != before


def test_old_messages_are_parked_and_go_only_on_purpose(cli: Cli, cli_json, shop: Shop):
    trades(shop)
    shop.execute("UPDATE outbox SET status = 'uncertain' ORDER BY id LIMIT 1")
    running = shop.db.call(
        broadcasts.write,
        content=Content("text", "News"),  # type: ignore[arg-type]
        segment="everyone",  # type: ignore[arg-type]
        language=None,
        at=None,
        actor="cli:test",
        now=now(),
    )
    waited = [message.id for message in shop.messages()]
    name = made(cli)["name"]

    done = restored(cli, name)

    assert (done["parked_messages"], done["paused_broadcasts"]) == (len(waited), 1)
    assert {row["id"] for row in cli_json("outbox", "list", "--status", "parked")} == set(waited)
    assert cli_json("broadcast", "show", running.id)["state"] == "paused"
    [told] = shop.db.call(outbox.claim, now=now())
    assert (told.kind, told.recipient, told.facts["parked"]) == ("backup-restored", OWNER_ID, len(waited))
    assert cli("outbox", "retry", waited[0]).exit_code == 0
    assert cli("outbox", "retry", "--all-parked", "--yes").exit_code == 0
    assert {row["status"] for row in cli_json("outbox", "list") if row["id"] in waited} == {"repeated"}


def test_nothing_is_restored_while_the_bot_runs(cli: Cli, shop: Shop):
    trades(shop)
    name = made(cli)["name"]
    shop.db.call(leases.take, leases.BOT, "host:1", now=now())
    before = shop.rows()

    result = cli("backup", "restore", name, "--yes")

    assert (result.exit_code, shop.rows()) == (1, before)
    assert "Another bot process is already running (host:1); stop it first" in result.stderr
    assert "systemctl stop telegram-shop-bot" in result.stderr


def test_whoever_says_no_restores_nothing(cli: Cli, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    trades(shop)
    name = made(cli)["name"]
    monkeypatch.setattr(asking, "is_answered", lambda: True)
    before = shop.rows()

    result = cli("backup", "restore", name, stdin="n\n")

    assert (result.exit_code, shop.rows()) == (1, before)
    assert result.stdout.startswith(f"Restore {name} (kept_")
    assert "Nothing was changed." in result.stderr


def test_who_was_erased_after_the_backup_stays_erased(cli: Cli, shop: Shop):
    trades(shop)
    for newcomer in (301, 302):
        shop.has_customer(newcomer, "Zoe")
    shop.has_order(302, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    name = made(cli)["name"]
    for person in (301, 302):
        shop.db.call(erasing.erase, person, now=now())
    cancelled = shop.orders()[0].order_code
    shop.db.call(orders.cancel, cancelled, actor="cli:test", now=now())
    shop.db.call(erasing.erase, 101, now=now())

    done = restored(cli, name)

    assert (done["erased_people"], done["still_to_erase"]) == (2, [101])
    assert shop.scalar("SELECT COUNT(*) FROM users WHERE telegram_id IN (301, 302)") == 0
    assert shop.scalar("SELECT COUNT(*) FROM users WHERE first_name = 'Zoe'") == 0


# -- what may go wrong --------------------------------------------------------------------------------------------


def test_a_missing_program_is_named_with_its_package(cli: Cli, shop: Shop, shelf: Path):
    trades(shop)
    name = made(cli)["name"]
    before = shop.rows()

    for words in (["create"], ["verify", name], ["restore", name, "--yes"]):
        result = cli("backup", *words, PATH=str(shelf))
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (
            1,
            "The program mariadb-dump is missing; install it (Debian: apt-get install mariadb-client).",
        )
    assert {**shop.rows(), "leases": []} == before


def shell(
    variables: dict[str, str], *words: str, preexec_fn: Callable[[], object] | None = None, alone: bool = False
) -> subprocess.Popen[str]:
    """Start a shell as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "bot_cli.py", *words],
        cwd=ROOT,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=preexec_fn,
        start_new_session=alone,
    )


def test_a_full_disk_leaves_nothing_behind(variables, cli: Cli, shop: Shop, shelf: Path):
    trades(shop)
    good = made(cli)["name"]

    def is_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    process = shell({**variables, "LOG_TO_FILE": "0"}, "backup", "create", preexec_fn=is_full)
    _, said = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert said == f"No backup was made: {shelf} cannot be written (File too large).\n"
    assert [path.name for path in shelf.iterdir() if path.name != ".lock"] == [good]
    assert cli("backup", "verify", good).exit_code == 0


@pytest.fixture
def slow_dump(tmp_path: Path, variables: dict[str, str]) -> dict[str, str]:
    """Put a mariadb-dump before the real one that notes how it was called, and goes on when told to."""
    real = subprocess.run(["which", "mariadb-dump"], capture_output=True, text=True, check=True).stdout.strip()
    tools = tmp_path / "tools"
    tools.mkdir()
    script = f"""#!/bin/sh
echo "$@" > {tools}/called
env > {tools}/environment
[ -e {tools}/go ] || exec sleep {SECONDS}
exec {real} "$@"
"""
    (tools / "mariadb-dump").write_text(script)
    (tools / "mariadb-dump").chmod(0o755)
    return {**variables, "PATH": f"{tools}:{variables['PATH']}", "TOOLS": str(tools)}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_who_is_killed_in_the_middle_leaves_no_backup(
    slow_dump: dict[str, str], cli: Cli, shop: Shop, shelf: Path, number: signal.Signals
):
    trades(shop)
    called = Path(slow_dump["TOOLS"]) / "called"

    process = shell(slow_dump, "backup", "create", alone=True)
    deadline = time.monotonic() + SECONDS
    while not called.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, number)
    process.communicate(timeout=SECONDS)

    assert cli("backup", "list", "--json").stdout == "[]\n"
    assert made(cli)["name"]
    assert [path.name for path in shelf.iterdir() if path.name.startswith(".draft")] == []


def test_the_password_is_nobody_s_to_see(slow_dump: dict[str, str], shop: Shop, shelf: Path, server, server_url: str):
    trades(shop)
    secret = "s3cr\\et \"quoted\" 'and' #more"
    tools, name = Path(slow_dump["TOOLS"]), make_url(shop.db.url).database
    (tools / "go").touch()
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP USER IF EXISTS keeper@'127.0.0.1'"))
        connection.execute(text("CREATE USER keeper@'127.0.0.1' IDENTIFIED BY :secret"), {"secret": secret})
        connection.execute(text(f"GRANT SELECT ON {name}.* TO keeper@'127.0.0.1'"))
    engine.dispose()
    url = make_url(shop.db.url).set(username="keeper", password=secret).render_as_string(hide_password=False)

    process = shell({**slow_dump, "DATABASE_URL": url.replace("%", "%")}, "backup", "create", "--json")
    told, said = process.communicate(timeout=SECONDS)

    assert process.returncode == 0, said
    [folder] = [path for path in shelf.iterdir() if path.is_dir()]
    assert json.loads(told)["name"] == folder.name
    assert "s3cr" not in (tools / "called").read_text()
    assert "MYSQL_PWD" not in (tools / "environment").read_text()
    assert "s3cr" not in "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())


def test_who_may_make_no_scratch_database_is_told_what_to_grant_or_names_one(cli: Cli, shop: Shop, server, server_url):
    trades(shop)
    name, database = made(cli)["name"], make_url(shop.db.url).database
    server("DROP USER IF EXISTS small@'127.0.0.1'")
    server("CREATE USER small@'127.0.0.1' IDENTIFIED BY 'small'")
    server(f"GRANT ALL PRIVILEGES ON {database}.* TO small@'127.0.0.1'")
    url = make_url(shop.db.url).set(username="small", password="small")
    small = {"DATABASE_URL": url.render_as_string(hide_password=False)}
    own = f"{database}_own"
    before = shop.rows()

    refused = cli("backup", "verify", name, **small)
    unrestored = cli("backup", "restore", name, "--yes", **small)
    pattern = f"{database}_scratch_".replace("_", "\\_")
    grant = f"GRANT ALL PRIVILEGES ON `{pattern}%`.* TO 'small'@'127.0.0.1';"
    assert (refused.exit_code, unrestored.exit_code) == (1, 1)
    assert grant in refused.stderr
    assert grant in unrestored.stderr
    assert {**shop.rows(), "leases": []} == before

    server(f"CREATE DATABASE {own}")
    scratch = url.set(username=make_url(server_url).username, password=make_url(server_url).password, database=own)
    given = cli("backup", "verify", name, "--scratch-url", scratch.render_as_string(hide_password=False), **small)
    full = cli("backup", "verify", name, "--scratch-url", small["DATABASE_URL"], **small)
    left = server(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{own}'")
    server(f"DROP DATABASE {own}")
    assert given.exit_code == 0, given.stderr
    assert left == []
    assert (full.exit_code, "it has tables; name an empty one" in full.stderr) == (1, True)

    server(grant)
    assert cli("backup", "verify", name, **small).exit_code == 0
    assert restored(cli, name, **small)["name"] == name


def test_a_forgotten_scratch_database_is_dropped_and_one_in_use_is_not(cli: Cli, shop: Shop, server, server_url: str):
    trades(shop)
    made(cli)
    database = make_url(shop.db.url).database
    forgotten, used = f"{database}_scratch_00000001", f"{database}_scratch_00000002"
    for each in (forgotten, used):
        server(f"CREATE DATABASE {each}")
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as somebody:
        somebody.execute(text(f"SELECT GET_LOCK('{used}', 0)"))
        cli("backup", "verify", "latest")
        left = scratches(server)
    engine.dispose()
    server(f"DROP DATABASE {used}")

    assert left == [used]


@pytest.mark.broken_on_purpose
def test_a_backup_in_which_a_rule_is_broken_is_restored_only_on_purpose(cli: Cli, shop: Shop):
    trades(shop)
    shop.execute("UPDATE goods SET stock_quantity = stock_quantity + 1")
    name, before = made(cli)["name"], shop.rows()

    proof = cli("backup", "verify", name)
    refused = cli("backup", "restore", name, "--yes")

    assert (proof.exit_code, refused.exit_code) == (1, 1)
    assert "a rule does not hold in it. I2 is not so" in proof.stderr
    assert "--despite-violations goes on: I2 is not so" in refused.stderr
    assert {**shop.rows(), "leases": []} == before
    assert restored(cli, name, "--despite-violations")["name"] == name


def test_two_backups_at_once_take_turns(variables, shop: Shop, cli: Cli):
    trades(shop)

    both = [shell(variables, "backup", "create", "--json") for _ in range(2)]
    told = [json.loads(each.communicate(timeout=SECONDS)[0])["name"] for each in both]

    assert len(set(told)) == 2


# -- before an upgrade --------------------------------------------------------------------------------------------


def older(path: Path) -> dict[str, str]:
    """Make a shop on SQLite whose schema is of yesterday, and return its variables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{path}"
    engine = create_engine(url)
    with engine.connect() as connection:
        config = AlembicConfig()
        config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.commit()
    engine.dispose()
    return {"DATABASE_URL": url}


def revision(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        found = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    connection.close()
    return found


def test_before_an_upgrade_the_shop_is_put_away(cli: Cli, cli_json, home: Path, shelf: Path):
    path = home / "data" / "shop.db"
    variables = older(path)
    shelf.parent.chmod(0o755)
    shelf.write_text("in the way")

    refused = cli("db", "upgrade", **variables)
    assert (refused.exit_code, revision(path)) == (1, "0009")
    assert refused.stderr.startswith(
        "The schema was left as it is, --no-backup upgrades it without a backup: No backup"
    )

    shelf.unlink()
    assert cli("db", "upgrade", **variables).exit_code == 0
    [kept] = cli_json("backup", "list", **variables)
    assert (kept["why"], kept["revision"]) == ("before-upgrade", "0009")
    assert revision(path) > "0009"
    assert cli("db", "upgrade", **variables).exit_code == 0
    assert len(cli_json("backup", "list", **variables)) == 1

    assert restored(cli, kept["name"], **variables)["before"] is not None
    assert revision(path) > "0009"
    assert cli("goods", "list", **variables).exit_code == 0


def test_an_upgrade_without_a_backup_is_possible_and_an_empty_database_needs_none(cli: Cli, home: Path, shelf: Path):
    old = older(home / "old" / "shop.db")

    assert cli("db", "upgrade", "--no-backup", **old).exit_code == 0
    assert cli("db", "upgrade", DATABASE_URL=f"sqlite:///{home}/data/new.db").exit_code == 0

    assert not shelf.exists()


def test_the_bot_itself_puts_the_shop_away_before_an_upgrade(cli_json, home: Path, shelf: Path):
    path = home / "data" / "shop.db"
    variables = older(path)
    # Telegram is asked after the upgrade, and the token is what is refused last.
    settings = load_config(database_url=variables["DATABASE_URL"], data_dir=home / "data", data_key=VAULT_KEY.hex())
    shelf.write_text("in the way")

    with pytest.raises(NoUpgrade, match="--no-backup upgrades it without a backup"):
        asyncio.run(main.serve(settings))
    assert revision(path) == "0009"

    shelf.unlink()
    with pytest.raises(ConfigError, match="TOKEN is missing"):
        asyncio.run(main.serve(settings))
    assert [kept["why"] for kept in cli_json("backup", "list", **variables)] == ["before-upgrade"]
    assert revision(path) > "0009"


# -- SQLite -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(cli: Cli, home: Path) -> dict[str, str]:
    """Return the variables of a small shop on SQLite, in which something is for sale."""
    variables = {"DATABASE_URL": f"sqlite:///{home}/data/shop.db"}
    assert cli("db", "upgrade", **variables).exit_code == 0
    cli("category", "add", "Tea", **variables)
    cli("goods", "add", "Green tea", "--category", "Tea", "--price", "30", "--stock", "5", **variables)
    cli("btc", "add", "--address", BITCOIN_ADDRESSES[0], **variables)
    return variables


@pytest.mark.parametrize("what", ["changed", "gone", "broken"])
def test_a_shop_on_sqlite_comes_back(cli: Cli, small: dict[str, str], home: Path, what: str):
    kept = made(cli, **small)
    assert cli("backup", "verify", "latest", **small).exit_code == 0
    path = home / "data" / "shop.db"
    cli("goods", "archive", "Green tea", **small)
    for end in ("", "-wal", "-shm") if what != "changed" else ():
        path.with_name(path.name + end).unlink(missing_ok=True)
    if what == "broken":
        path.write_bytes(b"no database" * 500)
    if what == "gone":
        assert cli("goods", "list", **small).exit_code == 1  # which makes an empty file
    words = ["--no-backup"] if what == "broken" else []

    done = restored(cli, kept["name"], *words, **small)

    assert "Green tea" in cli("goods", "list", **small).stdout
    assert (done["are_addresses_known"], done["retired_addresses"]) == ((True, 0) if what == "changed" else (False, 1))
    assert (done["before"] is not None) == (what == "changed")
    assert len(list(home.glob("data/shop.db.damaged-*"))) == (what == "broken")
    assert cli("doctor", **small).exit_code == 0


def test_a_broken_backup_of_sqlite_is_refused_and_its_kind_must_fit(cli: Cli, small: dict[str, str], shelf: Path):
    kept = made(cli, **small)
    _bend(shelf / kept["name"] / part_of("sqlite"))

    damaged = cli("backup", "restore", kept["name"], "--yes", **small)
    other = cli("backup", "verify", made(cli, **small)["name"])

    assert (damaged.exit_code, other.exit_code) == (1, 1)
    assert "its checksum is another one" in damaged.stderr
    assert "it holds a database of sqlite, and this shop is on mariadb" in other.stderr


# -- an eye on it -------------------------------------------------------------------------------------------------


async def test_the_owner_is_told_once_when_the_newest_backup_is_old_and_the_doctor_says_so(
    cli: Cli, cli_json, shop: Shop, shelf: Path
):
    trades(shop)
    shop.execute("UPDATE outbox SET status = 'sent'")
    name = made(cli)["name"]
    later = [now() + timedelta(days=days) for days in (1, 3, 4)]

    for moment in later:
        await watch_backups.run(shop.db, shelf, lambda: moment)  # noqa: B023
    told = [message for message in shop.messages(OWNER_ID) if message.kind == "backup-old"]
    assert [message.facts for message in told] == [{"days": 3}]
    findings = {finding["check"]: finding for finding in cli_json("doctor")}
    assert findings["backups"]["text"].startswith("the newest is ")

    old = json.loads((shelf / name / "manifest.json").read_text())["taken_at"].replace("2026", "2020")
    _edit(shelf / name / "manifest.json", taken_at=old)
    assert {finding["check"]: finding["level"] for finding in cli_json("doctor")}["backups"] == "warn"
    made(cli)
    await watch_backups.run(shop.db, shelf, now)
    assert len([message for message in shop.messages(OWNER_ID) if message.kind == "backup-old"]) == 1
    assert [event.facts["bad"] for event in shop.events("backup.old")] == [True, False]


def test_a_bot_that_starts_in_the_middle_stops_a_restore_before_its_last_step(cli: Cli, shop: Shop, environment):
    trades(shop)
    name = made(cli)["name"]
    given = {key.lower(): value for key, value in environment.items() if key in VARIABLES and value}
    site = Site(load_config(**given))
    before = {}

    def say(what: str) -> None:
        if what.startswith("Making"):
            shop.execute("UPDATE leases SET holder = 'host:1', seen_at = :now", now=now().replace(tzinfo=None))
            before.update(shop.rows())

    with site.shelf.alone(), pytest.raises(AlreadyRunning, match="host:1"):
        restoring.restore(site, site.shelf.find(name), Wishes(), actor="cli:test", now=now, say=say)

    assert shop.rows() == before


SHOWN = """
eval "$(sed -n '/^database() /,/^}/p' deploy/setup.sh)"
say() { :; }; mariadb() { cat; }
ask_config() { "$PYTHON" -c "import sys; from bot.config import load_config; config = load_config()
$2"; }
dry_run=no TARGET=here
database
"""
"""What setup.sh tells MariaDB, shown instead of told."""


def test_what_is_installed_grants_what_a_scratch_database_needs():
    needed = "`telegram\\_shop\\_scratch\\_%`.*"
    config = {"DB_HOST": "localhost", "DB_NAME": "telegram_shop", "DB_USER": "installed", "DB_PASSWORD": "it's"}

    shown = subprocess.run(
        ["bash", "-c", SHOWN],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, **config},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.count(f"GRANT ALL PRIVILEGES ON {needed} TO 'installed'@") == 2
    assert needed in (ROOT / "deploy" / "mariadb-scratch.sql").read_text()
    assert _stem("telegram_shop") == "telegram_shop_scratch_"


def test_rows_are_read_in_many_at_once_and_nothing_else_is_touched():
    row = b"INSERT INTO `goods` VALUES (%d,'a;\\n),(');\n"
    dump = [b"CREATE TABLE `goods` (\n", *(row % number for number in range(3)), b"INSERT INTO `users` VALUES (7);\n"]

    read = list(tools.joined([*dump, b"COMMIT;\n", b"INSERT INTO `users` VALUES (8);\n"]))

    many = b"INSERT INTO `goods` VALUES (0,'a;\\n),('),(1,'a;\\n),('),(2,'a;\\n),(');\n"
    users = [b"INSERT INTO `users` VALUES (7);\n", b"COMMIT;\n", b"INSERT INTO `users` VALUES (8);\n"]
    assert read == [dump[0], many, *users]
    parts = list(tools.joined((row % number for number in range(50_000)), 500_000))
    assert len(parts) == 5
    assert max(map(len, parts)) <= 500_000


def test_a_backup_from_before_the_key_was_changed_needs_the_old_key_and_takes_it_from_where_it_was_put(
    cli: Cli, shop: Shop, home: Path
):
    code, own = trades(shop), {"DATA_KEY": ""}
    (home / "data").mkdir()
    (home / "data" / "data.key").write_text(VAULT_KEY.hex())
    (home / "data" / "data.key").chmod(0o600)
    name = made(cli, **own)["name"]
    assert cli("db", "rotate-key", "--yes", **own).exit_code == 0
    [retired] = (home / "data").glob("data.key.*.retired")
    aside = retired.rename(home / "elsewhere")

    refused = cli("backup", "restore", name, "--yes", **own)
    assert refused.exit_code == 1
    assert f"was sealed with the data key {id_of(VAULT_KEY)}, and the key at hand is" in refused.stderr

    aside.rename(retired)
    assert cli("backup", "verify", name, **own).exit_code == 0
    assert restored(cli, name, **own)["name"] == name
    assert ADDRESS in cli("order", "show", code, **own).stdout
