"""Every question that a chat ever asks, answered with the corpus: one answer, a way on, and never an apology.

The questions come from the dialogues' states, so that a new one cannot be forgotten.
"""

from typing import Any

import pytest

from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Sandbox
from bot.telegram.dialogue_stores import Storage
from tests.hostile.corpus import CELLS, COMMANDS, HONEST, MARKUP, PATIENCE, TEXTS, some
from tests.shop import Shop
from tests.telegram.steps import apologies, goes_to_payment, puts_in_cart, unchanged
from tests.telegram.test_every_input import Dialogue, answers, facts, states

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(PATIENCE)]

FEW = 4


@pytest.mark.telegram_is_asked("text must be non-empty", "message text is empty", "message is too long")
@pytest.mark.parametrize("role", [RoleName.USER, RoleName.OWNER])
async def test_whatever_is_answered_to_a_question_gets_an_answer_and_no_apology(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, role: RoleName
):
    person = sandbox.person(1 if role is RoleName.OWNER else 101, "Pat", language_code="en")
    if role is RoleName.USER:
        shop.has_customer(person.id, "Pat")
    shop.has_setting("timezone", "Europe/Berlin")
    await person.sends("/start")
    dialogue, kept = Dialogue(storage, person), facts()
    wrong: list[tuple[Any, ...]] = []
    for state in states():
        for text in some(TEXTS, FEW, of=f"{role} {state.state}"):
            await dialogue.stands_at(state, kept)
            before, sorry = sandbox.count(), len(apologies(sandbox))
            await person.says({"text": text})
            # An empty text is none at all: Telegram brings it with nothing in it.
            if not answers(sandbox, person, before) or len(apologies(sandbox)) > sorry:
                wrong.append((state.state, text[:40], answers(sandbox, person, before)))

    assert wrong == []
    assert person.buttons


async def test_an_honest_address_is_taken_and_shown_as_it_was_typed(process: BotProcess, sandbox: Sandbox, shop: Shop):
    goods_id = shop.has_goods()
    for number, text in enumerate(HONEST):
        anna = sandbox.person(shop.has_customer(8000 + number, "Anna"), "Anna", language_code="en")
        await anna.sends("/start")
        await puts_in_cart(anna, goods_id)
        await goes_to_payment(anna, address=text, note=text)
        await anna.taps("Cash on Delivery")

        assert anna.screen.count(text) == 2, text


async def test_what_looks_like_an_attack_is_a_name_like_any_other(process: BotProcess, sandbox: Sandbox, shop: Shop):
    owner = sandbox.person(1, "Olga", language_code="en")
    await owner.sends("/start")
    for text in (*HONEST, *MARKUP, *COMMANDS, *(cell.strip() for cell in CELLS)):
        await owner.presses("ca:0")
        await owner.sends(text)

        assert text in owner.screen, text
        assert shop.scalar("SELECT COUNT(*) FROM categories WHERE name = :name", name=text) == 1


async def test_half_a_letter_is_taken_like_any_other_everywhere(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage
):
    owner = sandbox.person(1, "Olga", language_code="en")
    await owner.sends("/start")
    dialogue, kept = Dialogue(storage, owner), facts()
    for state in states():
        await dialogue.stands_at(state, kept)
        await owner.says({"text": "a\udfffb"})

        assert apologies(sandbox) == [], state.state


async def test_a_code_is_looked_for_and_no_more(process: BotProcess, sandbox: Sandbox, shop: Shop):
    shop.has_code()
    shop.has_setting("messages_per_minute", "0")
    for number, text in enumerate(some(TEXTS, 20, of="code")):
        guest = sandbox.person(7000 + number, "Greta", language_code="en")
        await guest.sends("/start")
        with unchanged(shop):
            await guest.says({"text": text})
            await guest.sends(f"/start {text.split()[0][:64] if text.split() else 'x'}")
        assert guest.bot_messages, text
    assert apologies(sandbox) == []
