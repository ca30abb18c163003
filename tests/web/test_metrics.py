"""The figures as Prometheus reads them."""

from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import metrics
from bot.db import Database
from bot.models import OrderStatus
from tests.shop import ADDRESS, PHONE, Shop

Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]


async def scrape(machine: aiohttp.ClientSession) -> Samples:
    """Return what Prometheus reads: a value for each set of labels of each name."""
    async with machine.get("/metrics/prometheus") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        found: Samples = {}
        for family in text_string_to_metric_families(await answer.text()):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return found


async def test_prometheus_reads_the_orders_the_money_and_the_shelves(machine: aiohttp.ClientSession, shop: Shop):
    shop.has_goods("Green tea", price="12.50", stock=5)
    shop.has_goods("Sugar bowl", price="20.00", stock=0)
    shop.has_addresses(3)
    buyer = shop.has_customer()
    shop.has_order(buyer, {"Green tea": 2})
    shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.DELIVERED)

    found = await scrape(machine)

    orders = {dict(labels)["status"]: count for labels, count in found["shop_orders"].items()}
    assert orders == {"pending": 0, "reserved": 1, "confirmed": 0, "delivered": 1, "cancelled": 0, "expired": 0}
    assert found["shop_revenue_total"] == {(("currency", "USD"),): 25.0}
    assert found["shop_delivered_total"] == {(("currency", "USD"),): 1.0}
    assert found["shop_goods"][(("state", "sold out"),)] == 1
    assert found["shop_bitcoin_addresses"] == {(("state", "free"),): 3, (("state", "used"),): 0}
    assert found["shop_outbox_messages"][(("status", "pending"),)] == len(shop.messages())
    assert found["shop_ready"][(("part", "database"),)] == 1
    assert found["shop_customers"] == {(): 1}


async def test_nothing_of_people_stands_in_the_figures(machine: aiohttp.ClientSession, shop: Shop):
    shop.has_goods("Green tea", stock=5)
    code = shop.has_order(shop.has_customer(7700112233, "Anna"), {"Green tea": 2})

    async with machine.get("/metrics/prometheus") as answer:
        told = await answer.text()
    async with machine.get("/metrics") as answer:
        told += await answer.text()

    secrets = (code, ADDRESS, PHONE, "Anna", "user:", "Green tea", "7700112233")
    assert [secret for secret in secrets if secret in told] == []


async def test_json_says_the_same_as_prometheus(machine: aiohttp.ClientSession, shop: Shop):
    shop.has_goods("Green tea", stock=5)

    async with machine.get("/metrics") as answer:
        said: dict[str, Any] = await answer.json()
    found = await scrape(machine)

    names = {sample["name"] for metric in said.values() for sample in metric["samples"]}
    assert names == found.keys()
    assert said["shop_goods"]["samples"][0] == {"name": "shop_goods", "labels": {"state": "on sale"}, "value": 1}


def test_statements_are_timed_by_what_they_do_and_only_while_somebody_listens(db: Database):
    def timed(verb: str) -> float:
        return metrics.REGISTRY.get_sample_value("shop_query_seconds_count", {"verb": verb}) or 0

    stop = metrics.time_queries(db.engines)
    before = timed("select")
    db.read(lambda session: session.execute(text("SELECT 1")).one())
    stop()
    db.read(lambda session: session.execute(text("SELECT 1")).one())

    assert timed("select") == before + 1
