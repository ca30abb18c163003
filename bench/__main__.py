"""The whole suite: `make bench`, or `python -m bench` beside the servers that TEST_DATABASE_URL and others name."""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import browsing, checkout, courier, expiry, start
from bench.child import ROOT
from bench.figures import Figure, report, table
from bench.stage import stage


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds of everything, seconds a round of browsing, buyers a round of checkouts.

    `many` orders end at once and so many messages wait, watched for `long` seconds.
    """

    rounds: int
    seconds: float
    buyers: int
    many: int
    long: float


FULL = Effort(rounds=7, seconds=1.5, buyers=100, many=10_000, long=20.0)
QUICK = Effort(rounds=1, seconds=0.3, buyers=8, many=20, long=0.4)
"""Shows that the suite works; the figures mean nothing."""


def run(effort: Effort, server_url: str) -> list[Figure]:
    """Measure everything, one after the other."""
    with stage(server_url) as shop:
        figures = browsing.measure(shop, rounds=effort.rounds, seconds=effort.seconds)
        figures += checkout.measure(shop, rounds=effort.rounds, buyers=effort.buyers)
    figures += expiry.measure(server_url, orders=effort.many, seconds=effort.long)
    figures += courier.measure(server_url, messages=effort.many, seconds=effort.long)
    return figures + start.measure(rounds=effort.rounds)


def main() -> int:
    """Measure, print the table and write the JSON file."""
    parser = argparse.ArgumentParser("python -m bench", description="Measure the shop against its limits.")
    parser.add_argument("--quick", action="store_true", help="only show that it works; the figures mean nothing")
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "results.json", metavar="FILE")
    options = parser.parse_args()
    server_url = os.environ.get("TEST_DATABASE_URL")
    if not server_url:
        print("The benchmarks need MariaDB and Redis: run them with `make bench`.", file=sys.stderr)
        return 2
    effort = QUICK if options.quick else FULL
    figures = run(effort, server_url)
    print(table(figures))
    options.output.write_text(json.dumps(report(figures, rounds=effort.rounds), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
