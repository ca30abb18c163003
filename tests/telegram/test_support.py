"""Support: what a customer writes reaches the staff, and whatever any of them writes reaches the customer."""

from collections.abc import AsyncIterator

import pytest
from redis import Redis

from bot import main
from bot.config import Config
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import Upload, sample_photo
from bot.sandbox.screen import MessageView
from bot.services import letters, people
from tests.shop import Shop, now
from tests.telegram.conftest import forget_dispatcher
from tests.telegram.steps import delivers, puts_in_cart, unchanged

ASKED = "Do you have <b>oolong</b> & co?"


@pytest.fixture
async def ada(process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return Ada, an admin."""
    shop.has_customer(505, "Ada")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 505")
    person = sandbox.person(505, "Ada", language_code="en")
    await person.sends("/start")
    return person


def a_picture(person: Person) -> object:
    """Return a small picture as Telegram describes it."""
    stored = person.world.files.keep("photo", Upload("photo.png", "image/png", sample_photo(64, 40)))
    return person.world.files.photo_sizes(stored)


async def replies(person: Person, to: MessageView, text: str) -> None:
    """Write with Telegram's own reply."""
    await person.says({"text": text}, context={"reply_to_message": to.message.json()})


async def test_a_conversation_goes_to_and_fro(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.taps("Support")
    assert "Write to us here, or send a photo." in customer.screen
    await customer.sends(ASKED)
    assert "✅ Your message is on its way. The answer will come here." in customer.screen
    await customer.sends("The large one")
    await delivers(process)
    first, second = owner.bot_messages[-2:]
    assert first.text == f"💬 Anna (101) writes:\n{ASKED}"
    assert second.text == "💬 Anna (101) writes:\nThe large one"
    await owner.taps("Answer", message=second)
    assert ASKED in owner.screen
    assert "Write the answer, or send a photo or a file." in owner.screen
    await owner.sends("Yes, <i>fresh</i> & good")
    assert "The answer is on its way." in owner.screen
    await delivers(process)
    assert customer.last.text == "The large one\n\n💬 The shop answers\n\nYes, <i>fresh</i> & good"
    assert customer.buttons == ["💬 Write back", "🏠 Home"]
    settled = [message.text for message in owner.bot_messages if "writes:" in message.text]
    assert settled == [f"{message.text}\n\n✅ Answered by Olga" for message in (first, second)]

    await customer.taps("Write back")
    shown = customer.last.text
    assert [each for each in (ASKED, "The large one", "Yes, <i>fresh</i> & good") if each not in shown] == []
    assert shown.index("You · ") < shown.index("The shop · ")
    await customer.sends("Thank you")
    await delivers(process)
    await replies(owner, owner.last, "You are welcome")
    await delivers(process)

    assert customer.last.text == "Thank you\n\n💬 The shop answers\n\nYou are welcome"
    assert ASKED not in str(shop.rows())


async def test_a_conversation_in_russian(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    for person in (101, 1):
        shop.db.call(people.choose_language, person, "ru", now=now())
    shop.has_setting("help_auto_message", "Мы отвечаем до шести.")
    await customer.sends("/help")
    assert "Напишите нам здесь или пришлите фото." in customer.screen
    await customer.shares_photo(caption="Чашка разбита")
    assert "✅ Ваше сообщение отправлено. Ответ придёт сюда.\n\n💬 Мы отвечаем до шести." in customer.screen
    assert "📷 Фото\nЧашка разбита" in customer.screen
    await delivers(process)
    assert owner.last.caption == "💬 Anna (101) пишет:\n📷 Фото\nЧашка разбита"
    await owner.taps("Ответить")
    await owner.sends("Пришлём новую.")
    await delivers(process)
    assert customer.last.text == "Чашка разбита\n\n💬 Ответ магазина\n\nПришлём новую."
    await customer.taps("Ответить")
    await customer.sends("Спасибо!")
    assert "Мы отвечаем до шести." not in customer.screen
    await delivers(process)
    await owner.sends("/admin")
    await owner.taps("💬 Вопросы: 1")
    await owner.taps("❗ Anna: Спасибо!")
    await owner.taps("☑️ Закрыть без ответа")

    assert "☑️ Закрыто без ответа." in owner.screen
    assert "Закрыто без ответа: Olga" in owner.screen


async def test_a_picture_of_a_broken_cup_is_seen_by_the_staff_and_answered_with_one(
    customer: Person, owner: Person, process: BotProcess
):
    await customer.sends("/help")
    await customer.shares_photo(caption="It came broken")
    await customer.shares_document(filename="bill.pdf")
    await delivers(process)
    photo, file = owner.bot_messages[-2:]
    assert (bool(photo.photo), photo.caption) == (True, "💬 Anna (101) writes:\n📷 Photo\nIt came broken")
    assert file.content["document"]["file_name"] == "bill.pdf"

    await owner.taps("💬 Conversation", message=photo)
    assert "🙋 Anna" in owner.screen
    shown = owner.last
    await owner.presses(next(row[0]["callback_data"] for row in shown.rows if "📷" in row[0]["text"]), message=shown)
    assert (bool(owner.last.photo), owner.last.caption) == (True, "Anna\n📷 Photo\nIt came broken")
    await owner.taps("Conversation")
    await owner.taps("Answer", message=owner.last)
    await owner.shares_photo(caption="We send this one")
    await delivers(process)

    assert (bool(customer.last.photo), customer.last.caption) == (
        True,
        "💬 The shop answers\n\n📷 Photo\nWe send this one",
    )
    captions = [message.caption for message in owner.bot_messages if message.caption]
    assert captions[0] == "💬 Anna (101) writes:\n📷 Photo\nIt came broken\n\n✅ Answered by Olga"


async def test_an_album_goes_to_the_other_side_whole(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    for group, person in (("a", customer), ("b", owner)):
        photo = {"photo": a_picture(person), "media_group_id": group}
        if person is owner:
            await delivers(process)
            await owner.taps("Answer")
        for _ in range(3):
            await person.says(photo)
    await delivers(process)

    assert sum(bool(message.photo) for message in customer.bot_messages) == 3
    assert sum(bool(message.photo) for message in owner.bot_messages) == 3
    assert sum("on its way" in (message.text or "") for message in owner.bot_messages) == 1


async def test_an_album_as_a_reply_leaves_open_what_was_asked(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    await customer.sends("/help")
    await customer.sends("Which pot?")
    await delivers(process)
    question = owner.last
    await owner.presses("gn:0")
    await owner.sends("Sencha")
    photo = {"photo": a_picture(owner), "media_group_id": "a"}
    for _ in range(2):
        await owner.says(photo, context={"reply_to_message": question.message.json()})
    assert owner.screen.count("on its way") == 1
    await owner.taps("Tea ›")
    await owner.taps("✅ Tea")
    assert "Sencha" in owner.screen
    await delivers(process)

    assert sum(bool(message.photo) for message in customer.bot_messages) == 2


async def test_an_album_of_a_customer_as_a_reply_is_answered_once_and_leaves_open_what_was_asked(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods()
    shop.staff(letters.write, 101, "Which one is broken?")
    await delivers(process)
    letter = customer.last
    await puts_in_cart(customer, goods_id)
    await customer.presses("out")
    asked = customer.screen
    sent = sandbox.count("sendMessage")
    for _ in range(3):
        photo = {"photo": a_picture(customer)}
        about = {"media_group_id": "a", "reply_to_message": letter.message.json()}
        await customer.says(photo, context=about)

    assert sandbox.count("sendMessage") - sent == 1
    assert customer.screen.endswith(asked)
    assert "on its way" in customer.screen
    assert shop.scalar("SELECT COUNT(*) FROM help_messages WHERE file = 'photo'") == 3


@pytest.mark.parametrize(
    ("language", "said", "support"),
    [("en", "Is this for the shop? Then please", "Support"), ("ru", "Это для магазина? Тогда", "Поддержка")],
)
async def test_a_photo_outside_support_is_shown_the_way_there(
    customer: Person, shop: Shop, language: str, said: str, support: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    with unchanged(shop):
        await customer.shares_photo()
    assert said in customer.screen
    await customer.taps(support)
    await customer.shares_photo()

    assert shop.scalar("SELECT COUNT(*) FROM help_messages WHERE file = 'photo'") == 1


async def test_a_photo_that_was_deleted_meanwhile_is_named(customer: Person, owner: Person, process: BotProcess):
    await customer.sends("/help")
    await customer.shares_photo()
    next(message for message in customer.messages if message.photo).message.deleted = True
    await delivers(process)
    assert owner.last.text == "💬 Anna (101) writes:\n📷 Photo"
    await owner.taps("Answer")
    await owner.sends("Once more, please")
    await delivers(process)

    assert "💬 Anna (101) writes:\n📷 Photo\n\n✅ Answered by Olga" in [message.text for message in owner.bot_messages]


async def test_the_automatic_message_comes_first_and_once(customer: Person, shop: Shop):
    shop.has_setting("help_auto_message", "We answer from 9 to 5 & <soon>.")
    await customer.sends("/help")
    await customer.sends("Hello?")
    assert "💬 We answer from 9 to 5 & <soon>." in customer.screen

    await customer.sends("Anybody?")

    assert "on its way" in customer.screen
    assert "We answer from 9 to 5" not in customer.screen


async def test_the_longest_messages_fit(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    for _ in range(8):
        await customer.says({"text": "🍵" * 2000})
    await delivers(process)
    await owner.taps("Answer")
    await owner.says({"text": "🌿" * 2000})
    await delivers(process)

    assert "💬 The shop answers\n\n🌿" in customer.last.text
    assert {message.status for message in shop.messages()} == {"sent"}


@pytest.mark.parametrize("typed", ["a" * 2001, "\u200b"])
async def test_what_is_no_message_is_refused_and_can_be_corrected(customer: Person, shop: Shop, typed: str):
    await customer.sends("/help")
    with unchanged(shop):
        await customer.says({"text": typed})
    assert "2000 characters" in customer.screen
    with unchanged(shop):
        await customer.sends_sticker()
    assert "send a photo, a video, a voice message or a file" in customer.screen

    await customer.sends("Hello?")

    assert "on its way" in customer.screen


async def test_the_dialogues_storage_holds_nothing_of_what_is_written(
    customer: Person, owner: Person, process: BotProcess, redis_url: str
):
    await customer.sends("/help")
    await customer.sends("my canary question")
    await delivers(process)
    await owner.taps("Answer")
    await owner.sends_sticker()
    with Redis.from_url(redis_url) as redis:
        kept = [redis.get(key) for key in redis.scan_iter()]

    assert "send a photo, a video, a voice message or a file" in owner.screen
    assert any(kept)
    assert [word for word in ("canary", "Write the answer") if word in str(kept)] == []


async def test_a_customer_answers_nobody_and_reads_nobody_elses_conversation(customer: Person, shop: Shop):
    shop.has_customer(404, "Fritz")
    await customer.sends("/help")
    await customer.sends("Hello?")
    message = shop.scalar("SELECT MAX(id) FROM help_messages")
    with unchanged(shop):
        for data in ("asks:0:0", "thread:404:0", f"reply:101:{message}:0", f"noreply:101:{message}", f"file:{message}"):
            await customer.presses(data)
            assert "This is for the people who run the shop." in customer.screen


async def test_two_who_answer_know_of_each_other(
    customer: Person, owner: Person, ada: Person, process: BotProcess, shop: Shop
):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    assert [message.recipient for message in shop.messages()] == [1, 505]
    notice = owner.last
    await owner.taps("Answer")
    await replies(ada, ada.last, "Ada answers")
    assert "The answer is on its way." in ada.screen
    await delivers(process)
    with unchanged(shop):
        await owner.sends("Olga answers")
    assert "Somebody else has written meanwhile, and your text was not sent." in owner.screen
    assert "💬 Ada" in owner.screen
    assert f"{notice.text}\n\n✅ Answered by Ada" in [message.text for message in owner.bot_messages]

    await owner.sends("Olga adds something")
    await delivers(process)

    texts = [message.text for message in customer.bot_messages[-2:]]
    assert texts == ["Hello?\n\n💬 The shop answers\n\nAda answers", "💬 The shop answers\n\nOlga adds something"]


async def test_what_is_closed_unread_stays_open(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    await owner.sends("/admin")
    await owner.taps("Questions: 1")
    await owner.taps("Anna: Hello?")
    thread = owner.last
    await customer.sends("One more thing")
    await delivers(process)
    with unchanged(shop):
        await owner.taps("Close without an answer", message=thread)
    shown = next(each for each in owner.bot_messages if each.id == thread.id)
    assert "The customer has written again meanwhile" in shown.text
    assert "One more thing" in shown.text
    await owner.taps("Close without an answer")
    shown = next(each for each in owner.bot_messages if each.id == thread.id)
    assert "Closed without an answer by Olga" in shown.text
    assert "☑️ Close without an answer" not in shown.buttons
    await delivers(process)
    assert owner.last.text.endswith("One more thing\n\n☑️ Closed without an answer by Olga")
    await owner.sends("/admin")
    await owner.taps("Questions: 0")
    assert "Nobody waits for an answer." in owner.screen
    await owner.taps("All conversations")

    assert "Anna: One more thing" in owner.buttons


async def test_what_comes_while_an_answer_is_written_goes_on_waiting(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    await owner.taps("Answer")
    await customer.sends("One more thing")
    await owner.sends("Hello Anna")
    assert "Close without an answer" in "".join(owner.buttons)
    await delivers(process)
    assert not any("One more thing" in each.text and "Answered by" in each.text for each in owner.bot_messages)
    await owner.sends("/admin")

    assert any("Questions: 1" in each for each in owner.buttons)


async def test_an_order_that_is_asked_about_stands_beside_the_question(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    await delivers(process)
    await customer.presses(f"order:{shop.order(code).id}:0")
    await customer.taps("Ask about this order")
    assert f"Support · order {code}" in customer.screen
    await customer.sends("When does it come?")
    await delivers(process)
    assert owner.last.text == f"💬 Anna (101) writes about order {code}:\nWhen does it come?"
    await owner.taps("Conversation")
    await owner.taps(f"📦 {code}")
    assert f"Order {code}" in owner.screen
    await customer.taps("Back")
    assert f"Order {code}" in customer.screen


async def test_a_conversation_leads_to_the_customer_and_back(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    await customer.sends("/help")
    await customer.sends("When does it come?")
    await delivers(process)
    await owner.taps("Conversation")
    await owner.taps("👤 Customer")
    assert "1 question waits for an answer" in owner.screen
    await owner.taps("Back")
    assert "🙋 Anna" in owner.screen
    await owner.presses("person:101:new:0")
    await owner.taps("💬 Conversation")
    assert "👤 Customer" not in owner.buttons
    await owner.taps("Back")

    assert "💬 Conversation" in owner.buttons


async def test_a_letter_stands_in_the_conversation_and_can_be_answered_by_a_reply(
    customer: Person, owner: Person, process: BotProcess, shop: Shop
):
    shop.staff(letters.write, 101, "Your parcel is at the door.")
    await delivers(process)
    assert customer.last.text == "✉️ A message from the shop\n\nYour parcel is at the door."
    goods_id = shop.has_goods()
    letter = customer.last
    await customer.presses(f"ask:{goods_id}")

    await replies(customer, letter, "Thank you!")

    assert "Your message is on its way." in customer.screen
    assert "How many of Green tea" in customer.screen
    await customer.sends("2")
    assert "In your cart: 2" in customer.screen
    await delivers(process)
    await owner.taps("Conversation")
    assert "💬 test · " in owner.screen
    assert "Your parcel is at the door." in owner.screen


async def test_a_reply_to_anything_else_is_a_message_like_any_other(customer: Person, shop: Shop):
    with unchanged(shop):
        await replies(customer, customer.last, "oolong")

    assert "Nothing was found for" in customer.screen


async def test_who_no_longer_runs_the_shop_answers_nobody(
    customer: Person, ada: Person, process: BotProcess, shop: Shop
):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    notice = ada.last
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 505")
    with unchanged(shop):
        await replies(ada, notice, "Me again")

    assert "This is for the people who run the shop." in ada.screen


async def test_who_has_blocked_the_bot_gets_no_answer(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await customer.sends("/help")
    await customer.sends("Hello?")
    await delivers(process)
    shop.execute("UPDATE users SET blocked_bot_at = UTC_TIMESTAMP(6) WHERE telegram_id = 101")
    await owner.taps("Answer")
    assert "Has blocked the bot" in owner.screen
    with unchanged(shop):
        await owner.sends("Hello!")

    assert "They have blocked the bot; nothing reaches them until they are back." in owner.screen


async def test_questions_are_switched_off_and_on(customer: Person, owner: Person, process: BotProcess, shop: Shop):
    await owner.presses("asks:0:0")
    await owner.taps("Tell me of no new questions")
    await customer.sends("/help")
    await customer.sends("Hello?")
    assert shop.messages() == []

    await owner.taps("Tell me of new questions")
    await customer.sends("Hello?")

    assert [message.recipient for message in shop.messages()] == [1]


async def test_twenty_unanswered_messages_are_enough(customer: Person, shop: Shop):
    await customer.sends("/help")
    for number in range(20):
        await customer.sends(f"Question {number}")
    with unchanged(shop):
        await customer.sends("And another")

    assert "Your earlier messages still wait for an answer." in customer.screen
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
    assert anna.last.text == "Hello?\n\n💬 The shop answers\n\nHello!"
    await hugo.taps("Home")
    await hugo.taps("Questions")
    await hugo.taps("All conversations")
    await hugo.taps("Anna: Hello!")
    assert "💬 Hugo" in hugo.screen

    with unchanged(shop):
        await hugo.presses("admin")

    assert "This is for the people who run the shop." in hugo.screen
