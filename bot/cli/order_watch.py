"""`order watch`: the queue of orders and what happens to them, until Ctrl-C."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import click

from bot.cli import Shell, ending, live, options, order_words, output, pass_shell, refusals
from bot.cli.live import Line, Screen
from bot.models import OrderStatus
from bot.services import clock
from bot.services.queries import order_queue
from bot.services.queries.order_lists import Listed
from bot.services.queries.order_queue import Happened, Look

OPEN = (OrderStatus.RESERVED, OrderStatus.CONFIRMED)
WIDE = 72
"""Columns that a row with its amount and its time needs."""
FRESH = timedelta(seconds=30)
"""For so long a change is marked."""
KEPT = 50
TICKER = 8
"""So many of the last changes are shown, fewer on a low screen."""

KEYS = ("order_code", "kind", "actor", "facts", "created_at")


@options.examples(
    "order watch",
    "order watch --status reserved --interval 5",
    "order watch --json >> changes.log",
)
@click.command("watch", short_help="Watch the queue and what happens, until Ctrl-C.")
@click.option(
    "--status",
    "statuses",
    metavar="STATUS",
    type=click.Choice(order_words.STATUSES, case_sensitive=False),
    multiple=True,
    default=[status.value for status in OPEN],
    show_default=True,
    help="Orders with this status; several may be named.",
)
@click.option(
    "--interval",
    metavar="SECONDS",
    type=options.Fraction(0.5, 3600),
    default=2,
    show_default=True,
    help="How often to look.",
)
@options.json_of(*KEYS)
@pass_shell
def watch(shell: Shell, /, statuses: Iterable[str], interval: float, as_json: bool) -> None:
    """Watch the open orders and what happens to them, until Ctrl-C.

    * marks what has changed in the last half minute. Where nobody looks, such as in a pipe, and with --json, every
    change is a line instead.
    """
    watched = _Watch(shell, tuple(OrderStatus(status) for status in dict.fromkeys(statuses)), shell.zone)
    watched.begin()
    try:
        if live.is_possible() and not as_json:
            with live.screen() as screen:
                _show(watched, screen, interval)
        else:
            _tell(watched, interval, as_json=as_json)
    except KeyboardInterrupt:
        if ending.code_of_signal() != ending.CTRL_C:
            raise


@dataclass
class _Watch:
    """What is known of the orders; a database that is away for a while leaves it as it was."""

    shell: Shell
    statuses: tuple[OrderStatus, ...]
    zone: str
    newest: int = 0
    rows: Sequence[Listed] = ()
    counts: dict[OrderStatus, int] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    trouble: str | None = None
    _seen: frozenset[int] = frozenset()

    def begin(self) -> None:
        """Look for the first time: what has happened until now is no news."""
        self.newest = self.shell.db.read(order_queue.newest_event)
        self.look(0)

    def look(self, limit: int) -> list[Happened]:
        """Look at the orders, and return what is new; while the database is away, nothing is."""
        try:
            found = self.shell.db.read(order_queue.look, self.statuses, after=self.newest, limit=limit)
        except Exception as error:
            self.trouble = refusals.line_for(error)
            if self.trouble is None:
                raise
            return []
        self.trouble = None
        return self._take(found)

    def words(self, event: Happened) -> str:
        """Return what has happened as a sentence."""
        currency = next((row.currency for row in self.rows if row.order_code == event.order_code), self.currency)
        told = order_words.happened(event.kind, event.actor, event.facts, currency=currency, zone=self.zone)
        return f"{event.order_code} {told}"

    @property
    def currency(self) -> str:
        """Return the shop's currency."""
        return self.shell.config.pay_currency

    def _take(self, found: Look) -> list[Happened]:
        self.rows, self.counts = found.rows, found.counts
        new = [event for event in found.happened if event.id not in self._seen]
        self._seen = found.seen
        self.newest = max([self.newest, *found.seen])
        self.happened = [*self.happened, *new][-KEPT:]
        return new


def _tell(watched: _Watch, interval: float, *, as_json: bool) -> None:
    """Print a line for every change, and say on stderr when the database goes away and comes back."""
    output.remark(f"Watching until Ctrl-C. Times are in {watched.zone}.")
    was_away = False
    while True:
        for event in watched.look(0):
            if as_json:
                output.json_line(_facts(event))
            else:
                output.line(f"{clock.local(event.created_at, watched.zone)} {watched.words(event)}")
        if (watched.trouble is not None) != was_away:
            was_away = not was_away
            output.remark(f"Still watching: {watched.trouble}" if was_away else "The database is back.")
        time.sleep(interval)


def _show(watched: _Watch, screen: Screen, interval: float) -> None:
    """Draw the queue and the last changes again and again."""

    def draw() -> None:
        columns, rows = screen.size
        screen.draw(list(_lines(watched, columns, rows, clock.now())))

    while True:
        watched.look(screen.size[1])
        draw()
        screen.wait(interval, draw)


def _lines(watched: _Watch, columns: int, rows: int, now: datetime) -> Iterator[Line]:
    counts = ", ".join(f"{number} {status}" for status, number in watched.counts.items())
    yield from _title(f"Orders: {counts}", clock.local(now, watched.zone), watched.zone, columns)
    if watched.trouble:
        yield f"Still watching: {watched.trouble}", "bold red"
    last = watched.happened[-min(TICKER, rows // 3) :]
    room = rows - len(last) - (5 if last else 3)
    fresh = {event.order_code for event in watched.happened if now - event.created_at < FRESH}
    shown = watched.rows[: max(room, 1)]
    yield from (_row(row, row.order_code in fresh, columns, watched.zone, now) for row in shown)
    left = sum(watched.counts.values()) - len(shown)
    if left > 0:
        yield f"  and {left} more", "dim"
    if not shown:
        yield "  Nothing waits.", "dim"
    if last:
        yield "", ""
        yield "Last changes", "bold"
    for event in reversed(last):
        time = clock.local(event.created_at, watched.zone).rpartition(" ")[2]
        is_fresh = now - event.created_at < FRESH
        yield f"{'*' if is_fresh else ' '} {time} {watched.words(event)}", "bold" if is_fresh else ""


def _title(counts: str, time: str, zone: str, columns: int) -> Iterator[Line]:
    """Yield the first line, or two where one has no room for the time."""
    now = f"{time} {zone}"
    gap = columns - output.cells(counts) - output.cells(now)
    if gap > 1:
        yield f"{counts}{' ' * gap}{now}", "bold"
    else:
        yield counts, "bold"
        yield now, "dim"


def _row(row: Listed, is_fresh: bool, columns: int, zone: str, now: datetime) -> Line:
    mark, when, name = "*" if is_fresh else " ", _when(row, now), row.buyer_name or str(row.buyer_id)
    style = f"{'bold ' if is_fresh else ''}{output.STYLES.get(row.order_status, '')}".strip()
    if columns < WIDE:
        return f"{mark} {row.order_code} {row.order_status:9} {when:9} {name}", style
    amount = output.amount(row.total_price, row.currency)
    time = output.moment(row.delivery_time or row.reserved_until, zone)
    return f"{mark} {row.order_code}  {row.order_status:9}  {amount:>12}  {when:10} {time}  {name}", style


def _when(row: Listed, now: datetime) -> str:
    """Return how long a reservation lasts, or how long it is until the delivery."""
    if row.order_status == OrderStatus.RESERVED:
        return f"ends {_span(row.reserved_until - now)}" if row.reserved_until > now else "ended"
    if row.order_status == OrderStatus.CONFIRMED and row.delivery_time:
        late = row.delivery_time < now
        return f"{'late' if late else 'due'} {_span(abs(row.delivery_time - now))}"
    return ""


def _span(time: timedelta) -> str:
    """Return a length of time in its largest unit: "55 min", "23 h", "4 d"."""
    minutes = int(time.total_seconds() // 60)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _facts(event: Happened) -> dict[str, Any]:
    return {
        "order_code": event.order_code,
        "kind": event.kind,
        "actor": event.actor,
        "facts": event.facts,
        "created_at": event.created_at,
    }
