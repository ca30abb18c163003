"""Backups on real MariaDB: made while the shop works, proved, and put back after the worst has happened."""

import json
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import create_engine, make_url, text

from bot import migrations
from bot.cli import asking
from bot.db import Database
from bot.services import bitcoin, broadcasts, leases, outbox, photos
from bot.services.broadcasts import Content
from bot.services.context import Shop as ShopContext
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY
from tests.shop import BITCOIN_ADDRESSES, OWNER_ID, Shop, empty, now

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
