"""`/metrics/prometheus` and `/metrics`: what this process counts, with the figures of the shop from the database."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot import metrics
from bot.db import Database
from bot.errors import Busy
from bot.services import clock
from bot.services.reports import figures
from bot.services.reports.figures import Figures, Lasting
from bot.web.health import Doctor, Report
from bot.web.readings import Readings

TEXT = "text/plain; version=0.0.4; charset=utf-8"
FIGURES_SECONDS = 15.0
LASTING_SECONDS = 300.0


@dataclass(frozen=True)
class Scrape:
    """Everything for one answer; a collector as the Prometheus library knows it."""

    own: Iterable[Metric]
    rest: Iterable[Metric]

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from self.own
        yield from self.rest


class Exposition:
    """Gathers the metrics when somebody asks."""

    def __init__(self, db: Database, readings: Readings, doctor: Doctor) -> None:
        self._db = db
        self._readings = readings
        self._doctor = doctor

    async def gather(self) -> Scrape:
        """Return every metric; those of the database are missing while it is away."""
        report = await self._doctor.report()
        rest = [*_of_readiness(report), *_of_pools(self._db)]
        if report["parts"]["database"]["ok"]:
            with contextlib.suppress(Busy):
                rest += await self._of_the_shop()
        return Scrape(metrics.REGISTRY.collect(), rest)

    async def _of_the_shop(self) -> list[Metric]:
        now = await self._readings.read("figures", FIGURES_SECONDS, figures.take, now=clock.now())
        ever = await self._readings.read("lasting", LASTING_SECONDS, figures.lasting)
        return [*_of_figures(now), *_of_ever(ever)]


def routes(exposition: Exposition) -> web.RouteTableDef:
    """Return `/metrics` for people and programs, and `/metrics/prometheus`."""
    table = web.RouteTableDef()

    @table.get("/metrics/prometheus")
    async def prometheus(_request: web.Request) -> web.Response:
        found = await exposition.gather()
        body = await asyncio.to_thread(generate_latest, found)
        return web.Response(body=body, headers={"Content-Type": TEXT})

    @table.get("/metrics")
    async def as_json(_request: web.Request) -> web.Response:
        return web.json_response(as_data((await exposition.gather()).collect()))

    return table


def as_data(found: Iterable[Metric]) -> Report:
    """Return metrics as JSON holds them: a list of labels and value for each name."""
    return {
        metric.name: {
            "type": metric.type,
            "help": metric.documentation,
            "samples": [
                {"name": sample.name, "labels": sample.labels, "value": sample.value} for sample in metric.samples
            ],
        }
        for metric in found
    }


def _of_readiness(report: Report) -> Iterator[Metric]:
    parts = GaugeMetricFamily("shop_ready", "Whether a part of the shop is well.", labels=["part"])
    for name, part in report["parts"].items():
        parts.add_metric([name], float(part["ok"]))
    yield parts


def _of_pools(db: Database) -> Iterator[Metric]:
    family = GaugeMetricFamily("shop_pool_connections", "Connections to the database.", labels=["pool", "state"])
    for name, engine in zip(("write", "read"), db.engines, strict=True):
        pool = engine.pool
        family.add_metric([name, "in use"], pool.checkedout())  # type: ignore[attr-defined]
        family.add_metric([name, "idle"], pool.checkedin())  # type: ignore[attr-defined]
        family.add_metric([name, "most"], pool.size())  # type: ignore[attr-defined]
    yield family


def _of_figures(now: Figures) -> Iterator[Metric]:
    orders = GaugeMetricFamily("shop_orders", "Orders by what they are now.", labels=["status"])
    for status, count in now.orders.items():
        orders.add_metric([status.value], count)
    yield orders
    waiting = GaugeMetricFamily("shop_outbox_messages", "Messages that are not settled.", labels=["status"])
    for state, count in now.outbox.items():
        waiting.add_metric([state.value], count)
    yield waiting
    addresses = GaugeMetricFamily("shop_bitcoin_addresses", "Bitcoin addresses of the pool.", labels=["state"])
    addresses.add_metric(["free"], now.addresses.free)
    addresses.add_metric(["used"], now.addresses.used)
    yield addresses
    goods = GaugeMetricFamily("shop_goods", "Goods on sale: all, few left, sold out.", labels=["state"])
    for name, count in (("on sale", now.goods), ("low", now.low), ("sold out", now.sold_out)):
        goods.add_metric([name], count)
    yield goods
    oldest = now.outbox_oldest_age or 0.0
    yield GaugeMetricFamily("shop_outbox_oldest_seconds", "Age of the oldest message that waits.", value=oldest)
    yield GaugeMetricFamily("shop_customers", "People who have entered.", value=now.customers)
    yield GaugeMetricFamily("shop_questions_waiting", "Conversations that wait for an answer.", value=now.questions)


def _of_ever(ever: Iterable[Lasting]) -> Iterator[Metric]:
    delivered = CounterMetricFamily("shop_delivered", "Orders that were ever delivered.", labels=["currency"])
    revenue = CounterMetricFamily("shop_revenue", "Money due for them after bonus.", labels=["currency"])
    for each in ever:
        delivered.add_metric([each.currency], each.orders)
        # The only place where money becomes a float: Prometheus knows nothing else, and nobody reckons with it.
        revenue.add_metric([each.currency], float(each.revenue))
    yield delivered
    yield revenue
