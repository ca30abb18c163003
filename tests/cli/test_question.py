"""`question`: the conversations with customers, answering and closing."""

import pytest
from click.testing import CliRunner

from bot.cli import root
from bot.models import FileKind
from bot.services import help as help_desk
from bot.services import letters
from bot.services.queries import help_views
from tests.shop import Shop, now

LONG = "Do you sell\ncups, and if so: which, and for how much?"


@pytest.fixture
def asked(shop: Shop) -> list[int]:
    """Have Anna ask twice and Boris once, all on a known day; return who they are."""
    shop.has_customer(101, "Anna")
    shop.has_customer(102, "Boris the brave one")
    shop.execute("UPDATE users SET username = 'anna' WHERE telegram_id = 101")
    for person, text, minute in ((101, "Where is it?", 30), (102, LONG, 31), (101, "Hi", 32)):
        shop.db.call(help_desk.ask, person, text, now=now())
        shop.execute(
            "UPDATE help_messages SET created_at = :time WHERE settled_at IS NULL ORDER BY id DESC LIMIT 1",
            time=f"2026-03-01 09:{minute}:00",
        )
    shop.execute("UPDATE help_threads SET waiting_since = '2026-03-01 09:30:00', last_at = '2026-03-01 09:32:00'")
    shop.execute(
        "UPDATE help_threads SET waiting_since = '2026-03-01 09:31:00', last_at = '2026-03-01 09:31:00' "
        "WHERE user_id = 102"
    )
    return [101, 102]


def answers(shop: Shop, user_id: int, text: str = "In May.") -> None:
    shop.staff(help_desk.answer, user_id, text)
    shop.execute("UPDATE help_threads SET last_at = '2026-03-02 10:00:00' WHERE user_id = :id", id=user_id)
    shop.execute("UPDATE help_messages SET settled_at = '2026-03-02 10:00:00' WHERE settled_at IS NOT NULL")
    shop.execute("UPDATE help_messages SET created_at = '2026-03-02 10:00:00' WHERE by_customer = 0")


def test_conversations_are_listed_the_newest_first(cli, shop: Shop, asked: list[int]):
    answers(shop, 102)

    result = cli("question", "list")

    assert result.stdout == (
        " Id  Customer             State     Last              Text\n"
        "102  Boris the brave one  answered  2026-03-02 10:00  In May.\n"
        "101  Anna @anna           waiting   2026-03-01 09:32  Hi\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_the_list_is_readable_at_40_columns(cli, asked: list[int]):
    assert cli("question", "list", "--limit", 1, COLUMNS="40").stdout == (
        "101  Anna @anna  waiting\n  Last 2026-03-01 09:32, Text Hi\n"
    )


def test_conversations_are_chosen_and_paged(cli_json, shop: Shop, asked: list[int]):
    def ids(*words: object) -> list[int]:
        return [row["user_id"] for row in cli_json("question", "list", *words)]

    assert ids("--open") == [101, 102]
    answers(shop, 101)
    assert ids() == [101, 102]
    assert ids("--open") == [102]
    assert ids("--customer", "@anna") == [101]
    assert ids("--customer", 101, "--open") == []
    assert ids("--limit", 1, "--page", 2) == [102]


def test_a_conversation_is_shown_with_everything(cli, cli_json, shop: Shop, asked: list[int]):
    answers(shop, 102, "Yes.\nThree kinds.")
    shop.db.call(help_desk.ask, 102, "", file=FileKind.PHOTO, now=now())
    shop.execute(
        "UPDATE help_messages SET created_at = '2026-03-03 08:00:00' WHERE file IS NOT NULL",
    )
    shop.execute("UPDATE help_threads SET waiting_since = '2026-03-03 08:00:00' WHERE user_id = 102")

    assert cli("question", "show", 102, COLUMNS="40").stdout == (
        "Boris the brave one (102) is waiting\n"
        "  Waits since  2026-03-03 08:00\n"
        "2026-03-01 09:31 Boris the brave one\n"
        "  Text  Do you sell\n"
        "        cups, and if so: which, and for\n"
        "        how much?\n"
        "2026-03-02 10:00 cli:test\n"
        "  Text  Yes.\n"
        "        Three kinds.\n"
        "2026-03-03 08:00 Boris the brave one\n"
        "  File  photo\n"
    )
    facts = cli_json("question", "show", "102")
    assert {key: facts[key] for key in ("user_id", "first_name", "state", "waiting_since", "last_file")} == {
        "user_id": 102,
        "first_name": "Boris the brave one",
        "state": "waiting",
        "waiting_since": "2026-03-03T08:00:00Z",
        "last_file": "photo",
    }
    first = {key: value for key, value in facts["messages"][0].items() if key != "id"}
    assert first == {
        "by_customer": True,
        "author": "user:102",
        "text": LONG,
        "file": None,
        "order_code": None,
        "created_at": "2026-03-01T09:31:00Z",
        "settled_at": "2026-03-02T10:00:00Z",
        "settled_by": "cli:test",
    }
    assert [message["author"] for message in facts["messages"]] == ["user:102", "cli:test", "user:102"]


def test_a_letter_stands_in_the_conversation_and_settles_nothing(cli_json, shop: Shop, asked: list[int]):
    shop.staff(letters.write, 101, "Your parcel is here.")

    facts = cli_json("question", "show", "@anna")

    assert (facts["state"], facts["last_text"]) == ("waiting", "Your parcel is here.")


def test_who_has_written_nothing_has_an_empty_conversation(cli, shop: Shop):
    shop.has_customer(103, "Clara")

    assert cli("question", "show", 103).stdout == "Nothing has been written yet\n"


def test_a_customer_is_answered_and_the_answer_is_sealed(cli, shop: Shop, asked: list[int]):
    result = cli("question", "answer", "@anna", "It is a secret place.")

    assert (result.exit_code, result.stdout) == (0, "The question of Anna (101) is answered.\n")
    assert "wait to be sent" in result.stderr
    assert [each.kind for each in shop.messages(101)] == ["help-answer"]
    assert shop.events("help.answered")[0].actor == "cli:anna"
    assert "secret place" not in str(shop.rows())


def test_an_answer_comes_from_standard_input(environment, shop: Shop, asked: list[int]):
    result = CliRunner(env=environment).invoke(root.cli, ["question", "answer", "101", "-"], input="One\nTwo\n")

    assert result.exit_code == 0, result.stderr
    assert shop.db.read(help_views.thread, 101).lines[-1].text == "One\nTwo"


def test_the_answer_is_printed_as_json(cli_json, asked: list[int]):
    facts = cli_json("question", "answer", 101, "Yes.")

    last = facts["messages"][-1]
    assert (facts["state"], last["text"], last["author"]) == ("answered", "Yes.", "cli:anna")


def test_who_has_blocked_the_bot_is_not_answered(cli, shop: Shop, asked: list[int]):
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6)")
    before = shop.rows()

    result = cli("question", "answer", 101, "Yes.")

    assert result.exit_code == 1
    assert result.stderr == "User '101': they have blocked the bot; nothing reaches them until they are back.\n"
    assert shop.rows() == before


def test_a_question_is_answered_once(cli, shop: Shop, asked: list[int]):
    answers(shop, 101)
    before = shop.rows()

    result = cli("question", "answer", 101, "No.")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Question '101': cli:test has answered it already. "
        'To write to them all the same: bot_cli.py customer message 101 "TEXT"\n'
    )
    assert shop.rows() == before
    assert cli("customer", "message", 101, "One more thing.").exit_code == 0


def test_a_question_is_closed_without_an_answer(cli, cli_json, shop: Shop, asked: list[int]):
    result = cli("question", "close", "@anna")

    assert (result.exit_code, result.stdout) == (0, "The question of Anna (101) is closed without an answer.\n")
    assert shop.messages(101) == []
    assert cli_json("question", "show", 101)["state"] == "closed"
    assert "Closed by  cli:anna" in cli("question", "show", 101).stdout
    again = cli("question", "close", 101)
    assert (again.exit_code, again.stderr) == (1, "Question '101': cli:anna has closed it already.\n")


@pytest.mark.parametrize("words", [["show", "@nobody"], ["answer", 999_999, "Yes."], ["close", 999_999]])
def test_somebody_who_does_not_exist_is_refused(cli, words):
    result = cli("question", *words)

    assert result.exit_code == 1
    assert result.stderr.startswith("There is no customer")


@pytest.mark.parametrize("words", [["show"], ["answer", "1"], ["close"]])
def test_what_is_missing_is_wrong_usage(cli, words):
    assert cli("question", *words).exit_code == 2


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001])
def test_an_answer_without_bounds_is_refused(cli, shop: Shop, asked: list[int], text: str):
    result = cli("question", "answer", 101, text)

    assert result.exit_code == 1
    assert "is not a valid message: write at " in result.stderr
    assert shop.messages(101) == []


def test_an_empty_list_says_so(cli):
    result = cli("question", "list", "--open")

    assert (result.stdout, result.stderr) == ("There are no such questions.\n", "")
