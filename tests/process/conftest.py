"""The bot as a process of its own, beside the sandbox, MariaDB and Redis."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis import Redis

from bot.config import ROOT
from bot.db import Database
from bot.sandbox import Sandbox
from tests.beside import TOKEN
from tests.conftest import VAULT_KEY
from tests.process.mortal import Fate, Life
from tests.servers import free_port
from tests.shop import OWNER_ID, Shop
from tests.telegram.steps import apologies, mistakes

PATIENCE = 60.0
"""In seconds: whoever presses something waits for the next process, on a slow machine."""


class Nursery:
    """Where processes are born."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child

    def asks(self, what: str, about: Any) -> int:
        """Have something done, and return the answer."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        pickle.dump((what, about), self._child.stdin)
        self._child.stdin.flush()
        return int(pickle.load(self._child.stdout))  # noqa: S301 - written by our own child


class Bot:
    """A bot process."""

    def __init__(self, nursery: Nursery, number: int, output: Path) -> None:
        self._nursery = nursery
        self.number = number
        self._output = output
        self.has_ended = False

    def gets(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.number, number)

    async def ends(self, seconds: float = PATIENCE) -> int:
        """Wait until it has ended, and return how: its exit code, or the signal below zero."""
        watch = os.pidfd_open(self.number)
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(watch, over.set)
        try:
            await asyncio.wait_for(over.wait(), seconds)
        finally:
            asyncio.get_running_loop().remove_reader(watch)
            os.close(watch)
        return self.is_buried()

    def is_buried(self) -> int:
        """Return how it ended, once it has."""
        self.has_ended = True
        return self._nursery.asks("ended", self.number)

    async def stops(self) -> int:
        """Stop it in good order."""
        self.gets(signal.SIGTERM)
        return await self.ends()

    @property
    def said(self) -> str:
        """Return what it has printed."""
        return self._output.read_text() if self._output.exists() else ""


Births = Callable[..., Bot]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Return where processes are born."""
    command = [sys.executable, "-m", "tests.process.mortal"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as child:
        yield Nursery(child)
        assert child.stdin is not None
        child.stdin.close()


@pytest.fixture
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """Return Telegram; after the test every press must have been answered, and nobody may have met a bug."""
    async with Sandbox(TOKEN, username="tea_shop_bot", name="Tea shop", patience=PATIENCE) as telegram:
        yield telegram
        assert telegram.unanswered == []
        assert apologies(telegram) == []
        assert mistakes(telegram) == []


@pytest.fixture
def variables(sandbox: Sandbox, database_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a bot process."""
    redis = urlsplit(redis_url)
    Redis.from_url(redis_url).flushdb()
    return {
        "TOKEN": TOKEN,
        "OWNER_ID": str(OWNER_ID),
        "DATABASE_URL": database_url,
        "REDIS_HOST": redis.hostname or "",
        "REDIS_PORT": str(redis.port),
        "REDIS_DB": redis.path.strip("/"),
        "TELEGRAM_API_URL": sandbox.url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(tmp_path / "data"),
        "LOG_DIR": str(tmp_path / "logs"),
        "BTC_ADDRESSES_FILE": str(tmp_path / "btc_addresses.txt"),
        "MONITORING_PORT": str(free_port()),
        "LOG_TO_STDOUT": "0",
    }


@pytest.fixture
def db(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Return the database as another process than the bot sees it: what it changes is seen when it says so."""
    database = Database(db.url, threads=24, info=db.info)
    call = database.call

    def settled(operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return call(operation, *args, **options)
        finally:
            database.settle()

    monkeypatch.setattr(database, "call", settled)
    yield database
    database.close()
    # A test that has made MariaDB break off its connections has broken off those of `db`, too.
    for engine in db.engines:
        engine.dispose()


@pytest.fixture
def births(nursery: Nursery, variables: Mapping[str, str], tmp_path: Path, shop: Shop) -> Iterator[Callable[..., Bot]]:
    """Return a function that starts bot processes; whatever still lives after the test is killed."""
    born: list[Bot] = []

    def birth(
        fate: Fate | None = None, *, lifetime: float | None = None, in_earnest: bool = False, **changed: str
    ) -> Bot:
        output = tmp_path / f"process-{len(born)}.txt"
        life = Life({**variables, **changed}, output, fate or Fate(), lifetime, in_earnest)
        bot = Bot(nursery, nursery.asks("born", life), output)
        born.append(bot)
        return bot

    yield birth
    for bot in born:
        if not bot.has_ended:
            bot.gets(signal.SIGKILL)
            bot.is_buried()


def time_passes(shop: Shop) -> None:
    """Let a dead process's lease be over, and its claims, as if half a minute had passed."""
    shop.execute("UPDATE leases SET seen_at = seen_at - INTERVAL 1 HOUR")
    shop.execute("UPDATE outbox SET claimed_at = claimed_at - INTERVAL 1 HOUR WHERE status = 'sending'")
