"""Expiry: thousands of reservations end at once while people browse; how long that takes, and what the people feel.

They end in a few waves with a calm before each, so that both are measured several times. `python -m bench.expiry`
beside the servers that TEST_DATABASE_URL and others name lets all of them end in one.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bench import reservations
from bench.child import Child
from bench.evening import STROLLERS, Evening, evening
from bench.figures import Figure, Pair, figure, percentiles, table

PACE = 10_000 / 60
"""Orders a second: ten thousand within a minute."""
LOOK_SECONDS = 0.1
SLICES = 8
"""So many in the calm before a wave; until the job begins, there are more of them."""
SHORTEST_SECONDS = 0.2
PATIENCE_SECONDS = 600.0


def measure(server_url: str, *, orders: int, waves: int, seconds: float) -> list[Figure]:
    """Let `orders` reservations end in the bot, in waves, and compare what people feel with the calm before each.

    A calm lasts for so many seconds at least.
    """
    with evening(server_url, orders) as night:
        bot = night.begin()
        night.town.ask("know", first_id=reservations.FIRST_ID, people=orders)
        night.town.ask("fill", people=STROLLERS)
        rounds = [_wave(night, bot, size, seconds) for size in _sizes(orders, waves)]
        assert reservations.left(night.shop) == 0, "some reservations have not ended"
    name = f"expiry of {orders:,}"
    return [
        figure(name, "orders/s", rounds, "rate", target=">= 1"),
        figure(name, "p50 of a press, ms", rounds, "p50"),
        figure(name, "p99 of a press, ms", rounds, "p99", target="<= 2"),
    ]


def _sizes(orders: int, waves: int) -> list[int]:
    return [orders * (number + 1) // waves - orders * number // waves for number in range(waves)]


def _wave(night: Evening, bot: Child, orders: int, seconds: float) -> Pair:
    """Let so many reservations end after a calm in which the bot has nothing to do but what people want."""
    reservations.silence(night.shop)
    slice_seconds = max(seconds / SLICES, SHORTEST_SECONDS)
    night.stroll(slice_seconds)  # what was under way ends, and whoever has just come finds the caches warm
    before = night.stroll(seconds)
    reservations.end(night.shop, orders)
    bot.ask("plan_anew")
    calm, busy, took = _until_they_have_ended(night, orders, slice_seconds)
    limit = {"rate": PACE, **percentiles(before + calm)}
    return {"rate": orders / took, **percentiles(busy)}, limit


def _until_they_have_ended(night: Evening, orders: int, seconds: float) -> tuple[list[float], list[float], float]:
    """Return how long people waited before and while it went on, in slices of so many seconds, and how long it took.

    The bot's own job does it, some seconds after its plan: another sweep beside it would only get into its way.
    """
    calm: list[float] = []
    busy: list[float] = []
    waits: list[float] = []
    all_of_them, begun = reservations.left(night.shop), threading.Event()

    def watch() -> float:
        _wait_for(night, fewer_than=all_of_them)
        begun.set()
        return _wait_for(night, fewer_than=all_of_them - orders + 1)

    with ThreadPoolExecutor(1) as thread:
        ending = thread.submit(watch)
        while not ending.done():
            was_calm, waits = not begun.is_set(), night.stroll(seconds)
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


if __name__ == "__main__":
    print(table(measure(os.environ["TEST_DATABASE_URL"], orders=10_000, waves=1, seconds=20)))
