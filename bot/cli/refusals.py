"""Which errors are answers and no bugs, and their one plain line."""

import errno
from typing import Any

from bot.errors import AlreadyRunning, BadValue, LastItem, NotFound, ShopError, WrongState, WrongStatus

UNUSABLE_CODES = frozenset({1021, 1040, 1044, 1045, 1049, 1114, 1129, 1130, 1142, 1290, 1698, *range(2000, 2100)})
"""MariaDB: full disks, too many connections, wrong users and passwords, no such database, read only, no connection."""
UNUSABLE_WORDS = ("unable to open", "readonly database", "disk is full", "disk I/O", "not a database", "is locked")
"""The same from SQLite, which has no codes."""

UNPRINTABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EPIPE})
"""What stdout may say when it leads to a full disk, or to nobody."""

WAYS_OUT = {
    ("reserved", "delivered"): 'Confirm it first: bot_cli.py order confirm {} --delivery-time "YYYY-MM-DD HH:MM"',
    ("expired", ""): "Reserve its goods again first: bot_cli.py order revive {}",
    ("delivered", ""): "What has happened to it: bot_cli.py order show {}",
    ("cancelled", ""): "What has happened to it: bot_cli.py order show {}",
    ("confirmed", "confirmed"): 'Another time: bot_cli.py order edit {} --delivery-time "YYYY-MM-DD HH:MM"',
}
"""What to do about an order of a status of which another was wanted; "" stands for any other."""
WHERE_TO_LOOK = {
    "order": "All orders: bot_cli.py order list --all",
    "customer": "Look for them: bot_cli.py customer list --search TEXT",
    "user": "Look for them: bot_cli.py customer list --search TEXT",
    "goods": "All goods: bot_cli.py goods list --all",
    "category": "All categories: bot_cli.py category list",
    "reference code": "All codes: bot_cli.py refcode list --all",
    "bitcoin address": "All addresses: bot_cli.py btc list --show-all --all",
    "setting": "All settings: bot_cli.py settings list",
    "question": "All questions: bot_cli.py question list --all",
    "message": "All messages: bot_cli.py outbox list --all",
    "event": "All events: bot_cli.py event list --all",
    "backup": "All backups: bot_cli.py backup list",
}
"""What finds a thing, for who named one that does not exist and is close to none."""
WORDS = {"help request": "question"}
"""What the shell calls otherwise than the services."""


def line_for(error: Exception) -> str | None:
    """Return the one plain line for an error that is no bug, or None for one that is."""
    if isinstance(error, NotFound | BadValue):
        error.what = WORDS.get(error.what, error.what)
    if isinstance(error, OSError) and error.errno in UNPRINTABLE and error.filename is None:
        return f"What this command prints cannot be written ({error.strerror})."
    if isinstance(error, ShopError):
        return " ".join(filter(None, (str(error), _way_out(error))))
    from sqlalchemy.exc import DBAPIError

    from bot.services.vault import WrongKey

    if isinstance(error, WrongKey):
        return str(error)
    if isinstance(error, DBAPIError) and (reason := _unusable(error.orig)):
        return f"The database cannot be used: {reason}. Check DB_* and DATABASE_URL, see .env.example."
    return None


def _way_out(error: ShopError) -> str | None:
    """Return which command would work instead, where there is one."""
    if isinstance(error, WrongStatus):
        ways = (WAYS_OUT.get((error.status, wanted)) for wanted in (error.wanted, ""))
        return next((way.format(error.order_code) for way in ways if way is not None), None)
    if isinstance(error, AlreadyRunning):
        return "As a service: systemctl stop telegram-shop-bot"
    if isinstance(error, LastItem):
        return f"That is: bot_cli.py order cancel {error.order_code}"
    if isinstance(error, WrongState) and error.word == "not-waiting":
        return f'To write to them all the same: bot_cli.py customer message {error.value} "TEXT"'
    if isinstance(error, NotFound) and not error.close:
        return WHERE_TO_LOOK.get(error.what)
    return None


def _unusable(cause: Any) -> str | None:
    arguments: tuple[Any, ...] = getattr(cause, "args", ())
    code, text = (*arguments, "", "")[:2]
    if code in UNUSABLE_CODES:
        return "".join(str(text).splitlines()[:1]).rstrip(".")
    return str(code) if any(words in str(code) for words in UNUSABLE_WORDS) else None
