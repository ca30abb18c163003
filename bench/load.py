"""The load: Telegram and the people who press, in a process of their own, so that only the bot is measured.

python -m bench.load. There is a Telegram for each bot, and people walk through both in the same way: shop, category,
goods, and back. They press again as soon as the press is answered and the screen has changed.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from bench.child import answer, cpu_seconds
from bench.names import CATEGORIES, FIRST_BROWSER_ID, HOME, TOKENS
from bot.sandbox import MessageView, Person, Sandbox
from bot.sandbox.changes import Change

NAME = "Anna"
"""Everybody's, so that everybody's first screen is the same."""
PATIENCE = 10.0  # seconds

Screens = dict[str, tuple[str, list[list[dict[str, Any]]]]]
"""HTML and buttons by the callback data that leads there."""


@dataclass
class Walker:
    """Somebody who browses, with the message that the bot edits."""

    person: Person
    path: list[str]
    steps: int = 0
    missing: set[str] = field(default_factory=set)
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def walks(self, until: float) -> int:
        """Press and press again; return how often."""
        live, begun = self.person.last, self.steps
        while time.perf_counter() < until:
            await self._presses(live)
        return self.steps - begun

    async def _presses(self, live: MessageView) -> None:
        self.missing = {"answered", "message"}
        self.seen.clear()
        await self.person.presses(self.path[self.steps % len(self.path)], message=live, wait=False)
        await asyncio.wait_for(self.seen.wait(), PATIENCE)
        self.steps += 1

    async def presses_at(self, due: float) -> float:
        """Press as soon as the last press is served; return how many milliseconds after `due` this one is served."""
        async with self.turn:
            await self._presses(self.person.last)
        return (time.perf_counter() - due) * 1000

    def sees(self, change: Change) -> None:
        """Note what the bot has done; with both of its calls the press is served."""
        self.missing.discard(change.kind)
        if not self.missing:
            self.seen.set()


class Street:
    """One bot's Telegram, and the people in front of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Begin with nobody."""
        self.sandbox = sandbox
        self.walkers: dict[int, Walker] = {}
        self.paths: list[list[str]] = []

    async def fill(self, people: int) -> None:
        """Let people come and say hello. The first of them may have come already."""
        for number in range(len(self.walkers), people):
            person = newcomer(self.sandbox, number)
            await person.sends("/start")
            await person.waits_for(NAME)
            self.walkers[person.id] = Walker(person, self.paths[number * 7 % len(self.paths)])

    async def watch(self) -> None:
        """Tell people what they see."""
        with self.sandbox.world.changes.listening() as changes:
            while True:
                change = await changes.get()
                if change.chat_id in self.walkers:
                    self.walkers[change.chat_id].sees(change)

    async def drive(self, people: int, seconds: float) -> dict[str, float]:
        """Let so many people press for a while, and say what happened."""
        self._forget()
        cpu, began = cpu_seconds(), time.perf_counter()
        chosen = list(self.walkers.values())[:people]
        presses = sum(await asyncio.gather(*(walker.walks(began + seconds) for walker in chosen)))
        took = time.perf_counter() - began
        return {
            "presses": presses,
            "seconds": took,
            "calls": self.sandbox.count() / presses,
            "load": (cpu_seconds() - cpu) / took,
        }

    async def pace(self, people: int, rate: float, seconds: float) -> dict[str, float]:
        """Let people press at a steady rate, whether or not others are served; say how long they wait for a screen."""
        self._forget()
        chosen, began = list(self.walkers.values())[:people], time.perf_counter()
        waiting = []
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            waiting.append(asyncio.create_task(chosen[number % people].presses_at(due)))
        waits = sorted(await asyncio.gather(*waiting))
        return {"p50": waits[len(waits) // 2], "p99": waits[len(waits) * 99 // 100], "worst": waits[-1]}

    async def parade(self, together: int) -> None:
        """Let everybody press once, some at a time."""
        self._forget()
        turns, now = asyncio.Semaphore(together), time.perf_counter()

        async def one(walker: Walker) -> None:
            async with turns:
                await walker.presses_at(now)

        await asyncio.gather(*map(one, self.walkers.values()))

    def _forget(self) -> None:
        """Forget earlier rounds: the sandbox remembers every call, and a growing memory would slow later rounds."""
        self.sandbox.transcript.calls.clear()
        self.sandbox.world.updates.history.clear()
        self.sandbox.world.callbacks.clear()


async def learn(sandbox: Sandbox) -> tuple[Screens, list[list[str]]]:
    """Walk through the whole shop once; return every screen, and the path to each card on a first page and back."""
    visitor = newcomer(sandbox, 0)
    screens: Screens = {}
    paths = []
    await visitor.sends("/start")
    await visitor.taps("Profile")
    await _look(visitor, HOME, screens)
    shop = visitor.last.data("Shop")
    for category in CATEGORIES:
        await _look(visitor, shop, screens)
        aisle = visitor.last.data(category)
        await _look(visitor, aisle, screens)
        for goods in (row[0]["callback_data"] for row in visitor.last.rows if row[0]["text"].startswith("Goods")):
            await _look(visitor, goods, screens)
            paths.append([shop, aisle, goods, aisle, shop, HOME])
    return screens, paths


async def _look(visitor: Person, data: str, screens: Screens) -> None:
    await visitor.presses(data)
    screens[data] = visitor.last.html, visitor.last.rows


def newcomer(sandbox: Sandbox, number: int) -> Person:
    """Return one of the people."""
    return sandbox.person(FIRST_BROWSER_ID + number, NAME, language_code="en")


async def serve() -> None:
    """Do what the parent asks."""
    async with Sandbox(TOKENS["shop"]) as shop, Sandbox(TOKENS["bare"]) as bare:
        streets = {"shop": Street(shop), "bare": Street(bare)}

        async def urls() -> dict[str, str]:
            return {name: street.sandbox.url for name, street in streets.items()}

        async def screens() -> Screens:
            found, learned = await learn(shop)
            for street in streets.values():
                street.paths = learned
            return found

        async def fill(people: int) -> None:
            for street in streets.values():
                await street.fill(people)

        async def on(bot: str, do: str, **facts: Any) -> Any:
            return await getattr(streets[bot], do)(**facts)

        watching = [asyncio.create_task(street.watch()) for street in streets.values()]
        await answer({"urls": urls, "screens": screens, "fill": fill, "on": on})
        for task in watching:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(serve())
