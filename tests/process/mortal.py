"""The real bot process, which ends at a named point of what it does: killed, or told to stop.

`python -m tests.process.mortal` waits for orders on its input and forks for each, because importing takes longer than
dying. Nothing in the shop knows of the points: they are put around its functions here.
"""

import asyncio
import ctypes
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any

from aiogram import Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from sqlalchemy import Engine, event

import run as run_py
from bot.db import Database
from bot.jobs import schedule
from bot.services import broadcast_run, cart, leases, orders, outbox
from bot.services import help as help_desk
from bot.telegram import pace
from bot.telegram.courier import Courier
from bot.telegram.intake import Intake
from bot.telegram.middlewares.gate import Gate

DIE_WITH_PARENT = 1
"""Linux: PR_SET_PDEATHSIG."""


@dataclass(frozen=True)
class Fate:
    """Where a process ends: the nth time that it passes a point, by a signal."""

    point: str = ""
    nth: int = 1
    signal: int = signal.SIGKILL


@dataclass(frozen=True)
class Life:
    """How a process lives: its environment, its fate, and where it writes what it would print."""

    environment: Mapping[str, str]
    output: Path
    fate: Fate = Fate()
    lifetime: float | None = None
    """The lease's, in seconds, where a test cannot wait for half a minute."""
    is_in_earnest: bool = False
    """Whether its jobs come as seldom, and its messages to one chat as slowly, as in a real shop."""


class Reaper:
    """Counts how often each point is passed."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self._left = fate.nth

    def passes(self, point: str) -> None:
        """End the process if this is where."""
        if not point or point != self._fate.point:
            return
        self._left -= 1
        if self._left == 0:
            sys.stderr.write(f"reached: {point}\n")
            sys.stderr.flush()
            os.kill(os.getpid(), self._fate.signal)

    def before(self, owner: Any, name: str, point: str) -> None:
        """Let there be a point before a function."""
        self._around(owner, name, point, "")

    def after(self, owner: Any, name: str, point: str) -> None:
        """Let there be a point after a function has done its work."""
        self._around(owner, name, "", point)

    def _around(self, owner: Any, name: str, begin: str, end: str) -> None:
        inner = getattr(owner, name)

        @wraps(inner)
        def plain(*args: Any, **options: Any) -> Any:
            self.passes(begin)
            result = inner(*args, **options)
            self.passes(end)
            return result

        @wraps(inner)
        async def waiting(*args: Any, **options: Any) -> Any:
            self.passes(begin)
            result = await inner(*args, **options)
            self.passes(end)
            return result

        setattr(owner, name, waiting if asyncio.iscoroutinefunction(inner) else plain)


RECEIVED, BEGUN, HANDLER, COMMITTING, COMMITTED, ANSWERED, STOPPING = (
    "an update is received",
    "an update is begun",
    "it is known who it is, the handler comes next",
    "the handler's COMMIT comes next",
    "the handler has committed, the answer comes next",
    "the answer is given, Telegram does not know that it is handled",
    "the process stops",
)
CLAIMED, SENT, NOTED = (
    "a message is claimed",
    "a message is sent, and nobody has noted it",
    "a message is sent and noted",
)
ADDED = "something is put into a cart, its COMMIT comes next"
EXPIRING, EXPIRED = "an order expires", "an order has expired"
QUEUED, POSTED = "a broadcast is put into the outbox", "a broadcast is sent to somebody"


def put_points(reaper: Reaper) -> None:
    """Put every point into the program."""
    reaper.before(Intake, "_take", RECEIVED)
    reaper.before(Dispatcher, "feed_update", BEGUN)
    reaper.before(Gate, "__call__", HANDLER)
    reaper.after(Database, "call_once", COMMITTED)
    reaper.after(Dispatcher, "feed_update", ANSWERED)
    reaper.before(Intake, "stop", STOPPING)
    reaper.before(Courier, "_deliver", CLAIMED)
    reaper.before(outbox, "mark_sent", SENT)
    reaper.after(Courier, "_deliver", NOTED)
    reaper.after(cart, "add", ADDED)
    reaper.before(orders, "expire", EXPIRING)
    reaper.after(orders, "expire", EXPIRED)
    reaper.after(broadcast_run, "advance", QUEUED)
    reaper.after(Courier, "_post", POSTED)
    event.listen(Engine, "commit", lambda _connection: reaper.passes(COMMITTING))


def live(life: Life) -> None:
    """Be the bot process."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    output = os.open(life.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, target in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
        os.dup2(number, target)
    os.environ.update(life.environment)
    sys.argv = ["run.py"]
    put_points(Reaper(life.fate))
    if life.lifetime is not None:
        leases.LIFETIME = timedelta(seconds=life.lifetime)
        leases.SURE = leases.LIFETIME * 5 / 6
    if not life.is_in_earnest:
        schedule.A_LITTLE_LATER, schedule.MINUTE = 0.2, 1.0
        # More happens here in a second than in a chat.
        pace.BURST = 10_000
    # Nobody answers here.
    help_desk.MOST_UNANSWERED = 10_000
    signal.signal(signal.SIGUSR1, partial(_block, life.output.with_suffix(".blocked")))
    signal.signal(signal.SIGUSR2, _break_poller)
    # aiogram waits for TLS to say goodbye, and the sandbox speaks plain HTTP.
    AiohttpSession.close = _close  # type: ignore[method-assign, assignment]
    os._exit(run_py.main())


def _block(mark: Path, *_: object) -> None:
    """Let the event loop hang, as a handler that waits does, until the mark is taken away."""
    mark.touch()
    while mark.exists():
        time.sleep(0.02)


def _break_poller(*_: object) -> None:
    """Let polling end, as by a bug."""
    for task in asyncio.all_tasks(asyncio.get_running_loop()):
        if getattr(task.get_coro(), "__qualname__", "") == "Intake.run":
            task.cancel()


async def _close(session: AiohttpSession) -> None:
    if session._session is not None:
        await session._session.close()


def _born(life: Life) -> int:
    child = os.fork()
    if child == 0:
        try:
            live(life)
        except BaseException:
            traceback.print_exc()
            os._exit(70)
    return child


def _ended(number: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def main() -> None:
    """Do what comes in: give birth to a process and say its number, or wait for one and say how it ended."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    do: dict[str, Callable[[Any], int]] = {"born": _born, "ended": _ended}
    while True:
        try:
            what, about = pickle.load(requests)  # noqa: S301 - written by the test that started this process
        except EOFError:
            return
        pickle.dump(do[what](about), answers)
        answers.flush()


if __name__ == "__main__":
    main()
