"""Expiry: thousands of reservations end at once while people browse; how long that takes, and what the people feel.

`python -m bench.expiry` beside the servers that TEST_DATABASE_URL and others name measures this alone.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

from bench import reservations
from bench.evening import Evening, evening
from bench.figures import Figure, Sample, figure, table

SECONDS_ALLOWED = 60
LOOK_SECONDS = 0.1
SLICES = 8
"""So many in the calm before; until the job begins, there are more of them."""
SHORTEST_SECONDS = 0.2
PATIENCE_SECONDS = 600.0
PEOPLE = 20
PER_SECOND = 10
"""Presses of all people together."""


def measure(server_url: str, *, orders: int, seconds: float) -> list[Figure]:
    """Let `orders` reservations end in the bot, and compare what people feel with so many calm seconds before."""
    with evening(server_url, orders) as night:
        night.begin()
        night.town.ask("know", first_id=reservations.FIRST_ID, people=orders)
        night.town.ask("fill", people=PEOPLE)
        _stroll(night, min(seconds, 5.0))
        before = _stroll(night, seconds)
        calm, busy, took = _until_they_have_ended(night, max(seconds / SLICES, SHORTEST_SECONDS))
        assert reservations.left(night.shop) == 0, "some reservations have not ended"
    name = f"expiry of {orders}"
    felt = [(_percentiles(busy), _percentiles(before + calm))]
    pace = [({"rate": orders / took}, {"rate": orders / SECONDS_ALLOWED})]
    return [
        figure(name, "orders/s", pace, "rate", target=">= 1"),
        figure(name, "p50 of a press, ms", felt, "p50"),
        figure(name, "p99 of a press, ms", felt, "p99", target="<= 2"),
    ]


def _until_they_have_ended(night: Evening, seconds: float) -> tuple[list[float], list[float], float]:
    """Return how long people waited before and while it went on, in slices of so many seconds, and how long it took.

    The bot's own job does it, within a minute: another sweep beside it would only get into its way.
    """
    calm: list[float] = []
    busy: list[float] = []
    waits: list[float] = []
    all_of_them, begun = reservations.left(night.shop), threading.Event()

    def watch() -> float:
        _wait_for(night, fewer_than=all_of_them)
        begun.set()
        return _wait_for(night, fewer_than=1)

    reservations.end(night.shop)
    with ThreadPoolExecutor(1) as thread:
        ending = thread.submit(watch)
        while not ending.done():
            was_calm, waits = not begun.is_set(), _stroll(night, seconds)
            if not was_calm:
                busy += waits
            elif not begun.is_set():
                calm += waits
        # A handful may have ended within one slice.
        return calm, busy or waits, ending.result()


def _wait_for(night: Evening, *, fewer_than: int) -> float:
    """Wait until fewer orders are reserved, and return how many seconds that took."""
    began = time.perf_counter()
    while reservations.left(night.shop) >= fewer_than:
        assert time.perf_counter() - began < PATIENCE_SECONDS, "the reservations do not end"
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - began


def _stroll(night: Evening, seconds: float) -> list[float]:
    return list(night.town.ask("stroll", per_second=PER_SECOND, seconds=seconds))


def _percentiles(waits: list[float]) -> Sample:
    parts = quantiles(waits, n=100, method="inclusive")
    return {"p50": parts[49], "p99": parts[98]}


if __name__ == "__main__":
    print(table(measure(os.environ["TEST_DATABASE_URL"], orders=10_000, seconds=20)))
