"""The bot process beside the sandbox: people write and press, and everything goes over real HTTP.

The fixtures of every room in which somebody talks to the bot; each takes in its conftest what it needs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from pydantic import SecretStr
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from bot import audit, main
from bot.audit import Audit
from bot.config import Config, load_config
from bot.db import Database
from bot.jobs import send_outbox
from bot.jobs.timetable import Timetable
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services.vault import Vault
from bot.telegram import dialogue_stores, pace
from bot.telegram.dialogue_stores import Storage
from bot.telegram.dispatcher import ROUTERS
from tests.conftest import VAULT_KEY
from tests.shop import OWNER_ID, Shop
from tests.telegram.steps import apologies, mistakes

TOKEN = "42:TEST"


@pytest.fixture
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """Return Telegram. After the test every press must have been answered, and nobody may have met a bug."""
    async with Sandbox(TOKEN, username="tea_shop_bot", name="Tea shop") as telegram:
        yield telegram
        assert telegram.unanswered == []
        if request.node.get_closest_marker("meets_a_bug") is None:
            assert apologies(telegram) == []
            asked = request.node.get_closest_marker("telegram_is_asked")
            refused = mistakes(telegram, *(asked.args if asked else ()))
            assert not refused, refused


@pytest.fixture
def config(sandbox: Sandbox, database_url: str, redis_url: str, tmp_path: Path, worker_id: str) -> Config:
    """Return the configuration of a bot process on the test servers."""
    redis = urlsplit(redis_url)
    Redis.from_url(redis_url).flushdb()
    return load_config(
        _env_file=None,
        token=SecretStr(TOKEN),
        owner_id=OWNER_ID,
        database_url=SecretStr(database_url),
        redis_host=redis.hostname,
        redis_port=redis.port,
        redis_db=int(redis.path.strip("/")),
        telegram_api_url=sandbox.url,
        data_key=SecretStr(VAULT_KEY.hex()),
        data_dir=tmp_path / "data",
        log_dir=tmp_path / "logs",
        btc_addresses_file=tmp_path / "btc_addresses.txt",
        monitoring_port=19090 + int(worker_id.removeprefix("gw") if worker_id.startswith("gw") else 9),
        rules="Be kind.",
        log_to_stdout=False,
    )


@pytest.fixture(autouse=True)
def quick_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close Telegram's connection at once: aiogram waits for TLS to say goodbye, and the sandbox speaks plain HTTP."""

    async def close(session: AiohttpSession) -> None:
        if session._session is not None:
            await session._session.close()

    monkeypatch.setattr(AiohttpSession, "close", close)


@pytest.fixture(autouse=True)
def storages(monkeypatch: pytest.MonkeyPatch) -> list[Storage]:
    """Return where bot processes of this test let dialogues stand, a storage for each."""
    made: list[Storage] = []
    make = dialogue_stores.storage

    def noted(redis: AsyncRedis | None, vault: Vault) -> Storage:
        made.append(make(redis, vault))
        return made[-1]

    monkeypatch.setattr(dialogue_stores, "storage", noted)
    return made


@pytest.fixture
def storage(process: BotProcess, storages: list[Storage]) -> Storage:
    """Return where the dialogues of the bot process stand; it remembers them, so Redis alone would not tell it."""
    return storages[-1]


@pytest.fixture(autouse=True)
def jobs_wait(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages leave when a test says so (`delivers`): none may come between a press and a look at the screen."""
    if request.node.get_closest_marker("without_jobs") is not None:
        monkeypatch.setattr(Timetable, "start", lambda *_: None)
    elif request.node.get_closest_marker("courier_runs") is None:

        async def wait(*_: object) -> None:
            """Leave everything where it is."""

        monkeypatch.setattr(send_outbox, "run", wait)


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bots share what they have read in the last moment with the test's shop: they are one process with it."""
    if "db" in request.fixturenames:
        db: Database = request.getfixturevalue("db")
        monkeypatch.setattr(main, "Recent", lambda: db.recent)


@pytest.fixture(autouse=True)
def fresh_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the refusals of each test for itself: what a minute may bring is soon used up by many tests."""
    monkeypatch.setattr(audit, "refused", Audit().refused)


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring everything at once: in a test more happens in a second than in a chat."""
    monkeypatch.setattr(pace, "BURST", 1000)
    monkeypatch.setattr(pace, "GROUP_SECONDS", 0.0)


@pytest.fixture
async def process(config: Config, shop: Shop) -> AsyncIterator[BotProcess]:
    """Run the bot process on the shop."""
    try:
        async with main.running(config) as running:
            yield running
    finally:
        forget_dispatcher()


@asynccontextmanager
async def served(config: Config, **changed: Any) -> AsyncIterator[BotProcess]:
    """Run a bot process with another configuration."""
    try:
        async with main.running(config.model_copy(update=changed)) as running:
            yield running
    finally:
        forget_dispatcher()


def forget_dispatcher() -> None:
    """Free the routers: each belongs to one dispatcher, and the next bot process makes another."""
    for router in ROUTERS:
        router._parent_router = None


@pytest.fixture
def without_pace(shop: Shop) -> None:
    """Answer people however fast they press."""
    shop.has_setting("presses_per_minute", "0")
    shop.has_setting("messages_per_minute", "0")


@pytest.fixture
async def owner(process: BotProcess, sandbox: Sandbox) -> Person:
    """Return the owner, who has entered."""
    person = sandbox.person(OWNER_ID, "Olga", language_code="en", username="olga")
    await person.sends("/start")
    return person


@pytest.fixture
async def customer(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return Anna, a customer who has entered."""
    shop.has_customer(101, "Anna")
    person = sandbox.person(101, "Anna", language_code="en", username="anna")
    await person.sends("/start")
    return person


@pytest.fixture
def guest(process: BotProcess, sandbox: Sandbox) -> Person:
    """Return Greta, who has not entered."""
    return sandbox.person(202, "Greta", language_code="en")
