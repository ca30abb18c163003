"""What every read looks at in a large shop: the rows that MariaDB has read and sorted, and how it came to them.

`python -m bench.explain` beside the servers that TEST_DATABASE_URL and others name fills a shop of a million people and
orders with its past, in some minutes, and asks for everything in bench/reads.py. Rows are counted by the server
itself, so another machine, or a busy one, sees the same. Whatever looks at more than `MOST` rows without saying why in
bench/reads.py ends it with 1.
"""

import argparse
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bench import large, reads
from bench.effort import FULL, QUICK, Effort
from bench.reads import Operation, Read
from bench.stage import Stage, opened, stage
from bench.straight import Sent, connect
from bot.errors import NotFound

MOST = 5000
"""Rows. A list looks at those it shows, and at some beside them."""
COUNTERS = ("Handler_read_", "Sort_rows")


@dataclass(frozen=True)
class Look:
    """One statement: how many rows it returned, read and sorted, in how many milliseconds, and how."""

    rows: int
    read: int
    sorted: int
    ms: float
    how: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Finding:
    """What one read takes."""

    of: Read
    looks: tuple[Look, ...]

    @property
    def read(self) -> int:
        """Return how many rows its statements look at."""
        return sum(look.read for look in self.looks)

    @property
    def is_wide(self) -> bool:
        """Tell whether that is more than a list needs."""
        return self.read > MOST

    def line(self) -> str:
        """Return its row of the table."""
        rows, ms = sum(look.rows for look in self.looks), sum(look.ms for look in self.looks)
        how = " · ".join(step for look in self.looks for step in look.how) if self.is_wide else ""
        return f"| {self.of.name} | {len(self.looks)} | {rows} | {self.read} | {ms:.1f} | {self.of.why or how} |"


def find(stage: Stage, only: str = "") -> Iterator[Finding]:
    """Yield what every read takes, one after the other, or each with a text in its name."""
    for each in reads.every(stage.shop.db.read(reads.known)):
        if only not in each.name:
            continue
        yield Finding(each, tuple(_look(stage, sent) for sent in _sent(stage, each.operation)))


def fill(stage: Stage, effort: Effort) -> None:
    """Make a large shop with all that it has behind it."""
    large.fill(stage, people=effort.people, orders=effort.orders, goods=effort.goods)
    past = {"open": effort.orders // 300, "some": effort.people // 10, "many": effort.people // 4}
    large.send_script(stage, "past.sql", first=large.FIRST_ID, buyer=large.BUYER_ID, people=effort.people, **past)


def _sent(stage: Stage, operation: Operation) -> list[Sent]:
    """Return the statements that a read sends, asked for when what processes keep is there already."""
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        if sql.lstrip("( ").startswith(("SELECT", "WITH")):
            sent.append(Sent(sql, parameters))

    db = stage.shop.db
    db.rehearse(partial(_wholly, operation=operation))
    event.listen(db.engines[0], "before_cursor_execute", note)
    db.rehearse(partial(_wholly, operation=operation))
    event.remove(db.engines[0], "before_cursor_execute", note)
    return sent


def _wholly(session: Session, *, operation: Operation) -> None:
    with suppress(NotFound):
        found = operation(session)
        if isinstance(found, Iterator):
            deque(found, maxlen=0)


def _look(stage: Stage, sent: Sent) -> Look:
    connection = connect(stage.url)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sent.sql, sent.parameters)
        how = tuple(_step(*row) for row in cursor.fetchall())
        cursor.execute("FLUSH STATUS")
        began = time.perf_counter()
        rows = cursor.execute(sent.sql, sent.parameters)
        took = time.perf_counter() - began
        cursor.execute("SHOW SESSION STATUS")
        counted = {name: int(value) for name, value in cursor.fetchall() if name.startswith(COUNTERS)}
    connection.close()
    sorted_rows = counted.pop("Sort_rows")
    return Look(rows, sum(counted.values()), sorted_rows, took * 1000, how, sent.sql)


def _step(*row: Any) -> str:
    """Return one line of EXPLAIN in short: the table, how it is read, by which index, and what else is done."""
    _, _, table, kind, _, key, _, _, rows, extra = row
    return f"{table}: {kind} {key or ''} {rows} {extra or ''}".strip()


def main() -> int:
    """Fill a shop, or take one that is there, and print what every read looks at."""
    parser = argparse.ArgumentParser("python -m bench.explain", description="See what every read looks at.")
    parser.add_argument("--quick", action="store_true", help="a small shop, to show that it works")
    parser.add_argument("--on", metavar="DATABASE", help="a shop that is filled already, such as an earlier one")
    parser.add_argument("--only", metavar="TEXT", default="", help="only what has this in its name")
    parser.add_argument("--sql", action="store_true", help="print the statements, too, that look at much")
    options = parser.parse_args()
    server_url = os.environ.get("TEST_DATABASE_URL")
    if not server_url:
        print("This needs MariaDB: python -m tests.servers python -m bench.explain", file=sys.stderr)
        return 2
    with opened(server_url, options.on) if options.on else stage(server_url) as shop:
        if not options.on:
            fill(shop, QUICK if options.quick else FULL)
        return _tell(find(shop, options.only), with_sql=options.sql)


def _tell(findings: Iterator[Finding], *, with_sql: bool) -> int:
    print("| read | statements | rows | looked at | ms | how, or why |\n| --- | --- | --- | --- | --- | --- |")
    wide = []
    for each in findings:
        print(each.line(), flush=True)
        if each.is_wide and not each.of.why:
            wide.append(each)
        for look in each.looks if with_sql and each.is_wide else ():
            print(f"\n{look.sql}\n\n{look.read} looked at, {look.sorted} sorted, {look.ms:.1f} ms", *look.how, sep="\n")
    print(f"\nWithout a reason, {len(wide)} look at more than {MOST} rows: {', '.join(each.of.name for each in wide)}")
    return 1 if wide else 0


if __name__ == "__main__":
    sys.exit(main())
