"""The marks of the tables that processes keep something of: whoever writes such a table renews its mark.

That happens where the writing engine commits, in the same transaction and whatever kind of statement has written, so no
change can forget it. A mark is drawn at random, because a counter would come to a known number again after a restore.
"""

import re
import secrets
from collections.abc import Collection
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Engine, event, text

KEPT_TABLES = frozenset({"bot_settings", "categories"})
"""Read at nearly every press and seldom written: those who write them wait for one another."""
SHOWN_TABLES = frozenset({"users", "shopping_cart", "goods", "goods_photos", "waiting_list"})
"""What else is read when people look around. The process that serves them writes it all the time, and knows that it
does; all others renew one mark for everything."""
SHOWN = "shown"
"""The name of that mark."""
NAMES = (*sorted(KEPT_TABLES), SHOWN)
"""The names of all marks, in the order in which they are renewed."""

_WRITTEN = re.compile(
    r"\s*(?:INSERT|REPLACE|UPDATE|DELETE)\s+(?:IGNORE\s+)?(?:OR \w+\s+)?(?:INTO\s+|FROM\s+)?\W?(\w+)", re.I
)
_RENEW = text("UPDATE cache_marks SET mark = :mark WHERE name = :name")
_NOTES = "written"


def renew_with(engine: Engine, *, serves_people: bool = False) -> None:
    """Have every transaction of an engine that writes one of the tables renew its mark, as the last thing.

    The process that serves people knows what it has written itself, and leaves the mark of what is shown alone.
    """
    event.listen(engine, "begin", _forget)
    event.listen(engine, "after_cursor_execute", _note)
    event.listen(engine, "commit", partial(_renew, KEPT_TABLES if serves_people else NAMES))


@lru_cache(maxsize=1000)
def written(sql: str) -> str | None:
    """Return the name of the mark of what a statement writes, if it has one."""
    found = _WRITTEN.match(sql)
    table = found[1].lower() if found else ""
    if table in SHOWN_TABLES:
        return SHOWN
    return table if table in KEPT_TABLES else None


def are_due(connection: Connection) -> bool:
    """Tell whether a transaction has written one of the tables so far."""
    return bool(connection.info.get(_NOTES))


def _forget(connection: Connection) -> None:
    connection.info.pop(_NOTES, None)


def _note(connection: Connection, _cursor: Any, sql: str, *_rest: Any) -> None:
    name = written(sql)
    if name is not None:
        connection.info.setdefault(_NOTES, set()).add(name)


def _renew(names: Collection[str], connection: Connection) -> None:
    noted = connection.info.pop(_NOTES, ())
    # In the same order everywhere, so that no two wait for each other in a circle.
    for name in NAMES:
        if name in noted and name in names:
            connection.execute(_RENEW, {"mark": secrets.randbits(62), "name": name})
