"""The channels that customers have to join before they can buy."""

from collections.abc import AsyncIterator

import pytest

from bot import main
from bot.config import Config
from bot.errors import Busy
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.model import Chat
from bot.services import channels as channel_notes
from bot.services import people
from bot.telegram import channels
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.conftest import forget_dispatcher
from tests.telegram.steps import delivers, unchanged

PRIVATE = -1001234567890
CHANNELS = f"https://t.me/tea_news, {PRIVATE}|https://t.me/+secret"


@pytest.fixture
def news(sandbox: Sandbox) -> Chat:
    return sandbox.channel(-1001, "News", username="tea_news")


@pytest.fixture
def club(sandbox: Sandbox) -> Chat:
    return sandbox.channel(PRIVATE, "Club")


@pytest.fixture
async def gated(config: Config, shop: Shop, news: Chat, club: Chat) -> AsyncIterator[BotProcess]:
    """Run a shop with a public and a private channel that customers have to join."""
    async with main.running(config.model_copy(update={"channel_url": CHANNELS})) as running:
        yield running
    forget_dispatcher()


@pytest.fixture
async def anna(gated: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return a customer who has entered and joined nothing."""
    shop.has_customer(101, "Anna")
    person = sandbox.person(101, "Anna", language_code="en")
    await person.sends("/start")
    return person


ASKED = {
    "en": ("Please join our channels", "✅ I have joined", "I cannot see you there yet", "Thank you for joining!"),
    "ru": (
        "Подпишитесь, пожалуйста, на наши каналы",
        "✅ Подписка есть",
        "Пока не вижу вас там",
        "Спасибо за подписку!",
    ),
}


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_who_has_not_joined_is_asked_to_and_comes_in_afterwards(
    anna: Person, sandbox: Sandbox, shop: Shop, news: Chat, club: Chat, language: str
):
    shop.db.call(people.choose_language, 101, language, now=now())
    please, joined, not_yet, thanks = ASKED[language]
    for attempt in ("/start", "/shop", "/cart", "hello"):
        with unchanged(shop):
            await anna.sends(attempt)
        assert please in anna.screen
    labels = {"en": "📣 Our channel", "ru": "📣 Наш канал"}
    assert anna.keyboard == [["📣 @tea_news"], [labels[language]], [joined]]
    assert [button["url"] for row in anna.last.rows[:2] for button in row] == [
        "https://t.me/tea_news",
        "https://t.me/+secret",
    ]
    sandbox.becomes(news, anna, "member")
    await anna.taps(joined)
    assert not_yet in anna.screen
    assert anna.keyboard == [[labels[language]], [joined]]
    sandbox.becomes(club, anna, "administrator")
    await anna.taps(joined)
    assert thanks in anna.screen
    assert len(anna.bot_messages) == 1
    await anna.sends("/cart")

    assert please not in anna.screen


@pytest.mark.parametrize(
    ("status", "is_inside"),
    [
        ("member", True),
        ("administrator", True),
        ("creator", True),
        ("restricted", True),
        ("restricted and left", False),
        ("left", False),
        ("kicked", False),
    ],
)
async def test_every_kind_of_membership_is_taken_for_what_it_is(
    anna: Person, sandbox: Sandbox, news: Chat, club: Chat, status: str, is_inside: bool
):
    sandbox.becomes(news, anna, "member")
    sandbox.becomes(club, anna, status)
    await anna.presses("joined")

    assert ("Thank you for joining!" in anna.screen) == is_inside


async def test_a_press_does_not_ask_telegram_again(anna: Person, sandbox: Sandbox, news: Chat, club: Chat):
    for channel in (news, club):
        sandbox.becomes(channel, anna, "member")
    await anna.presses("joined")
    asked = sandbox.count("getChatMember")
    for data in ("shop:0", "cart:0", "home", "me"):
        await anna.presses(data)

    assert sandbox.count("getChatMember") == asked


async def test_who_has_left_is_asked_again_after_a_while(
    anna: Person, sandbox: Sandbox, news: Chat, club: Chat, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(channels, "JOINED_SECONDS", 0)
    for channel in (news, club):
        sandbox.becomes(channel, anna, "member")
    await anna.presses("joined")
    sandbox.becomes(news, anna, "left")
    await anna.presses("shop:0")

    assert "Please join our channel;" in anna.screen


async def test_a_guest_enters_with_the_code_and_then_joins(
    gated: BotProcess, sandbox: Sandbox, shop: Shop, news: Chat, club: Chat
):
    guest = sandbox.person(202, "Greta", language_code="en")
    await guest.sends("/start")
    assert "send your reference code" in guest.screen
    await guest.presses("joined")
    assert "send your reference code" in guest.screen
    await guest.sends(shop.has_code())
    assert "You are in. Welcome!\n\nPlease join our channels" in guest.screen
    for channel in (news, club):
        sandbox.becomes(channel, guest, "member")
    await guest.taps("I have joined")

    assert "Hello, Greta" in guest.screen


async def test_a_link_to_goods_is_followed_after_joining(
    anna: Person, sandbox: Sandbox, shop: Shop, news: Chat, club: Chat
):
    goods_id = shop.has_goods()
    await anna.opens(f"https://t.me/tea_shop_bot?start=g_{goods_id}")
    assert "Please join our channels" in anna.screen
    for channel in (news, club):
        sandbox.becomes(channel, anna, "member")
    await anna.taps("I have joined")

    assert "Green tea" in anna.screen


async def test_staff_need_not_join(gated: BotProcess, sandbox: Sandbox, shop: Shop):
    owner = sandbox.person(OWNER_ID, "Olga", language_code="en")
    await owner.sends("/start")
    shop.has_customer(505, "Ada")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 505")
    ada = sandbox.person(505, "Ada", language_code="en")
    await ada.sends("/shop")

    assert "Hello, Olga" in owner.screen
    assert "shelves are empty" in ada.screen
    assert sandbox.count("getChatMember") == 0


@pytest.mark.parametrize(
    ("status", "language", "why"),
    [
        ("member", "en", "the list of members is not shown to the bot"),
        ("member", "ru", "список участников боту не виден"),
        ("left", "ru", "бота там нет"),
        ("kicked", "en", "the bot was removed from there"),
    ],
)
async def test_where_members_cannot_be_seen_customers_come_in_and_the_owner_is_told_once(
    gated: BotProcess, sandbox: Sandbox, shop: Shop, news: Chat, club: Chat, status: str, language: str, why: str
):
    owner = sandbox.person(OWNER_ID, "Olga", language_code=language)
    await owner.sends("/start")
    sandbox.becomes(club, None, status)
    people_here = [sandbox.person(person_id, language_code="en") for person_id in (101, 102, 103)]
    for person in people_here:
        shop.has_customer(person.id)
        sandbox.becomes(news, person, "member")
        await person.sends("/shop")
        assert "shelves are empty" in person.screen
    await delivers(gated)

    assert [message.kind for message in shop.messages(OWNER_ID)] == ["channel-unseen"]
    assert f"{PRIVATE}" in owner.last.text
    assert why in owner.last.text
    await owner.sends("/start")
    sandbox.becomes(club, None, "administrator")
    last = people_here[-1]
    await last.presses("joined")
    assert "Please join our channel;" in last.screen
    sandbox.becomes(club, None, "member")
    await last.presses("joined")

    assert [event.kind for event in shop.events() if event.kind.startswith("channel.")] == [
        "channel.unseen",
        "channel.seen",
        "channel.unseen",
    ]
    await delivers(gated)
    assert len(shop.messages(OWNER_ID)) == 2


async def test_the_owner_is_told_later_when_the_database_was_away(
    gated: BotProcess, sandbox: Sandbox, shop: Shop, news: Chat, club: Chat, monkeypatch: pytest.MonkeyPatch
):
    sandbox.becomes(club, None, "left")
    shop.has_customer(101)
    anna = sandbox.person(101, language_code="en")
    sandbox.becomes(news, anna, "member")

    def away(*_: object, **__: object) -> None:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(channel_notes, "note_unseen", away)
        await anna.sends("/shop")
    assert "shelves are empty" in anna.screen
    assert shop.messages(OWNER_ID) == []
    await anna.presses("joined")

    assert [message.kind for message in shop.messages(OWNER_ID)] == ["channel-unseen"]


@pytest.mark.parametrize("status", [500, 429, "reset"])
async def test_a_telegram_that_is_away_keeps_nobody_out_and_alarms_nobody(
    anna: Person, sandbox: Sandbox, shop: Shop, status: int
):
    sandbox.fail("getChatMember", status=status, times=None, retry_after=5 if status == 429 else None)
    await anna.presses("joined")
    await anna.presses("shop:0")

    assert "shelves are empty" in anna.screen
    assert shop.messages(OWNER_ID) == []


async def test_the_rules_lead_to_every_channel(anna: Person, sandbox: Sandbox, news: Chat, club: Chat):
    for channel in (news, club):
        sandbox.becomes(channel, anna, "member")
    await anna.presses("joined")
    await anna.taps("Rules")

    assert anna.keyboard == [["📣 @tea_news"], ["📣 Our channel"], ["⬅️ Back", "🛒 Cart"]]
