"""The shop's database on MariaDB: written down by its programs, tried out in a scratch database, swapped at once."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from bot.backups import tools
from bot.backups.tally import Tally
from bot.errors import BackupFailed, BadValue, RestoreFailed, ScratchForbidden

KIND = "mariadb"
log = logging.getLogger(__name__)
FORBIDDEN = frozenset({1044, 1142, 1227})
MISSING = 1049
LOCK_SECONDS = 20
LONGEST_NAME = 40
"""Of a database that a scratch database is called after; MariaDB allows 64 characters in all."""


class MariaDb:
    """A database on a MariaDB server."""

    kind = KIND

    def __init__(self, url: str) -> None:
        """Take the database's URL; nothing connects yet."""
        self.url = make_url(url)
        self.name = str(self.url.database)

    def require_tools(self) -> None:
        """Refuse what cannot be done because a program is missing.

        Raises:
            ToolMissing: it is.
        """
        tools.require(tools.DUMP, tools.CLIENT)

    def version(self) -> str:
        """Return the server's version."""
        with self._server() as server:
            return str(server.scalar(text("SELECT VERSION()")))

    def is_there(self) -> bool:
        """Tell whether there is such a database with a table in it, on a server that answers."""
        query = text("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = :name")
        with self._server() as server:
            return bool(server.scalar(query, {"name": self.name}))

    def dump(self, room: Path, out: BinaryIO | None) -> Tally:
        """Write the database down as it is at one moment; the shop goes on meanwhile.

        Raises:
            ToolMissing: the program is not here.
            BackupFailed: it could not do it.
        """
        try:
            return tools.dump(self.url, room, out)
        except tools.ToolFailed as error:
            raise BackupFailed(str(error)) from None

    @contextmanager
    def scratch(self, room: Path, source: BinaryIO, given: str | None = None) -> Iterator["MariaDb"]:
        """Read a backup into a database of its own, and drop that in the end; `given` is an empty one to use instead.

        Raises:
            ScratchForbidden: the user may not make a database.
            ToolFailed: the backup cannot be read in.
        """
        with self._emptied(given) if given else self._made() as url:
            tools.load(url, room, source, _packet(url))
            yield MariaDb(url.render_as_string(hide_password=False))

    def tally(self, room: Path) -> Tally:
        """Return what the database holds."""
        return self.dump(room, None)

    def swap(self, scratch: "MariaDb") -> None:
        """Let the shop's database be what the scratch database is now, in one statement.

        Raises:
            RestoreFailed: somebody works with the shop's tables; nothing has changed.
        """
        with self._server() as server:
            server.execute(text(_create(self.name, if_missing=True)))
            with self._holding(server) as aside:
                server.execute(text(f"SET foreign_key_checks = 0, lock_wait_timeout = {LOCK_SECONDS}"))
                old, new = (_tables(server, name) for name in (self.name, scratch.name))
                moves = [f"{_full(self.name, table)} TO {_full(aside, table)}" for table in old]
                moves += [f"{_full(scratch.name, table)} TO {_full(self.name, table)}" for table in new]
                try:
                    server.execute(text(f"RENAME TABLE {', '.join(moves)}"))
                except OperationalError as error:
                    raise RestoreFailed(f"its tables are in use ({_line(error)})") from None

    @contextmanager
    def _server(self) -> Iterator[Connection]:
        """Connect to the server, not to the database, which may be gone."""
        with _connected(self.url._replace(database=None)) as connection:
            yield connection

    @contextmanager
    def _made(self) -> Iterator[URL]:
        with self._server() as server:
            _drop_forgotten(server, self.name)
            with self._holding(server) as name:
                yield self.url.set(database=name)

    @contextmanager
    def _holding(self, server: Connection) -> Iterator[str]:
        """Make a database and drop it in the end; its lock tells others that somebody needs it still."""
        name = f"{_stem(self.name)}{os.urandom(4).hex()}"
        server.execute(text("SELECT GET_LOCK(:name, 0)"), {"name": name})
        try:
            server.execute(text(_create(name)))
        except (OperationalError, ProgrammingError) as error:
            if _code(error) in FORBIDDEN:
                user = str(server.scalar(text("SELECT CURRENT_USER()")))
                raise ScratchForbidden(grant_for(user, self.name)) from None
            raise
        try:
            yield name
        finally:
            _drop(server, name)

    @contextmanager
    def _emptied(self, given: str) -> Iterator[URL]:
        url = _url(given)
        with _connected(url) as connection:
            if _tables(connection, str(url.database)):
                raise BadValue("scratch database", str(url.database), "it has tables; name an empty one")
            try:
                yield url
            finally:
                connection.execute(text("SET foreign_key_checks = 0"))
                for table in _tables(connection, str(url.database)):
                    connection.execute(text(f"DROP TABLE {_quoted(table)}"))


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    patience = {"connect_timeout": 3}
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=patience)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _packet(url: URL) -> int:
    with _connected(url) as connection:
        return int(connection.scalar(text("SELECT @@max_allowed_packet")) or tools.PACKET)


def _url(given: str) -> URL:
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not url.drivername.endswith(("+pymysql", "+mysqldb")) or not url.database:
        raise BadValue("scratch database", "--scratch-url", "use mysql+pymysql://user:password@host:3306/name")
    return url


def _drop(server: Connection, name: str) -> None:
    """Drop a scratch database; what cannot be dropped now is, by the next who needs one."""
    try:
        server.execute(text("SET foreign_key_checks = 0"))
        server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(name)}"))
        server.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": name})
    except OperationalError as error:
        log.warning("The scratch database %s is left: %s", name, _line(error))


def _drop_forgotten(server: Connection, name: str) -> None:
    """Drop the scratch databases of those who died."""
    stem = _stem(name)
    query = "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, :length) = :stem"
    for found in server.scalars(text(query), {"length": len(stem), "stem": stem}).all():
        if server.scalar(text("SELECT IS_FREE_LOCK(:name)"), {"name": found}):
            server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(found)}"))


def _stem(name: str) -> str:
    return f"{name[:LONGEST_NAME]}_scratch_"


def _tables(server: Connection, name: str) -> list[str]:
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = :name AND table_type = 'BASE TABLE'"
    return sorted(server.scalars(text(query), {"name": name}))


def grant_for(user: str, name: str) -> str:
    """Return the statement that lets a user, written as USER@HOST, try backups of a database out."""
    who, _, host = user.rpartition("@")
    pattern = _stem(name).replace("_", "\\_")
    return f"GRANT ALL PRIVILEGES ON `{pattern}%`.* TO '{who}'@'{host}';"


def scratch_name(name: str) -> str:
    """Return what a scratch database of this one could be called."""
    return f"{_stem(name)}{0:08x}"


def _create(name: str, *, if_missing: bool = False) -> str:
    condition = "IF NOT EXISTS " if if_missing else ""
    return f"CREATE DATABASE {condition}{_quoted(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"


def _full(database: str, table: str) -> str:
    return f"{_quoted(database)}.{_quoted(table)}"


def _quoted(name: str) -> str:
    # A colon would be a parameter of SQLAlchemy's.
    return "`" + name.replace("`", "``").replace(":", "\\:") + "`"


def _code(error: OperationalError | ProgrammingError) -> int:
    return int(error.orig.args[0]) if error.orig is not None and error.orig.args else 0


def _line(error: OperationalError) -> str:
    return str(error.orig.args[-1]).splitlines()[0] if error.orig is not None else ""
