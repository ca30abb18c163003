"""The bot keeps to one core: only one of its threads runs Python at a time, whichever core it is on.

On several cores every turn of the interpreter's lock carries its objects from one core's cache to another's: on two
cores a checkout among others took 1.6 times the CPU, and a press 1.2 times (docs/performance.md). What needs no
interpreter, the database and what the bot has drawn, is free to run on the others.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_allowed: set[int] = set()
"""Where this process might run before it kept to one core; empty as long as it does not."""


def keep() -> None:
    """Keep this thread, and those that it begins, to one core; systems that know no such thing are left alone.

    Which one follows from the number of the process, so that two shops on a server do not meet on the first.
    """
    # Linux only; a container may forbid it.
    with suppress(AttributeError, OSError):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})
        _allowed.update(cores)


@contextmanager
def left() -> Iterator[None]:
    """Let what is started in this block run on any core."""
    if not _allowed:
        yield
        return
    kept = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _allowed)
    try:
        yield
    finally:
        os.sched_setaffinity(0, kept)
