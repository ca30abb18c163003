"""Trying again: which errors of the database pass by themselves, and for how long a unit of work is repeated."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bot.errors import Busy, Conflict

T = TypeVar("T")

ATTEMPTS = 5
PATIENCE_SECONDS = 4.0
"""After so long no new attempt begins, so that a person gets an answer within six seconds."""

RETRIED_CODES = frozenset({1213, 1205, 1020})
"""Deadlock, lock wait time-out, "record has changed since last read" (MariaDB 11.6.2 and later)."""
BROKEN_CODES = frozenset({1062, 1451, 1452})
"""A duplicate key, or a row that has just gone or was pointed to: somebody else was faster."""
LOST_CODES = frozenset({0, 1040, 1053, 1203, 1927, 2002, 2003, 2006, 2013, 2014, 2055})
"""The connection could not be made, also because there are too many, or went away."""


def patiently(work: Callable[[], T]) -> T:
    """Return what `work` returns, which is done once more, a few times, where that may help.

    Raises:
        Busy: it did not help in time.
    """
    started = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (Conflict, DBAPIError, PoolExhausted) as error:
            if not is_worth_another_run(error):
                raise
            if attempt == ATTEMPTS or time.monotonic() - started > PATIENCE_SECONDS:
                if isinstance(error, IntegrityError):
                    raise
                raise Busy(is_away=isinstance(error, DBAPIError) and is_lost(error)) from error
            time.sleep(random.uniform(0.5, 1.0) * 0.02 * 2**attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError("the last attempt returns or raises")


def code(error: DBAPIError) -> int | None:
    """Return MariaDB's number of an error."""
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def is_lost(error: DBAPIError) -> bool:
    """Tell whether the connection could not be made, or went away."""
    return error.connection_invalidated or code(error) in LOST_CODES


def is_worth_another_run(error: Exception) -> bool:
    """Tell whether the same may go well at the next try."""
    if isinstance(error, (Conflict, PoolExhausted)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error, IntegrityError):
        return code(error) in BROKEN_CODES or "UNIQUE constraint failed" in str(error.orig)
    sqlite_is_locked = isinstance(error, OperationalError) and "database is locked" in str(error.orig)
    return is_lost(error) or code(error) in RETRIED_CODES or sqlite_is_locked
