"""The whole bot with its jobs, in front of a Telegram of its own and of a database with thousands of reservations."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import reservations, surroundings
from bench.child import Child, child
from bench.stage import stage
from tests.shop import Shop

REDIS_DB = "62"
"""Far from those of the tests, and not that of browsing."""


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
