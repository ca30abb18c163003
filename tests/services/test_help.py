"""Help as a conversation: who is told, who has answered, what is kept, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.errors import (
    AnsweredMeanwhile,
    BadValue,
    NotFound,
    TooManyQuestions,
    WrittenMeanwhile,
    WrongState,
)
from bot.models import FileKind
from bot.services import arrivals, help_messages, invariants, letters
from bot.services import help as helping
from bot.services.help_messages import Origin
from bot.services.queries import help_views
from tests.crowd import has_crowd, rows_read
from tests.shop import OWNER_ID, Shop, now


@pytest.fixture
def anna(shop: Shop) -> int:
    return shop.has_customer(101, "Anna")


@pytest.fixture
def olga(shop: Shop) -> int:
    return shop.has_customer(OWNER_ID, "Olga")


def asks(shop: Shop, user_id: int, text: str = "Is the tea <fresh> & good?", **about: Any) -> int:
    """Ask something, and return the number of the message."""
    shop.db.call(helping.ask, user_id, text, **{"now": now(), **about})
    return int(shop.scalar("SELECT MAX(id) FROM help_messages"))


def answers(shop: Shop, user_id: int, text: str = "Yes.", *, actor: str = f"user:{OWNER_ID}", **about: Any) -> None:
    shop.db.call(helping.answer, user_id, text, actor=actor, now=now(), **about)


def texts(shop: Shop, user_id: int) -> list[tuple[str, str]]:
    """Return who has written what, from the oldest."""
    found = shop.db.read(help_views.thread, user_id)
    return [(line.author_name, line.text) for line in found.lines]


def test_a_message_reaches_the_staff_and_the_answer_the_customer(shop: Shop, anna: int, olga: int):
    first = asks(shop, anna)
    answers(shop, anna, "Picked in May.")

    assert texts(shop, anna) == [("Anna", "Is the tea <fresh> & good?"), ("Olga", "Picked in May.")]
    told = [(message.recipient, message.kind, message.facts) for message in shop.messages()]
    assert told == [
        (OWNER_ID, "help-question", {"help_message_id": first}),
        (anna, "help-answer", {"help_message_id": first + 1}),
        (OWNER_ID, "help-settled", {"user_id": anna, "first": first, "last": first}),
    ]


def test_a_conversation_goes_on_and_everything_is_kept(shop: Shop, anna: int, olga: int):
    asks(shop, anna, "One")
    asks(shop, anna, "Two")
    assert shop.db.read(help_views.unanswered, anna) == 2
    answers(shop, anna, "Both")
    assert shop.db.read(help_views.waiting) == 0
    asks(shop, anna, "Three")
    shop.staff(letters.write, anna, "By the way")

    assert [text for _, text in texts(shop, anna)] == ["One", "Two", "Both", "Three", "By the way"]
    assert (shop.db.read(help_views.waiting), shop.db.read(help_views.unanswered, anna)) == (1, 1)
    assert [event.kind for event in shop.events() if event.subject == f"help:{anna}"] == [
        "help.asked",
        "help.asked",
        "help.answered",
        "help.asked",
    ]


def test_nothing_that_was_written_is_stored_in_clear(shop: Shop, anna: int):
    asks(shop, anna, "My secret address")
    answers(shop, anna, "My secret answer")
    shop.staff(letters.write, anna, "My secret letter")

    assert "secret" not in str(list(shop.rows().values()))


def test_the_automatic_message_comes_once_in_a_conversation(shop: Shop, anna: int):
    assert shop.db.call(helping.ask, anna, "Hello?", now=now()) == ""
    shop.staff(helping.close, anna)
    shop.has_setting("help_auto_message", "We answer until 6 pm.")
    times = [now() + timedelta(hours=hours) for hours in (0, 1, 20, 45)]
    said = [shop.db.call(helping.ask, anna, "Hello?", now=time) for time in times]

    # After a close, within an hour, within a day, and after a silence of more than a day.
    assert said == ["We answer until 6 pm.", "", "", "We answer until 6 pm."]


def test_an_answer_does_not_begin_a_conversation_anew(shop: Shop, anna: int):
    shop.has_setting("help_auto_message", "We answer until 6 pm.")
    asks(shop, anna)
    answers(shop, anna)

    assert shop.db.call(helping.ask, anna, "Thank you", now=now()) == ""


@pytest.fixture
def with_helper(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let HELPER_ID name 77."""
    monkeypatch.setitem(shop.db._info, "shop", replace(shop.db._info["shop"], helper_id=77))


def makes_admin(shop: Shop, telegram_id: int) -> None:
    shop.has_customer(telegram_id, f"Admin {telegram_id}")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = :id", id=telegram_id)


def test_all_staff_are_told_but_who_has_switched_it_off(shop: Shop, anna: int, olga: int):
    makes_admin(shop, 501)
    makes_admin(shop, 502)
    assert shop.db.read(helping.listeners) == {OWNER_ID, 501, 502}

    shop.db.call(helping.listen, 501, False, now=now())
    asks(shop, anna)

    assert [message.recipient for message in shop.messages()] == [OWNER_ID, 502]


@pytest.mark.usefixtures("with_helper")
def test_a_helper_is_told_in_the_staffs_place_and_who_of_them_has_asked_for_it(shop: Shop, anna: int, olga: int):
    makes_admin(shop, 501)
    assert shop.db.read(helping.listeners) == {77}

    shop.db.call(helping.listen, 501, True, now=now())

    assert shop.db.read(helping.listeners) == {77, 501}
    assert shop.db.read(helping.answerers) == {77, 501, OWNER_ID}
    helper = shop.db.read(arrivals.identify, 77)
    assert helper is None
    shop.has_customer(77, "Helga")
    found = shop.db.read(arrivals.identify, 77)
    other = shop.db.read(arrivals.identify, anna)
    assert [each.is_helper for each in (found, other) if each] == [True, False]


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 2001])
def test_a_message_without_bounds_is_refused(shop: Shop, anna: int, text: str):
    with shop.refuses(BadValue):
        shop.db.call(helping.ask, anna, text, now=now())
    asks(shop, anna)
    with shop.refuses(BadValue):
        answers(shop, anna, text)


def test_a_picture_needs_no_text(shop: Shop, anna: int):
    asks(shop, anna, "", file=FileKind.PHOTO, origin=Origin(42, anna, 7))

    [line] = shop.db.read(help_views.thread, anna).lines
    assert (line.text, line.file, line.bot_id, line.chat_id, line.message_id) == ("", "photo", 42, anna, 7)


def test_what_comes_twice_is_taken_once(shop: Shop, anna: int):
    first = asks(shop, anna, "Hello?", origin=Origin(42, anna, 7))
    assert asks(shop, anna, "Hello?", origin=Origin(42, anna, 7)) == first

    answers(shop, anna, "Hello!", origin=Origin(42, OWNER_ID, 7))
    answers(shop, anna, "Hello!", origin=Origin(42, OWNER_ID, 7))

    assert [text for _, text in texts(shop, anna)] == ["Hello?", "Hello!"]
    assert [message.kind for message in shop.messages(anna)] == ["help-answer"]


def test_after_twenty_unanswered_messages_the_first_ones_are_due(shop: Shop, anna: int):
    for number in range(helping.MOST_UNANSWERED):
        asks(shop, anna, f"Message {number}")

    with shop.refuses(TooManyQuestions):
        asks(shop, anna)
    answers(shop, anna)
    asks(shop, anna)


def test_who_has_read_what_another_has_answered_meanwhile_is_told_first(shop: Shop, anna: int):
    seen = asks(shop, anna)
    answers(shop, anna, actor="user:2")

    with shop.refuses(AnsweredMeanwhile, match="user:2, has answered meanwhile"):
        answers(shop, anna, "No.", seen=seen)
    answers(shop, anna, "I add something.", seen=seen + 1)
    answers(shop, anna, "And more.", seen=seen + 1)

    assert [text for _, text in texts(shop, anna)][1:] == ["Yes.", "I add something.", "And more."]


def test_from_the_shell_a_question_is_answered_once(shop: Shop, anna: int):
    with shop.refuses(WrongState, match="nothing was asked"):
        answers(shop, anna)
    asks(shop, anna)
    answers(shop, anna)

    with shop.refuses(WrongState, match="user:1 has answered it already"):
        answers(shop, anna, "No.")


def test_what_is_closed_waits_no_longer_until_the_customer_writes_again(shop: Shop, anna: int):
    asks(shop, anna)
    before = len(shop.messages(anna))
    shop.staff(helping.close, anna)

    assert shop.db.read(help_views.waiting) == 0
    assert shop.db.read(help_views.thread, anna).head.state == "closed"
    assert len(shop.messages(anna)) == before
    with shop.refuses(WrongState, match="cli:test has closed it already"):
        shop.staff(helping.close, anna)

    asks(shop, anna, "Hello again")

    assert shop.db.read(help_views.thread, anna).head.state == "waiting"
    assert shop.db.read(help_views.unanswered, anna) == 1


def test_what_was_written_since_is_not_closed_unread(shop: Shop, anna: int):
    seen = asks(shop, anna)
    asks(shop, anna, "And one more thing")

    with shop.refuses(WrittenMeanwhile):
        shop.staff(helping.close, anna, seen=seen)


def test_what_was_written_since_is_not_answered_unread(shop: Shop, anna: int):
    seen = asks(shop, anna)
    asks(shop, anna, "And one more thing")

    answers(shop, anna, seen=seen, read=seen)

    head = shop.db.read(help_views.thread, anna).head
    assert (head.state, shop.db.read(help_views.unanswered, anna)) == ("waiting", 1)
    answers(shop, anna, "And one more answer")
    assert shop.db.read(help_views.waiting) == 0


def test_who_still_waits_does_so_since_the_oldest_message_whatever_was_stored_first(shop: Shop, anna: int):
    seen = asks(shop, anna)
    first, second = now() - timedelta(minutes=2), now() - timedelta(minutes=1)
    shop.db.call(helping.ask, anna, "Stored first", now=second)
    shop.db.call(helping.ask, anna, "Written first", now=first)

    answers(shop, anna, seen=seen, read=seen)

    assert shop.db.read(help_views.thread, anna).head.waiting_since == first
    assert shop.db.read(invariants.check, now=now()) == []


def test_an_order_that_was_asked_about_is_named_and_has_to_be_ones_own(shop: Shop, anna: int):
    shop.has_goods()
    shop.has_customer(102, "Boris")
    mine, other = (shop.order(shop.has_order(buyer, {"Green tea": 1})) for buyer in (anna, 102))
    with shop.refuses(NotFound):
        asks(shop, anna, order_id=other.id)

    asks(shop, anna, order_id=mine.id)

    assert shop.db.read(help_views.thread, anna).lines[0].order_code == mine.order_code


@pytest.mark.parametrize(
    "write",
    [
        lambda shop: answers(shop, 101),
        lambda shop: answers(shop, 101, seen=0),
        lambda shop: shop.staff(letters.write, 101, "Hi"),
    ],
)
def test_who_has_blocked_the_bot_cannot_be_written_to(shop: Shop, anna: int, write: Callable[[Shop], None]):
    asks(shop, anna)
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6)")

    with shop.refuses(WrongState, match="they have blocked the bot; nothing reaches them until they are back"):
        write(shop)


@pytest.mark.parametrize("user_id", [-1, 0, 2**63 - 1])
def test_somebody_who_does_not_exist_is_not_found(shop: Shop, user_id: int):
    for operation in (answers, lambda shop, user_id: shop.staff(helping.close, user_id)):
        with shop.refuses(NotFound):
            operation(shop, user_id)
    with shop.refuses(NotFound):
        shop.db.read(help_views.thread, user_id)


def test_a_conversation_is_read_page_by_page(shop: Shop, anna: int):
    for number in range(10):
        asks(shop, anna, f"Message {number}")

    newest = shop.db.read(help_views.thread, anna)
    older = shop.db.read(help_views.thread, anna, page=1)

    assert [line.text for line in newest.lines] == [f"Message {number}" for number in range(2, 10)]
    assert [line.text for line in older.lines] == ["Message 0", "Message 1"]
    assert (newest.has_older, older.has_older) == (True, False)


def test_of_those_who_wait_the_longest_waiting_comes_first(shop: Shop, anna: int):
    shop.has_customer(102, "Boris")
    asks(shop, anna)
    asks(shop, 102)
    asks(shop, anna, "Still here")

    waiting = shop.db.read(help_views.heads, every=False, page=0).rows
    newest = shop.db.read(help_views.heads, every=True, page=0).rows

    assert [head.user_id for head in waiting] == [101, 102]
    assert [(head.user_id, head.last_text) for head in newest] == [
        (101, "Still here"),
        (102, "Is the tea <fresh> & good?"),
    ]


@pytest.mark.broken_on_purpose
def test_a_conversation_that_forgets_who_waits_breaks_an_invariant(shop: Shop, anna: int):
    asks(shop, anna)
    assert shop.db.read(invariants.check, now=now()) == []

    shop.execute("UPDATE help_threads SET waiting_since = NULL")

    [violation] = shop.db.read(invariants.check, now=now())
    assert violation.broken_by == ("101",)


def test_a_letter_of_an_earlier_version_is_still_opened(shop: Shop, anna: int):
    sealed = shop.db._info["shop"].vault.seal("Your parcel is here.", "outbox.facts.abc")

    text = shop.db.read(letters.opened, "letter", {"key": "abc", "sealed": sealed})

    assert text == "Your parcel is here."
    assert help_messages.LONGEST == 2000


def test_the_newest_of_many_conversations_are_found_without_reading_all(shop: Shop):
    has_crowd(shop, 10000)
    shop.execute("INSERT INTO help_threads (user_id, last_at) SELECT telegram_id, registered_at FROM users")
    shop.execute(
        "INSERT INTO help_messages (user_id, by_customer, author, place, created_at, settled_at) "
        "SELECT telegram_id, 0, 'user:1', telegram_id, registered_at, registered_at FROM users"
    )
    shop.execute("ANALYZE TABLE help_threads, help_messages, users")

    def look(session: Session) -> tuple[int, int]:
        before = rows_read(session)
        found = help_views.heads(session, every=True, page=0)
        return len(found.rows), rows_read(session) - before

    found, read = shop.db.read(look)

    assert found == help_views.PAGE
    assert read < 1000
