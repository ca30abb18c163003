"""A monitor's view of a shop: the web server on the test database, and a visitor with or without the token."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.config import Config, load_config
from bot.db import Database
from bot.web import server
from bot.web.health import Surroundings

TOKEN = "a-token-of-the-tests-1234567890"


@pytest.fixture
def config(unused_tcp_port: int, tmp_path: Path) -> Config:
    return load_config(
        _env_file=None,
        monitoring_host="127.0.0.1",
        monitoring_port=unused_tcp_port,
        monitoring_token=TOKEN,
        data_dir=tmp_path,
    )


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """Return what a process says about itself that has neither Redis nor a poller nor jobs."""
    return Surroundings(tmp_path)


@pytest.fixture
async def served(config: Config, db: Database, around: Surroundings) -> AsyncIterator[str]:
    """Serve, and return the address."""
    stop = await server.start(config, db, around)
    yield f"http://{config.monitoring_host}:{config.monitoring_port}"
    await stop()


@pytest.fixture
async def machine(served: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Return a program that knows the token."""
    async with aiohttp.ClientSession(served, headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        yield session


@pytest.fixture
async def stranger(served: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Return somebody who knows nothing."""
    async with aiohttp.ClientSession(served, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
