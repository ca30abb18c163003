"""Telegram and a few people who press at a steady pace, in a process of their own: python -m bench.strollers.

What is measured of them is how long they wait: from the moment at which they meant to press, whatever was late before,
until the press is answered and the screen has changed.
"""

import asyncio
import time
from dataclasses import dataclass, field

from bench.child import answer
from bench.names import CATEGORIES, FIRST_BROWSER_ID, HOME, TOKENS
from bot.sandbox import MessageView, Person, Sandbox

NAME = "Anna"
PATIENCE = 20.0
"""In seconds: whoever has waited for so long counts as that and presses again."""
MESSAGES = "sendMessage"


@dataclass
class Stroller:
    """Somebody who walks from the first screen to a category and back."""

    person: Person
    live: MessageView
    path: list[str]
    steps: int = 0
    missing: set[str] = field(default_factory=set)
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    async def presses(self, due: float) -> float:
        """Press when it is due, and return for how many milliseconds that was waited for."""
        await asyncio.sleep(due - time.perf_counter())
        self.missing = {"answered", "message"}
        self.seen.clear()
        await self.person.presses(self.path[self.steps % len(self.path)], message=self.live, wait=False)
        self.steps += 1
        try:
            await asyncio.wait_for(self.seen.wait(), PATIENCE)
        except TimeoutError:
            return PATIENCE * 1000
        return (time.perf_counter() - due) * 1000


class Town:
    """The bot's Telegram, and the people in front of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Begin with nobody."""
        self.sandbox = sandbox
        self.strollers: dict[int, Stroller] = {}

    async def url(self) -> str:
        """Return where the bot finds its Telegram."""
        return self.sandbox.url

    async def fill(self, people: int) -> None:
        """Let people come who browse."""
        for number in range(people):
            person = self.sandbox.person(FIRST_BROWSER_ID + number, NAME, language_code="en")
            await person.sends("/start")
            await person.waits_for(NAME, timeout=PATIENCE)
            await person.taps("Shop")
            aisle = person.last.data(CATEGORIES[number % len(CATEGORIES)])
            self.strollers[person.id] = Stroller(person, person.last, [aisle, HOME])

    async def know(self, first_id: int, people: int) -> None:
        """Let so many people have written to the bot before."""
        for number in range(people):
            self.sandbox.person(first_id + number, NAME, language_code="en").account.started = True

    async def stroll(self, per_second: float, seconds: float) -> list[float]:
        """Let people press in turn, so many times a second; return for how many milliseconds each press waited."""
        began, people = time.perf_counter(), list(self.strollers.values())
        turns = [(number, began + number / per_second) for number in range(int(per_second * seconds))]
        rows = [turns[place :: len(people)] for place in range(len(people))]
        walks = (self._walk(people[place], [due for _, due in row]) for place, row in enumerate(rows))
        return [wait for waits in await asyncio.gather(*walks) for wait in waits]

    @staticmethod
    async def _walk(stroller: Stroller, times: list[float]) -> list[float]:
        return [await stroller.presses(due) for due in times]

    async def enforce(self) -> None:
        """Refuse more than Telegram allows a bot in a second; in one chat it allows a few at once."""
        self.sandbox.pace.enforced = True
        self.sandbox.pace.per_chat_seconds = 0.0

    async def sent(self) -> dict[str, int]:
        """Return how many messages arrived, and how many calls were refused as too many."""
        calls = self.sandbox.calls()
        return {
            "messages": sum(call.ok and call.method == MESSAGES for call in calls),
            "refused": sum(call.status == 429 for call in calls),
        }

    async def watch(self) -> None:
        """Tell people what they see."""
        with self.sandbox.world.changes.listening() as changes:
            while True:
                change = await changes.get()
                stroller = self.strollers.get(change.chat_id or 0)
                if stroller is not None:
                    stroller.missing.discard(change.kind)
                    if not stroller.missing:
                        stroller.seen.set()


async def serve() -> None:
    """Do what the parent asks."""
    async with Sandbox(TOKENS["shop"]) as sandbox:
        town = Town(sandbox)
        watching = asyncio.create_task(town.watch())
        names = ("url", "fill", "know", "stroll", "enforce", "sent")
        await answer({name: getattr(town, name) for name in names})
        watching.cancel()


if __name__ == "__main__":
    asyncio.run(serve())
