"""Refusals about the machinery: the database, its schema, and a second bot."""

from dataclasses import dataclass

from bot.errors.general import ShopError


@dataclass(eq=False)
class Busy(ShopError):
    """The database could not do it now; nothing was changed, unless the connection was lost in the very last step.

    `is_away` says that there is no connection at all, where otherwise somebody else holds a lock for too long.
    """

    may_be_done: bool = False
    is_away: bool = False

    def __str__(self) -> str:
        if self.may_be_done:
            return "The database went away at the last moment: this may or may not be done; look before you repeat it."
        return "The database is busy or away; nothing was changed, try again in a moment."


@dataclass(eq=False)
class SchemaMismatch(ShopError):
    """The database's schema is not the one this code was written for."""

    found: str
    expected: str

    def __str__(self) -> str:
        if self.found == "newer":
            return f"The database is newer than this program, which knows up to {self.expected}; install a newer one."
        return f"The database schema is {self.found}, this program needs {self.expected}; run: bot_cli.py db upgrade"


@dataclass(eq=False)
class AlreadyRunning(ShopError):
    """Another bot process holds the lease."""

    holder: str

    def __str__(self) -> str:
        return f"Another bot process is already running ({self.holder}); stop it first or wait 30 seconds."
