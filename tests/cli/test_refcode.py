import re
from datetime import datetime, timedelta

import pytest

from bot.models import ReferenceCode
from bot.services import clock
from tests.shop import Shop


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
    assert (unknown.exit_code, unknown.stderr) == (1, "There is no reference code '22222222'.\n")


def test_the_list_shows_every_code_or_only_those_that_still_let_somebody_in(cli, cli_json, shop: Shop):
    disabled, limited, endless = shop.has_code(), shop.has_code(max_uses=3), shop.has_code()
    cli("refcode", "disable", disabled)

    everything = cli("refcode", "list")
    active = cli_json("refcode", "list", "--active-only")

    assert everything.stdout == (
        "Code      State       Uses  Expires  By        Note\n"
        f"{endless}  active         0  never    cli:test\n"
        f"{limited}  active    0 of 3  never    cli:test\n"
        f"{disabled}  disabled       0  never    cli:test\n"
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
