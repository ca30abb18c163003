"""The schema's versions: bringing a database up to date under a lease, and telling where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from bot.errors import Busy, SchemaMismatch

HERE = Path(__file__).parent
LEASE = "telegram-shop-schema-"
"""What the lease of a database begins with; its name follows, for a server may be home to several shops."""
LEASE_SECONDS = 60


@dataclass(frozen=True)
class Status:
    """Where a database stands: its version, and the one that this code was written for."""

    current: str | None
    head: str

    @property
    def is_up_to_date(self) -> bool:
        """Tell whether the code and the database agree."""
        return self.current == self.head


def upgrade(url: str) -> Status:
    """Bring the schema up to date; other processes that try the same wait meanwhile.

    Raises:
        SchemaMismatch: the database is newer than this code.
        Busy: another process has been migrating for a minute.
    """
    with _connection(url) as connection, _lease(connection):
        before = _status(connection)
        if not before.is_up_to_date:
            command.upgrade(_alembic(connection), "head")
            connection.commit()
        return _status(connection)


def status(url: str) -> Status:
    """Return where the schema stands.

    Raises:
        SchemaMismatch: the database is newer than this code.
    """
    with _connection(url) as connection:
        return _status(connection)


def differences(url: str) -> list[str]:
    """Return how a database differs from the models, a sentence each; it should be none."""
    from bot.migrations import comparing

    with _connection(url) as connection:
        return comparing.differences(connection)


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, connect_args=_patience(url))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _patience(url: str) -> dict[str, int]:
    return {"timeout": LEASE_SECONDS} if url.startswith("sqlite") else {}


@contextmanager
def _lease(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "sqlite":
        # SQLite's own lock, and with it all or nothing: here DDL is part of a transaction.
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            raise Busy from error
        yield
        return
    if not taken(connection, LEASE_SECONDS):
        raise Busy
    # The lock goes with the connection, however that ends.
    yield


def taken(connection: Connection, seconds: int) -> bool:
    """Take the lease of this connection's database within so many seconds, and tell whether that went well.

    MariaDB's GET_LOCK holds for its whole server: https://mariadb.com/kb/en/get_lock/
    """
    query = text("SELECT GET_LOCK(CONCAT(:beginning, DATABASE()), :seconds)")
    return bool(connection.scalar(query, {"beginning": LEASE, "seconds": seconds}))


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _status(connection: Connection) -> Status:
    scripts = ScriptDirectory.from_config(_alembic(connection))
    head = scripts.get_current_head() or ""
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise SchemaMismatch("newer", head)
    return Status(current, head)
