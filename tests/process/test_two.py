"""Two bot processes with one token: the second steps back, and the lease moves on when its holder dies or hangs."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import Busy
from bot.sandbox import Person, Sandbox
from bot.services import cart
from tests.jobs.waiting import until
from tests.process import mortal
from tests.process.conftest import Births, Bot
from tests.process.mortal import Fate
from tests.servers import free_port
from tests.shop import Shop

pytestmark = pytest.mark.timeout(300)
IS_LONG = bool(int(os.environ.get("PROCESS_ROUNDS", "0")))
LIFETIME = None if IS_LONG else 3.0
"""In seconds: a lease as it is, in the long version, or a short one."""
LEASE_SECONDS = 24.0 if LIFETIME is None else LIFETIME
REFUSED = 1
SLOW = 90.0


def has_anna(sandbox: Sandbox, shop: Shop) -> Person:
    """Return a customer who has entered before."""
    shop.has_setting("presses_per_minute", "0")
    return sandbox.person(shop.has_customer(101, "Anna"), "Anna", language_code="en")


def has_stopped(bot: Bot) -> bool:
    """Tell whether a process hangs."""
    return Path(f"/proc/{bot.number}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def takes_over(births: Births, person: Person) -> Bot:
    """Start one process after the other, as systemd does, until one serves."""
    answered = asyncio.create_task(_is_answered(person))
    while True:
        bot = births(lifetime=LIFETIME, MONITORING_PORT=str(free_port()))
        end = asyncio.create_task(bot.ends(SLOW))
        await asyncio.wait([answered, end], return_when=asyncio.FIRST_COMPLETED)
        if answered.done():
            end.cancel()
            await answered
            return bot
        assert await end == REFUSED, bot.said
        await asyncio.sleep(0.3)


async def _is_answered(person: Person) -> None:
    before = len(person.sandbox.calls("sendMessage"))
    await person.sends("/cart", wait=False)
    await until(lambda: len(person.sandbox.calls("sendMessage")) > before, seconds=SLOW)


async def test_a_second_process_steps_back_with_one_line(births: Births, sandbox: Sandbox, shop: Shop):
    anna = has_anna(sandbox, shop)
    births()
    await anna.sends("/start")
    second = births(MONITORING_PORT=str(free_port()))

    assert await second.ends() == REFUSED
    assert second.said.startswith("Another bot process is already running (")
    assert second.said.count("\n") == 1
    await anna.sends("/cart")
    assert "Your cart is empty" in anna.screen


async def test_the_lease_moves_on_when_its_holder_is_killed(
    births: Births, sandbox: Sandbox, shop: Shop, record_property: Callable[[str, object], None]
):
    anna = has_anna(sandbox, shop)
    first = births(lifetime=LIFETIME)
    await anna.sends("/start")
    first.gets(signal.SIGKILL)
    await first.ends()
    began = time.monotonic()
    await takes_over(births, anna)
    seconds = time.monotonic() - began

    record_property("seconds until the next process served", f"{seconds:.1f}")
    assert seconds < (30 if IS_LONG else SLOW)


async def test_a_process_that_hung_finds_that_it_is_no_longer_the_bot_and_does_nothing(
    births: Births, sandbox: Sandbox, shop: Shop
):
    anna = has_anna(sandbox, shop)
    goods_id = shop.has_goods(stock=50)
    first = births(Fate(mortal.ADDED, signal=signal.SIGSTOP), lifetime=LIFETIME)
    await anna.sends("/start")
    press = await anna.presses(f"add:{goods_id}:1", wait=False)
    await until(lambda: has_stopped(first), seconds=SLOW)
    if not IS_LONG:
        # What MariaDB does by itself after 15 s: a transaction that idles is ended.
        _end_idle_transactions(shop)
    second = await takes_over(births, anna)
    await until(lambda: press["update_id"] not in sandbox.world.updates.pending, seconds=SLOW)
    shown, sent = anna.screen, sandbox.count()
    first.gets(signal.SIGCONT)

    assert await first.ends(SLOW) == REFUSED
    assert "Another bot process is already running (" in first.said
    assert shop.db.read(cart.of, anna.id).count == 1
    assert (anna.screen, [call.method for call in sandbox.calls()[sent:]]) == (shown, [])
    await anna.sends("/cart")
    assert "Green tea" in anna.screen
    assert await second.stops() == 0


def _end_idle_transactions(shop: Shop) -> None:
    idle = "SELECT GROUP_CONCAT(ID) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND COMMAND = 'Sleep'"
    for number in str(shop.scalar(idle) or 0).split(","):
        with suppress(Busy, OperationalError):
            shop.execute(f"KILL CONNECTION {int(number)}")
