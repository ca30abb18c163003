"""Browsing: presses per second and CPU a press, beside a bare aiogram bot that shows the same screens."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.child import Child, child
from bench.figures import Figure, Sample, figure, interleave
from bench.names import FIRST_BROWSER_ID, OWNER_ID, TOKENS, VAULT_KEY
from bench.stage import Stage
from tests.servers import free_port

PEOPLE = (1, 20)
WARM_UP_SECONDS = 0.5
REDIS_DB = "63"
"""Far from those of the tests."""


class Contest:
    """Both bots, and the people who press."""

    def __init__(self, load: Child, bots: dict[str, Child]) -> None:
        """Have `load` press the buttons of `bots`."""
        self._load = load
        self._bots = bots

    def drive(self, bot: str, people: int, seconds: float) -> Sample:
        """Let people press one bot's buttons, and return what it did with how much CPU."""
        before = self._bots[bot].cpu()
        driven = self._load.ask("drive", bot=bot, people=people, seconds=seconds)
        cpu = self._bots[bot].cpu() - before
        presses = driven["presses"]
        return {
            "rate": presses / driven["seconds"],
            "cpu": cpu / presses * 1000,
            "calls": driven["calls"],
            "load": driven["load"],
        }


def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Figure]:
    """Measure browsing with few and with many people."""
    figures = []
    with _contest(stage) as contest:
        for people in PEOPLE:
            for bot in TOKENS:
                contest.drive(bot, people, WARM_UP_SECONDS)
            figures += _with(contest, people, rounds, seconds)
    return figures


def _with(contest: Contest, people: int, rounds: int, seconds: float) -> list[Figure]:
    pairs = interleave(
        rounds,
        lambda: contest.drive("shop", people, seconds),
        lambda: contest.drive("bare", people, seconds),
    )
    crowd = f"browsing, {people}"
    return [
        figure(crowd, "presses/s", pairs, "rate", target=">= 0.6"),
        figure(crowd, "ms CPU/press", pairs, "cpu", target="<= 2.5"),
        figure(crowd, "calls/press", pairs, "calls"),
        figure(crowd, "cores of load", pairs, "load"),
    ]


@contextmanager
def _contest(stage: Stage) -> Iterator[Contest]:
    for number in range(max(PEOPLE)):
        stage.shop.has_customer(FIRST_BROWSER_ID + number)
    # Nobody presses as fast as this load, and nobody would be answered.
    stage.shop.has_setting("presses_per_minute", "0")
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="shop-bench-"))
        load = stack.enter_context(child("bench.load"))
        urls = load.ask("urls")
        bare = stack.enter_context(child("bench.bare_bot", urls["bare"], TOKENS["bare"]))
        settings = _settings(stage.url, urls["shop"], Path(folder))
        shop = stack.enter_context(child("bench.shop_bot", environment=settings))
        shop.cpu()
        bare.ask("learn", screens=load.ask("screens"))
        load.ask("fill", people=max(PEOPLE))
        yield Contest(load, {"shop": shop, "bare": bare})


def _settings(database_url: str, telegram_url: str, folder: Path) -> dict[str, str]:
    return {
        "TOKEN": TOKENS["shop"],
        "OWNER_ID": str(OWNER_ID),
        "DATABASE_URL": database_url,
        "REDIS_HOST": os.environ["TEST_REDIS_HOST"],
        "REDIS_PORT": os.environ["TEST_REDIS_PORT"],
        "REDIS_DB": REDIS_DB,
        "TELEGRAM_API_URL": telegram_url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(folder / "data"),
        "LOG_DIR": str(folder / "logs"),
        "BTC_ADDRESSES_FILE": str(folder / "btc_addresses.txt"),
        "MONITORING_PORT": str(free_port()),
        "LOG_TO_STDOUT": "false",
    }
