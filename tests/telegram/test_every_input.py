"""Whatever people send, wherever a dialogue stands: one answer, no apology, and a way on."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from inspect import getsource
from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey

import bot.telegram
from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Person, Sandbox
from bot.sandbox.model import Json
from bot.services import people
from bot.telegram.dialogue_stores import Storage, name_of
from tests.shop import Shop
from tests.telegram.steps import apologies, rows, unchanged

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]

FILE = {"file_id": "AAA", "file_unique_id": "aaa", "file_size": 3}
PHOTO = [{**FILE, "width": 640, "height": 480}]
SIZE = {"width": 512, "height": 512}
PLACE = {"latitude": 52.5, "longitude": 13.4}
CONTENTS: dict[str, Json] = {
    "sticker": {"sticker": {**FILE, **SIZE, "type": "regular", "is_animated": False, "is_video": False}},
    "voice": {"voice": {**FILE, "duration": 3}},
    "audio": {"audio": {**FILE, "duration": 3}},
    "video": {"video": {**FILE, **SIZE, "duration": 3}},
    "video note": {"video_note": {**FILE, "length": 240, "duration": 3}},
    "animation": {"animation": {**FILE, **SIZE, "duration": 3}, "document": FILE},
    "document": {"document": {**FILE, "file_name": "a.pdf"}},
    "photo": {"photo": PHOTO, "caption": "/shop"},
    "contact of somebody else": {"contact": {"phone_number": "+4915112345678", "first_name": "Eve", "user_id": 999}},
    "contact without Telegram": {"contact": {"phone_number": "112", "first_name": "Eve"}},
    "location": {"location": PLACE},
    "venue": {"venue": {"location": PLACE, "title": "Cafe", "address": "Main St"}, "location": PLACE},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Tea?",
            "options": [{"text": "Yes", "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "story": {"story": {"chat": {"id": 5, "type": "private"}, "id": 1}},
    "unknown command": {"text": "/nonsense"},
    "something that will come one day": {"hologram": {"depth": 3}},
}
TEXTS = ("5", "Main St; apt 5 & co <b>", "2026-12-31 14:30", "😀" * 2000)
SHOWN_BESIDES = {"Asked:content", "Asked:code_note"}
"""Where staff also see what others will get: a broadcast as it arrives, a code as a picture."""
COMMANDS = {"/start": "Hello", "/shop": "Shop", "/cart": "cart", "/orders": "orders"}
KNOWN = {"question": "?", "person": "person:101:new:0", "action": "add", "field": "note"}
"""Facts of which the number 1 would be none."""
KEPT = re.compile(r"\bfact\(\s*\"(\w+)\"")


def modules() -> Iterator[Any]:
    """Return every file of the Telegram room."""
    for found in pkgutil.walk_packages(bot.telegram.__path__, f"{bot.telegram.__name__}."):
        yield importlib.import_module(found.name)


def states() -> list[State]:
    """Return everything that is ever asked."""
    groups = {
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, StatesGroup) and value is not StatesGroup
    }
    return sorted((state for group in groups for state in group.__all_states__), key=lambda state: str(state.state))


def facts() -> dict[str, Any]:
    """Return something for every fact that some question keeps: the number 1, which may be anything or nothing."""
    found = {name for module in modules() for name in KEPT.findall(getsource(module))}
    return dict.fromkeys(found, "1") | KNOWN


class Dialogue:
    """Where the dialogue of a person stands, as the bot stores it."""

    def __init__(self, storage: Storage, person: Person) -> None:
        self.storage = storage
        self.key = StorageKey(bot_id=42, chat_id=person.id, user_id=person.id)

    async def stands_at(self, state: State | None, kept: dict[str, Any]) -> None:
        await self.storage.turn(self.key, name_of(state), kept)


def answers(sandbox: Sandbox, person: Person, before: int) -> list[str]:
    """Return the messages that were sent or changed for a person since then."""
    calls = sandbox.calls()[before:]
    return [
        call.method
        for call in calls
        if call.method.startswith(("send", "edit", "copy")) and call.method != "sendChatAction"
        if str(call.params.get("chat_id")) == str(person.id)
    ]


def test_no_two_questions_have_one_name():
    """The dialogue knows a question by its name alone; the files that ask may have been written by two people."""
    names = Counter(state.state for state in states())

    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 10


async def speaker(role: str, process: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    """Return a customer, an admin or a guest who has come as far as they get."""
    ids = {"customer": 101, "admin": 303, "guest": 202}
    person = sandbox.person(ids[role], "Pat", language_code="ru")
    if role != "guest":
        shop.has_customer(person.id, "Pat")
    if role == "admin":
        shop.execute("UPDATE users SET role = :role WHERE telegram_id = :id", role=RoleName.ADMIN, id=person.id)
    await person.sends("/start")
    return person


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_everything_is_answered_once_wherever_a_dialogue_stands(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, role: str
):
    person = await speaker(role, process, sandbox, shop)
    dialogue, kept = Dialogue(storage, person), facts()
    wrong: list[tuple[Any, ...]] = []
    # The courier waits, so that only answers are counted.
    async with process.courier._one_at_a_time:
        for state in [None, *states()]:
            await dialogue.stands_at(state, kept)
            before = sandbox.count()
            for content in CONTENTS.values():
                await person.says(content, wait=False)
            await person.sends("/nonsense")
            given = len(answers(sandbox, person, before))
            most = len(CONTENTS) + 1 + (len(SHOWN_BESIDES) if role == "admin" else 0)
            if not len(CONTENTS) < given <= most or not person.buttons:
                wrong.append((state, given, person.screen))

    assert wrong == []
    assert apologies(sandbox) == []


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_every_text_and_command_is_answered_once_wherever_a_dialogue_stands(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, role: str
):
    person = await speaker(role, process, sandbox, shop)
    dialogue, kept = Dialogue(storage, person), facts()
    wrong: list[tuple[Any, ...]] = []
    async with process.courier._one_at_a_time:
        for state in [None, *states()]:
            for text in (*TEXTS, *COMMANDS):
                await dialogue.stands_at(state, kept)
                before = sandbox.count()
                await person.sends(text)
                given = answers(sandbox, person, before)
                is_more = state is not None and state.state in SHOWN_BESIDES and len(given) == 2
                if (len(given) != 1 and not is_more) or not person.buttons or apologies(sandbox):
                    wrong.append((state, text[:30], given, person.screen))
        for state in states():
            await dialogue.stands_at(state, kept)
            await person.sends("/start")
            if await dialogue.storage.get_state(dialogue.key) is not None:
                wrong.append((state, "/start does not end it"))

    assert wrong == []


async def test_a_guest_gets_the_code_prompt_for_everything(process: BotProcess, sandbox: Sandbox, shop: Shop):
    guest = await speaker("guest", process, sandbox, shop)
    for name, content in CONTENTS.items():
        before = sandbox.count()
        with unchanged(shop):
            await guest.says(content)

        assert len(answers(sandbox, guest, before)) == 1, name
        assert "код приглашения" in guest.screen, name


async def test_somebody_banned_is_told_so_for_everything(customer: Person, sandbox: Sandbox, shop: Shop):
    shop.staff(people.ban, 101, reason=None, notify=False)
    for name, content in CONTENTS.items():
        before = sandbox.count()
        await customer.says(content)

        assert len(answers(sandbox, customer, before)) == 1, name
        assert customer.last.text == "You cannot use this shop.", name


async def test_an_album_gets_one_answer(customer: Person, sandbox: Sandbox, shop: Shop):
    for state in (f"ask:{shop.has_goods()}", "home"):
        await customer.presses(state)
        before = sandbox.count()
        for _ in range(4):
            await customer.says({"photo": PHOTO, "media_group_id": f"album {state}"}, wait=False)
        await customer.says({"photo": PHOTO, "media_group_id": f"album {state}"})

        assert len(answers(sandbox, customer, before)) == 1


SERVICE = (
    {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 101, "type": "private"}}},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "🏎"}}},
    {"write_access_allowed": {"from_request": True}},
)


async def test_what_nobody_has_said_is_passed_over(customer: Person, sandbox: Sandbox):
    await customer.sends("/cart")
    before, shown = sandbox.count(), customer.screen
    for content in SERVICE:
        await customer.says(content)

    assert answers(sandbox, customer, before) == []
    assert customer.screen == shown


async def test_a_changed_message_is_answered_and_taken_for_nothing(customer: Person, sandbox: Sandbox, shop: Shop):
    goods_id = shop.has_goods()
    await customer.sends("hello")
    mine = next(message for message in customer.messages if message.text == "hello")
    with unchanged(shop):
        await customer.edits(mine, "/cart")
    assert "A changed message does not reach me. Please write it once more." in customer.screen
    assert "🛒 Cart" in customer.buttons

    await customer.presses(f"ask:{goods_id}")
    with unchanged(shop):
        await customer.edits(mine, "3")
    assert "A changed message does not reach me." in customer.screen
    assert "How many of Green tea" in customer.screen

    await customer.sends("3")
    assert "In your cart: 3" in customer.screen


async def test_a_key_that_was_left_below_the_text_field_leads_home(customer: Person):
    for key in ("⬅️ Back", "📱 Share my number", "⬅️ Назад"):
        await customer.sends("/shop")
        await customer.sends(key)

        assert "What would you like to do?" in customer.screen


OLD = ("lang?", "shop", "aisle:1", "order:5", "cart", "more:1", "help:1", "update", "job", "queue:", "pay:stars", "!!")


async def test_buttons_of_earlier_versions_lead_home(customer: Person, shop: Shop):
    for data in OLD:
        with unchanged(shop):
            await customer.presses(data)

        assert "This button is from an older message." in customer.screen, data
        assert "🛍 Shop" in customer.buttons


async def test_what_telegram_reports_about_chats_is_passed_over(customer: Person, sandbox: Sandbox, shop: Shop):
    before, kept = sandbox.count(), rows(shop)
    customer.blocks()
    customer.unblocks()
    group = sandbox.group(-1001, "Friends", [customer])
    await customer.sends("/cart", chat=group)
    await sandbox.posts(sandbox.channel(-1002), "/start")
    await customer.sends("/shop")

    assert answers(sandbox, customer, before) == ["sendMessage"]
    assert rows(shop) == kept


async def test_a_dialogue_that_was_forgotten_meanwhile_gets_an_answer(
    customer: Person, process: BotProcess, sandbox: Sandbox, storage: Storage
):
    """Redis may lose what was kept; what was asked is then asked anew, from the first screen."""
    dialogue = Dialogue(storage, customer)
    for state in states():
        await dialogue.stands_at(state, {})
        await customer.sends("5")

        assert customer.buttons, state
    assert apologies(sandbox) == []
