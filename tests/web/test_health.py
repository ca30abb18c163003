import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.config import Config, load_config
from bot.db import Database
from bot.services import leases
from bot.web import health
from tests.shop import ADDRESS, PHONE, Shop, now


@pytest.fixture
def config(unused_tcp_port: int) -> Config:
    return load_config(_env_file=None, monitoring_host="127.0.0.1", monitoring_port=unused_tcp_port)


@pytest.fixture
async def nowhere(server_url: str) -> AsyncIterator[Database]:
    """Return a database that nobody serves."""
    database = Database("mysql+pymysql://shop:shop@127.0.0.1:1/shop", threads=2)
    yield database
    database.close()


async def ask(config: Config) -> tuple[int, dict[str, object]]:
    url = f"http://{config.monitoring_host}:{config.monitoring_port}/health"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json()


async def test_a_shop_that_is_well_says_so(config: Config, db: Database):
    db.call(leases.take, leases.BOT, "me", now=now() - timedelta(seconds=7))
    stop = await health.start(config, db)

    status, report = await ask(config)
    await stop()

    assert status == 200
    assert report.pop("loop_lag") < 1  # type: ignore[operator]
    assert 7 <= report.pop("heartbeat_age") < 9  # type: ignore[operator]
    assert report == {"status": "ok", "database": True, "outbox_waiting": 0, "outbox_oldest_age": None}


async def test_waiting_messages_are_counted_with_the_age_of_the_oldest_and_nothing_about_people(
    config: Config, db: Database, shop: Shop
):
    shop.has_goods("Green tea", stock=5)
    code = shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE outbox SET created_at = created_at - INTERVAL 90 SECOND")
    stop = await health.start(config, db)

    _status, report = await ask(config)
    await stop()

    assert report["outbox_waiting"] == len(shop.messages()) > 0
    assert 90 <= report["outbox_oldest_age"] < 95  # type: ignore[operator]
    assert not any(secret in str(report) for secret in (code, ADDRESS, PHONE, "Anna"))


async def test_a_message_that_was_uncertain_twice_does_not_wait(config: Config, db: Database, shop: Shop):
    shop.has_goods("Green tea", stock=5)
    shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.execute("UPDATE outbox SET status = 'uncertain', uncertain_count = 2")
    stop = await health.start(config, db)

    _status, report = await ask(config)
    await stop()

    assert report["outbox_waiting"] == 0


async def test_a_database_that_is_away_is_an_alarm_within_seconds(config: Config, nowhere: Database):
    stop = await health.start(config, nowhere)

    answers = await asyncio.gather(*(ask(config) for _ in range(5)))
    await stop()

    assert {status for status, _report in answers} == {503}
    assert answers[0][1]["status"] == "database away"
    assert answers[0][1]["database"] is False


async def test_a_taken_port_is_one_line_in_the_log(config: Config, db: Database, caplog: pytest.LogCaptureFixture):
    with socket.socket() as taken:
        taken.bind((config.monitoring_host, config.monitoring_port))
        taken.listen()

        stop = await health.start(config, db)
        await stop()

    problems = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(problems) == 1
    assert problems[0].startswith(f"No monitoring: 127.0.0.1:{config.monitoring_port} cannot be had (")


async def test_nothing_but_health_is_served(config: Config, db: Database):
    stop = await health.start(config, db)

    url = f"http://{config.monitoring_host}:{config.monitoring_port}/"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        status = answer.status
    await stop()

    assert status == 404
