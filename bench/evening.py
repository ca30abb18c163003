"""The whole bot with its jobs, in front of a Telegram of its own and of a database with thousands of reservations."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import reservations, surroundings
from bench.child import Child, child
from bench.figures import Sample
from bench.stage import stage
from bot.services.broadcasts import PER_SECOND
from tests.shop import Shop

REDIS_DB = "62"
"""Far from those of the tests, and not that of browsing."""
STROLLERS = 20
PRESSES = 10
"""A second, of all of them together."""
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
SENDING: Sample = {"rate": float(PER_SECOND), "cpu": 1000 / PER_SECOND, "taken": 100.0}
"""What `sent` and `taken` are measured against: the pace that a broadcast keeps, and nothing refused."""


@dataclass(frozen=True)
class Evening:
    """The shop, and the process that holds its Telegram and the people; `begin` starts the bot."""

    shop: Shop
    town: Child
    stack: ExitStack
    settings: dict[str, str]

    def begin(self) -> Child:
        """Start the bot, which is stopped at the end."""
        bot = self.stack.enter_context(child("bench.shop_bot", environment=self.settings))
        bot.cpu()
        return bot

    def stroll(self, seconds: float) -> list[float]:
        """Let people press for a while; return for how many milliseconds each press waited."""
        return list(self.town.ask("stroll", per_second=PRESSES, seconds=seconds))

    def wait_for_messages(self, count: int) -> None:
        """Wait until so many more have arrived: the first ones make good for what was not sent before."""
        enough = self.town.ask("sent")["messages"] + count
        until = time.perf_counter() + PATIENCE_SECONDS
        while self.town.ask("sent")["messages"] < enough:
            assert time.perf_counter() < until, "no messages arrive"
            time.sleep(LOOK_SECONDS)

    def sent(self, bot: Child, meanwhile: Callable[[], object]) -> Sample:
        """Do something, and return how many messages a second arrived meanwhile, and what CPU each cost the bot."""
        cpu, began, before = bot.cpu(), time.perf_counter(), self.town.ask("sent")
        meanwhile()
        count = self.town.ask("sent")["messages"] - before["messages"]
        took, used = time.perf_counter() - began, bot.cpu() - cpu
        return {"rate": count / took, "cpu": used / count * 1000}

    def taken(self) -> Sample:
        """Return how many of a hundred messages were not refused since the beginning: no median may hide one."""
        sent = self.town.ask("sent")
        return {"taken": sent["messages"] / (sent["messages"] + sent["refused"]) * 100}


@contextmanager
def evening(server_url: str, orders: int) -> Iterator[Evening]:
    """Have a shop with so many reservations as long as the block lasts."""
    with stage(server_url) as place, ExitStack() as stack:
        reservations.fill(place.shop, orders)
        # Nobody presses as fast as some who measure, and nobody would be answered.
        place.shop.has_setting("presses_per_minute", "0")
        place.shop.has_setting("reservation_reminder_minutes", "0")
        place.shop.has_setting("reference_codes_enabled", "false")
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="shop-bench-")))
        town = stack.enter_context(child("bench.strollers"))
        yield Evening(place.shop, town, stack, surroundings.of_bot(place.url, town.ask("url"), folder, REDIS_DB))
