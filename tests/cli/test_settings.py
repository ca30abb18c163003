import pytest

from bot.models import Setting
from bot.services.settings import DEFINITIONS
from tests.shop import Shop


def test_a_setting_is_changed_and_read_back(cli, shop: Shop):
    changed = cli("settings", "set", "timezone", " Europe/Berlin ")
    read = cli("settings", "get", "timezone")

    assert (changed.exit_code, changed.stdout) == (0, "timezone is 'Europe/Berlin' now.\n")
    assert read.stdout == "Europe/Berlin\n"
    assert shop.events("setting.changed")[0].actor == "cli:anna"


def test_a_value_may_be_empty(cli, shop: Shop):
    shop.has_setting("phone_region", "DE")

    assert cli("settings", "set", "phone_region", "").exit_code == 0
    assert cli("settings", "get", "phone_region").stdout == "\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["timezon", "UTC"], "There is no setting 'timezon'. Did you mean 'timezone'?"),
        (
            ["cash_order_timeout_hours", "0"],
            "'0' is not a valid cash_order_timeout_hours: use a whole number from 1 to 720.",
        ),
        (
            ["timezone", "Mars/Base"],
            "'Mars/Base' is not a valid timezone: use a name from the time zone database such as Europe/Berlin.",
        ),
    ],
)
def test_an_unknown_key_or_a_bad_value_is_refused(cli, shop: Shop, words, sentence: str):
    result = cli("settings", "set", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert shop.count(Setting) == 0


def test_a_setting_is_printed_as_json(cli_json, shop: Shop):
    shop.has_setting("reference_bonus_percent", "7.5")

    assert cli_json("settings", "get", "reference_bonus_percent") == {
        "key": "reference_bonus_percent",
        "value": "7.5",
        "default": "5",
        "is_default": False,
        "kind": "percent 0-100",
        "meaning": DEFINITIONS["reference_bonus_percent"].meaning,
    }


def test_the_list_has_every_setting_with_its_meaning_and_what_differs_from_the_default(cli, cli_json, shop: Shop):
    shop.has_setting("cash_order_timeout_hours", "48")
    shop.has_setting("help_auto_message", "We answer.")
    shop.has_setting("help_auto_message", "")

    result = cli("settings", "list", COLUMNS="40")

    assert [row["key"] for row in cli_json("settings", "list")] == list(DEFINITIONS)
    assert result.stdout.startswith(
        "reference_codes_enabled\n"
        "  Value    true, the default\n"
        "  Kind     yes/no\n"
        "  Meaning  Whether people need a\n"
        "           reference code to enter the\n"
        "           shop.\n"
    )
    assert (
        "cash_order_timeout_hours\n"
        "  Value    48\n"
        "  Default  24\n"
        "  Kind     hours 1-720\n"
        "  Meaning  How long goods stay reserved\n"
        "           for an order paid in cash\n"
        "           until staff confirm it.\n"
    ) in result.stdout
    assert "help_auto_message\n  Value    nothing\n  Default  nothing\n" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 40


def test_the_list_of_what_was_changed_is_short(cli, cli_json, shop: Shop):
    assert cli("settings", "list", "--changed").stdout == "Every setting has its default.\n"
    shop.has_setting("max_open_orders", "7")

    assert cli("settings", "list", "--changed").stdout == (
        "max_open_orders\n"
        "  Value    7\n"
        "  Default  10\n"
        "  Kind     count 1-1000\n"
        "  Meaning  How many open orders one customer may have at a time.\n"
    )
    assert [row["key"] for row in cli_json("settings", "list", "--changed")] == ["max_open_orders"]


def test_what_a_setting_means_stands_beside_its_value(cli, shop: Shop):
    shop.has_setting("max_open_orders", "7")

    result = cli("settings", "get", "max_open_orders")

    assert result.stdout == "7\n"
    assert result.stderr == ("How many open orders one customer may have at a time. Kind: count 1-1000. Default: 10.\n")


def test_what_a_setting_was_is_said_when_it_changes(cli, shop: Shop):
    assert cli("settings", "set", "max_open_orders", "7").stderr == "It was '10'; the default is '10'.\n"


def test_a_setting_gets_its_default_back(cli, cli_json, shop: Shop):
    shop.has_setting("max_open_orders", "7")

    result = cli("settings", "reset", "Max-Open-Orders")

    assert (result.exit_code, result.stdout) == (0, "max_open_orders has its default again, '10'.\n")
    assert result.stderr == "It was '7'.\n"
    assert shop.count(Setting) == 0
    event = shop.events("setting.changed")[-1]
    assert (event.actor, event.subject, event.facts) == (
        "cli:anna",
        "setting:max_open_orders",
        {"old": "7", "new": "10"},
    )
    shop.has_setting("max_open_orders", "7")
    facts = cli_json("settings", "reset", "max_open_orders")
    assert (facts["value"], facts["is_default"]) == ("10", True)


def test_a_setting_that_has_its_default_is_not_reset(cli, shop: Shop):
    result = cli("settings", "reset", "timezone")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Setting 'timezone': it has its default already, 'UTC'.\n"
    assert shop.events() == []


@pytest.mark.parametrize("verb", ["get", "reset"])
@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("timezon", " Did you mean 'timezone'?"),
        ("timeout", " Did you mean 'cash_order_timeout_hours' or 'bitcoin_order_timeout_hours'?"),
        ("xyz", " All settings: bot_cli.py settings list"),
        ("", " All settings: bot_cli.py settings list"),
    ],
)
def test_an_unknown_key_is_refused_with_what_may_be_meant(cli, verb: str, key: str, hint: str):
    result = cli("settings", verb, key)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"There is no setting {key!r}.{hint}\n"
