"""Who may look at the figures."""

from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.config import Config
from bot.db import Database
from bot.web import server
from bot.web.guard import Guard, TooManyWrong
from bot.web.health import Surroundings
from tests.web.conftest import TOKEN

CLOSED = ("/metrics", "/metrics/prometheus", "/nothing/there")


@pytest.mark.parametrize("path", CLOSED)
async def test_without_the_token_there_is_nothing_to_see(stranger: aiohttp.ClientSession, path: str):
    async with stranger.get(path) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert await answer.text() == "Send the token: Authorization: Bearer MONITORING_TOKEN\n"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic " + TOKEN, TOKEN, f"Bearer {TOKEN}x", "Bearer é"])
async def test_a_wrong_token_is_none(stranger: aiohttp.ClientSession, header: str):
    async with stranger.get("/metrics", headers={"Authorization": header}) as answer:
        assert answer.status == 401


async def test_health_and_readiness_are_for_everybody(stranger: aiohttp.ClientSession):
    for path in ("/health", "/ready"):
        async with stranger.get(path) as answer:
            assert answer.status == 200


async def test_every_answer_forbids_the_browser_what_the_pages_never_need(stranger: aiohttp.ClientSession):
    for path in ("/health", "/metrics", "/nothing/there"):
        async with stranger.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "aiohttp" not in answer.headers["Server"]


async def test_five_wrong_tokens_a_minute_are_enough(stranger: aiohttp.ClientSession):
    for _ in range(5):
        async with stranger.get("/metrics", headers={"Authorization": "Bearer wrong"}) as answer:
            assert answer.status == 401

    async with stranger.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


def test_who_guesses_from_many_places_is_stopped_as_well_and_a_minute_later_all_is_forgotten():
    time = [1000.0]
    guard = Guard(TOKEN, clock=lambda: time[0])
    for number in range(30):
        assert not guard.accepts("wrong", f"192.0.2.{number}")

    with pytest.raises(TooManyWrong):
        guard.accepts(TOKEN, "192.0.2.99")

    time[0] += 60
    assert guard.accepts(TOKEN, "192.0.2.99")


async def test_without_a_token_only_this_machine_may_look(config: Config, db: Database, tmp_path: Path):
    open_one = config.model_copy(update={"monitoring_token": None})
    stop = await server.start(open_one, db, Surroundings(tmp_path))
    found = {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{config.monitoring_port}") as anybody:
        for headers in (
            {"Host": "localhost:9090"},
            {"Host": "evil.example.com"},
            {"Host": "127.0.0.1:9090", "X-Forwarded-For": "192.0.2.7"},
        ):
            async with anybody.get("/metrics", headers=headers) as answer:
                found[headers["Host"]] = answer.status
    await stop()

    assert found == {"localhost:9090": 200, "evil.example.com": 403, "127.0.0.1:9090": 403}


def test_the_token_is_not_shown(config: Config):
    assert isinstance(config.monitoring_token, SecretStr)
    assert TOKEN not in repr(config)
