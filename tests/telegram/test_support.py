"""Support: a question reaches whoever may answer, and the answer reaches the customer."""

from collections.abc import AsyncIterator

import pytest
from redis import Redis

from bot import main
from bot.config import Config
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from tests.shop import Shop
from tests.telegram.conftest import forget_dispatcher
from tests.telegram.steps import delivers, unchanged

ASKED = "Do you have <b>oolong</b> & co?"


async def test_a_question_reaches_the_owner_and_the_answer_the_customer(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    await customer.taps("Support")
    assert "Write your question." in customer.screen
    await customer.sends(ASKED)
    assert customer.last.text == "✅ Your message is on its way. The answer will come here."
    await delivers(process)
    assert owner.last.text == f"💬 Anna (101) asks:\n\n{ASKED}"
    await owner.taps("Answer")
    assert f"Anna asked:\n{ASKED}\n\nWrite the answer." in owner.screen
    await owner.sends("Yes, <i>fresh</i> & good")
    assert "The answer is on its way." in owner.screen
    await delivers(process)

    assert customer.last.text == f"Your question\n{ASKED}\n\nThe answer\nYes, <i>fresh</i> & good"
    assert customer.buttons == ["💬 Support", "🏠 Home"]
    assert ASKED not in str(shop.rows())


async def test_the_dialogues_storage_holds_nothing_of_what_a_customer_asked(
    customer: Person, owner: Person, process: BotProcess, redis_url: str
):
    await customer.sends("/help")
    await customer.sends("my canary question")
    await delivers(process)
    await owner.taps("Answer")
    await owner.sends_sticker()
    with Redis.from_url(redis_url) as redis:
        kept = [redis.get(key) for key in redis.scan_iter()]

    assert "I need a text here" in owner.screen
    assert "Write the answer." in owner.screen
    assert any(b"Write the answer." in (value or b"") for value in kept)
    assert "canary" not in str(kept)


async def test_the_automatic_message_comes_at_once(customer: Person, shop: Shop):
    shop.has_setting("help_auto_message", "We answer from 9 to 5 & <soon>.")
    await customer.sends("/help")
    await customer.sends("Hello?")

    assert customer.last.text.endswith("\n\n💬 We answer from 9 to 5 & <soon>.")


async def test_the_longest_question_and_answer_fit(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    await customer.says({"text": "🍵" * 2000})
    await delivers(process)
    await owner.taps("Answer")
    await owner.says({"text": "🌿" * 2000})
    await delivers(process)

    assert "The answer\n🌿" in customer.last.text
    assert {message.status for message in shop.messages()} == {"sent"}


@pytest.mark.parametrize("typed", ["a" * 2001, "\u200b"])
async def test_what_is_no_question_is_refused_and_can_be_corrected(customer: Person, shop: Shop, typed: str):
    await customer.sends("/help")
    with unchanged(shop):
        await customer.says({"text": typed})
    assert "2000 characters" in customer.screen

    await customer.sends("Hello?")

    assert "on its way" in customer.screen


async def test_a_customer_cannot_answer(customer: Person, shop: Shop):
    await customer.sends("/help")
    await customer.sends("Hello?")
    request = shop.scalar("SELECT MAX(id) FROM help_requests")
    with unchanged(shop):
        await customer.presses(f"reply:{request}")
        assert "This is for the people who run the shop." in customer.screen
        await customer.sends("I answer myself")

    assert "Nothing was found for" in customer.screen


async def test_only_one_answers(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    await owner.taps("Answer")
    await owner.sends("First")
    request = shop.scalar("SELECT MAX(id) FROM help_requests")
    with unchanged(shop):
        await owner.presses(f"reply:{request}")

    assert "Somebody has answered this already." in owner.screen
    assert "🏠 Home" in owner.buttons


async def test_two_who_write_at_the_same_time_give_one_answer(
    customer: Person, owner: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    shop.has_customer(505, "Ada")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 505")
    ada = sandbox.person(505, "Ada", language_code="en")
    await customer.sends("/help")
    await customer.sends("Hello?")
    request = shop.scalar("SELECT MAX(id) FROM help_requests")
    await ada.sends("/start")
    for person in (owner, ada):
        await person.presses(f"reply:{request}")
    await ada.sends("Ada answers")
    await delivers(process)
    with unchanged(shop):
        await owner.sends("Olga answers")

    assert "Somebody has answered this already." in owner.screen
    assert "Ada answers" in customer.screen
    await owner.taps("Home")
    assert "Hello, Olga" in owner.screen


async def test_five_open_questions_are_enough(customer: Person, shop: Shop):
    for number in range(5):
        await customer.sends("/help")
        await customer.sends(f"Question {number}")
    await customer.sends("/help")
    with unchanged(shop):
        await customer.sends("And another")

    assert "on its way" not in customer.screen
    assert customer.buttons


@pytest.fixture
async def helped(config: Config, shop: Shop) -> AsyncIterator[BotProcess]:
    """Run a shop in which 606 answers questions."""
    async with main.running(config.model_copy(update={"helper_id": 606})) as running:
        yield running
    forget_dispatcher()


async def test_the_helper_answers_instead_of_the_owner(helped: BotProcess, sandbox: Sandbox, shop: Shop):
    for person_id, name in ((606, "Hugo"), (101, "Anna")):
        shop.has_customer(person_id, name)
    hugo, anna = sandbox.person(606, "Hugo"), sandbox.person(101, "Anna")
    await hugo.sends("/start")
    await anna.sends("/start")
    await anna.sends("/help")
    await anna.sends("Hello?")
    await delivers(helped)
    assert [message.recipient for message in shop.messages()] == [606]
    await hugo.taps("Answer")
    await hugo.sends("Hello!")
    await delivers(helped)
    assert anna.last.text == "Your question\nHello?\n\nThe answer\nHello!"

    with unchanged(shop):
        await hugo.presses("admin")

    assert "This is for the people who run the shop." in hugo.screen
