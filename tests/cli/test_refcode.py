import re
from datetime import datetime, timedelta

import pytest

from bot.models import OrderStatus, ReferenceCode
from bot.services import clock, reference_codes
from bot.services.people import Newcomer
from tests.shop import Shop, now


def test_a_code_is_created_with_its_limits(cli, shop: Shop):
    result = cli("refcode", "create", "--expires-hours", 48, "--max-uses", 10, "--note", "Fair")

    assert result.exit_code == 0, result.stderr
    found = re.fullmatch(
        r"Reference code ([2-9A-HJ-NP-Z]{8}) is valid until 20[-0-9: ]+ UTC, for 10 uses\.\n", result.stdout
    )
    assert found
    code = shop.code(found[1])
    assert (code.max_uses, code.note, code.created_by, code.is_admin_code) == (10, "Fair", "cli:anna", True)
    assert code.expires_at is not None
    assert timedelta(hours=47, minutes=59) < code.expires_at - clock.now() <= timedelta(hours=48)


def test_a_code_is_good_for_one_use_within_a_day_unless_told_otherwise(cli_json):
    facts = cli_json("refcode", "create")

    assert facts["max_uses"] == 1
    assert datetime.fromisoformat(facts["expires_at"]) - clock.now() <= timedelta(hours=24)


def test_zero_means_for_ever_and_without_limit(cli, shop: Shop):
    result = cli("refcode", "create", "--expires-hours", 0, "--max-uses", 0)

    assert re.fullmatch(r"Reference code \w{8} is valid for ever, without a limit of uses\.\n", result.stdout)


@pytest.mark.parametrize("words", [["--expires-hours", -1], ["--max-uses", -1], ["--max-uses", 1_000_001]])
def test_limits_out_of_range_are_refused(cli, shop: Shop, words):
    result = cli("refcode", "create", *words)

    assert result.exit_code == 1
    assert "is not a valid number of" in result.stderr
    assert shop.count(ReferenceCode) == 0


def test_a_code_is_disabled_however_it_is_written(cli, cli_json, shop: Shop):
    code = shop.has_code()

    result = cli("refcode", "disable", f"{code[:4]}-{code[4:].lower()}", "--reason", "Leaked")

    assert result.stdout == f"Reference code {code} is disabled.\n"
    assert (shop.code(code).is_active, shop.code(code).disabled_reason) == (False, "Leaked")
    assert cli_json("refcode", "list")[0]["state"] == "disabled"


def test_a_code_that_is_unknown_or_disabled_already_is_refused(cli, shop: Shop):
    code = shop.has_code()
    cli("refcode", "disable", code)

    again = cli("refcode", "disable", code)
    unknown = cli("refcode", "disable", "22222222")

    assert (again.exit_code, again.stderr) == (
        1,
        f"Code {code!r}: it is disabled already.\n",
    )
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "There is no reference code '22222222'. All codes: bot_cli.py refcode list --all\n",
    )


def test_the_list_shows_every_code_or_only_those_that_still_let_somebody_in(cli, cli_json, shop: Shop):
    disabled, limited, endless = shop.has_code(), shop.has_code(max_uses=3), shop.has_code()
    cli("refcode", "disable", disabled)

    everything = cli("refcode", "list")
    active = cli_json("refcode", "list", "--active-only")

    assert everything.stdout == (
        "Code      State               Uses  Expires  By        Note\n"
        f"{endless}  active    0 of unlimited  never    cli:test\n"
        f"{limited}  active            0 of 3  never    cli:test\n"
        f"{disabled}  disabled  0 of unlimited  never    cli:test\n"
    )
    assert [row["code"] for row in active] == [endless, limited]
    assert active[1] == {
        "code": limited,
        "state": "active",
        "expires_at": None,
        "max_uses": 3,
        "current_uses": 0,
        "is_admin_code": True,
        "created_by": "cli:test",
        "created_at": active[1]["created_at"],
        "note": None,
        "disabled_reason": None,
    }


def test_an_empty_list_says_so(cli):
    result = cli("refcode", "list", "--active-only")

    assert (result.stdout, result.stderr) == ("There are no such codes.\n", "")


@pytest.fixture
def friends(shop: Shop) -> str:
    """Let Boris and Carol come by Anna's code, on known days, and Boris buy for 60; return the code."""
    shop.has_goods("Green tea", stock=10, price="30.00")
    shop.has_customer(101, "Anna")
    shop.execute("UPDATE users SET username = 'anna_k'")
    code = shop.db.call(reference_codes.create_for_friend, 101, now=now()).code
    shop.execute(
        "UPDATE reference_codes SET code = 'AAAA2222', max_uses = 5, note = 'Tea & fair' WHERE code = :code", code=code
    )
    for telegram_id, name in ((102, "Boris"), (103, "Carol")):
        shop.db.call(reference_codes.enter, Newcomer(telegram_id, name), "AAAA2222", now=now())
        shop.execute(
            "UPDATE reference_code_usages SET used_at = '2026-03-01 09:30:00' + INTERVAL :days DAY WHERE user_id = :id",
            days=telegram_id - 102,
            id=telegram_id,
        )
    shop.has_order(102, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.CANCELLED)
    shop.execute("UPDATE reference_codes SET created_at = '2026-02-28 09:30:00', expires_at = '2026-03-09 16:00:00'")
    return "AAAA2222"


def test_a_code_is_shown_with_who_came_by_it_and_what_they_brought(cli, friends: str):
    result = cli("refcode", "show", "aaaa-2222")

    assert result.stdout == (
        "Reference code AAAA2222 is expired\n"
        "  Uses     2 of 5\n"
        "  Expires  2026-03-09 16:00\n"
        "  Made by  Anna (101)\n"
        "  Made     2026-02-28 09:30\n"
        "  Note     Tea & fair\n"
        "  Brought  60.00 USD in 1 delivered order\n"
        "  Earned   3.00 USD of bonus\n"
        "Redeemed by\n"
        " Id  Name       Spent  Orders  Redeemed\n"
        "103  Carol   0.00 USD       0  2026-03-02 09:30\n"
        "102  Boris  60.00 USD       1  2026-03-01 09:30\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_a_code_is_readable_at_40_columns(cli, shop: Shop, friends: str):
    shop.staff(reference_codes.disable, friends, reason="Leaked")
    shop.execute("DELETE FROM reference_code_usages WHERE user_id = 103")
    shop.execute("UPDATE reference_codes SET current_uses = 1")

    assert cli("refcode", "show", friends, COLUMNS="40").stdout == (
        "Reference code AAAA2222 is disabled\n"
        "  Uses      1 of 5\n"
        "  Expires   2026-03-09 16:00\n"
        "  Made by   Anna (101)\n"
        "  Made      2026-02-28 09:30\n"
        "  Note      Tea & fair\n"
        "  Disabled  Leaked\n"
        "  Brought   60.00 USD in 1 delivered\n"
        "            order\n"
        "  Earned    3.00 USD of bonus\n"
        "Redeemed by\n"
        "102  Boris  60.00 USD\n"
        "  Orders 1, Redeemed 2026-03-01 09:30\n"
    )


def test_a_code_is_printed_as_json_with_its_uses(cli_json, friends: str):
    facts = cli_json("refcode", "show", friends)

    assert (facts["code"], facts["state"], facts["creator_id"], facts["creator_name"]) == (
        "AAAA2222",
        "expired",
        101,
        "Anna",
    )
    assert (facts["orders"], facts["spent"], facts["earned"], facts["currency"]) == (1, "60.00", "3.00", "USD")
    assert facts["uses"][1] == {
        "telegram_id": 102,
        "first_name": "Boris",
        "used_at": "2026-03-01T09:30:00Z",
        "orders": 1,
        "spent": "60.00",
    }


def test_a_code_of_the_staff_that_nobody_used_is_shown(cli, shop: Shop):
    result = cli("refcode", "show", shop.has_code())

    assert "  Uses     0 of unlimited\n  Expires  never\n  Made by  cli:test\n" in result.stdout
    assert "Redeemed by" not in result.stdout


def test_only_the_newest_uses_are_shown_and_where_the_others_are(cli, shop: Shop):
    code = shop.has_code()
    for telegram_id in range(201, 223):
        shop.db.call(reference_codes.enter, Newcomer(telegram_id, "Guest"), code, now=now())

    result = cli("refcode", "show", code)

    assert result.stdout.count("Guest") == 20
    assert f"There are 2 more: bot_cli.py customer list --search {code}\n" in result.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--search", "a2222"], ["AAAA2222"]),
        (["--search", "TEA & FAIR"], ["AAAA2222"]),
        (["--search", "anna"], ["AAAA2222"]),
        (["--search", "cli:test"], ["BBBB3333"]),
        (["--search", "%"], []),
        (["--search", "чай"], []),
        (["--creator", "@anna_k"], ["AAAA2222"]),
        (["--creator", "102"], []),
        (["--active-only"], ["BBBB3333"]),
        (["--limit", 1, "--page", 2], ["AAAA2222"]),
    ],
)
def test_codes_are_chosen_searched_and_paged(cli_json, shop: Shop, friends: str, words, expected: list[str]):
    shop.execute("UPDATE reference_codes SET code = 'BBBB3333' WHERE code = :code", code=shop.has_code())

    assert [row["code"] for row in cli_json("refcode", "list", *words)] == expected


@pytest.mark.parametrize("code", ["22222222", "код", ""])
def test_showing_an_unknown_code_is_refused(cli, code: str):
    result = cli("refcode", "show", code)

    assert (result.exit_code, result.stderr) == (
        1,
        f"There is no reference code {code.upper()!r}. All codes: bot_cli.py refcode list --all\n",
    )


def test_codes_of_an_unknown_creator_are_refused(cli):
    assert cli("refcode", "list", "--creator", "999").stderr.startswith("There is no customer '999'. ")
