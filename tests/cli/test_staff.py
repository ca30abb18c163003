"""`staff`: who runs the shop; and what the bot makes of it."""

import pytest

from bot.models import RoleName
from bot.services import arrivals, outbox, people
from tests.shop import OWNER_ID, Shop


@pytest.fixture
def anna(shop: Shop) -> int:
    shop.has_customer(101, "Anna")
    shop.execute("UPDATE users SET username = 'anna_k' WHERE telegram_id = 101")
    return 101


def role(shop: Shop, telegram_id: int = 101) -> RoleName:
    """Return what the bot lets somebody do at their next press."""
    found = shop.db.read(arrivals.identify, telegram_id)
    assert found is not None
    return found.role


@pytest.mark.parametrize("name", ["101", "@anna_k", "Anna_K"])
def test_somebody_becomes_an_admin_and_is_told(cli, shop: Shop, anna: int, name: str):
    result = cli("staff", "add", name)

    assert (result.exit_code, result.stdout) == (0, "Anna (101) is an admin now.\n")
    assert result.stderr.startswith("1 message waits to be sent.\n")
    assert role(shop) is RoleName.ADMIN
    assert shop.db.read(outbox.staff) == {OWNER_ID, 101}
    assert [(each.kind, each.facts) for each in shop.messages(101)] == [("staff-added", {})]
    event = shop.events("staff.added")[0]
    assert (event.actor, event.subject, event.facts) == ("cli:anna", "user:101", {"role": "ADMIN"})


def test_an_admin_becomes_a_customer_again_and_is_told(cli, shop: Shop, anna: int):
    cli("staff", "add", 101)

    result = cli("staff", "remove", "@anna_k")

    assert (result.exit_code, result.stdout) == (0, "Anna (101) no longer runs the shop.\n")
    assert role(shop) is RoleName.USER
    assert shop.db.read(outbox.staff) == {OWNER_ID}
    assert [each.kind for each in shop.messages(101)] == ["staff-added", "staff-removed"]
    assert shop.events("staff.removed")[0].actor == "cli:anna"


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_the_user_is_printed_as_json(cli, cli_json, anna: int, verb: str):
    if verb == "remove":
        cli("staff", "add", 101)

    assert cli_json("staff", verb, 101) == {
        "telegram_id": 101,
        "first_name": "Anna",
        "username": "anna_k",
        "role": "ADMIN" if verb == "add" else "USER",
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", 1], "User '1': this is the owner, who may do everything already."),
        (["remove", 1], "User '1': this is the owner; name another in OWNER_ID and restart the bot."),
        (["add", 102], "User '102': this user is an admin already."),
        (["remove", 101], "User '101': this user is no admin."),
        (["add", 103], "User '103': this user is banned; lift the ban first."),
        (["add", 999], "User '999': nobody who has entered is called so; they press /start first."),
        (["add", "@nobody"], "User '@nobody': nobody who has entered is called so; they press /start first."),
        (["remove", "Anna"], "User 'Anna': nobody who has entered is called so; they press /start first."),
        (
            ["add", 101, "--role", "owner"],
            "'owner' is not a valid role to give: name an admin; the owner is whom OWNER_ID names.",
        ),
        (
            ["add", 101, "--role", "user"],
            "'user' is not a valid role to give: name an admin; the owner is whom OWNER_ID names.",
        ),
    ],
)
@pytest.mark.parametrize("owner_has_entered", [True, False])
def test_what_cannot_be_is_refused(cli, shop: Shop, anna: int, words, sentence: str, owner_has_entered: bool):
    for telegram_id in (OWNER_ID, 102, 103) if owner_has_entered else (102, 103):
        shop.has_customer(telegram_id)
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 102")
    shop.staff(people.ban, 103, reason=None, notify=False)
    before = shop.rows()

    result = cli("staff", *words)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")
    assert shop.rows() == before


def test_a_role_that_does_not_exist_is_wrong_usage(cli, anna: int):
    assert cli("staff", "add", 101, "--role", "king").exit_code == 2


def test_who_has_blocked_the_bot_becomes_an_admin_all_the_same(cli, shop: Shop, anna: int):
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6)")

    result = cli("staff", "add", 101)

    assert result.exit_code == 0
    assert result.stderr.startswith("They have blocked the bot, so they read nothing of it until they are back.\n")
    assert role(shop) is RoleName.ADMIN


def test_the_list_begins_with_the_owner(cli, cli_json, shop: Shop, anna: int):
    cli("staff", "add", 101)
    shop.execute("UPDATE events SET created_at = '2026-03-01 09:30:00'")
    shop.has_customer(102, "Former")
    shop.execute("UPDATE users SET role = 'OWNER' WHERE telegram_id = 102")

    result = cli("staff", "list", HELPER_ID="77")

    assert result.stdout == (
        " Id  Name          Role   State                       Since             By\n"
        "  1                owner  has not pressed /start yet\n"
        "101  Anna @anna_k  admin                              2026-03-01 09:30  cli:anna\n"
    )
    assert result.stderr == "Times are in UTC.\nQuestions go to 77, whom HELPER_ID names, and to staff who want them.\n"
    assert cli("staff", "list", COLUMNS="40").stdout == (
        "1  owner  has not pressed /start yet\n101  Anna @anna_k  admin\n  Since 2026-03-01 09:30, By cli:anna\n"
    )
    assert cli_json("staff", "list") == [
        {
            "telegram_id": 1,
            "role": "OWNER",
            "first_name": None,
            "username": None,
            "is_banned": False,
            "blocked_bot_at": None,
            "since": None,
            "named_by": None,
        },
        {
            "telegram_id": 101,
            "role": "ADMIN",
            "first_name": "Anna",
            "username": "anna_k",
            "is_banned": False,
            "blocked_bot_at": None,
            "since": "2026-03-01T09:30:00Z",
            "named_by": "cli:anna",
        },
    ]


def test_an_owner_who_has_entered_stands_in_the_list_with_a_name(cli, shop: Shop):
    shop.has_customer(OWNER_ID, "Olga")

    assert cli("staff", "list").stdout == "Id  Name  Role   State  Since  By\n 1  Olga  owner\n"


def test_a_shop_without_an_owner_says_so(cli):
    assert cli("staff", "list", OWNER_ID=None).stdout == "Nobody: OWNER_ID is not set.\n"
