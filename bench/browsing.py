"""Browsing: presses per second and CPU a press, beside a bare aiogram bot that shows the same screens."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import surroundings
from bench.child import Child, child
from bench.effort import Effort
from bench.figures import Figure, Sample, figure, interleave
from bench.names import FIRST_BROWSER_ID, TOKENS
from bench.stage import Stage

RATE = 30.0
"""Presses a second, as many as Telegram lets a bot answer."""
PACED_PEOPLE = 60
"""At most."""
TOGETHER = 20
SHARE_OF_PACE = 2
"""So many times as long as a round at full speed is one at a steady pace, so that a p99 says something."""
WARM_UP_SECONDS = 0.5
REDIS_DB = "63"
"""Far from those of the tests."""


class Contest:
    """Both bots, and the people who press."""

    def __init__(self, load: Child, bots: dict[str, Child]) -> None:
        """Have `load` press the buttons of `bots`."""
        self._load = load
        self._bots = bots

    def gather(self, bot: str, people: int) -> None:
        """Let more people come to a bot, until there are so many."""
        self._load.ask("on", bot=bot, do="fill", people=people)

    def parade(self, bot: str) -> None:
        """Let everybody who has come press once."""
        self._load.ask("on", bot=bot, do="parade", together=TOGETHER)

    def memory(self, bot: str) -> float:
        """Return how many megabytes a bot holds."""
        return self._bots[bot].memory()

    def pace(self, bot: str, people: int, seconds: float) -> Sample:
        """Let people press one bot's buttons at a steady rate, and return how long they wait, in milliseconds."""
        waits: Sample = self._load.ask("on", bot=bot, do="pace", people=people, rate=RATE, seconds=seconds)
        return waits

    def drive(self, bot: str, people: int, seconds: float) -> Sample:
        """Let people press one bot's buttons, and return what it did with how much CPU."""
        before = self._bots[bot].cpu()
        driven = self._load.ask("on", bot=bot, do="drive", people=people, seconds=seconds)
        cpu = self._bots[bot].cpu() - before
        presses = driven["presses"]
        return {
            "rate": presses / driven["seconds"],
            "cpu": cpu / presses * 1000,
            "calls": driven["calls"],
            "load": driven["load"],
        }


def measure(stage: Stage, effort: Effort) -> list[Figure]:
    """Measure browsing with few and with many people, at a steady pace, and what many people leave in memory."""
    figures = []
    with contest(stage, max(effort.crowds), effort.visitors) as both:
        for people in effort.crowds:
            for bot in TOKENS:
                both.drive(bot, people, WARM_UP_SECONDS)
            figures += _with(both, people, effort.rounds, effort.seconds)
        figures += _paced(both, min(PACED_PEOPLE, max(effort.crowds)), effort.rounds, effort.seconds * SHARE_OF_PACE)
        figures += _memory(both, max(effort.crowds), effort.visitors, effort.parts)
    return figures


def _paced(contest: Contest, people: int, rounds: int, seconds: float) -> list[Figure]:
    def ours() -> Sample:
        return contest.pace("shop", people, seconds)

    pairs = interleave(rounds, ours, lambda: contest.pace("bare", people, seconds))
    name = f"a press at {RATE:.0f}/s"
    return [
        figure(name, "ms, p50", pairs, "p50"),
        figure(name, "ms, p99", pairs, "p99", target="<= 3"),
    ]


def _memory(contest: Contest, people: int, visitors: int, groups: int) -> list[Figure]:
    """Let many more people come, in groups, and look how the process grows with each and afterwards."""
    pairs = []
    for number in range(1, groups + 1):
        before = contest.memory("shop")
        contest.gather("shop", people + (visitors - people) * number // groups)
        contest.parade("shop")
        came = contest.memory("shop")
        contest.parade("shop")
        pairs.append(({"came": came, "stayed": contest.memory("shop")}, {"came": before, "stayed": came}))
    each = f"{(visitors - people) // groups:,} people"
    return [
        figure(f"memory, {each} come", "MB", pairs, "came"),
        figure(f"memory, {each} stay", "MB", pairs, "stayed", target="<= 1.05"),
    ]


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
def contest(stage: Stage, people: int, visitors: int) -> Iterator[Contest]:
    """Have both bots running and so many people in front of each; the visitors have entered, but come later."""
    for number in range(max(people, visitors)):
        stage.shop.has_customer(FIRST_BROWSER_ID + number)
    # Nobody presses as fast as this load, and nobody would be answered.
    stage.shop.has_setting("presses_per_minute", "0")
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="shop-bench-"))
        load = stack.enter_context(child("bench.load"))
        urls = load.ask("urls")
        bare = stack.enter_context(child("bench.bare_bot", urls["bare"], TOKENS["bare"]))
        settings = surroundings.of_bot(stage.url, urls["shop"], Path(folder), REDIS_DB)
        shop = stack.enter_context(child("bench.shop_bot", environment=settings))
        shop.cpu()
        bare.ask("learn", screens=load.ask("screens"))
        load.ask("fill", people=people)
        yield Contest(load, {"shop": shop, "bare": bare})
