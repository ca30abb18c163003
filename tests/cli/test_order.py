from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.models import OrderStatus
from bot.services import clock
from tests.cli.orders import has_buyer
from tests.shop import Shop

TOMORROW = (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
TOMORROW_UTC = TOMORROW.strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def buyer(shop: Shop) -> int:
    return has_buyer(shop)


@pytest.fixture
def code(shop: Shop, buyer: int) -> str:
    return shop.has_order(buyer, {"Green tea": 2})


@pytest.fixture
def confirmed(shop: Shop, buyer: int) -> str:
    return shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.CONFIRMED)


# -- one action on one order ------------------------------------------------------------------------------------------


def test_confirming_plans_the_delivery_and_queues_the_message(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", code, "--status-confirmed", "--delivery-time", TOMORROW_UTC)

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Order {code} is confirmed for delivery at {TOMORROW_UTC} UTC.\n"
    assert shop.order(code).order_status is OrderStatus.CONFIRMED
    assert shop.order(code).delivery_time == TOMORROW
    assert [message.kind for message in shop.messages(101)] == ["order-confirmed"]
    assert shop.events("order.confirmed")[0].actor == "cli:anna"


def test_the_delivery_time_is_meant_in_the_shops_time_zone(cli, shop: Shop, code: str):
    shop.has_setting("timezone", "Asia/Tokyo")

    result = cli("order", "--order-code", code, "--status-confirmed", "--delivery-time", "2046-12-20 14:30")

    assert result.stdout == f"Order {code} is confirmed for delivery at 2046-12-20 14:30 Asia/Tokyo.\n"
    assert shop.order(code).delivery_time == datetime(2046, 12, 20, 5, 30, tzinfo=UTC)


def test_a_code_is_found_in_small_letters(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", f" {code.lower()} ", "--cancel")

    assert result.exit_code == 0
    assert shop.order(code).order_status is OrderStatus.CANCELLED


def test_delivering_takes_goods_off_the_shelf(cli, shop: Shop, confirmed: str):
    result = cli("order", "--order-code", confirmed, "--status-delivered")

    assert result.stdout == f"Order {confirmed} is delivered, 60.00 USD paid.\n"
    assert shop.goods("Green tea").stock_quantity == 8
    assert shop.customer(101).total_spendings == 60


def test_cancelling_with_a_reason_releases_the_goods_and_tells_the_customer_why(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", code, "--cancel", "--reason", "Sold out")

    assert result.stdout == f"Order {code} is cancelled and its goods are released.\n"
    assert shop.goods("Green tea").reserved_quantity == 0
    assert shop.messages(101)[0].facts["reason"] == "Sold out"


def test_reviving_reserves_an_expired_orders_goods_again(cli, shop: Shop, buyer: int):
    code = shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus.EXPIRED)

    result = cli("order", "--order-code", code, "--revive")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Order {code} is reserved again until 20")
    assert shop.order(code).order_status is OrderStatus.RESERVED
    assert shop.goods("Green tea").reserved_quantity == 2


def test_adding_goods_reserves_them_and_tells_nobody_unasked(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", code, "--add-item", " Oolong ", "--quantity", 3)

    assert result.stdout == f"Order {code} has 3 more of 'Oolong' and comes to 120.00 USD.\n"
    assert result.stderr == ""
    assert shop.order(code).total_price == 120
    assert shop.goods("Oolong").reserved_quantity == 3
    assert shop.messages(101) == []


def test_adding_goods_with_notify_tells_the_customer(cli, shop: Shop, code: str):
    cli("order", "--order-code", code, "--add-item", "Oolong", "--quantity", 1, "--notify")

    assert [message.kind for message in shop.messages(101)] == ["order-item-added"]


def test_removing_goods_releases_them(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", code, "--remove-item", "Green tea", "--quantity", 1, "--notify")

    assert result.stdout == f"Order {code} has 1 fewer of 'Green tea' and comes to 30.00 USD.\n"
    assert shop.goods("Green tea").reserved_quantity == 1
    assert [message.kind for message in shop.messages(101)] == ["order-item-removed"]


def test_the_delivery_time_can_be_changed(cli, shop: Shop, confirmed: str):
    words = ("--update-delivery-time", "--delivery-time", "2046-12-21 10:00", "--notify")

    result = cli("order", "--order-code", confirmed, *words)

    assert result.stdout == f"Order {confirmed} will be delivered at 2046-12-21 10:00 UTC.\n"
    assert shop.order(confirmed).delivery_time == datetime(2046, 12, 21, 10, tzinfo=UTC)
    assert shop.messages(101)[-1].kind == "order-delivery-time"


def test_the_address_and_the_note_can_be_changed(cli, cli_json, shop: Shop, code: str):
    cli("order", "--order-code", code, "--update-note", "Ring twice")
    result = cli("order", "--order-code", code, "--update-address", "5 Mill Lane; back door", "--notify")

    assert result.stdout == f"Order {code} has another delivery address.\n"
    shown = cli_json("order", "show", code)
    assert (shown["delivery_address"], shown["delivery_note"]) == ("5 Mill Lane; back door", "Ring twice")
    assert [message.kind for message in shop.messages(101)] == ["order-details-changed"]


def test_an_empty_note_removes_it_and_an_empty_address_is_refused(cli, cli_json, code: str):
    cli("order", "--order-code", code, "--update-note", "Ring twice")

    removed = cli("order", "--order-code", code, "--update-note", "")
    refused = cli("order", "--order-code", code, "--update-address", "")

    assert (removed.exit_code, refused.exit_code) == (0, 1)
    assert "is not a valid address: write at least 5 characters." in refused.stderr
    assert cli_json("order", "show", code)["delivery_note"] is None


def test_an_action_prints_the_order_as_json(cli_json, shop: Shop, code: str):
    facts = cli_json("order", "--order-code", code, "--status-confirmed", "--delivery-time", "2046-12-20 14:30")

    order = shop.order(code)
    assert facts == {
        "order_code": code,
        "order_status": "confirmed",
        "buyer_id": 101,
        "payment_method": "cash",
        "currency": "USD",
        "total_price": "60.00",
        "bonus_applied": "0.00",
        "due": "60.00",
        "created_at": order.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reserved_until": order.reserved_until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "delivery_time": "2046-12-20T14:30:00Z",
    }


# -- messages ---------------------------------------------------------------------------------------------------------


def test_a_change_says_how_many_messages_wait_and_that_the_bot_has_never_run(cli, code: str):
    result = cli("order", "--order-code", code, "--cancel")

    assert result.stderr == (
        "2 messages wait to be sent.\nWarning: the bot has never run; it sends them when it is started.\n"
    )


def test_a_bot_that_was_not_seen_for_a_minute_is_warned_of(cli, shop: Shop, code: str):
    shop.execute(
        "INSERT INTO leases (name, holder, taken_at, seen_at) VALUES ('bot', 'host:1', :then, :then)",
        then=datetime(2026, 1, 2, 3, 4),  # noqa: DTZ001 - the column is in UTC
    )

    result = cli("order", "--order-code", code, "--cancel")

    assert "Warning: the bot was last seen at 2026-01-02 03:04 UTC; it sends them" in result.stderr


def test_a_running_bot_is_not_warned_of(cli, shop: Shop, code: str):
    shop.execute(
        "INSERT INTO leases (name, holder, taken_at, seen_at) VALUES ('bot', 'host:1', :now, :now)",
        now=clock.now().replace(tzinfo=None),
    )

    result = cli("order", "--order-code", code, "--cancel")

    assert result.stderr == "2 messages wait to be sent.\n"


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--status-delivered"],
            "Order {code} is reserved, so it cannot be delivered. Confirm it first: bot_cli.py order confirm {code} "
            '--delivery-time "YYYY-MM-DD HH:MM"',
        ),
        (["--revive"], "Order {code} is reserved already."),
        (
            ["--add-item", "Oolong", "--quantity", 6],
            "Not enough in stock: 5 of 'Oolong' available, 6 wanted.",
        ),
        (["--add-item", "Olong", "--quantity", 1], "There are no goods 'Olong'. Did you mean 'Oolong'?"),
        (["--add-item", "Oolong", "--quantity", 0], "'0' is not a valid quantity: use a whole number above 0."),
        (["--add-item", "Oolong", "--quantity", -1], "'-1' is not a valid quantity: use a whole number above 0."),
        (
            ["--remove-item", "Green tea", "--quantity", 2],
            "That would leave order {code} empty; cancel the order instead. That is: bot_cli.py order cancel {code}",
        ),
        (
            ["--status-confirmed", "--delivery-time", "tomorrow"],
            "'tomorrow' is not a valid time: write it as \"YYYY-MM-DD HH:MM\" in the shop's time zone.",
        ),
    ],
)
def test_what_the_shop_refuses_is_one_line_and_changes_nothing(cli, shop: Shop, code: str, words, sentence: str):
    before = shop.order(code)

    result = cli("order", "--order-code", code, *words)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == sentence.format(code=code) + "\n"
    after = shop.order(code)
    assert (after.order_status, after.total_price, after.delivery_time) == (before.order_status, Decimal(60), None)
    assert shop.goods("Green tea").reserved_quantity == 2
    assert shop.goods("Oolong").reserved_quantity == 0
    assert shop.messages(101) == []


def test_a_delivery_time_that_is_over_is_refused_with_the_time_it_is_now(cli, shop: Shop, code: str):
    result = cli("order", "--order-code", code, "--status-confirmed", "--delivery-time", "2020-01-01 10:00")

    assert result.exit_code == 1
    assert result.stderr.startswith("'2020-01-01 10:00' is not a valid time: it is over already; now it is 20")
    assert shop.order(code).order_status is OrderStatus.RESERVED


def test_an_order_that_does_not_exist_is_refused(cli):
    result = cli("order", "--order-code", "nosuch", "--cancel")

    assert result.exit_code == 1
    assert result.stderr == "There is no order 'NOSUCH'. All orders: bot_cli.py order list --all\n"


@pytest.mark.parametrize(
    ("status", "verb", "hint"),
    [
        ("expired", "confirm", "Reserve its goods again first: bot_cli.py order revive {}"),
        ("expired", "cancel", "Reserve its goods again first: bot_cli.py order revive {}"),
        ("expired", "edit", "Reserve its goods again first: bot_cli.py order revive {}"),
        ("delivered", "deliver", "Order {} is delivered already. What has happened to it: bot_cli.py order show {}"),
        ("cancelled", "revive", "What has happened to it: bot_cli.py order show {}"),
        ("confirmed", "confirm", "Order {} is confirmed already. Another time: bot_cli.py order edit {} --delivery"),
        ("confirmed", "revive", "Order {} is confirmed, so it cannot be reserved."),
    ],
)
def test_a_status_that_does_not_allow_it_says_which_command_would(cli, shop: Shop, buyer: int, status, verb, hint):
    code = shop.has_order(buyer, {"Green tea": 2}, status=OrderStatus(status))
    words = {"confirm": ["--delivery-time", TOMORROW_UTC], "edit": ["--note", "Ring"]}.get(verb, [])

    result = cli("order", verb, code, *words)

    assert result.exit_code == 1
    assert hint.replace("{}", code) in result.stderr


@pytest.mark.parametrize("typed", ["AAAAAB", "AAAAA", "AAAAAAA", "aaaaab", "A1AAAA"])
def test_a_code_with_one_slip_leads_to_the_order_that_is_meant(cli, shop: Shop, code: str, typed: str):
    shop.execute("UPDATE orders SET order_code = 'AAAAAA'")

    for words in (("order", "show", typed), ("order", "cancel", typed)):
        assert cli(*words).stderr == f"There is no order '{typed.upper()}'. Did you mean 'AAAAAA'?\n"


def test_letters_that_have_changed_places_are_one_slip_too(cli, shop: Shop, code: str):
    shop.execute("UPDATE orders SET order_code = 'ABCDEF'")

    assert "Did you mean 'ABCDEF'?" in cli("order", "show", "ABDCEF").stderr
    assert "Did you mean" not in cli("order", "show", "AB%CEF").stderr
    assert "Did you mean" not in cli("order", "show", "______").stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--order-code", "ABCDEF"], "Choose exactly one of --status-confirmed, --status-delivered"),
        (["--order-code", "ABCDEF", "--cancel", "--revive"], "Choose exactly one of"),
        (["--cancel"], "--cancel needs --order-code."),
        (["--order-code", "ABCDEF", "--status-confirmed"], "--status-confirmed needs --delivery-time."),
        (["--add-item", "Tea"], "--add-item needs --order-code and --quantity."),
        (["--order-code", "ABCDEF", "--update-delivery-time"], "--update-delivery-time needs --delivery-time."),
        (
            ["--order-code", "ABCDEF", "--status-delivered", "--quantity", 0],
            "--status-delivered does not go with --quantity.",
        ),
        (["--order-code", "ABCDEF", "--cancel", "--notify"], "--cancel does not go with --notify."),
        (["--order-code", "ABCDEF", "list"], "Write the options of 'list' behind it"),
        (["--json", "list"], "Write the options of 'list' behind it"),
        (["--order-code", "ABCDEF", "--add-item", "Tea", "--quantity", "two"], "'two' is not a valid int"),
        (["list", "--status", "done"], "'done' is not one of"),
        (["list", "--limit", 0], "0 is not in the range"),
        (["show"], "Missing argument 'CODE'"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(cli, words, sentence: str):
    result = cli("order", *words, DATABASE_URL="mysql+pymysql://nobody@127.0.0.1:1/nowhere")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
