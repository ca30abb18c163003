"""What the process stands on gives way: MariaDB is killed for real, and the disk of the logs is full."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from bot import logs, migrations
from bot.db import Database
from bot.sandbox import Sandbox
from bot.services import cart, invariants
from bot.services.context import Shop as ShopContext
from bot.services.vault import Vault
from tests import servers
from tests.conftest import VAULT_KEY
from tests.jobs.waiting import until
from tests.process.conftest import Births
from tests.process.people import has_shoppers, lost_and_twice
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import checks_out, puts_in_cart
from tests.telegram.test_outages import SERVING_AGAIN, TOLD, said_to

pytestmark = pytest.mark.timeout(300)
IS_LONG = bool(int(os.environ.get("PROCESS_ROUNDS", "0")))
ROUNDS = int(os.environ.get("PROCESS_ROUNDS", "0"))
TEN_MINUTES = 600
PEOPLE = 8


class OwnMariaDb:
    """A MariaDB that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._data, self._log = folder / "mariadb", folder / "mariadb.log"
        init = folder / "init.sql"
        init.write_text(servers.INIT_SQL.replace("CREATE USER", "CREATE USER IF NOT EXISTS"))
        servers.create_mariadb_data(self._data, self._log)
        self._port = servers.free_port()
        places = servers.mariadb_options(
            self._port, socket_file=folder / "mariadb.sock", pid_file=folder / "mariadb.pid"
        )
        options = [f"--datadir={self._data}", f"--init-file={init}", *servers.as_user(), *places]
        # Whoever reads a commit after a crash must find it.
        self._command = [
            servers.MARIADBD.found(), "--no-defaults", *options, "--innodb-flush-log-at-trx-commit=1"
        ]  # fmt: skip
        self._stack = ExitStack()
        self._number = 0
        self.url = f"mysql+pymysql://shop:shop@127.0.0.1:{self._port}/"

    def starts(self) -> None:
        """Start it, and wait until it answers."""
        process = self._stack.enter_context(servers.running(self._command, self._log))
        servers.wait_until(lambda: servers.mariadb_answers(self._port), process, self._log)
        self._number = process.pid

    def dies(self) -> None:
        """Kill it."""
        self._stack.close()

    def freezes(self) -> None:
        """Let it hold every connection and say nothing."""
        os.killpg(self._number, signal.SIGSTOP)

    def thaws(self) -> None:
        """Let it go on."""
        os.killpg(self._number, signal.SIGCONT)


@pytest.fixture
def own_mariadb() -> Iterator[OwnMariaDb]:
    """Return a MariaDB of this test's own."""
    with servers.private_folder() as folder:
        made = OwnMariaDb(folder)
        made.starts()
        yield made
        made.dies()


@pytest.fixture
def own_shop(own_mariadb: OwnMariaDb) -> Iterator[Shop]:
    """Return a shop on it."""
    server = Database(own_mariadb.url + "mysql")
    Shop(server).execute("CREATE DATABASE own CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    server.close()
    url = f"{own_mariadb.url}own?charset=utf8mb4"
    migrations.upgrade(url)
    context = ShopContext(vault=Vault(VAULT_KEY), owner_id=OWNER_ID, min_amount=Decimal(20), max_amount=Decimal(10_000))
    database = Database(url, info=context.as_info)
    yield Shop(database)
    database.close()


@pytest.mark.skipif(not IS_LONG, reason="a MariaDB of its own takes long: make chaos")
@pytest.mark.parametrize(
    ("how", "seconds", "is_told"),
    [
        ("killed", 5, True),
        ("killed", 120, True),
        # Whoever is asked and says nothing counts as away after half a minute.
        ("frozen", 20, False),
        ("frozen", 45, True),
        pytest.param(
            *("killed", TEN_MINUTES, True), marks=pytest.mark.skipif(ROUNDS < 2, reason="with 10 rounds or more")
        ),
    ],
)
@pytest.mark.timeout(TEN_MINUTES * 2)
async def test_a_mariadb_that_goes_away_while_people_shop_costs_nothing(
    births: Births,
    sandbox: Sandbox,
    own_mariadb: OwnMariaDb,
    own_shop: Shop,
    how: str,
    seconds: int,
    is_told: bool,
    record_property: Callable[[str, object], None],
):
    shoppers, enough, is_open = has_shoppers(sandbox, own_shop, PEOPLE), asyncio.Event(), asyncio.Event()
    is_open.set()
    sandbox.world.updates.seconds = seconds + 90
    bot = births(DATABASE_URL=f"{own_mariadb.url}own?charset=utf8mb4")
    async with asyncio.TaskGroup() as tasks:
        for shopper in shoppers:
            tasks.create_task(shopper.shops(is_open, enough))
        await until(lambda: sum(shopper.done["orders"] for shopper in shoppers) > PEOPLE, seconds=60)
        enough.set()
        own_mariadb.freezes() if how == "frozen" else await asyncio.to_thread(own_mariadb.dies)
        await asyncio.sleep(seconds)
        told = [said_to(shopper.person, TOLD) for shopper in shoppers]
        own_mariadb.thaws() if how == "frozen" else await asyncio.to_thread(own_mariadb.starts)
        began = time.monotonic()
    back = time.monotonic() - began
    unsent = "SELECT COUNT(*) FROM outbox WHERE status IN ('pending', 'sending')"
    await until(lambda: not own_shop.scalar(unsent), seconds=60)
    assert await bot.stops() == 0

    lost, twice = lost_and_twice(shoppers)
    record_property("trials", len(sandbox.updates))
    record_property("faults", 1)
    record_property("losses", lost.total() + twice.total())
    record_property(f"everybody served after MariaDB was {how} for {seconds} s, in seconds", f"{back:.1f}")
    assert (lost, twice) == ({}, {})
    assert max(told) == is_told
    assert own_shop.db.read(invariants.check, now=now()) == []
    assert back < SERVING_AGAIN


async def test_orders_are_taken_while_no_log_can_be_written(
    births: Births, sandbox: Sandbox, shop: Shop, tmp_path: Path
):
    full = tmp_path / "full"
    full.mkdir()
    for name in set(logs.FILES.values()):
        (full / name).symlink_to("/dev/full")
    anna = sandbox.person(shop.has_customer(101, "Anna"), "Anna", language_code="en")
    bot = births(LOG_DIR=str(full))
    await anna.sends("/start")
    await puts_in_cart(anna, shop.has_goods(), 2)
    await checks_out(anna)

    assert "is reserved for you" in anna.screen
    assert shop.db.read(cart.of, anna.id).count == 0
    assert await bot.stops() == 0
    assert "bot.log cannot be written (No space left on device); the shop goes on without it." in bot.said
