"""`event`: the audit trail."""

from datetime import timedelta

import pytest

from bot.models import OrderStatus
from bot.services import orders
from tests.cli.orders import has_buyer
from tests.shop import Shop, now


@pytest.fixture
def trail(cli, shop: Shop) -> list[int]:
    """Let an order be made and confirmed, a setting change and a bonus move, a day apart; return the ids."""
    buyer = has_buyer(shop)
    code = shop.has_order(buyer, {"Green tea": 2})
    shop.execute("UPDATE orders SET order_code = 'ABCDEF' WHERE order_code = :code", code=code)
    shop.execute("DELETE FROM outbox")
    shop.execute("DELETE FROM events")
    shop.staff(orders.confirm, "ABCDEF", delivery_time=now() + timedelta(days=1))
    shop.has_setting("max_open_orders", "7")
    cli("customer", "bonus", 101, "--add", "5", "--reason", "Broken cup")
    first = shop.events()[0].id
    shop.execute("UPDATE outbox SET status = 'sent', id = 12")
    for number, event in enumerate(shop.events()):
        shop.execute(
            "UPDATE events SET created_at = '2026-03-01 09:30:00' + INTERVAL :days DAY WHERE id = :id",
            days=number,
            id=event.id,
        )
    shop.execute(
        'UPDATE events SET facts = \'{"delivery_time": "2026-03-09T16:00:00+00:00"}\' WHERE id = :id', id=first
    )
    return [event.id for event in shop.events()]


def test_events_are_listed_the_newest_first(cli, trail: list[int]):
    result = cli("event", "list")

    confirmed, changed, moved = trail
    assert result.stdout == (
        f"{moved}  2026-03-03 09:30  bonus.adjusted\n"
        "  Subject user:101, By cli:anna, Facts amount 5.00, balance 5.00, reason Broken\n"
        "  cup\n"
        f"{changed}  2026-03-02 09:30  setting.changed\n"
        "  Subject setting:max_open_orders, By cli:test, Facts old 10, new 7\n"
        f"{confirmed}  2026-03-01 09:30  order.confirmed\n"
        "  Subject order:ABCDEF, By cli:test, Facts delivery time 2026-03-09 16:00\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_a_row_is_one_line_in_a_pipe(cli, trail: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("COLUMNS", raising=False)

    lines = cli("event", "list", "--subject", "customer:101", COLUMNS=None).stdout.splitlines()

    assert len(lines) == 2
    assert lines[1].split()[3:6] == ["bonus.adjusted", "user:101", "cli:anna"]
    assert lines[1].endswith("amount 5.00, balance 5.00, reason Broken cup")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--kind", "order.confirmed"], [0]),
        (["--kind", "order.*"], [0]),
        (["--kind", "*"], [2, 1, 0]),
        (["--kind", "order"], []),
        (["--kind", "order_confirmed"], []),
        (["--kind", "заказ"], []),
        (["--subject", "order:abcdef"], [0]),
        (["--subject", "customer:101"], [2]),
        (["--subject", "user:101"], [2]),
        (["--subject", "setting:*"], [1]),
        (["--actor", "cli:anna"], [2]),
        (["--actor", "cli:*", "--limit", 1, "--page", 2], [1]),
        (["--since", "2026-03-02"], [2, 1]),
        (["--until", "2026-03-02"], [1, 0]),
        (["--since", "2026-03-02", "--until", "2026-03-02"], [1]),
    ],
)
def test_events_are_chosen_and_paged(cli_json, trail: list[int], words, expected: list[int]):
    assert [row["id"] for row in cli_json("event", "list", *words)] == [trail[at] for at in expected]


def test_an_event_is_printed_as_json(cli_json, trail: list[int]):
    assert cli_json("event", "list", "--kind", "bonus.adjusted") == [
        {
            "id": trail[2],
            "kind": "bonus.adjusted",
            "subject": "user:101",
            "actor": "cli:anna",
            "facts": {"amount": "5.00", "balance": "5.00", "reason": "Broken cup"},
            "created_at": "2026-03-03T09:30:00Z",
        }
    ]


def test_an_event_is_shown_with_whom_it_told(cli, cli_json, trail: list[int]):
    assert cli("event", "show", trail[0], COLUMNS="40").stdout == (
        f"Event {trail[0]}: order.confirmed\n"
        "  Time     2026-03-01 09:30\n"
        "  Subject  order:ABCDEF\n"
        "  By       cli:test\n"
        "Facts\n"
        "  delivery time  2026-03-09 16:00\n"
        "Messages\n"
        "  12  order-confirmed to 101: sent\n"
    )
    facts = cli_json("event", "show", trail[0])
    assert facts["messages"] == [{"id": 12, "kind": "order-confirmed", "recipient": 101, "status": "sent"}]
    assert (facts["others"], len(facts["unit"])) == ([], 32)


def test_what_happened_in_the_same_moment_is_named(cli, shop: Shop):
    has_buyer(shop)
    shop.has_customer(102, "Boris", referrer_id=101)
    shop.has_order(102, {"Green tea": 2}, status=OrderStatus.DELIVERED)

    result = cli("event", "show", shop.events("bonus.credited")[0].id)

    assert "With it\n" in result.stdout
    assert "order.delivered order:" in result.stdout


@pytest.mark.parametrize("number", ["7", str(2**62)])
def test_an_event_that_does_not_exist_is_refused(cli, number: str):
    result = cli("event", "show", number)

    assert (result.exit_code, result.stderr) == (
        1,
        f"There is no event '{number}'. All events: bot_cli.py event list --all\n",
    )


@pytest.mark.parametrize("words", [["show", "x"], ["show", "0"], ["list", "--limit", "0"]])
def test_what_is_no_number_is_wrong_usage(cli, words):
    assert cli("event", *words).exit_code == 2


def test_a_bad_date_is_refused(cli):
    result = cli("event", "list", "--since", "yesterday")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("'yesterday' is not a valid date: ")


def test_an_empty_list_says_so(cli):
    result = cli("event", "list")

    assert (result.stdout, result.stderr) == ("There are no such events.\n", "")
