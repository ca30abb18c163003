"""The whole suite: `make bench`, or `python -m bench` beside the servers that TEST_DATABASE_URL and others name."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import addresses, broadcast, browsing, carts, checkout, courier, expiry, hour, large, start
from bench.child import ROOT
from bench.effort import FULL, QUICK, Effort
from bench.figures import Figure, report, table
from bench.stage import Stage, stage

SCENARIOS: Mapping[str, Callable[[Stage, Effort], list[Figure]]] = {
    "checkout": lambda stage, effort: checkout.measure(stage, rounds=effort.rounds, buyers=effort.buyers),
    "cart": carts.measure,
    "browsing": browsing.measure,
    "expiry": lambda stage, effort: expiry.measure(
        stage.server_url, orders=effort.many, waves=effort.parts, seconds=effort.long
    ),
    "courier": lambda stage, effort: courier.measure(
        stage.server_url, messages=effort.many, looks=effort.parts, seconds=effort.long
    ),
    "hour": lambda stage, effort: hour.measure(stage.server_url, people=effort.many, seconds=effort.hour),
    "broadcast": lambda stage, effort: broadcast.measure(
        stage.server_url, people=effort.people // 10, looks=effort.parts, seconds=effort.long
    ),
    "addresses": addresses.measure,
    "start": start.measure,
    "large": large.measure,
}
"""What is measured, in this order; what fills the shop for good comes last."""
ON_REQUEST = {"hour"}
"""What takes long: measured when it is named."""


def run(effort: Effort, server_url: str, names: list[str]) -> list[Figure]:
    """Measure what is named, one after the other."""
    figures: list[Figure] = []
    with stage(server_url) as shop:
        for name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            began = time.perf_counter()
            found = SCENARIOS[name](shop, effort)
            print(f"{table(found)}\n{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
            figures += found
    return figures


def main() -> int:
    """Measure, print the table and write the JSON file."""
    parser = argparse.ArgumentParser("python -m bench", description="Measure the shop against its limits.")
    parser.add_argument("--quick", action="store_true", help="only show that it works; the figures mean nothing")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, metavar="NAME", help=f"of {', '.join(SCENARIOS)}")
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "results.json", metavar="FILE")
    options = parser.parse_args()
    server_url = os.environ.get("TEST_DATABASE_URL")
    if not server_url:
        print("The benchmarks need MariaDB and Redis: run them with `make bench`.", file=sys.stderr)
        return 2
    effort = QUICK if options.quick else FULL
    usual = [name for name in SCENARIOS if options.quick or name not in ON_REQUEST]
    figures = run(effort, server_url, options.only or usual)
    print(table(figures))
    options.output.write_text(json.dumps(report(figures, rounds=effort.rounds), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
