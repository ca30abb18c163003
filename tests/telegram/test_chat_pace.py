"""No chat gets more than Telegram allows: one message a second after a few, and twenty a minute in a group."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.db import Database
from bot.sandbox import Sandbox
from bot.telegram import pace
from bot.telegram.courier import Courier
from bot.telegram.dispatcher import connect
from bot.telegram.pace import ChatPace
from tests.shop import Shop, now
from tests.telegram.conftest import TOKEN
from tests.telegram.test_courier import GUIDE, is_told, started

GROUP = -100500


@pytest.fixture(autouse=True)
def _at_telegrams_pace(no_rest: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "BURST", 3)
    monkeypatch.setattr(pace, "GROUP_SECONDS", 60.0)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    connected = connect(TOKEN, sandbox.url)
    yield connected
    await connected.session.close()


def test_three_messages_may_follow_one_another_then_it_is_one_a_second():
    clock = [100.0]
    chats = ChatPace(lambda: clock[0])
    sent = []
    for tick in range(80):
        clock[0] = 100 + tick / 8
        if 7 not in chats.resting():
            chats.note(7)
            sent.append(clock[0] - 100)

    assert sent[:3] == [0, 0.125, 0.25]
    assert len(sent) <= 3 + 10
    assert all(later - sooner >= 0.875 for sooner, later in itertools.pairwise(sent[3:]))


def test_a_group_gets_twenty_a_minute():
    clock = [100.0]
    chats = ChatPace(lambda: clock[0])
    sent = []
    for second in range(130):
        clock[0] = 100.0 + second
        if GROUP not in chats.resting():
            chats.note(GROUP)
            sent.append(second)

    assert len(sent) == 50
    assert all(sum(at <= each < at + 60 for each in sent) <= 20 for at in sent)


async def test_a_chat_that_gets_much_keeps_nobody_else_and_its_order(
    bot: Bot, db: Database, sandbox: Sandbox, shop: Shop
):
    courier = Courier(bot, db, GUIDE)
    anna = await started(sandbox, shop, 101, "Anna")
    boris = await started(sandbox, shop, 102, "Boris")
    for _ in range(5):
        is_told(shop, anna.id)
    is_told(shop, boris.id)
    began = time.monotonic()
    await courier.deliver_due()
    assert (len(anna.bot_messages), len(boris.bot_messages)) == (3, 1)
    async with asyncio.timeout(20):
        while len(anna.bot_messages) < 5:
            await courier.deliver_due()
            await asyncio.sleep(0.05)

    assert time.monotonic() - began >= 1.9
    sent = sorted(shop.messages(anna.id), key=lambda message: message.sent_at or now())
    assert [message.id for message in sent] == sorted(message.id for message in sent)


async def test_the_answers_to_what_somebody_presses_count_too(bot: Bot, db: Database, sandbox: Sandbox, shop: Shop):
    courier = Courier(bot, db, GUIDE)
    anna = await started(sandbox, shop, 101, "Anna")
    for _ in range(3):
        await bot.send_message(anna.id, "A screen")
    is_told(shop, anna.id)

    assert await courier.deliver_due() == 0
    assert [message.attempts for message in shop.messages()] == [0]
