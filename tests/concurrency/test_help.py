"""Races in conversations: who answers, who closes, and who writes at the same moment."""

from functools import partial

import pytest

from bot.models import HelpThread
from bot.services import help as helping
from bot.services import help_messages
from bot.services.queries import help_views
from tests.concurrency.race import breaks, consistent, met, race, slowed
from tests.shop import Shop, now


def asks(shop: Shop, text: str = "Is it fresh?") -> int:
    shop.db.call(helping.ask, 101, text, now=now())
    return int(shop.scalar("SELECT MAX(id) FROM help_messages"))


def two_staff_answer_what_both_have_read(shop: Shop) -> None:
    shop.has_customer(101)
    seen = asks(shop)

    outcome = race(
        partial(shop.db.call, helping.answer, 101, "Yes.", seen=seen, actor=f"user:{number}", now=now())
        for number in (1, 2)
    )

    assert outcome.broken == []
    assert (len(outcome.done), outcome.refusals) == (1, {"AnsweredMeanwhile"})
    assert [message.kind for message in shop.messages(101)] == ["help-answer"]


def test_of_two_answers_one_is_sent_and_the_other_is_read_first(shop: Shop, second_tries: list[Exception]):
    two_staff_answer_what_both_have_read(shop)

    assert second_tries == []


@pytest.mark.broken_on_purpose
def test_without_the_lock_both_answers_are_sent_or_stand_in_each_others_way(
    shop: Shop, without_locks: None, without_second_try: None, monkeypatch: pytest.MonkeyPatch
):
    met(monkeypatch, help_messages, "say")
    breaks(shop, two_staff_answer_what_both_have_read, rounds=1)


def a_customer_writes_while_staff_close(shop: Shop) -> None:
    shop.has_customer(101)
    seen = asks(shop)

    outcome = race(
        [
            partial(shop.db.call, helping.close, 101, seen=seen, actor="user:1", now=now()),
            partial(shop.db.call, helping.ask, 101, "One more thing", now=now()),
        ]
    )

    assert outcome.broken == []
    # Whichever came first: what the customer wrote last waits, and is neither closed nor lost.
    assert outcome.refusals <= {"WrittenMeanwhile"}
    assert shop.scalar("SELECT waiting_since IS NOT NULL FROM help_threads") == 1
    assert shop.db.read(help_views.unanswered, 101) == (2 if outcome.refused else 1)
    consistent(shop)


@pytest.mark.parametrize("_round", range(4))
def test_what_is_written_while_staff_close_waits(shop: Shop, _round: int):
    a_customer_writes_while_staff_close(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_what_is_written_meanwhile_is_lost(shop: Shop, without_locks, monkeypatch: pytest.MonkeyPatch):
    slowed(monkeypatch, helping, "_settle")
    slowed(monkeypatch, help_messages, "ask")
    breaks(shop, a_customer_writes_while_staff_close)


def test_the_first_messages_of_somebody_begin_one_conversation(shop: Shop):
    shop.has_customer(101)

    outcome = race(partial(shop.db.call, helping.ask, 101, f"Message {number}", now=now()) for number in range(6))

    assert (len(outcome.done), outcome.broken) == (6, [])
    assert shop.count(HelpThread) == 1
    assert shop.db.read(help_views.unanswered, 101) == 6
    consistent(shop)
