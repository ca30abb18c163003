import pytest

from tests.shop import OWNER_ID, Shop


@pytest.fixture(autouse=True)
def anna(shop: Shop) -> int:
    return shop.has_customer(101, "Anna")


def test_somebody_is_banned_and_told_why(cli, shop: Shop):
    result = cli("ban", 101, "--reason", "Never pays", "--notify")

    assert (result.exit_code, result.stdout) == (0, "Anna (101) is banned.\n")
    assert result.stderr.startswith("1 message waits to be sent.\n")
    assert (shop.user(101).is_banned, shop.user(101).ban_reason) == (True, "Never pays")
    assert [(message.kind, message.facts) for message in shop.messages(101)] == [("banned", {"reason": "Never pays"})]


def test_nobody_is_told_unasked(cli, shop: Shop):
    result = cli("ban", 101)

    assert (result.exit_code, result.stderr) == (0, "")
    assert shop.messages() == []


def test_a_ban_is_lifted(cli, shop: Shop):
    cli("ban", 101)

    result = cli("unban", 101, "--notify")

    assert (result.exit_code, result.stdout) == (0, "Anna (101) may use the shop again.\n")
    assert shop.user(101).is_banned is False
    assert [message.kind for message in shop.messages(101)] == ["unbanned"]


@pytest.mark.parametrize("command", ["ban", "unban"])
def test_the_user_is_printed_as_json(cli, cli_json, command: str):
    if command == "unban":
        cli("ban", 101)

    assert cli_json(command, 101) == {
        "telegram_id": 101,
        "first_name": "Anna",
        "username": None,
        "role": "USER",
        "is_banned": command == "ban",
        "ban_reason": None,
    }


def test_the_owner_strangers_and_people_who_are_not_banned_are_refused(cli, shop: Shop):
    shop.has_customer(OWNER_ID, "Olga")

    owner, stranger, free = cli("ban", OWNER_ID), cli("ban", 999), cli("unban", 101)

    assert (owner.exit_code, owner.stderr) == (
        1,
        "User '1': the owner cannot be banned.\n",
    )
    assert (stranger.exit_code, stranger.stderr) == (
        1,
        "There is no customer '999'. Look for them: bot_cli.py customer list --search TEXT\n",
    )
    assert (free.exit_code, free.stderr) == (1, "User '101': this user is not banned.\n")
    assert shop.events("customer.banned") == []


@pytest.mark.parametrize("word", ["", "0", "@nobody", str(2**63)])
@pytest.mark.parametrize("command", ["ban", "unban"])
def test_whom_nobody_knows_is_refused(cli, command: str, word: str):
    result = cli(command, word)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"There is no customer '{word}'. ")


def test_somebody_is_called_by_the_username_too(cli, shop: Shop):
    shop.has_customer(102, "Boris")
    shop.execute("UPDATE users SET username = 'boris_b' WHERE telegram_id = 102")

    assert cli("ban", "@Boris_B").stdout == "Boris (102) is banned.\n"
    assert cli("unban", "boris_b").stdout == "Boris (102) may use the shop again.\n"
