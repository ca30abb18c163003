import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.cli import root
from bot.models import OrderStatus
from bot.services import orders
from tests.cli.orders import has_buyer
from tests.cli.terminal import ROOT, on_a_terminal
from tests.shop import Shop

TIME = ("--delivery-time", "2046-12-20 14:30")
WHEN = datetime(2046, 12, 20, 14, 30, tzinfo=UTC)


@pytest.fixture
def buyer(shop: Shop) -> int:
    return has_buyer(shop)


@pytest.fixture
def codes(shop: Shop, buyer: int) -> list[str]:
    """Return the codes of three orders that are reserved."""
    return [shop.has_order(buyer, {"Green tea": 1}) for _ in range(3)]


@pytest.fixture
def confirmed(shop: Shop, buyer: int) -> list[str]:
    """Return the codes of two orders that are confirmed."""
    return [shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.CONFIRMED) for _ in range(2)]


@pytest.fixture
def typed(shop: Shop, environment: dict[str, str | None]) -> Callable[..., Result]:
    """Return a function that runs a command line with something on standard input."""

    def run(given: str | bytes, *words: str) -> Result:
        return CliRunner(env=environment).invoke(root.cli, words, input=given, prog_name="bot_cli.py")

    return run


def statuses(shop: Shop, codes: list[str]) -> list[str]:
    return [shop.order(code).order_status.value for code in codes]


# -- one order --------------------------------------------------------------------------------------------------------


def test_one_order_is_confirmed_delivered_cancelled_and_revived(cli, shop: Shop, buyer: int, codes: list[str]):
    first, second, third = codes
    shop.expires(third)

    assert cli("order", "confirm", first.lower(), *TIME).stdout == (
        f"Order {first} is confirmed for delivery at 2046-12-20 14:30 UTC.\n"
    )
    assert cli("order", "deliver", first).stdout == f"Order {first} is delivered, 30.00 USD paid.\n"
    cancelled = cli("order", "cancel", second, "--reason", "Sold out")
    assert cancelled.stdout == f"Order {second} is cancelled and its goods are released.\n"
    assert cli("order", "revive", third).stdout.startswith(f"Order {third} is reserved again until 20")

    assert statuses(shop, codes) == ["delivered", "cancelled", "reserved"]
    assert shop.order(first).delivery_time == WHEN
    assert shop.events("order.cancelled")[0].facts["reason"] == "Sold out"
    assert {event.actor for event in shop.events() if event.kind.startswith("order.c")} == {"cli:anna"}


def test_a_refusal_of_the_only_order_is_the_one_line_on_stderr(cli, shop: Shop, codes: list[str]):
    with_all = shop.rows()

    result = cli("order", "deliver", codes[0])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Order {codes[0]} is reserved, so it cannot be delivered")
    assert result.stderr.count("\n") == 1
    assert shop.rows() == with_all


# -- many orders ------------------------------------------------------------------------------------------------------


def test_many_orders_are_done_each_by_itself_and_each_is_told(cli, shop: Shop, codes: list[str]):
    shop.expires(codes[1])

    result = cli("order", "confirm", *codes, "NOSUCH", *TIME)

    assert result.exit_code == 1
    assert result.stdout == (
        f"Order {codes[0]} is confirmed for delivery at 2046-12-20 14:30 UTC.\n"
        f"Order {codes[2]} is confirmed for delivery at 2046-12-20 14:30 UTC.\n"
    )
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{codes[1]}: Order {codes[1]} is expired, so it cannot be confirmed")
    assert lines[1].startswith("NOSUCH: There is no order 'NOSUCH'.")
    assert lines[2] == "4 orders: 2 done, 2 refused."
    assert lines[3].endswith("messages wait to be sent.")
    assert statuses(shop, codes) == ["confirmed", "expired", "confirmed"]


def test_an_order_that_is_named_twice_is_done_once(cli, codes: list[str]):
    result = cli("order", "cancel", codes[0], codes[0].lower(), codes[1], f" {codes[0]}")

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert "2 orders: 2 done.\n" in result.stderr


def test_json_lists_what_has_become_of_each(cli, shop: Shop, codes: list[str]):
    shop.staff(orders.cancel, codes[1])

    result = cli("order", "cancel", codes[0], codes[1], "--json")

    assert result.exit_code == 1
    done, refused = json.loads(result.stdout)
    assert {name: done[name] for name in ("order_code", "outcome", "sentence", "refusal")} == {
        "order_code": codes[0],
        "outcome": "done",
        "sentence": f"Order {codes[0]} is cancelled and its goods are released.",
        "refusal": None,
    }
    assert done["order"]["order_status"] == "cancelled"
    assert (refused["order_code"], refused["outcome"], refused["refusal"]) == (codes[1], "refused", "WrongStatus")
    assert refused["order"] is None


def test_json_has_the_same_shape_for_one_order(cli, codes: list[str]):
    result = cli("order", "deliver", codes[0], "--json")

    assert result.exit_code == 1
    assert [(each["order_code"], each["outcome"]) for each in json.loads(result.stdout)] == [(codes[0], "refused")]
    assert result.stderr == ""


@pytest.mark.parametrize(
    "form",
    [
        "{0} {1}\n{2}\n",
        "# the first\n{0}\r\n{1} # and another\n\n  {2}",
        '"{0}"\n"{1}",\n"{2}"\n',
        "\ufeff{0};{1},{2}",
        '[{{"order_code": "{0}"}},\n{{"order_code": "{1}"}}, "{2}"]',
    ],
)
def test_codes_come_from_standard_input(typed, shop: Shop, codes: list[str], form: str):
    result = typed(form.format(*codes), "order", "cancel", "-")

    assert result.exit_code == 0, result.stderr
    assert statuses(shop, codes) == ["cancelled"] * 3


def test_what_the_list_prints_can_be_acted_on(cli, typed, shop: Shop, codes: list[str]):
    listed = cli("order", "list", "--status", "reserved", "--reverse", "--json").stdout

    result = typed(listed, "order", "confirm", "-", *TIME)

    assert [line.split()[1] for line in result.stdout.splitlines()] == codes


def test_an_empty_list_is_nothing_to_do(typed, shop: Shop, codes: list[str]):
    for nothing in ("", "[]\n", "# none today\n"):
        result = typed(nothing, "order", "cancel", "-")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "No order was named, nothing was done.\n"
    assert json.loads(typed("", "order", "cancel", "-", "--json").stdout) == []


@pytest.mark.parametrize("text", ["[1, 2", '[{"code": "ABCDEF"}]', "[" * 100_000])
def test_broken_json_is_wrong_usage(typed, text: str):
    result = typed(text, "order", "cancel", "-")

    assert result.exit_code == 2
    assert "it is no list of orders" in result.stderr


def test_bytes_that_are_no_text_name_no_order(typed):
    result = typed(b"\xff\xfe\x00ABC\x1b[31m\n", "order", "cancel", "-")

    assert result.exit_code == 1
    assert "\x1b" not in result.stderr


# -- trying it out ----------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_each_would_do_and_does_nothing(cli, shop: Shop, codes: list[str]):
    shop.expires(codes[1])
    before = shop.rows()

    result = cli("order", "confirm", *codes, *TIME, "--dry-run")

    assert result.exit_code == 1
    assert result.stdout == (
        f"Dry run: Order {codes[0]} is confirmed for delivery at 2046-12-20 14:30 UTC.\n"
        f"Dry run: Order {codes[2]} is confirmed for delivery at 2046-12-20 14:30 UTC.\n"
    )
    assert "3 orders: 2 possible, 1 refused.\n" in result.stderr
    assert result.stderr.endswith("This was a dry run: nothing was changed.\n")
    assert shop.rows() == before


@pytest.mark.parametrize("verb", ["deliver", "cancel", "revive"])
def test_every_verb_can_be_tried_out(cli, shop: Shop, buyer: int, confirmed: list[str], verb: str):
    if verb == "revive":
        confirmed = [shop.has_order(buyer, {"Green tea": 1}, status=OrderStatus.EXPIRED)]
    before = shop.rows()

    result = cli("order", verb, confirmed[0], "--dry-run", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["outcome"] == "possible"
    assert shop.rows() == before


# -- edits ------------------------------------------------------------------------------------------------------------


def test_an_order_is_edited_in_one_go(cli, cli_json, shop: Shop, codes: list[str]):
    words = ("--add", "Oolong=2", "--add", " Oolong =1", "--add", "Green tea=1", "--remove", "Green tea=1")
    where = ("--address", "5 Mill Lane", "--phone", "+12025550123", "--note", "Ring")

    result = cli("order", "edit", codes[0], *words, *where, *TIME)

    assert result.exit_code == 0, result.stderr
    assert " ".join(result.stdout.split()) == (
        f"Order {codes[0]} has 3 more of 'Oolong', 1 more of 'Green tea', 1 fewer of 'Green tea', another delivery "
        "address, another phone number and another delivery note, comes to 90.00 "
        "USD and will be delivered at 2046-12-20 14:30 UTC."
    )
    shown = cli_json("order", "show", codes[0])
    assert (shown["delivery_address"], shown["delivery_note"]) == ("5 Mill Lane", "Ring")
    assert shown["phone_number"] == "+12025550123"
    assert [(item["item_name"], item["quantity"]) for item in shown["items"]] == [("Green tea", 1), ("Oolong", 3)]
    assert shop.messages(101) == []


@pytest.mark.parametrize(
    "last",
    [("--add", "Oolong=6"), ("--remove", "Green tea=2"), ("--address", "x"), ("--delivery-time", "2020-01-01 10:00")],
)
def test_one_change_that_is_refused_refuses_the_whole_edit(cli, shop: Shop, codes: list[str], last: tuple[str, str]):
    before = shop.rows()

    result = cli("order", "edit", codes[0], "--note", "Ring", "--add", "Green tea=1", *last, "--notify")

    assert (result.exit_code, result.stdout) == (1, "")
    assert shop.rows() == before


def test_an_edit_tells_the_customer_when_asked(cli, shop: Shop, codes: list[str]):
    cli("order", "edit", codes[0], "--add", "Oolong=1", "--note", "", "--notify")

    assert [message.kind for message in shop.messages(101)] == ["order-item-added", "order-details-changed"]


def test_an_edit_can_be_tried_out(cli, shop: Shop, codes: list[str]):
    before = shop.rows()

    result = cli("order", "edit", codes[0], "--add", "Oolong=1", "--notify", "--dry-run")

    assert result.stdout == f"Dry run: Order {codes[0]} has 1 more of 'Oolong' and comes to 50.00 USD.\n"
    assert shop.rows() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["confirm", "ABCDEF"], "Missing option '--delivery-time'"),
        (["confirm", *TIME], "Missing argument 'CODES...'"),
        (["edit", "ABCDEF"], "Say what to change: --add, --remove, --address, --phone, --note or --delivery-time."),
        (["edit", "ABCDEF", "--add", "Tea"], "'Tea' is not written as NAME=QUANTITY"),
        (["edit", "ABCDEF", "--add", "Tea=two"], "'Tea=two' is not written as NAME=QUANTITY"),
        (["edit", "ABCDEF", "--add", "Tea=" + "9" * 5000], "is not written as NAME=QUANTITY"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(cli, words: list[str], sentence: str):
    result = cli("order", *words, DATABASE_URL="mysql+pymysql://nobody@127.0.0.1:1/nowhere")

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


# -- a person at a terminal -------------------------------------------------------------------------------------------


def test_a_person_is_asked_before_an_order_is_cancelled(variables, shop: Shop, codes: list[str]):
    with on_a_terminal("order", "cancel", codes[0], variables=variables) as terminal:
        terminal.shows(f"Cancel order {codes[0]}? [y/N]: ")
        terminal.types("n")

        assert terminal.ends() == 1
        assert "Nothing was changed." in terminal.screen
    assert statuses(shop, codes) == ["reserved"] * 3


def test_a_person_who_says_yes_sees_it_done(variables, shop: Shop, codes: list[str]):
    with on_a_terminal("order", "confirm", *codes, *TIME, variables=variables) as terminal:
        terminal.shows(f"Confirm 3 orders ({', '.join(codes)})? [y/N]: ")
        terminal.types("y")

        assert terminal.ends() == 0
    assert statuses(shop, codes) == ["confirmed"] * 3


def test_yes_and_one_order_that_can_be_cancelled_again_are_not_asked_about(variables, shop: Shop, codes: list[str]):
    with on_a_terminal("order", "cancel", codes[0], "--yes", variables=variables) as terminal:
        assert terminal.ends() == 0
    with on_a_terminal("order", "confirm", codes[1], *TIME, variables=variables) as terminal:
        assert terminal.ends() == 0
    with on_a_terminal("order", "--order-code", codes[2], "--cancel", variables=variables) as terminal:
        assert terminal.ends() == 0
    assert statuses(shop, codes) == ["cancelled", "confirmed", "cancelled"]


def test_ctrl_c_at_the_question_changes_nothing(variables, shop: Shop, confirmed: list[str]):
    with on_a_terminal("order", "deliver", *confirmed, variables=variables) as terminal:
        terminal.shows("[y/N]: ")
        time.sleep(0.5)  # readline misses a signal that comes before it waits
        terminal.presses(b"\x03")

        assert terminal.ends() == 130
        assert "Aborted, nothing was changed." in terminal.screen
    assert statuses(shop, confirmed) == ["confirmed"] * 2


def test_more_than_fifty_orders_have_a_bar_on_a_terminal(variables, shop: Shop):
    unknown = [f"NOSU{first}{last}" for first in "ABCDEF" for last in "ABCDEFGHJ"]

    with on_a_terminal("order", "revive", *unknown, "--yes", variables=variables) as terminal:
        assert terminal.ends() == 1
        assert "/54" in terminal.screen
        assert "NOSUFJ: There is no order 'NOSUFJ'." in terminal.screen


# -- signals and faults -----------------------------------------------------------------------------------------------


def test_ctrl_c_stops_between_two_orders_and_says_where(variables, shop: Shop, codes: list[str]):
    with shop.db.engines[0].begin() as idle_shell:
        idle_shell.execute(text("SELECT * FROM orders WHERE order_code = :code FOR UPDATE"), {"code": codes[1]})
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bot_cli.py"), "order", "confirm", *codes, *TIME],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 20
        while shop.order(codes[0]).order_status is OrderStatus.RESERVED:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(2)
        output, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert output.count("\n") == 1
    assert f"Stopped. The next is {codes[1]}.\n3 orders: 1 done, 2 not tried.\n" in errors
    assert statuses(shop, codes) == ["confirmed", "reserved", "reserved"]


def test_an_order_that_somebody_holds_does_not_stop_the_others(cli, shop: Shop, codes: list[str]):
    with shop.db.engines[0].begin() as idle_shell:
        idle_shell.execute(text("SELECT * FROM orders WHERE order_code = :code FOR UPDATE"), {"code": codes[1]})

        result = cli("order", "confirm", *codes, *TIME)

    assert result.exit_code == 1
    assert f"{codes[1]}: The database is busy or away; nothing was changed" in result.stderr
    assert statuses(shop, codes) == ["confirmed", "reserved", "confirmed"]


def test_a_fault_between_two_orders_says_what_is_done_and_what_is_next(cli, shop: Shop, codes: list[str]):
    # Two reservations are missing, so the second cannot be released.
    shop.execute("UPDATE goods SET reserved_quantity = 1 WHERE name = 'Green tea'")

    result = cli("order", "cancel", *codes, "--json")

    assert result.exit_code == 1
    assert "Unexpected error " in result.stderr
    assert f"Stopped. The next is {codes[1]}.\n3 orders: 1 done, 2 not tried.\n" in result.stderr
    assert [each["outcome"] for each in json.loads(result.stdout)] == ["done", "not tried", "not tried"]
    shop.execute("UPDATE goods SET reserved_quantity = 2 WHERE name = 'Green tea'")
