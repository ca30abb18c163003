import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.checks import table
from bot.models import OrderStatus
from bot.services import clock, leases
from tests.cli.others import Telegram, a_telegram
from tests.cli.terminal import on_a_terminal
from tests.shop import Shop


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """Run a Bot API that knows the token 1:abc."""
    with a_telegram() as running:
        yield running


@pytest.fixture
def check(cli):
    """Return a function that runs the doctor and returns its exit code and what it found, by check."""

    def run(**variables: str) -> tuple[int, dict[str, Any]]:
        result = cli("doctor", "--json", **variables)
        return result.exit_code, {finding["check"]: finding for finding in json.loads(result.stdout)}

    return run


def test_a_healthy_shop_passes(check, shop: Shop, home: Path, telegram: Telegram):
    shop.has_addresses(10)
    shop.db.call(leases.take, leases.BOT, "host:1", now=clock.now())
    for folder in ("logs", "data"):
        (home / folder).mkdir()

    exit_code, found = check(
        TOKEN="1:abc",
        TELEGRAM_API_URL=telegram.url,
        REDIS_HOST=os.environ["TEST_REDIS_HOST"],
        REDIS_PORT=os.environ["TEST_REDIS_PORT"],
    )

    assert exit_code == 0
    levels = {name: finding["level"] for name, finding in found.items()}
    # The server of the tests is quick rather than safe, and their user may do everything with it.
    warned = {"database settings", "database rights"}
    assert {name for name, level in levels.items() if level == "warn"} <= warned
    assert {name for name, level in levels.items() if level == "pass"} == {each.name for each in table.ALL} - warned
    assert found["token"]["text"] == "the bot is @tea_bot"
    assert found["redis"]["text"].startswith("version ")
    assert found["bitcoin addresses"] == {
        "check": "bitcoin addresses",
        "level": "pass",
        "text": "10 left",
        "advice": "",
    }


def test_warnings_say_what_to_do_and_do_not_fail(check, shop: Shop):
    shop.has_addresses(9)
    shop.db.call(leases.take, leases.BOT, "host:1", now=clock.now() - timedelta(minutes=5))

    exit_code, found = check()

    assert exit_code == 0
    assert (found["configuration"]["level"], found["logs"]["level"]) == ("warn", "warn")
    assert found["bot"]["text"] == "it was last seen 5 minutes ago"
    assert found["bot"]["advice"] == "Start it: systemctl start telegram-shop-bot"
    assert found["bitcoin addresses"]["text"] == "9 left"


@pytest.mark.broken_on_purpose
def test_a_broken_invariant_fails_and_names_what_breaks_it(check, shop: Shop):
    shop.has_goods("Green tea")
    shop.execute("UPDATE goods SET stock_quantity = stock_quantity + 1")

    exit_code, found = check()

    assert exit_code == 1
    assert found["invariant I2"]["text"] == (
        "not so: The inventory log sums to the stock and to the reserved quantity. Broken by: Green tea"
    )


def test_a_database_that_does_not_answer_fails_and_the_other_checks_go_on(check):
    exit_code, found = check(DATABASE_URL="mysql+pymysql://nobody@127.0.0.1:1/nowhere")

    assert exit_code == 1
    assert found["database"]["level"] == "fail"
    assert (found["configuration"]["level"], found["redis"]["level"]) == ("warn", "pass")


def test_a_malformed_variable_fails(check):
    exit_code, found = check(MIN_AMOUNT="much")

    assert exit_code == 1
    assert found["configuration"]["level"] == "fail"
    assert found["configuration"]["text"].startswith("MIN_AMOUNT: ")


def test_a_redis_that_does_not_answer_fails(check):
    exit_code, found = check(REDIS_HOST="127.0.0.1", REDIS_PORT="1")

    assert exit_code == 1
    assert found["redis"]["level"] == "fail"


def test_a_data_key_that_others_may_read_fails(check, home: Path):
    (home / "data").mkdir()
    (home / "data" / "data.key").write_text("00" * 32)
    (home / "data" / "data.key").chmod(0o644)

    exit_code, found = check(DATA_KEY="")

    assert exit_code == 1
    assert found["data key"]["advice"] == f"chmod 600 {home}/data/data.key"


def test_a_wrong_data_key_fails(check, shop: Shop):
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})

    exit_code, found = check(DATA_KEY="00" * 32)

    assert exit_code == 1
    assert "restore the right key" in found["data key"]["text"]


def test_messages_that_wait_for_long_are_warned_of(check, shop: Shop):
    shop.has_goods()
    shop.has_order(shop.has_customer(), {"Green tea": 1})
    shop.execute("UPDATE outbox SET created_at = :then", then=(clock.now() - timedelta(minutes=4)).replace(tzinfo=None))

    _, found = check()

    assert found["messages"]["level"] == "warn"
    assert found["messages"]["text"] == "1 message waiting to be sent, the oldest for 4 minutes"


def test_people_read_one_line_a_check_and_below_it_what_to_do(cli):
    wide, narrow = cli("doctor"), cli("doctor", COLUMNS="40")

    assert (
        "warn  bot: it has never run on this database\n      Start it: systemctl start telegram-shop-bot\n"
        in wide.stdout
    )
    assert max(len(line) for line in narrow.stdout.splitlines()) <= 40


def test_one_reason_that_fails_many_checks_is_told_once(cli, home: Path):
    (home / "empty.db").touch()
    result = cli("doctor", "--json", DATABASE_URL=f"sqlite:///{home}/empty.db")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [finding["check"] for finding in found if finding["level"] == "fail"] == ["schema"]
    assert found[-1]["check"] == "not looked at"
    assert found[-1]["text"] == (
        "tables, data key, sealed data, invariants, bot, jobs, messages, bitcoin addresses, backups"
    )


# -- doctor --fix -------------------------------------------------------------------------------------------------


@pytest.fixture
def drifted(shop: Shop) -> Shop:
    """Return a shop with an order, in which a hand has changed what is reserved, a code's uses and a payment."""
    shop.has_goods("Green tea", stock=10)
    shop.has_order(shop.has_customer(), {"Green tea": 3}, status=OrderStatus.DELIVERED)
    shop.has_code(max_uses=5)
    shop.execute("UPDATE goods SET reserved_quantity = 2")
    shop.execute("UPDATE reference_codes SET current_uses = 4")
    shop.execute("DELETE FROM payments")
    return shop


@pytest.mark.broken_on_purpose
def test_a_rehearsal_shows_what_would_be_put_right_and_what_is_left(cli, drifted: Shop):
    before = drifted.rows()
    result = cli("doctor", "--fix", "--dry-run", COLUMNS="200")

    assert drifted.rows() == before
    assert result.exit_code == 1
    assert "would fix  fix I3: Green tea: 2 are reserved, but open orders are promised 0" in result.stdout
    assert "would fix  fix I10: Code" in result.stdout
    assert "fail       invariant I11: not so: What a delivered order came to was recorded as paid." in result.stdout
    assert "No payment is made up: find out what was paid" in result.stdout


@pytest.mark.broken_on_purpose
def test_what_can_be_put_right_is_and_the_rest_makes_it_fail(cli, drifted: Shop):
    result = cli("doctor", "--fix", "--yes", "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(each["check"], each["level"]) for each in found] == [
        ("fix I3", "fixed"),
        ("fix I10", "fixed"),
        ("invariant I11", "fail"),
    ]
    assert drifted.goods("Green tea").reserved_quantity == 0
    assert {(event.actor, event.kind) for event in drifted.events("doctor.fixed")} == {("cli:anna", "doctor.fixed")}
    assert drifted.scalar("SELECT COUNT(*) FROM payments") == 0


def test_a_shop_that_is_well_says_so_and_nothing_is_done(cli, shop: Shop):
    before = shop.rows()
    for words in (["--dry-run"], ["--yes"], []):
        result = cli("doctor", "--fix", *words)

        assert result.exit_code == 0
        assert "there is nothing to fix" in result.stdout
    assert shop.rows() == before


def test_a_person_is_shown_everything_and_asked_first(shop: Shop, variables: dict[str, str]):
    shop.has_goods("Green tea")
    shop.execute("UPDATE goods SET reserved_quantity = 2")
    before = shop.rows()
    with on_a_terminal("doctor", "--fix", variables=variables, columns=200) as terminal:
        terminal.shows("Put right 1 thing? [y/N]")
        assert "Green tea: 2 are reserved, but open orders are promised 0" in terminal.screen
        terminal.types("n")
        assert terminal.ends() == 1
    assert shop.rows() == before
    with on_a_terminal("doctor", "--fix", variables=variables, columns=200) as terminal:
        terminal.shows("Put right 1 thing? [y/N]")
        terminal.types("y")
        terminal.shows("fixed  ")
        assert terminal.ends() == 0

    assert shop.goods("Green tea").reserved_quantity == 0


@pytest.mark.parametrize("word", ["--yes", "--dry-run"])
def test_words_that_belong_to_a_fix_need_one(cli, word: str):
    result = cli("doctor", word)

    assert result.exit_code == 2
    assert "go with --fix" in result.stderr
