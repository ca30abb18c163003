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

    result = cli("settings", "list", COLUMNS="40")

    assert [row["key"] for row in cli_json("settings", "list")] == list(DEFINITIONS)
    assert "cash_order_timeout_hours = 48 (default:\n24)\n" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 40
