"""How the shop connects to its database: pools, time-outs, and what every connection begins with."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from bot import marks

LOCK_WAIT_SECONDS = POOL_WAIT_SECONDS = 2
ANSWER_SECONDS = 30
"""Whoever is asked for so long and says nothing counts as away."""
IDLE_SECONDS = 15
"""A process that hangs in the middle of a transaction for so long has lost it, before another takes its place over."""


def writing_engine(
    url: str, threads: int, answer_seconds: int = ANSWER_SECONDS, *, serves_people: bool = False
) -> Engine:
    """Return an engine whose connections write: READ COMMITTED, and on SQLite IMMEDIATE from the beginning.

    What processes keep of the tables that it writes gets a new mark (bot/marks.py).
    """
    if url.startswith("sqlite"):
        engine = _sqlite_engine(url, threads)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        options = _mariadb_options(threads, answer_seconds)
        # Without a ping: who meets a lost connection throws away all that are as old, and runs the unit again anyway.
        # Without a ROLLBACK on return: a session has committed or rolled back before it lets its connection go.
        engine = create_engine(url, isolation_level="READ COMMITTED", pool_reset_on_return=None, **options)
    marks.renew_with(engine, serves_people=serves_people)
    return engine


def reading_engine(url: str, threads: int, answer_seconds: int = ANSWER_SECONDS) -> Engine:
    """Return an engine whose connections read, each statement by itself."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url, threads)
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_reset_on_return=None,
        **_mariadb_options(threads, answer_seconds),
    )


def _mariadb_options(threads: int, answer_seconds: int) -> dict[str, Any]:
    # PyMySQL drops the zone of what it stores, so every connection lives in UTC.
    waits = f"innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}, idle_transaction_timeout = {IDLE_SECONDS}"
    settings = f"SET time_zone = '+00:00', {waits}"
    return {
        "hide_parameters": True,
        "pool_size": threads,
        "max_overflow": 0,
        "pool_timeout": POOL_WAIT_SECONDS,
        "pool_recycle": 1800,
        "connect_args": {
            "init_command": settings,
            "connect_timeout": 3,
            "read_timeout": answer_seconds,
            "write_timeout": 30,
        },
    }


def _sqlite_engine(url: str, threads: int) -> Engine:
    engine = create_engine(
        make_url(url), hide_parameters=True, pool_size=threads, max_overflow=0, pool_timeout=POOL_WAIT_SECONDS
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions of its own: the writing engine begins IMMEDIATE.
        connection.isolation_level = None
        # Its own knows only the case of ASCII letters.
        connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")

    return engine
