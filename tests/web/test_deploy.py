"""What Grafana and Prometheus are told to read is what the shop gives out."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.config import ROOT
from bot.web.pages import STATIC

DEPLOY = ROOT / "deploy"
OF_PROMETHEUS = {"up"}


def expressions() -> Iterator[str]:
    """Yield every PromQL expression of the dashboard and of the alerts."""
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])
    yield from (each["expr"] for each in board["annotations"]["list"])
    for group in yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def named(expression: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every metric of an expression with the labels by which it is chosen."""
    for name, chosen in re.findall(r"\b((?:shop|process|python)_\w+|up)(?:\{([^}]*)\})?", expression):
        yield name, re.findall(r"(\w+)\s*(?:=~|!=|=)", chosen)


async def given_out(machine: aiohttp.ClientSession) -> dict[str, set[str]]:
    """Return every name that the shop gives out, with its labels."""
    async with machine.get("/metrics/prometheus") as answer:
        families = list(text_string_to_metric_families(await answer.text()))
    labels: dict[str, Any] = {
        metric._name: set(metric._labelnames) for metric in vars(metrics).values() if hasattr(metric, "_labelnames")
    }
    found: dict[str, set[str]] = {}
    for family in families:
        known = labels.get(family.name, set()).union(*(sample.labels for sample in family.samples))
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        found |= {f"{family.name}{ending}": known | {"job", "instance"} for ending in endings}
    return found


async def test_every_metric_that_grafana_and_the_alerts_name_is_given_out(machine: aiohttp.ClientSession):
    known = await given_out(machine)
    asked = [(name, labels) for expression in expressions() for name, labels in named(expression)]

    assert len(asked) > 40
    assert {name for name, _ in asked} - known.keys() - OF_PROMETHEUS == set()
    assert [(name, labels) for name, labels in asked if name in known and not set(labels) <= known[name]] == []


async def test_a_name_that_nobody_gives_out_would_be_found(machine: aiohttp.ClientSession):
    known = await given_out(machine)

    assert [name for name, _ in named("rate(shop_updates[5m]) + shop_nothing")] == ["shop_updates", "shop_nothing"]
    assert {"shop_updates", "shop_nothing"}.isdisjoint(known)


def test_every_alert_says_what_is_wrong_and_how_bad_it_is():
    for group in yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"]
            assert rule["labels"]["severity"] in {"info", "warning", "critical"}


def test_every_panel_has_its_place_of_its_own():
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]
    squares = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(squares) == len(set(squares))
    assert max(x for x, _ in squares) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_the_library_of_the_charts_is_the_one_that_was_published():
    """UPlot 1.6.32 (MIT), from the package uplot-1.6.32.tgz of npm; a newer one comes with new sums here."""
    published = {
        "uplot-1.6.32.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
        "uplot-1.6.32.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
        "uplot-LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
    }

    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in published} == published
