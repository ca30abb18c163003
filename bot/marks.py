"""The marks of the tables that processes keep a copy of: whoever writes such a table gives it another mark.

That happens where the writing engine commits, in the same transaction and whatever kind of statement has written, so no
change can forget it. A mark is drawn at random, because a counter would come to a known number again after a restore.
"""

import re
import secrets
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event, text

KEPT_TABLES = frozenset({"bot_settings", "categories"})
"""Read at nearly every press and seldom written: those who write them wait for one another."""

_WRITTEN = re.compile(
    r"\s*(?:INSERT|REPLACE|UPDATE|DELETE)\s+(?:IGNORE\s+)?(?:OR \w+\s+)?(?:INTO\s+|FROM\s+)?\W?(\w+)", re.I
)
_RENEW = text("UPDATE cache_marks SET mark = :mark WHERE name = :name")
_NOTES = "written"


def renew_with(engine: Engine) -> None:
    """Have every transaction of an engine that writes one of the tables give it a new mark, as the last thing."""
    event.listen(engine, "begin", _forget)
    event.listen(engine, "after_cursor_execute", _note)
    event.listen(engine, "commit", _renew)


@lru_cache(maxsize=1000)
def written(sql: str) -> str | None:
    """Return the table of `KEPT_TABLES` that a statement writes, if it does."""
    found = _WRITTEN.match(sql)
    return found[1].lower() if found and found[1].lower() in KEPT_TABLES else None


def _forget(connection: Connection) -> None:
    connection.info.pop(_NOTES, None)


def _note(connection: Connection, _cursor: Any, sql: str, *_rest: Any) -> None:
    table = written(sql)
    if table is not None:
        connection.info.setdefault(_NOTES, set()).add(table)


def _renew(connection: Connection) -> None:
    # In the same order everywhere, so that no two wait for each other in a circle.
    for name in sorted(connection.info.pop(_NOTES, ())):
        connection.execute(_RENEW, {"mark": secrets.randbits(62), "name": name})
