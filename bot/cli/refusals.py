"""Which errors are answers and no bugs, and their one plain line."""

from typing import Any

from bot.errors import ShopError

UNUSABLE_CODES = frozenset({1021, 1040, 1044, 1045, 1049, 1114, 1129, 1130, 1142, 1290, 1698, *range(2000, 2100)})
"""MariaDB: full disks, too many connections, wrong users and passwords, no such database, read only, no connection."""
UNUSABLE_WORDS = ("unable to open", "readonly database", "disk is full", "disk I/O", "not a database", "is locked")
"""The same from SQLite, which has no codes."""


def line_for(error: Exception) -> str | None:
    """Return the one plain line for an error that is no bug, or None for one that is."""
    if isinstance(error, ShopError):
        return str(error)
    from sqlalchemy.exc import DBAPIError

    from bot.services.vault import WrongKey

    if isinstance(error, WrongKey):
        return str(error)
    if isinstance(error, DBAPIError) and (reason := _unusable(error.orig)):
        return f"The database cannot be used: {reason}. Check DB_* and DATABASE_URL, see .env.example."
    return None


def _unusable(cause: Any) -> str | None:
    arguments: tuple[Any, ...] = getattr(cause, "args", ())
    code, text = (*arguments, "", "")[:2]
    if code in UNUSABLE_CODES:
        return "".join(str(text).splitlines()[:1]).rstrip(".")
    return str(code) if any(words in str(code) for words in UNUSABLE_WORDS) else None
