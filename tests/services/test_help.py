from dataclasses import replace

import pytest

from bot.errors import BadValue, NotFound, TooManyQuestions
from bot.models import RoleName
from bot.services import help as helping
from bot.services import people
from bot.services.help import Conversation
from tests.shop import OWNER_ID, Shop, now


@pytest.fixture
def anna(shop: Shop) -> int:
    return shop.has_customer(101, "Anna")


def asks(shop: Shop, user_id: int, text: str = "Is the tea <fresh> & good?") -> int:
    shop.db.call(helping.ask, user_id, text, now=now())
    return int(shop.scalar("SELECT MAX(id) FROM help_requests"))


def test_a_question_reaches_the_owner_and_the_answer_the_customer(shop: Shop, anna: int):
    request_id = asks(shop, anna)
    shop.db.call(helping.answer, request_id, "Picked in May.", actor="user:1", now=now())

    assert shop.db.read(helping.conversation, request_id) == Conversation(
        request_id, anna, "Anna", "Is the tea <fresh> & good?", "Picked in May."
    )
    told = [(message.recipient, message.kind, message.facts) for message in shop.messages()]
    assert told == [
        (OWNER_ID, "help-question", {"request_id": request_id}),
        (anna, "help-answer", {"request_id": request_id}),
    ]


def test_neither_question_nor_answer_is_stored_in_clear(shop: Shop, anna: int):
    request_id = asks(shop, anna, "My secret address")
    shop.db.call(helping.answer, request_id, "My secret answer", actor="user:1", now=now())

    assert "secret" not in str(shop.rows())


def test_the_automatic_message_comes_back_at_once(shop: Shop, anna: int):
    assert shop.db.call(helping.ask, anna, "Hello?", now=now()) == ""
    shop.has_setting("help_auto_message", "We answer until 6 pm.")
    assert shop.db.call(helping.ask, anna, "Hello?", now=now()) == "We answer until 6 pm."


def test_a_helper_gets_the_questions_in_the_owners_place(shop: Shop, anna: int, monkeypatch):
    monkeypatch.setitem(shop.db._info, "shop", replace(shop.db._info["shop"], helper_id=77))
    helper = people.Identity(77, "Helga", "en", RoleName.USER, is_banned=False, cart_count=0)

    asks(shop, anna)

    assert [message.recipient for message in shop.messages()] == [77]
    assert shop.db.read(helping.may_answer, helper)
    assert not shop.db.read(helping.may_answer, replace(helper, telegram_id=anna))


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 2001])
def test_a_question_without_bounds_is_refused(shop: Shop, anna: int, text: str):
    with shop.refuses(BadValue):
        shop.db.call(helping.ask, anna, text, now=now())


def test_after_five_open_questions_the_first_ones_are_due(shop: Shop, anna: int):
    first, *_ = [asks(shop, anna) for _ in range(5)]

    with shop.refuses(TooManyQuestions):
        asks(shop, anna)
    shop.db.call(helping.answer, first, "Yes.", actor="user:1", now=now())
    asks(shop, anna)


def test_a_question_is_answered_once(shop: Shop, anna: int):
    request_id = asks(shop, anna)
    shop.db.call(helping.answer, request_id, "Yes.", actor="user:1", now=now())

    with shop.refuses(BadValue, match="user:1 has answered it already"):
        shop.db.call(helping.answer, request_id, "No.", actor="user:2", now=now())


@pytest.mark.parametrize("request_id", [-1, 0, 2**63])
def test_a_question_that_does_not_exist_is_not_found(shop: Shop, request_id: int):
    with shop.refuses(NotFound):
        shop.db.call(helping.answer, request_id, "Yes.", actor="user:1", now=now())
    with shop.refuses(NotFound):
        shop.db.read(helping.conversation, request_id)
