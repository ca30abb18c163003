"""What each page of the dashboard shows, as its template takes it."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot import metrics
from bot.db import Database
from bot.services import clock, mistakes, settings, tallies
from bot.services.reports import event_counts, figures, funnel, periods, sales
from bot.services.reports.periods import Compared
from bot.services.reports.sales import Sales
from bot.web import timings
from bot.web.charts import Chart, Series
from bot.web.health import Doctor
from bot.web.pulse import Pulse
from bot.web.readings import Readings

Context = Mapping[str, Any]

RANGES = {"today": "Today", "7d": "7 days", "30d": "30 days", "year": "12 months"}
NOW_SECONDS, ZONE_SECONDS = 4.0, 30.0
KEPT_SECONDS = {"today": 10.0, "7d": 15.0, "30d": 60.0, "year": 600.0}
"""How long figures are kept: the longer the range, the more has to be read for it and the less it changes."""
TOP = 8


@dataclass(frozen=True)
class Board:
    """Everything from which pages are made."""

    db: Database
    readings: Readings
    doctor: Doctor
    pulse: Pulse

    async def zone(self) -> str:
        """Return the shop's time zone."""
        return await self.readings.read("zone", ZONE_SECONDS, settings.get, "timezone")

    async def period(self, name: str) -> Compared:
        """Return one of RANGES as it is now."""
        zone, now = await self.zone(), clock.now()
        match name:
            case "today":
                return periods.today(zone, now=now)
            case "year":
                return periods.year(zone, now=now)
            case _:
                return periods.days(int(name.removesuffix("d")), zone, now=now)

    async def sales(self, name: str) -> list[Sales]:
        """Return the sales of one of RANGES."""
        compared = await self.period(name)
        return await self.readings.read(
            ("sales", name), KEPT_SECONDS[name], sales.of, compared, now=clock.now(), top=TOP
        )


async def overview(board: Board, _request: web.Request) -> Context:
    """Return how the shop does at this moment."""
    today, week = await board.sales("today"), await board.sales("7d")
    day = (await board.period("today")).period
    presses = await board.readings.read(
        "presses", KEPT_SECONDS["today"], tallies.by_part, ("update.press", "update.message"), day, now=clock.now()
    )
    return {
        "report": await board.doctor.report(),
        "now": await board.readings.read("now", NOW_SECONDS, figures.take, now=clock.now()),
        "today": today[0],
        "week": week[0],
        "revenue": _revenue(week[0]),
        "presses": Chart(
            list(presses["update.press"]),
            [Series("Presses", list(presses["update.press"].values()), "bar")],
        ),
    }


async def sales_page(board: Board, request: web.Request) -> Context:
    """Return revenue and orders over time."""
    chosen = _range(request)
    found = await board.sales(chosen)
    shown = [each for each in found if each is found[0] or each.now.orders or each.now.delivered or each.now.received]
    charts = [(each, _revenue(each), _orders(each)) for each in shown]
    return {"chosen": chosen, "ranges": RANGES, "charts": charts}


async def funnel_page(board: Board, request: web.Request) -> Context:
    """Return the way from the shop to the order."""
    chosen = _range(request)
    compared = await board.period(chosen)
    found = await board.readings.read(("funnel", chosen), KEPT_SECONDS[chosen], funnel.of, compared.period)
    return {"chosen": chosen, "ranges": RANGES, "funnel": found}


async def events_page(board: Board, request: web.Request) -> Context:
    """Return what happened, by kind and by time."""
    chosen, kind = _range(request), request.query.get("kind") or None
    if kind is not None and not re.fullmatch(r"[a-z_.]{1,64}", kind):
        raise web.HTTPBadRequest(text="A kind of event looks like order.confirmed.\n")
    compared = await board.period(chosen)
    counts = await board.readings.read(
        ("events", chosen), KEPT_SECONDS[chosen], event_counts.of, compared.period, now=clock.now()
    )
    latest = await board.readings.read(("latest", kind), NOW_SECONDS, event_counts.latest, kind=kind)
    chart = Chart(list(counts.parts), [Series("Events", list(counts.parts.values()), "bar")])
    return {"chosen": chosen, "ranges": RANGES, "kind": kind, "counts": counts, "latest": latest, "chart": chart}


async def performance(board: Board, _request: web.Request) -> Context:
    """Return how quick the process is."""
    zone, beats = await board.zone(), list(board.pulse.beats)
    moments = [datetime.fromtimestamp(beat.at, ZoneInfo(zone)).strftime("%H:%M:%S") for beat in beats]
    lag = Series("Loop lag", [round(beat.lag * 1000, 2) for beat in beats], unit="ms")
    work = [
        Series("Updates a second", [round(beat.updates, 2) for beat in beats]),
        Series("Statements a second", [round(beat.statements, 2) for beat in beats]),
    ]
    return {
        "handlers": timings.of(metrics.HANDLING, "family"),
        "queries": timings.of(metrics.QUERIES, "verb"),
        "calls": timings.of(metrics.CALLING, "method"),
        "outcomes": timings.counts(metrics.CALLS, "method", "outcome"),
        "pools": _pools(board.db),
        "processor": beats[-1].processor if beats else None,
        "memory": metrics.value_of("process_resident_memory_bytes"),
        "lag": Chart(moments, [lag]),
        "work": Chart(moments, work),
    }


async def errors(board: Board, _request: web.Request) -> Context:
    """Return what went wrong."""
    week = (await board.period("7d")).period
    parts = await board.readings.read("mistakes", KEPT_SECONDS["today"], mistakes.by_part, week, now=clock.now())
    now = await board.readings.read("now", NOW_SECONDS, figures.take, now=clock.now())
    return {
        "latest": await board.readings.read("latest mistakes", NOW_SECONDS, mistakes.latest),
        "chart": Chart(list(parts), [Series("Bugs", list(parts.values()), "bar")]),
        "refusals": timings.counts(metrics.REFUSALS, "reason"),
        "database": timings.counts(metrics.QUERY_ERRORS, "error"),
        "telegram": [each for each in timings.counts(metrics.CALLS, "method", "outcome") if each[0][1] != "ok"],
        "outbox": now.outbox,
    }


async def jobs(board: Board, _request: web.Request) -> Context:
    """Return what the shop does by itself."""
    report = await board.doctor.report()
    overdue = report["parts"].get("jobs", {}).get("overdue", [])
    found = timings.jobs(overdue)
    ages = {each.name: None if each.worked_at is None else time.time() - each.worked_at for each in found}
    return {
        "jobs": found,
        "ages": ages,
        "overdue": overdue,
        "failures": await board.readings.read("failed jobs", NOW_SECONDS, mistakes.failed_jobs),
    }


PAGES: Mapping[str, tuple[str, Callable[[Board, web.Request], Awaitable[Context]]]] = {
    "dashboard": ("Overview", overview),
    "sales": ("Sales", sales_page),
    "funnel": ("Funnel", funnel_page),
    "events": ("Events", events_page),
    "performance": ("Performance", performance),
    "errors": ("Errors", errors),
    "jobs": ("Jobs", jobs),
}
"""The pages in the order of the menu: address, title, and what makes them."""


def _range(request: web.Request) -> str:
    chosen = request.query.get("range", "7d")
    if chosen not in RANGES:
        raise web.HTTPBadRequest(text=f"Use one of these ranges: {', '.join(RANGES)}.\n")
    return chosen


def _revenue(found: Sales) -> Chart:
    names = [part.name for part in found.parts]
    return Chart(names, [Series("Revenue", [str(part.revenue) for part in found.parts], "bar", found.currency)])


def _orders(found: Sales) -> Chart:
    ordered = Series("Ordered", [part.orders for part in found.parts])
    delivered = Series("Delivered", [part.delivered for part in found.parts])
    return Chart([part.name for part in found.parts], [ordered, delivered])


def _pools(db: Database) -> Sequence[tuple[str, int, int]]:
    pools: list[Any] = [engine.pool for engine in db.engines]
    return [(name, pool.checkedout(), pool.size()) for name, pool in zip(("writing", "reading"), pools, strict=True)]
