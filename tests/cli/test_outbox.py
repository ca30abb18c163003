"""`outbox`: what waits, what did not arrive, and what to do about it."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from sqlalchemy import text

from bot.models import OutboxMessage, OutboxStatus
from bot.services import letters, outbox, people
from tests.cli.terminal import ROOT
from tests.shop import Shop

LONG_AGO = "2026-03-01 09:30:00"


def is_told(shop: Shop, person: int = 101) -> int:
    """Queue a message to somebody and return its id."""
    if shop.user(person).is_banned:
        shop.staff(people.unban, person, notify=False)
    shop.staff(people.ban, person, reason="Never pays", notify=True)
    return shop.messages(person)[-1].id


def becomes(shop: Shop, number: int, status: str, *, error: str | None = None, uncertain: int = 0) -> None:
    """Let a message have become something, long ago."""
    shop.execute(
        "UPDATE outbox SET status = :status, error = :error, uncertain_count = :uncertain, attempts = 1,"
        " created_at = :at, sent_at = IF(:status = 'sent', :at, NULL) WHERE id = :id",
        status=status,
        error=error,
        uncertain=uncertain,
        at=LONG_AGO,
        id=number,
    )


def message(shop: Shop, number: int) -> OutboxMessage:
    return next(each for each in shop.messages() if each.id == number)


@pytest.fixture
def anna(shop: Shop) -> int:
    return shop.has_customer(101, "Anna")


@pytest.fixture
def messages(shop: Shop, anna: int) -> list[int]:
    """Return messages 1 to 5: sent, dead, blocked, uncertain for good, and dropped; 5 is to Boris."""
    shop.has_customer(102, "Boris")
    made = [is_told(shop, 101) for _ in range(4)] + [is_told(shop, 102)]
    errors = (None, "Bad Request: can't parse entities", "Forbidden", "read timed out", "dropped by cli:test: x")
    shop.execute("UPDATE outbox SET id = id - :before ORDER BY id", before=made[0] - 1)
    for number, (status, error) in enumerate(
        zip(("sent", "dead", "blocked", "uncertain", "dropped"), errors, strict=True), 1
    ):
        becomes(shop, number, status, error=error, uncertain=2 if status == "uncertain" else 0)
    return [1, 2, 3, 4, 5]


def test_messages_are_listed_the_newest_first(cli, messages):
    result = cli("outbox", "list")

    assert result.stdout == (
        "5  banned  dropped\n"
        "  To Boris, Created 2026-03-01 09:30, Tries 1, Error dropped by cli:test: x\n"
        "4  banned  uncertain\n"
        "  To Anna, Created 2026-03-01 09:30, Tries 1, Error read timed out\n"
        "3  banned  blocked\n"
        "  To Anna, Created 2026-03-01 09:30, Tries 1, Error Forbidden\n"
        "2  banned  dead\n"
        "  To Anna, Created 2026-03-01 09:30, Tries 1, Error Bad Request: can't parse\n"
        "  entities\n"
        "1  banned  sent\n"
        "  To Anna, Created 2026-03-01 09:30, Tries 1\n"
    )
    assert result.stderr == "Times are in UTC.\n"


def test_a_short_list_is_a_table_and_few_lines_at_40_columns(cli, messages):
    assert cli("outbox", "list", "--status", "sent").stdout == (
        "Id  Kind    Status  To    Created           Tries  Error\n 1  banned  sent    Anna  2026-03-01 09:30      1\n"
    )
    assert cli("outbox", "list", "--status", "dead", COLUMNS="40").stdout == (
        "2  banned  dead\n  To Anna, Created 2026-03-01 09:30,\n  Tries 1, Error Bad Request: can't\n  parse entities\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--status", "dead", "--status", "sent"], [2, 1]),
        (["--recipient", "102"], [5]),
        (["--kind", "banned", "--limit", 2], [5, 4]),
        (["--kind", "ban*", "--limit", 2, "--page", 2], [3, 2]),
        (["--kind", "b_nned"], []),
        (["--kind", "%"], []),
        (["--kind", "бан"], []),
        (["--since", "2026-03-01 09:30"], [5, 4, 3, 2, 1]),
        (["--since", "2026-03-02"], []),
        (["--until", "2026-03-01"], [5, 4, 3, 2, 1]),
        (["--until", "2026-02-28"], []),
    ],
)
def test_messages_are_chosen_and_paged(cli_json, messages, words, expected: list[int]):
    assert [row["id"] for row in cli_json("outbox", "list", *words)] == expected


def test_a_message_is_shown_with_what_caused_it(cli, cli_json, shop: Shop, messages):
    event = shop.events("customer.banned")[1].id

    assert cli("outbox", "show", 2, COLUMNS="40").stdout == (
        "Message 2 (banned) is dead\n"
        "  To          Anna (101)\n"
        "  Because of  customer.banned user:101\n"
        f"              by cli:test, event {event}\n"
        "  Facts       reason Never pays\n"
        "  Created     2026-03-01 09:30\n"
        "  Tries       1\n"
        "  Error       Bad Request: can't parse\n"
        "              entities\n"
    )
    facts = cli_json("outbox", "show", 2)
    assert (facts["id"], facts["status"], facts["facts"], facts["text"]) == (2, "dead", {"reason": "Never pays"}, None)
    assert (facts["event_id"], facts["event_kind"], facts["subject"], facts["actor"]) == (
        event,
        "customer.banned",
        "user:101",
        "cli:test",
    )


def test_a_letter_is_shown_in_clear_and_its_seal_is_not(cli, cli_json, shop: Shop, anna: int):
    shop.staff(letters.write, 101, "Your parcel is here.")
    number = shop.messages(101)[-1].id

    result = cli("outbox", "show", number)
    facts = cli_json("outbox", "show", number)

    assert "  Text        Your parcel is here.\n" in result.stdout
    assert "sealed" not in result.stdout
    assert "Next try" in result.stdout
    assert (facts["text"], facts["facts"]) == ("Your parcel is here.", {})


# -- again ------------------------------------------------------------------------------------------------------------


def test_a_dead_message_is_queued_again_as_a_new_one(cli, shop: Shop, messages):
    result = cli("outbox", "retry", 2)

    new = shop.messages(101)[-1]
    assert (result.exit_code, result.stdout) == (0, f"Message 2 is queued again as {new.id}.\n")
    assert result.stderr.startswith("1 message waits to be sent.\n")
    assert (new.kind, new.facts, new.status, new.attempts) == ("banned", {"reason": "Never pays"}, "pending", 0)
    old = message(shop, 2)
    assert (old.status, old.error) == (
        OutboxStatus.REPEATED,
        f"queued again as {new.id}; was dead: Bad Request: can't parse entities",
    )
    event = shop.events("message.repeated")[0]
    assert (event.id, event.actor, event.subject) == (new.event_id, "cli:anna", "message:2")
    assert event.facts == {"kind_of": "banned", "was": "dead"}


def test_a_letter_that_is_queued_again_can_still_be_opened(cli, cli_json, shop: Shop, anna: int):
    shop.staff(letters.write, 101, "Your parcel is here.")
    becomes(shop, shop.messages(101)[-1].id, "dead")

    cli("outbox", "retry", "--all-dead")

    assert cli_json("outbox", "show", shop.messages(101)[-1].id)["text"] == "Your parcel is here."


def test_an_uncertain_message_may_arrive_twice_and_that_is_said(cli, shop: Shop, messages):
    result = cli("outbox", "retry", 4)

    assert result.exit_code == 0
    assert result.stderr.startswith("1 message may have arrived, so people may read them twice.\n")
    assert message(shop, 4).status is OutboxStatus.REPEATED


def test_all_dead_messages_are_queued_again_once(cli, shop: Shop, messages):
    shop.staff(outbox.drop, 3, reason="x")
    becomes(shop, 1, "dead")

    first, again = cli("outbox", "retry", "--all-dead"), cli("outbox", "retry", "--all-dead")

    assert len(first.stdout.splitlines()) == 2
    assert (again.exit_code, again.stdout) == (0, "")
    assert again.stderr == "There is no such message, nothing was done.\n"
    assert shop.db.read(outbox.waiting) == 2


def test_what_was_blocked_can_be_sent_once_the_person_is_back(cli, shop: Shop, messages):
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6) WHERE telegram_id = 101")
    before = shop.rows()

    result = cli("outbox", "retry", 3)

    assert result.exit_code == 1
    assert result.stderr == "Message '3': 101 has blocked the bot, so nothing reaches them until they are back.\n"
    assert shop.rows() == before
    shop.execute("UPDATE users SET blocked_bot_at = NULL")
    assert cli("outbox", "retry", 3, 5).exit_code == 0


@pytest.mark.parametrize(
    ("verb", "status", "uncertain", "why"),
    [
        ("retry", "sent", 0, "it has been sent"),
        ("retry", "repeated", 0, "it has been queued again already"),
        ("drop", "sent", 0, "it has been sent"),
        ("drop", "repeated", 0, "it has been queued again already"),
        ("drop", "dropped", 0, "it has been taken out already"),
    ],
)
def test_what_is_over_is_refused(cli, shop: Shop, messages, verb: str, status: str, uncertain: int, why: str):
    becomes(shop, 2, status, uncertain=uncertain)
    before = shop.rows()

    result = cli("outbox", verb, 2, *(["--reason", "x"] if verb == "drop" else []))

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Message '2': {why}.\n")
    assert shop.rows() == before


def test_what_waits_or_is_on_its_way_is_not_queued_again(cli, shop: Shop, anna: int):
    number = is_told(shop)

    waiting = cli("outbox", "retry", number)
    shop.db.call(outbox.claim, now=message(shop, number).next_attempt_at)
    sending = cli("outbox", "retry", number)

    assert waiting.stderr == f"Message '{number}': it waits to be sent already.\n"
    assert sending.stderr == f"Message '{number}': it is just being sent.\n"
    assert len(shop.messages()) == 1


def test_what_becomes_of_many_is_told_of_each(cli, shop: Shop, messages):
    result = cli("outbox", "retry", 1, 2, 999, 2)

    new = shop.messages(101)[-1].id
    assert (result.exit_code, result.stdout) == (1, f"Message 2 is queued again as {new}.\n")
    assert result.stderr.startswith(
        "1: Message '1': it has been sent.\n"
        "999: There is no message '999'. All messages: bot_cli.py outbox list --all\n"
        "3 messages: 1 done, 2 refused.\n"
        "1 message waits"
    )


def test_what_becomes_of_many_is_printed_as_json(cli, shop: Shop, messages):
    result = cli("outbox", "retry", 1, 2, "--json")

    facts: list[dict[str, Any]] = json.loads(result.stdout)
    new = shop.messages(101)[-1].id
    assert result.exit_code == 1
    assert facts == [
        {
            "id": 1,
            "outcome": "refused",
            "sentence": "Message '1': it has been sent.",
            "refusal": "WrongState",
            "new_id": None,
        },
        {
            "id": 2,
            "outcome": "done",
            "sentence": f"Message 2 is queued again as {new}.",
            "refusal": None,
            "new_id": new,
        },
    ]


# -- never ------------------------------------------------------------------------------------------------------------


def test_a_message_that_waits_is_dropped(cli, shop: Shop, anna: int):
    number = is_told(shop)

    result = cli("outbox", "drop", number, "--reason", "Told on the phone")

    assert (result.exit_code, result.stdout) == (0, f"Message {number} is dropped.\n")
    dropped = message(shop, number)
    assert (dropped.status, dropped.error) == (OutboxStatus.DROPPED, "dropped by cli:anna: Told on the phone")
    assert shop.db.read(outbox.waiting) == 0
    assert shop.events("message.dropped")[0].facts == {"kind_of": "banned", "reason": "Told on the phone"}


def test_a_dropped_message_is_not_claimed_and_can_be_queued_again(cli, shop: Shop, anna: int):
    number = is_told(shop)
    cli("outbox", "drop", number, "--reason", "x")

    assert shop.db.call(outbox.claim, now=message(shop, number).next_attempt_at) == []
    assert cli("outbox", "retry", number).exit_code == 0
    assert shop.db.read(outbox.waiting) == 1


def test_a_reason_is_needed_that_can_be_read(cli, shop: Shop, messages):
    assert cli("outbox", "drop", 2).exit_code == 2
    result = cli("outbox", "drop", 2, "--reason", " ")

    assert (result.exit_code, result.stderr) == (1, "'' is not a valid reason: write at least 1 character.\n")
    assert message(shop, 2).status is OutboxStatus.DEAD


@pytest.mark.parametrize(
    "words",
    [["retry"], ["retry", 1, "--all-dead"], ["retry", "x"], ["retry", 0], ["show", "x"], ["drop", "--reason", "x"]],
)
def test_what_names_no_message_is_wrong_usage(cli, words):
    assert cli("outbox", *words).exit_code == 2


@pytest.mark.parametrize("words", [["show", 7], ["retry", 7], ["drop", 7, "--reason", "x"]])
def test_a_message_that_does_not_exist_is_refused(cli, words):
    result = cli("outbox", *words)

    assert (result.exit_code, result.stderr) == (
        1,
        "There is no message '7'. All messages: bot_cli.py outbox list --all\n",
    )


def test_an_unknown_recipient_or_status_is_refused(cli):
    assert cli("outbox", "list", "--recipient", "999").stderr.startswith("There is no customer '999'. ")
    assert cli("outbox", "list", "--status", "lost").exit_code == 2


def test_an_empty_list_says_so(cli):
    result = cli("outbox", "list")

    assert (result.stdout, result.stderr) == ("There are no such messages.\n", "")


# -- signals ----------------------------------------------------------------------------------------------------------


def test_ctrl_c_stops_between_two_messages_and_says_where(variables, shop: Shop, messages):
    with shop.db.engines[0].begin() as idle_shell:
        idle_shell.execute(text("SELECT * FROM outbox WHERE id = 3 FOR UPDATE"))
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bot_cli.py"), "outbox", "retry", "2", "3", "5"],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 20
        while message(shop, 2).status is OutboxStatus.DEAD:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(2)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Stopped. The next is 3.\n3 messages: 1 done, 2 not tried.\n" in errors
    assert [message(shop, number).status.value for number in (2, 3, 5)] == ["repeated", "blocked", "dropped"]
