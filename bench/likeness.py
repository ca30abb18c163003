"""What the bot makes of its process, for what is measured within the process of the benchmarks."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot import main


@contextmanager
def as_the_bot() -> Iterator[None]:
    """Let this process be as the bot makes itself, and as it was before afterwards."""
    allowed, interval = os.sched_getaffinity(0), sys.getswitchinterval()
    main.tune()
    main.settle()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)
        os.sched_setaffinity(0, allowed)
