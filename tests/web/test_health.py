import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import Config
from bot.db import Database
from bot.services import leases
from bot.web import health, server
from bot.web.health import Surroundings
from tests.shop import ADDRESS, PHONE, Shop, now


@pytest.fixture
async def nowhere(server_url: str) -> AsyncIterator[Database]:
    """Return a database that nobody serves."""
    database = Database("mysql+pymysql://shop:shop@127.0.0.1:1/shop", threads=2)
    yield database
    database.close()


async def ask(config: Config, path: str = "/ready") -> tuple[int, dict[str, Any]]:
    url = f"http://{config.monitoring_host}:{config.monitoring_port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json()


async def ask_once(config: Config, db: Database, around: Surroundings) -> tuple[int, dict[str, Any]]:
    stop = await server.start(config, db, around)
    try:
        return await ask(config)
    finally:
        await stop()


async def silence() -> None:
    """Be a Redis that answers."""


async def frozen() -> None:
    """Be a Redis that never answers."""
    await asyncio.sleep(60)


async def away() -> None:
    """Be a Redis that is not there."""
    raise ConnectionRefusedError


def well(folder: Path, **other: Any) -> Surroundings:
    around: dict[str, Any] = {
        "data_dir": folder,
        "ping_redis": silence,
        "silent_seconds": lambda: 3.0,
        "overdue_jobs": list,
    }
    return Surroundings(**{**around, **other})


async def test_a_shop_that_is_well_says_so_of_every_part(config: Config, db: Database, tmp_path: Path):
    db.call(leases.take, leases.BOT, "me", now=now() - timedelta(seconds=7))

    status, report = await ask_once(config, db, well(tmp_path))

    parts = report["parts"]
    assert (status, report["ready"]) == (200, True)
    assert parts["database"].pop("seconds") < 3
    assert 7 <= parts["heartbeat"].pop("age") < 20
    assert parts["disk"].pop("free_bytes") > 0
    assert parts == {
        "database": {"ok": True},
        "heartbeat": {"ok": True},
        "outbox": {"ok": True, "waiting": 0, "oldest_age": None},
        "redis": {"ok": True},
        "poller": {"ok": True, "silent_seconds": 3.0},
        "jobs": {"ok": True, "overdue": []},
        "disk": {"ok": True},
    }


async def test_what_the_shop_does_not_use_does_not_count(config: Config, db: Database):
    status, report = await ask_once(config, db, Surroundings())

    assert status == 200
    assert set(report["parts"]) == {"database", "outbox"}


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("redis", {"ping_redis": away}),
        ("poller", {"silent_seconds": lambda: 121.0}),
        ("jobs", {"overdue_jobs": lambda: ["send outbox"]}),
        ("disk", {"data_dir": Path("/nowhere/at/all")}),
        ("heartbeat", {}),
    ],
)
async def test_one_part_that_is_ill_makes_the_shop_not_ready(
    config: Config, db: Database, tmp_path: Path, part: str, other: dict[str, Any]
):
    late = 300 if part == "heartbeat" else 1
    db.call(leases.take, leases.BOT, "me", now=now() - timedelta(seconds=late))

    status, report = await ask_once(config, db, well(tmp_path, **other))

    assert (status, report["ready"]) == (503, False)
    assert [name for name, each in report["parts"].items() if not each["ok"]] == [part]


async def test_a_redis_that_never_answers_is_not_waited_for(
    config: Config, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    db.call(leases.take, leases.BOT, "me", now=now())

    status, report = await ask_once(config, db, well(tmp_path, ping_redis=frozen))

    assert (status, report["parts"]["redis"]) == (503, {"ok": False})


async def test_waiting_messages_are_counted_with_the_age_of_the_oldest_and_nothing_about_people(
    config: Config, db: Database, shop: Shop
):
    shop.has_goods("Green tea", stock=5)
    code = shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE outbox SET created_at = created_at - INTERVAL 90 SECOND")

    _status, report = await ask_once(config, db, Surroundings())

    assert report["parts"]["outbox"]["waiting"] == len(shop.messages()) > 0
    assert 90 <= report["parts"]["outbox"]["oldest_age"] < 110
    assert not any(secret in str(report) for secret in (code, ADDRESS, PHONE, "Anna"))


async def test_a_message_that_waits_for_ten_minutes_makes_the_shop_not_ready(config: Config, db: Database, shop: Shop):
    shop.has_goods("Green tea", stock=5)
    shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE outbox SET created_at = created_at - INTERVAL 601 SECOND")

    status, report = await ask_once(config, db, Surroundings())
    shop.execute("UPDATE outbox SET status = 'sent', sent_at = created_at")

    assert (status, report["parts"]["outbox"]["ok"]) == (503, False)


async def test_a_message_that_was_uncertain_twice_does_not_wait(config: Config, db: Database, shop: Shop):
    shop.has_goods("Green tea", stock=5)
    shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE outbox SET status = 'uncertain', uncertain_count = 2")

    _status, report = await ask_once(config, db, Surroundings())

    assert report["parts"]["outbox"]["waiting"] == 0


async def test_a_database_that_is_away_is_an_alarm_within_seconds_and_no_reason_to_die(
    config: Config, nowhere: Database
):
    stop = await server.start(config, nowhere, Surroundings())

    answers = await asyncio.gather(*(ask(config) for _ in range(5)))
    alive, _report = await ask(config, "/health")
    await stop()

    assert {status for status, _report in answers} == {503}
    assert answers[0][1] == {"ready": False, "parts": {"database": {"ok": False}}}
    assert alive == 200


async def test_a_taken_port_is_one_line_in_the_log(config: Config, db: Database, caplog: pytest.LogCaptureFixture):
    with socket.socket() as taken:
        taken.bind((config.monitoring_host, config.monitoring_port))
        taken.listen()

        stop = await server.start(config, db, Surroundings())
        await stop()

    problems = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(problems) == 1
    assert problems[0].startswith(f"No monitoring: 127.0.0.1:{config.monitoring_port} cannot be had (")
