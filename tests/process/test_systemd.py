"""What systemd hears from the bot, as a real process with a real socket: that it serves, lives, stops."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from bot.db import Database
from bot.liveness import Liveness, Poller
from bot.sandbox import Sandbox
from bot.systemd import Supervisor
from tests.jobs.waiting import until
from tests.line import Line
from tests.process.conftest import Births
from tests.shop import Shop

pytestmark = [pytest.mark.timeout(300), pytest.mark.flaky(reruns=1)]
WATCHDOG_SECONDS = 4
LONG = 60.0


class Systemd:
    """Listens as systemd does."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "notify")
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._line.bind(self.path)

    async def hears(self, wanted: str, seconds: float = LONG) -> list[str]:
        """Return everything that was said until something began with `wanted`."""
        heard: list[str] = []
        async with asyncio.timeout(seconds):
            while not heard or not heard[-1].startswith(wanted):
                heard.append((await asyncio.get_running_loop().sock_recv(self._line, 4096)).decode())
        return heard

    def heard(self) -> list[str]:
        """Return what was said and not listened to yet."""
        found = []
        while True:
            try:
                found.append(self._line.recv(4096).decode())
            except BlockingIOError:
                return found

    def ends(self) -> None:
        """Listen no more."""
        self._line.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    """Return who listens."""
    made = Systemd(tmp_path)
    yield made
    made.ends()


async def test_systemd_hears_when_the_bot_serves_that_it_lives_and_that_it_stops(
    births: Births, sandbox: Sandbox, shop: Shop, systemd: Systemd, variables: dict[str, str], tmp_path: Path
):
    bot = births(NOTIFY_SOCKET=systemd.path, WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1_000_000))

    before = await systemd.hears("READY=1")
    async with aiohttp.ClientSession() as session:
        served = await session.get(f"http://localhost:{variables['MONITORING_PORT']}/health")
        assert served.status == 200
    assert "Serving as @tea_shop_bot" in (tmp_path / "logs" / "bot.log").read_text()
    assert before[0] == "EXTEND_TIMEOUT_USEC=60000000", "a backup before a migration may take its time"
    assert [said for said in before if said.startswith("STATUS=")] == [
        "STATUS=Bringing the database up to date, after a backup",
        "STATUS=Waiting for Telegram",
        "STATUS=Serving as @tea_shop_bot",
    ]
    await systemd.hears("WATCHDOG=1")
    await systemd.hears("WATCHDOG=1")

    bot.gets(signal.SIGTERM)
    after = await systemd.hears("STOPPING=1")
    assert await bot.ends() == 0
    assert after[-1] == "STOPPING=1"
    assert systemd.heard() == ["STATUS=Stopping: finishing what was begun"]


async def test_the_watchdog_is_not_fed_while_the_loop_hangs_nor_once_nobody_polls(
    births: Births, sandbox: Sandbox, shop: Shop, systemd: Systemd, tmp_path: Path
):
    bot = births(NOTIFY_SOCKET=systemd.path, WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1_000_000))
    await systemd.hears("READY=1")
    await systemd.hears("WATCHDOG=1")

    bot.gets(signal.SIGUSR1)
    mark = tmp_path / "process-0.blocked"
    await until(mark.exists, seconds=LONG)
    systemd.heard()
    await asyncio.sleep(WATCHDOG_SECONDS)
    assert systemd.heard() == [], "the loop hangs"
    mark.unlink()
    await systemd.hears("WATCHDOG=1")

    bot.gets(signal.SIGUSR2)
    await systemd.hears("STATUS=the poller stands still")
    await asyncio.sleep(WATCHDOG_SECONDS)
    assert systemd.heard() == [], "nobody polls"
    assert "The watchdog is not fed any more: the poller stands still" in (tmp_path / "logs" / "bot.log").read_text()

    bot.gets(signal.SIGABRT)
    ended = await bot.ends()
    assert ended == -signal.SIGABRT, bot.said
    assert "most recent call first" in bot.said, "it says where it was"


async def test_a_database_that_is_away_ends_nothing_and_systemd_hears_of_it(
    births: Births, sandbox: Sandbox, shop: Shop, systemd: Systemd, database_url: str
):
    url = make_url(database_url)
    line = Line(url.host or "", url.port or 3306)
    await line.opens()
    through = url.set(port=line.port).render_as_string(hide_password=False)
    bot = births(DATABASE_URL=through, NOTIFY_SOCKET=systemd.path, WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1_000_000))
    await systemd.hears("STATUS=Serving")

    await line.breaks()
    await systemd.hears("STATUS=The database is away since ")
    await systemd.hears("WATCHDOG=1")
    await line.opens()
    assert "WATCHDOG=1" in await systemd.hears("STATUS=Serving as @tea_shop_bot")
    assert await bot.stops() == 0
    await line.breaks()


@pytest.mark.parametrize(
    ("stuck_seconds", "silent_seconds", "said"),
    [
        (0, 3.0, ["WATCHDOG=1", "STATUS=Serving"]),
        (0, 121.0, ["WATCHDOG=1", "STATUS=Telegram does not answer; trying again"]),
        (1.5 * WATCHDOG_SECONDS, 3.0, ["WATCHDOG=1", "STATUS=Serving"]),
        (LONG, 3.0, ["STATUS=the database answers others, but not this process"]),
    ],
    ids=["well", "silent Telegram", "the database comes back", "alone without the database"],
)
async def test_a_process_is_kept_alive_unless_it_alone_gets_no_answer_from_the_database(
    systemd: Systemd, database_url: str, stuck_seconds: float, silent_seconds: float, said: list[str]
):
    db, go_on = Database(database_url, threads=1), threading.Event()

    def stuck(_session: Session) -> None:
        go_on.wait(stuck_seconds)

    work = asyncio.ensure_future(db.fetch(stuck))
    poller = Poller(lambda: True, lambda: silent_seconds)
    liveness = Liveness(Supervisor(systemd.path, 5 * WATCHDOG_SECONDS), db, poller, "Serving")
    watch = asyncio.create_task(liveness.run())
    heard = await systemd.hears("STATUS=")
    watch.cancel()
    go_on.set()
    await work
    db.close()

    assert heard == said


async def test_where_nobody_listens_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")

    supervisor = Supervisor.of_environment()
    supervisor.serves()

    assert supervisor.watchdog_seconds is None, "it is another process that is watched"
    assert "NOTIFY_SOCKET" not in os.environ, "no child shall talk for this process"
    assert Supervisor.of_environment().watchdog_seconds is None
