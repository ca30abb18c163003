"""What the process counts while people press, and what it keeps of its mistakes."""

import json
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import main, metrics
from bot.config import Config
from bot.db import Database
from bot.errors import Busy
from bot.jobs import keep_count
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import mistakes, tallies
from bot.services.queries import browse
from bot.services.reports.funnel import LOOKS
from bot.telegram.metering import VIEWS
from tests.shop import Shop, now
from tests.telegram.conftest import forget_dispatcher


def counted(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


async def test_presses_handlers_calls_and_refusals_are_counted(customer: Person, shop: Shop, sandbox: Sandbox):
    goods_id = shop.has_goods("Green tea", stock=1)
    metrics.take_tally()
    before = [
        counted("shop_updates_total", kind="press"),
        counted("shop_handler_seconds_count", family="customer.shop"),
        counted("shop_telegram_calls_total", method="EditMessageText", outcome="ok"),
        counted("shop_telegram_calls_total", method="EditMessageText", outcome="blocked"),
        counted("shop_refusals_total", reason="InsufficientStock"),
    ]

    await customer.taps("Shop")
    await customer.presses(f"goods:{goods_id}")
    await customer.presses(f"add:{goods_id}:2")

    after = [
        counted("shop_updates_total", kind="press"),
        counted("shop_handler_seconds_count", family="customer.shop"),
        counted("shop_telegram_calls_total", method="EditMessageText", outcome="ok"),
        counted("shop_telegram_calls_total", method="EditMessageText", outcome="blocked"),
        counted("shop_refusals_total", reason="InsufficientStock"),
    ]
    assert [new - old for old, new in zip(before, after, strict=True)] == [3, 3, 3, 0, 1]
    assert metrics.take_tally().get("view.shop") == 1


async def test_who_has_blocked_the_bot_is_an_outcome(customer: Person, sandbox: Sandbox):
    before = counted("shop_telegram_calls_total", method="EditMessageText", outcome="blocked")
    sandbox.fail("editMessageText", status=403, description="Forbidden: bot was blocked by the user")

    await customer.taps("Shop")

    assert counted("shop_telegram_calls_total", method="EditMessageText", outcome="blocked") == before + 1


@pytest.mark.meets_a_bug
async def test_a_bug_is_kept_with_its_id_its_class_and_its_line_and_nothing_that_was_said(
    customer: Person, shop: Shop, process: BotProcess, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("Anna said something")

    metrics.take_mistakes()
    before = counted("shop_errors_total", where="db.py")
    monkeypatch.setattr(browse, "shelves", broken)

    await customer.taps("Shop")
    await keep_count.run(process.db, now)

    (kept,) = shop.db.read(mistakes.latest)
    assert kept.error_id in customer.screen
    assert kept.what == "RuntimeError"
    assert kept.place.startswith("db.py:")
    assert counted("shop_errors_total", where="db.py") == before + 1


def test_of_a_flood_of_bugs_thirty_are_kept():
    metrics.take_mistakes()
    for number in range(100):
        metrics.met(f"{number:08x}", ValueError())

    assert [each.error_id for each in metrics.take_mistakes()] == [f"{number:08x}" for number in range(70, 100)]


async def test_what_cannot_be_written_down_now_is_written_later(db: Database, monkeypatch: pytest.MonkeyPatch):
    def broken(*_args: Any, **_options: Any) -> None:
        raise Busy

    metrics.take_tally()
    metrics.take_mistakes()
    metrics.count("view.shop", 2)
    metrics.met("abcd1234", ValueError())
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "add", broken)
        with pytest.raises(Busy):
            await keep_count.run(db, now)
    metrics.count("view.shop")

    await keep_count.run(db, now)

    assert db.read(lambda session: session.scalar(text("SELECT count FROM tallies WHERE name = 'view.shop'"))) == 3
    assert [each.error_id for each in db.read(mistakes.latest)] == ["abcd1234"]


async def test_a_running_bot_is_ready_in_every_part_and_leaves_its_figures_behind(
    config: Config, shop: Shop, unused_tcp_port: int
):
    metrics.take_tally()
    here = config.model_copy(update={"monitoring_port": unused_tcp_port})
    try:
        async with main.running(here), aiohttp.ClientSession(f"http://localhost:{unused_tcp_port}") as monitor:
            async with monitor.get("/ready") as answer:
                parts = (await answer.json())["parts"]
            async with monitor.get("/metrics/prometheus") as answer:
                families = {each.name: each for each in text_string_to_metric_families(await answer.text())}
            async with monitor.get("/jobs") as answer:
                page = await answer.text()
            metrics.count("view.shop", 3)
    finally:
        forget_dispatcher()

    assert {name: part["ok"] for name, part in parts.items()} == dict.fromkeys(
        ("database", "outbox", "heartbeat", "redis", "poller", "jobs", "disk"), True
    )
    assert {sample.labels["part"] for sample in families["shop_ready"].samples} == parts.keys()
    assert "<h1>Jobs</h1>" in page
    assert "Log out" not in page
    assert shop.db.read(lambda session: session.scalar(text("SELECT count FROM tallies WHERE name = 'view.shop'"))) == 3
    assert "shop_updates" in json.loads((config.data_dir / "final_metrics.json").read_text())["metrics"]


def test_every_look_that_the_funnel_counts_belongs_to_a_handler():
    assert set(VIEWS.values()) == LOOKS.keys()
