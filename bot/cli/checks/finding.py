"""What a check is, what it finds, and what it is given to look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.cli import Shell

if TYPE_CHECKING:
    from bot.config import Config
    from bot.db import Database

RULES_SECONDS = 600
"""So long a large shop may take for its rules."""


@dataclass(frozen=True)
class Finding:
    """What a check found: `level` is pass, warn or fail, of a fix "fixed" or "would fix"; `advice` says what to do."""

    check: str
    level: str
    text: str
    advice: str = ""


class Patient:
    """The shop as it is looked at: no check needs more of it than it asks for."""

    def __init__(self, shell: Shell) -> None:
        """Take the shell; nothing is read or opened yet."""
        self.shell = shell
        self.telegram_ahead: float | None = None
        """By how many seconds Telegram's clock is ahead of ours, once it was asked."""

    @property
    def config(self) -> "Config":
        """Return the configuration.

        Raises:
            ConfigError: a variable is malformed.
        """
        return self.shell.config

    @cached_property
    def db(self) -> "Database":
        """Return the database, whatever its schema is, also where there is no data key.

        Raises:
            ConfigError: it cannot be opened with this configuration.
        """
        from bot.db import Database

        return Database(self.shell.url, threads=1, answer_seconds=RULES_SECONDS)

    def forget_database(self) -> None:
        """Let the next check connect anew: one that did not end still has the only connection."""
        self.__dict__.pop("db", None)
        self.shell.forget_database()

    def close(self) -> None:
        """Close what was opened."""
        if "db" in self.__dict__:
            self.db.close()


Look = Callable[[Patient], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """A name, how to look, what must be well before there is anything to see, and how long it may take."""

    name: str
    look: Look
    needs: str = ""
    seconds: float = 10.0
    if_slow: str = ""
    """What to do when it takes longer."""


def duration(seconds: float) -> str:
    """Return how long something took, in the largest unit that fits: "3 hours"."""
    from bot.cli import output

    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return output.counted(int(seconds // size), unit)
    return output.counted(int(seconds), "second")
