"""Where a dialogue stands: a question and what is known about it are never of two different moments."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import StorageKey
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.services.vault import Vault
from bot.telegram import dialogue_stores, dialogues
from bot.telegram.dialogues import Dialogue
from tests.conftest import VAULT_KEY

ADDRESS, PHONE = State("address", "ask"), State("phone", "ask")
KEY = StorageKey(bot_id=42, chat_id=101, user_id=101)
BEFORE, AFTER = (ADDRESS.state, {"live": 7}), (PHONE.state, {"live": 8, "answered_ids": [9]})


class Death(BaseException):
    """The end of a process."""


def context(redis: Redis) -> Dialogue:
    return Dialogue(dialogue_stores.storage(redis, Vault(VAULT_KEY)), KEY)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


async def dies_after(sent: int, redis_url: str, turn: Any) -> bool:
    """Let a process end when it has sent so much to Redis; tell whether it got that far."""
    left, send = [sent], AbstractConnection.send_packed_command

    async def sends(connection: AbstractConnection, *args: Any, **options: Any) -> None:
        if not left[0]:
            raise Death
        left[0] -= 1
        await send(connection, *args, **options)

    client = Redis.from_url(redis_url)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(AbstractConnection, "send_packed_command", sends)
            await turn(context(client))
    except Death:
        return True
    finally:
        await client.aclose()
    return False


async def stands(redis: Redis) -> tuple[str | None, dict[str, Any]]:
    """Return where the dialogue stands for a process that knows nothing of it yet."""
    return await known(context(redis))


async def known(state: Dialogue) -> tuple[str | None, dict[str, Any]]:
    """Return where the dialogue stands at the next update that the same process takes."""
    return await Dialogue(state.storage, KEY).begin()


async def seen_after_deaths(redis: Redis, redis_url: str, turn: Any) -> list[Any]:
    """Return where the dialogue stood after each moment in which the process can end."""
    found = []
    for sent in range(50):
        await context(redis).turn(ADDRESS, BEFORE[1])
        has_died = await dies_after(sent, redis_url, turn)
        found.append(await stands(redis))
        if not has_died:
            return found
    raise AssertionError("it never came to an end")


async def test_whenever_the_process_dies_a_question_has_its_own_facts(redis: Redis, redis_url: str):
    found = await seen_after_deaths(redis, redis_url, lambda state: state.turn(PHONE, AFTER[1]))

    assert len(found) > 1
    assert all(each in (BEFORE, AFTER) for each in found)
    assert found[-1] == AFTER


async def test_without_one_write_a_question_has_the_facts_of_another(redis: Redis, redis_url: str):
    async def in_two_writes(state: Dialogue) -> None:
        await state.set_state(PHONE)
        await state.set_data(AFTER[1])

    assert (PHONE.state, BEFORE[1]) in await seen_after_deaths(redis, redis_url, in_two_writes)


async def test_a_dialogue_that_is_over_leaves_neither(redis: Redis):
    await context(redis).turn(PHONE, AFTER[1])
    await context(redis).turn(None, {})

    assert await stands(redis) == (None, {})
    assert await redis.keys() == []


async def test_both_turn_in_the_spare_too_while_redis_is_away():
    nobody = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), retries=0))
    state = context(nobody)
    await asyncio.wait_for(state.turn(PHONE, AFTER[1]), 10)

    assert await known(state) == AFTER
    await nobody.aclose()


async def test_redis_is_asked_once_about_a_person(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch):
    await context(redis).turn(PHONE, AFTER[1])
    state = context(redis)
    asked: list[str] = []
    send = AbstractConnection.send_packed_command

    async def noted(connection: AbstractConnection, *args: Any, **options: Any) -> None:
        asked.append("redis")
        await send(connection, *args, **options)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", noted)

    assert [await known(state) for _ in range(3)] == [AFTER] * 3
    assert asked == ["redis"]


async def test_what_turns_while_redis_is_asked_is_not_undone_by_its_answer(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    await context(redis).turn(ADDRESS, BEFORE[1])
    state = context(redis)
    mget = Redis.mget

    async def slow(self: Redis, *names: str) -> Any:
        found = await mget(self, *names)
        await state.storage.turn(KEY, PHONE.state, AFTER[1])
        return found

    monkeypatch.setattr(Redis, "mget", slow)

    assert await known(state) == AFTER


async def test_a_redis_that_forgets_everything_makes_nobody_begin_anew(redis: Redis):
    state = context(redis)
    await state.turn(PHONE, AFTER[1])
    await redis.flushall()

    assert await known(state) == AFTER


async def test_a_redis_that_forgets_everything_in_the_middle_forgets_no_half(redis: Redis):
    await context(redis).turn(PHONE, BEFORE[1])
    state = context(redis)
    assert await state.get_state() == PHONE.state
    await redis.flushall()
    await state.set_data(AFTER[1])

    assert await stands(redis) == AFTER


async def test_what_was_asked_while_redis_was_away_stands_when_it_is_back(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    state = context(redis)
    await state.turn(ADDRESS, BEFORE[1])
    with monkeypatch.context() as patch:
        patch.setattr(AbstractConnection, "send_packed_command", is_away)
        await state.turn(PHONE, AFTER[1])
    monkeypatch.setattr("bot.telegram.dialogue_stores.time.monotonic", lambda: float("inf"))
    assert await known(state) == AFTER
    await state.update_data(live=9)

    assert await stands(redis) == (PHONE.state, {**AFTER[1], "live": 9})


async def is_away(*_: Any, **__: Any) -> None:
    """Be a Redis whose line is cut."""
    raise ConnectionResetError


async def test_what_is_forgotten_on_purpose_does_not_come_back(redis: Redis):
    state = context(redis)
    await state.turn(PHONE, AFTER[1])
    await dialogues.forget(state.storage, KEY.bot_id, KEY.chat_id)

    assert await known(state) == (None, {})
    assert await redis.keys() == []


async def test_the_process_remembers_those_who_came_last(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dialogue_stores, "MOST_KNOWN", 2)
    storage = dialogue_stores.storage(redis, Vault(VAULT_KEY))
    states = [Dialogue(storage, StorageKey(bot_id=42, chat_id=each, user_id=each)) for each in (1, 2, 3)]
    for each in (*states[:2], states[0], states[2]):
        await each.turn(PHONE, {"live": 1})
    await redis.flushall()

    # In this order, because asking for one who is not remembered takes the place of another.
    found = [(await storage.read(states[each].key))[0] for each in (0, 2, 1)]
    assert found == [PHONE.state, PHONE.state, None]


async def test_whoever_only_presses_is_remembered_too(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dialogue_stores, "MOST_KNOWN", 2)
    storage = dialogue_stores.storage(redis, Vault(VAULT_KEY))
    first, second, third = (StorageKey(bot_id=42, chat_id=each, user_id=each) for each in (1, 2, 3))
    for each in (first, second):
        await storage.turn(each, PHONE.state, {})
    await storage.read(first)
    await storage.turn(third, PHONE.state, {})
    await redis.flushall()

    assert [(await storage.read(each))[0] for each in (first, second)] == [PHONE.state, None]
