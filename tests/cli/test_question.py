"""`question`: what customers ask, and the answers."""

import pytest
from click.testing import CliRunner

from bot.cli import root
from bot.services import help as help_desk
from tests.shop import Shop, now

LONG = "Do you sell\ncups, and if so: which, and for how much?"


@pytest.fixture
def asked(shop: Shop) -> list[int]:
    """Have Anna ask twice and Boris once, all on a known day; return the ids."""
    shop.has_customer(101, "Anna")
    shop.has_customer(102, "Boris the brave one")
    for person, text in (
        (101, "Where is it?"),
        (102, LONG),
        (101, "Hi"),
    ):
        shop.db.call(help_desk.ask, person, text, now=now())
    first = shop.scalar("SELECT MIN(id) FROM help_requests")
    shop.execute("UPDATE help_requests SET id = id - :before, asked_at = '2026-03-01 09:30:00'", before=first - 1)
    return [1, 2, 3]


def answers(shop: Shop, number: int, text: str = "In May.") -> None:
    shop.staff(help_desk.answer, number, text)
    shop.execute("UPDATE help_requests SET answered_at = '2026-03-02 10:00:00' WHERE id = :id", id=number)


def test_questions_are_listed_the_newest_first(cli, shop: Shop, asked: list[int]):
    answers(shop, asked[0])

    result = cli("question", "list")

    assert result.stdout == (
        "Id  Customer        State     Asked             Question\n"
        " 3  Anna            open      2026-03-01 09:30  Hi\n"
        " 2  Boris the bra…  open      2026-03-01 09:30  Do you sell cups, and if so: …\n"
        " 1  Anna            answered  2026-03-01 09:30  Where is it?\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_the_list_is_readable_at_40_columns(cli, asked: list[int]):
    assert cli("question", "list", "--limit", 1, COLUMNS="40").stdout == (
        f"{asked[2]}  Anna  open\n  Asked 2026-03-01 09:30, Question Hi\n"
    )


def test_questions_are_chosen_and_paged(cli_json, shop: Shop, asked: list[int]):
    answers(shop, asked[0])

    def ids(*words: object) -> list[int]:
        return [row["id"] for row in cli_json("question", "list", *words)]

    assert ids() == asked[::-1]
    assert ids("--open") == asked[1:]
    assert ids("--customer", 101) == [asked[2], asked[0]]
    assert ids("--customer", 101, "--open") == [asked[2]]
    assert ids("--limit", 1, "--page", 2) == [asked[1]]


def test_a_question_is_shown_with_its_answer(cli, cli_json, shop: Shop, asked: list[int]):
    answers(shop, asked[1], "Yes.\nThree kinds.")

    assert cli("question", "show", asked[1], COLUMNS="40").stdout == (
        f"Question {asked[1]} is answered\n"
        "  Customer  Boris the brave one (102)\n"
        "  Asked     2026-03-01 09:30\n"
        "  Question  Do you sell\n"
        "            cups, and if so: which, and\n"
        "            for how much?\n"
        "  Answered  2026-03-02 10:00\n"
        "  By        cli:test\n"
        "  Answer    Yes.\n"
        "            Three kinds.\n"
    )
    assert cli_json("question", "show", asked[1]) == {
        "id": asked[1],
        "user_id": 102,
        "first_name": "Boris the brave one",
        "question": LONG,
        "asked_at": "2026-03-01T09:30:00Z",
        "answer": "Yes.\nThree kinds.",
        "answered_by": "cli:test",
        "answered_at": "2026-03-02T10:00:00Z",
    }


def test_a_question_is_answered_and_the_answer_is_sealed(cli, shop: Shop, asked: list[int]):
    result = cli("question", "answer", asked[0], "It is a secret place.")

    assert (result.exit_code, result.stdout) == (0, f"Question {asked[0]} of Anna (101) is answered.\n")
    assert "wait to be sent" in result.stderr
    assert [(each.kind, each.facts) for each in shop.messages(101)] == [("help-answer", {"request_id": asked[0]})]
    assert shop.events("help.answered")[0].actor == "cli:anna"
    assert "secret place" not in str(shop.rows())


def test_an_answer_comes_from_standard_input(environment, shop: Shop, asked: list[int]):
    words = ["question", "answer", str(asked[0]), "-"]

    result = CliRunner(env=environment).invoke(root.cli, words, input="One\nTwo\n")

    assert result.exit_code == 0, result.stderr
    assert shop.db.read(help_desk.conversation, asked[0]).answer == "One\nTwo"


def test_the_answer_is_printed_as_json(cli_json, asked: list[int]):
    facts = cli_json("question", "answer", asked[0], "Yes.")

    assert (facts["id"], facts["answer"], facts["answered_by"]) == (asked[0], "Yes.", "cli:anna")


def test_who_has_blocked_the_bot_is_answered_with_a_warning(cli, shop: Shop, asked: list[int]):
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6)")

    result = cli("question", "answer", asked[0], "Yes.")

    assert result.exit_code == 0
    assert result.stderr.startswith("They have blocked the bot, so the answer does not reach them.\n")


def test_a_question_is_answered_once(cli, shop: Shop, asked: list[int]):
    answers(shop, asked[0])
    before = shop.rows()

    result = cli("question", "answer", asked[0], "No.")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Question '{asked[0]}': cli:test has answered it already.\n"
    assert shop.rows() == before


@pytest.mark.parametrize("words", [["show", 999_999], ["answer", 999_999, "Yes."]])
def test_a_question_that_does_not_exist_is_refused(cli, words):
    result = cli("question", *words)

    assert (result.exit_code, result.stderr) == (
        1,
        "There is no question '999999'. All questions: bot_cli.py question list --all\n",
    )


@pytest.mark.parametrize("words", [["show", "0"], ["show", "abc"], ["answer", "1"], ["show", str(2**63)]])
def test_what_is_no_number_is_wrong_usage(cli, words):
    assert cli("question", *words).exit_code == 2


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001])
def test_an_answer_without_bounds_is_refused(cli, shop: Shop, asked: list[int], text: str):
    result = cli("question", "answer", asked[0], text)

    assert result.exit_code == 1
    assert "is not a valid message: write at " in result.stderr
    assert shop.messages(101) == []


def test_an_empty_list_says_so(cli):
    result = cli("question", "list", "--open")

    assert (result.stdout, result.stderr) == ("There are no such questions.\n", "")
