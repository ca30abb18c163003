"""An operation that reads, beside its own statements sent straight by PyMySQL: what the database takes, what we add."""

from __future__ import annotations  # Connection is generic for the type checker only

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.connections import Connection
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session

from bench.child import cpu_seconds
from bench.figures import Figure, Sample, figure, interleave
from bench.stage import Stage


@dataclass(frozen=True)
class Sent:
    """A statement with its parameters, as it was sent."""

    sql: str
    parameters: Any


Operation = Callable[[Session], object]


def recorded(stage: Stage, operation: Operation) -> list[Sent]:
    """Return the statements of an operation that reads."""
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        sent.append(Sent(sql, parameters))

    reader = stage.shop.db.engines[1]
    event.listen(reader, "before_cursor_execute", note)
    stage.shop.db.read(operation)
    event.remove(reader, "before_cursor_execute", note)
    return sent


def connect(url: str) -> Connection[Any]:
    """Return a connection that reads as ours do."""
    place = make_url(url)
    return pymysql.connect(
        host=place.host or "",
        port=place.port or 3306,
        user=place.username,
        password=place.password or "",
        database=place.database,
        autocommit=True,
    )


def send(connection: Connection[Any], statements: Sequence[Sent], *, is_streamed: bool = False) -> None:
    """Send statements and fetch all their rows, one after the other where they are many."""
    kind = pymysql.cursors.SSCursor if is_streamed else pymysql.cursors.Cursor
    for each in statements:
        with connection.cursor(kind) as cursor:
            cursor.execute(each.sql, each.parameters)
            while cursor.fetchmany(500):
                pass


def beside_sql(stage: Stage, name: str, operation: Operation, *, rounds: int, times: int, target: str = "") -> Figure:
    """Measure an operation beside its statements: in milliseconds, `times` in each round."""
    statements = recorded(stage, operation)
    connection = connect(stage.url)

    def ours() -> None:
        stage.shop.db.read(operation)

    pairs = interleave(rounds, lambda: timed(ours, times), lambda: timed(lambda: send(connection, statements), times))
    connection.close()
    return figure(name, "ms, beside SQL", pairs, "ms", target=target)


def beside_another(
    stage: Stage, name: str, operation: Operation, other: Operation, *, rounds: int, times: int, target: str = ""
) -> Figure:
    """Measure an operation beside another one of ours, such as a deep page beside the first."""
    sides = [_reading(stage, each, times) for each in (operation, other)]
    for side in sides:
        side()
    return figure(name, "ms, beside the first", interleave(rounds, *sides), "ms", target=target)


def _reading(stage: Stage, operation: Operation, times: int) -> Callable[[], Sample]:
    return lambda: timed(lambda: stage.shop.db.read(operation), times)


def timed(work: Callable[[], object], times: int) -> Sample:
    """Do something so many times and return how long each took, in milliseconds of the clock and of our CPU."""
    cpu, began = cpu_seconds(), time.perf_counter()
    for _ in range(times):
        work()
    took, used = time.perf_counter() - began, cpu_seconds() - cpu
    return {"ms": took / times * 1000, "cpu": used / times * 1000}
