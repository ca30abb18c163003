"""Updates come in, in order, and none is lost whatever happens to the bot or to Telegram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiogram.types import Update

from bot.db import Database
from bot.sandbox import Person, Sandbox
from bot.telegram.dispatcher import connect
from bot.telegram.intake import Intake
from bot.telegram.outage import Outage
from tests.telegram.conftest import TOKEN

Handle = Callable[[Update], Awaitable[object]]


async def always() -> bool:
    """Say that this is the only bot."""
    return True


@asynccontextmanager
async def polling(
    sandbox: Sandbox, handle: Handle, *, grace: float = 5, outage: Outage | None = None
) -> AsyncIterator[Intake]:
    """Hand every update to `handle`; in the end stop in good order, waiting so many seconds."""
    bot = connect(TOKEN, sandbox.url)
    intake = Intake(bot, handle, outage or Outage(Database("mysql+pymysql://shop@127.0.0.1:1/none")), always)
    poller = asyncio.create_task(intake.run())
    try:
        yield intake
    finally:
        await intake.stop(poller, seconds=grace)
        await bot.session.close()


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    return sandbox.person(101, "Anna")


@pytest.fixture
def boris(sandbox: Sandbox) -> Person:
    return sandbox.person(102, "Boris")


class Notebook:
    """A handler that writes down what it has handled; the texts in `slow` wait until they are let go."""

    def __init__(self, *slow: str) -> None:
        self.begun: list[str] = []
        self.handled: list[str] = []
        self.let_go = asyncio.Event()
        self._news = asyncio.Event()
        self._slow = slow

    async def __call__(self, update: Update) -> None:
        text = (update.message.text if update.message else "") or ""
        self.begun.append(text)
        self._news.set()
        if text in self._slow:
            await self.let_go.wait()
        self.handled.append(text)
        self._news.set()

    async def has_begun(self, text: str) -> None:
        """Wait until a text has come."""
        async with asyncio.timeout(5):
            while text not in self.begun:
                self._news.clear()
                await self._news.wait()

    async def has_handled(self, *texts: str) -> None:
        """Wait until all these texts are handled."""
        async with asyncio.timeout(5):
            while not set(texts) <= set(self.handled):
                self._news.clear()
                await self._news.wait()


def waiting(sandbox: Sandbox) -> list[str]:
    """Return the texts that Telegram would deliver again."""
    return [delivery.update["message"]["text"] for delivery in sandbox.world.updates.pending.values()]


async def test_an_update_is_confirmed_only_when_it_has_been_handled(sandbox: Sandbox, anna: Person):
    notes = Notebook("slow")
    async with polling(sandbox, notes):
        await anna.sends("slow", wait=False)
        await notes.has_begun("slow")
        await asyncio.sleep(0.3)
        assert waiting(sandbox) == ["slow"]
        notes.let_go.set()
        await anna.sends("next")

        assert waiting(sandbox) == []
    assert notes.handled == ["slow", "next"]


async def test_who_waits_for_nothing_is_not_kept_by_who_does(sandbox: Sandbox, anna: Person, boris: Person):
    notes = Notebook("slow")
    async with polling(sandbox, notes):
        await anna.sends("slow", wait=False)
        await notes.has_begun("slow")
        for number in range(20):
            await boris.sends(f"b{number}", wait=False)
        await notes.has_handled(*(f"b{number}" for number in range(20)))
        assert notes.handled == [f"b{number}" for number in range(20)]
        notes.let_go.set()
    assert waiting(sandbox) == []
    assert sorted(notes.begun) == sorted(notes.handled)


async def test_one_person_is_served_in_order(sandbox: Sandbox, anna: Person, boris: Person):
    handled: list[tuple[int, str]] = []

    async def handle(update: Update) -> None:
        assert update.message is not None
        assert update.message.from_user is not None
        await asyncio.sleep(0.03 if int(update.message.text or 0) % 3 == 0 else 0)
        handled.append((update.message.from_user.id, update.message.text or ""))

    async with polling(sandbox, handle):
        for number in range(30):
            await (anna if number % 2 else boris).sends(str(number), wait=False)
        await asyncio.gather(anna.sends("30"), boris.sends("31"))

    for person_id in (101, 102):
        mine = [int(text) for who, text in handled if who == person_id]
        assert mine == sorted(mine)
    assert len(handled) == 32


async def test_what_has_begun_is_finished_before_the_stop_and_confirmed(sandbox: Sandbox, anna: Person):
    notes = Notebook("slow")
    async with polling(sandbox, notes):
        await anna.sends("slow", wait=False)
        await notes.has_begun("slow")
        asyncio.get_running_loop().call_later(0.3, notes.let_go.set)

    assert notes.handled == ["slow"]
    assert waiting(sandbox) == []


async def test_what_does_not_end_in_time_comes_again_after_the_restart(sandbox: Sandbox, anna: Person, boris: Person):
    notes = Notebook("slow")
    async with polling(sandbox, notes, grace=0.2):
        await anna.sends("quick")
        await anna.sends("slow", wait=False)
        await notes.has_begun("slow")
        await boris.sends("other", wait=False)
        await notes.has_handled("other")
    assert waiting(sandbox) == ["slow", "other"]

    after = Notebook()
    async with polling(sandbox, after):
        await anna.sends("late")

    assert after.handled == ["slow", "other", "late"]
    notes.let_go.set()


async def test_what_comes_while_the_bot_is_down_is_handled_in_order(sandbox: Sandbox, anna: Person):
    texts = [str(number) for number in range(300)]
    for text in texts:
        await anna.sends(text, wait=False)
    notes = Notebook()
    async with polling(sandbox, notes):
        await anna.sends("last")

    assert notes.handled == [*texts, "last"]
    assert waiting(sandbox) == []


@pytest.mark.parametrize("status", [500, 502, 409, 429, "reset"])
async def test_a_failing_telegram_is_asked_again(sandbox: Sandbox, anna: Person, status: int):
    fault = sandbox.fail("getUpdates", status=status, retry_after=1 if status == 429 else None, times=2)
    notes = Notebook()
    async with polling(sandbox, notes):
        for number in range(3):
            await anna.sends(str(number), wait=False)
        await anna.sends("last")

    assert fault.hits == 2
    assert notes.handled == ["0", "1", "2", "last"]


async def test_a_handler_that_breaks_stops_nothing(sandbox: Sandbox, anna: Person):
    handled = []

    async def handle(update: Update) -> None:
        assert update.message is not None
        if update.message.text == "bad":
            raise RuntimeError
        handled.append(update.message.text)

    async with polling(sandbox, handle):
        await anna.sends("bad")
        await anna.sends("good")

    assert handled == ["good"]


async def test_a_handler_that_hangs_does_not_make_the_bot_ask_without_a_pause(sandbox: Sandbox, anna: Person):
    notes = Notebook("slow")
    async with polling(sandbox, notes):
        await anna.sends("slow", wait=False)
        await notes.has_begun("slow")
        before = len(sandbox.calls("getUpdates"))
        await asyncio.sleep(1)
        assert len(sandbox.calls("getUpdates")) - before <= 25
        notes.let_go.set()
