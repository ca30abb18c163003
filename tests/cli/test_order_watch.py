import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import make_url

from bot.models import OrderStatus
from bot.services import orders
from bot.services.queries import order_queue
from tests.cli.orders import has_buyer
from tests.cli.terminal import ROOT, Terminal, on_a_terminal
from tests.shop import Shop, now

LEAVES = "\x1b[?1049l"
"""With this a terminal shows again what was on it before (xterm's alternate screen)."""


@pytest.fixture
def buyer(shop: Shop) -> int:
    return has_buyer(shop)


@pytest.fixture
def code(shop: Shop, buyer: int) -> str:
    return shop.has_order(buyer, {"Green tea": 2})


@pytest.fixture
def watch(variables: dict[str, str]) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Return a function that starts `order watch` with its output in pipes, and ends it after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(ROOT / "bot_cli.py"), "order", "watch", "--interval", "0.5", *words]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=variables, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        assert process.stderr is not None
        assert process.stderr.readline() == "Watching until Ctrl-C. Times are in UTC.\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ctrl_c(terminal: Terminal) -> int:
    terminal.presses(b"\x03")
    return terminal.ends()


# -- on a terminal ----------------------------------------------------------------------------------------------------


def test_the_queue_is_shown_and_what_happens_appears_marked(variables, shop: Shop, code: str):
    shop.execute("UPDATE events SET created_at = created_at - INTERVAL 1 HOUR")
    with on_a_terminal("order", "watch", "--interval", "0.5", variables=variables) as terminal:
        terminal.shows("Orders: 1 reserved, 0 confirmed")
        terminal.shows(f"  {code}  reserved      60.00 USD  ends 23 h")
        shop.staff(orders.confirm, code, delivery_time=now() + timedelta(hours=3, minutes=1))
        terminal.shows(f"* {code}  confirmed     60.00 USD  due 3 h")
        terminal.shows(f"{code} confirmed by cli:test: delivery ")

        assert ctrl_c(terminal) == 0
        assert terminal.screen.endswith(LEAVES)
        assert "Aborted" not in terminal.screen


def test_a_window_of_40_columns_is_enough_and_may_become_wider(variables, shop: Shop, code: str):
    with on_a_terminal("order", "watch", "--interval", "60", variables=variables, columns=40) as terminal:
        terminal.shows(f"* {code} reserved  ends 23 h ")
        assert "60.00 USD  ends" not in terminal.screen
        terminal.is_resized(100)
        terminal.shows(f"* {code}  reserved      60.00 USD  ends 23 h")

        assert ctrl_c(terminal) == 0


def test_more_orders_than_rows_are_counted(variables, shop: Shop, buyer: int):
    for _ in range(9):
        shop.has_order(buyer, {"Green tea": 1})

    with on_a_terminal("order", "watch", variables=variables, rows=9) as terminal:
        terminal.shows("Last changes")
        terminal.shows("and 8 more")

        assert ctrl_c(terminal) == 0


def test_a_signal_other_than_ctrl_c_gives_the_terminal_back_too(variables, shop: Shop, code: str):
    with on_a_terminal("order", "watch", variables=variables) as terminal:
        terminal.shows(code)
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.ends() == 128 + signal.SIGTERM
        assert LEAVES in terminal.screen


def test_a_terminal_that_cannot_be_drawn_upon_gets_lines(variables, shop: Shop, code: str):
    with on_a_terminal("order", "watch", variables=variables, term="dumb") as terminal:
        terminal.shows("Watching until Ctrl-C.")
        assert "\x1b" not in terminal.screen

        assert ctrl_c(terminal) == 0


# -- in a pipe --------------------------------------------------------------------------------------------------------


def test_in_a_pipe_every_change_is_a_line(watch, shop: Shop, code: str):
    process = watch()

    shop.staff(orders.cancel, code, reason="Sold out")
    shop.has_order(101, {"Oolong": 1})

    line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=20)
    assert line.endswith("made by user:101: total 20.00 USD, cash\n"), "cancelled orders are not open"
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_status_chooses_the_orders(watch, shop: Shop, code: str):
    process = watch("--status", "cancelled")

    shop.has_order(101, {"Oolong": 1})
    shop.staff(orders.cancel, code, reason="Sold out")

    assert process.stdout.readline().endswith(f" {code} cancelled by cli:test: Sold out\n")


def test_json_is_one_object_a_line(watch, shop: Shop, code: str):
    process = watch("--json")

    confirmed = shop.staff(orders.confirm, code, delivery_time=now() + timedelta(hours=3))

    fact = json.loads(process.stdout.readline())
    assert confirmed.delivery_time is not None
    assert {name: fact[name] for name in ("order_code", "kind", "actor")} == {
        "order_code": code,
        "kind": "order.confirmed",
        "actor": "cli:test",
    }
    assert fact["facts"] == {"delivery_time": confirmed.delivery_time.isoformat()}


# -- a database that goes away ----------------------------------------------------------------------------------------


class Line:
    """A line to the database that can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        self.is_cut = False

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                if self.is_cut:
                    ours.close()
                    continue
                theirs = socket.create_connection(self._to)
                self._ends += [ours, theirs]
                for a, b in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    def _copy(self, a: socket.socket, b: socket.socket) -> None:
        with suppress(OSError):
            while data := a.recv(65536):
                b.sendall(data)

    def cut(self) -> None:
        self.is_cut = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def close(self) -> None:
        self.cut()
        self._listener.close()


@pytest.fixture
def line(database_url: str) -> Iterator[Line]:
    url = make_url(database_url)
    line = Line(str(url.host), int(url.port or 3306))
    yield line
    line.close()


@pytest.fixture
def through_the_line(variables: dict[str, str], line: Line, database_url: str) -> dict[str, str]:
    url = make_url(database_url).set(host="127.0.0.1", port=line.port)
    return {**variables, "DATABASE_URL": url.render_as_string(hide_password=False)}


def test_a_database_that_goes_away_is_waited_for(through_the_line, shop: Shop, line: Line, code: str):
    with on_a_terminal("order", "watch", "--interval", "0.5", variables=through_the_line) as terminal:
        terminal.shows(code)
        line.cut()
        terminal.shows("Still watching: The database is busy or away")
        shop.staff(orders.cancel, code)
        line.is_cut = False
        terminal.shows("Orders: 0 reserved, 0 confirmed")
        terminal.shows("Nothing waits.")

        assert ctrl_c(terminal) == 0


def test_a_database_that_is_not_there_at_the_start_is_refused(cli):
    result = cli("order", "watch", DATABASE_URL="mysql+pymysql://nobody@127.0.0.1:1/nowhere")

    assert result.exit_code == 1


# -- what is looked at ------------------------------------------------------------------------------------------------


def test_what_ends_or_is_due_first_comes_first(shop: Shop, buyer: int):
    later = shop.has_order(buyer, {"Green tea": 1})
    soon = shop.has_order(buyer, {"Green tea": 1})
    between = shop.has_order(buyer, {"Green tea": 1})
    shop.execute(
        "UPDATE orders SET reserved_until = :soon WHERE order_code = :code",
        soon=(now() + timedelta(hours=1)).replace(tzinfo=None),
        code=soon,
    )
    shop.staff(orders.confirm, between, delivery_time=now() + timedelta(hours=2))

    found = shop.db.read(order_queue.look, (OrderStatus.RESERVED, OrderStatus.CONFIRMED), after=0, limit=5)

    assert [row.order_code for row in found.rows] == [soon, between, later]
    assert found.counts == {OrderStatus.RESERVED: 2, OrderStatus.CONFIRMED: 1}
    assert [event.kind for event in found.happened] == ["order.reserved"] * 3 + ["order.confirmed"]
    assert max(found.seen) == shop.db.read(order_queue.newest_event)


def test_events_that_do_not_concern_the_orders_are_passed_over(shop: Shop, code: str):
    newest = shop.db.read(order_queue.newest_event)

    found = shop.db.read(order_queue.look, (OrderStatus.DELIVERED,), after=0, limit=5)

    assert (found.happened, max(found.seen)) == ([], newest)
