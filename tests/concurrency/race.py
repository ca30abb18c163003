"""Races: several people do something at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from bot.errors import ShopError
from tests import rules
from tests.shop import Shop, empty, now

AT_ONCE = 24
"""As many connections as the tests' database has."""


class Tally:
    """How many races were run by the test that runs, apart from those that are meant to go wrong."""

    races = 0


@dataclass(frozen=True)
class Outcome:
    """What came of a race: what was done, what the shop refused, and what went wrong."""

    done: Sequence[Any]
    refused: Sequence[ShopError]
    broken: Sequence[BaseException]

    @property
    def refusals(self) -> set[str]:
        """Return the names of the refusals."""
        return {type(error).__name__ for error in self.refused}


def race(actions: Iterable[Callable[[], Any]]) -> Outcome:
    """Run the actions in waves of as many threads as there are connections, each wave starting in one moment."""
    Tally.races += 1
    waiting = list(actions)
    results: list[Any] = []
    while waiting:
        wave, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        results += _wave(wave)
    return Outcome(
        [result for result in results if not isinstance(result, BaseException)],
        [result for result in results if isinstance(result, ShopError)],
        [result for result in results if isinstance(result, BaseException) and not isinstance(result, ShopError)],
    )


def _wave(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    start = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(place: int, action: Callable[[], Any]) -> None:
        start.wait(30)
        try:
            results[place] = action()
        except BaseException as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def consistent(shop: Shop) -> None:
    """Assert that every invariant of the shop holds."""
    assert rules.broken(shop.db, now=now()) == []


def breaks(shop: Shop, scenario: Callable[[Shop], None], *, rounds: int = 40) -> None:
    """Assert that a scenario goes wrong within some rounds: the negative control of what was taken out."""
    counted = Tally.races
    for _ in range(rounds):
        empty(shop.db)
        try:
            scenario(shop)
        except AssertionError:
            return
        finally:
            Tally.races = counted
    pytest.fail(f"{scenario.__name__} held in {rounds} rounds although its protection was taken out")


def slowed(patch: pytest.MonkeyPatch, module: object, name: str, seconds: float = 0.03) -> threading.Event:
    """Let a function wait a moment before it works, so that a race has room; what is returned is set meanwhile."""
    original, is_called = getattr(module, name), threading.Event()

    def waiting(*args: Any, **options: Any) -> Any:
        is_called.set()
        time.sleep(seconds)
        return original(*args, **options)

    patch.setattr(module, name, waiting)
    return is_called


def met(patch: pytest.MonkeyPatch, module: object, name: str, *, leaving: bool = False, seconds: float = 5) -> None:
    """Let the first two who call a function begin together, and end together too where they are `leaving`.

    A protection that is there keeps one of them away: whoever waits in vain for so many seconds goes on alone.
    """
    original = getattr(module, name)
    coming, going = threading.Barrier(2, timeout=seconds), threading.Barrier(2, timeout=seconds)

    def together(*args: Any, **options: Any) -> Any:
        _wait(coming)
        result = original(*args, **options)
        if leaving:
            _wait(going)
        return result

    patch.setattr(module, name, together)


def _wait(barrier: threading.Barrier) -> None:
    with suppress(threading.BrokenBarrierError):
        barrier.wait()
