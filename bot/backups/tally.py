"""Counting what a dump holds: the rows of each table, and a checksum of their text.

Every row is a statement of its own, so the dump that is written tells its own count, of one moment; what a scratch
database gives when it is dumped again must count alike.
"""

import hashlib
import re
from typing import Any

from bot.backups.manifest import Table

_ROW = re.compile(rb'INSERT INTO (?:`([^`]+)`|"([^"]+)") VALUES ?\(')
_REVISION = re.compile(rb"'(\d{4})'")
_TABLE = re.compile(rb"CREATE TABLE `([^`]+)` \(")
VERSIONS = "alembic_version"


class Tally:
    """The rows that went by."""

    def __init__(self) -> None:
        """Have counted nothing."""
        self.revision: str | None = None
        self._rows: dict[str, int] = {}
        self._sums: dict[str, Any] = {}

    def know(self, table: str) -> None:
        """Count a table, also if it has no row."""
        if table not in self._rows:
            self._rows[table] = 0
            self._sums[table] = hashlib.sha256()

    def take(self, statement: bytes) -> None:
        """Count a statement, if it is a row or makes a table; no other has anything to count."""
        if statement.startswith(b"INSERT"):
            self._take_row(statement)
        elif statement.startswith(b"CREATE TABLE `") and (made := _TABLE.match(statement)):
            self.know(made[1].decode())

    @property
    def tables(self) -> dict[str, Table]:
        """Return what was counted."""
        return {
            name: Table(rows=rows, sha256=self._sums[name].hexdigest()) for name, rows in sorted(self._rows.items())
        }

    def _take_row(self, statement: bytes) -> None:
        found = _ROW.match(statement)
        if found is None:
            return
        table = (found[1] or found[2]).decode()
        self.know(table)
        self._rows[table] += 1
        self._sums[table].update(statement[found.end() :].rstrip(b"\r\n") + b"\n")
        if table == VERSIONS and (revision := _REVISION.search(statement, found.end() - 1)):
            self.revision = revision[1].decode()


def differences(wanted: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """Return the names of the tables that are missing, too many, or hold something else."""
    return sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
