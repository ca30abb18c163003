"""Faults that tests inject between the bot and Telegram."""

import asyncio
import time

import aiohttp
import pytest


async def test_a_refusal_is_injected_once(api, anna, sandbox):
    fault = sandbox.fail("sendMessage", status=429, retry_after=7)

    refused = await api("sendMessage", chat_id=anna.id, text="x")
    await api.result("sendMessage", chat_id=anna.id, text="y")

    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert fault.hits == 1
    assert [message.text for message in anna.bot_messages] == ["y"]


async def test_a_fault_can_be_meant_for_one_chat_and_last_until_it_is_healed(api, anna, stranger, sandbox):
    await stranger.sends("/start", wait=False)
    sandbox.fail("*", status=403, chat_id=stranger.id, times=None)

    for _ in range(2):
        assert (await api("sendMessage", chat_id=stranger.id, text="x"))["error_code"] == 403
    await api.result("sendMessage", chat_id=anna.id, text="x")
    sandbox.heal()

    await api.result("sendMessage", chat_id=stranger.id, text="x")


async def test_a_proxy_answers_502_with_a_page(api, anna, sandbox):
    sandbox.fail("sendMessage", status=502)
    url = f"{sandbox.url}/bot{sandbox.world.token}/sendMessage"

    async with api.client.post(url, json={"chat_id": anna.id, "text": "x"}) as response:
        assert response.status == 502
        assert "<h" in await response.text()
    assert sandbox.calls("sendMessage")[0].status == 502


async def test_a_connection_is_cut(api, anna, sandbox):
    sandbox.fail("sendMessage", status="reset")

    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=anna.id, text="x")
    assert anna.bot_messages == []


async def test_an_answer_is_lost_after_the_message_was_delivered(api, anna, sandbox):
    sandbox.fail("sendMessage", status="timeout", after_delivery=True)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api("sendMessage", chat_id=anna.id, text="x"), 0.1)
    assert anna.screen == "x"


async def test_a_delay_holds_a_call_back(api, anna, sandbox):
    sandbox.delay("sendMessage", 0.1)

    began = time.monotonic()
    await api.result("sendMessage", chat_id=anna.id, text="x")

    assert time.monotonic() - began >= 0.1


async def test_the_sandbox_can_go_away_and_come_back_with_everything(api, anna, sandbox):
    port = int(sandbox.url.rpartition(":")[2])
    await api.result("sendMessage", chat_id=anna.id, text="before")
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await api("getMe")

    await sandbox.start(port=port)

    assert (await api.result("getMe"))["username"] == "sandbox_bot"
    assert anna.screen == "before"


async def test_the_sandbox_serves_this_machine_only(sandbox):
    with pytest.raises(ValueError, match="this machine only"):
        await sandbox.start(host="0.0.0.0")  # noqa: S104 - the point of the test


async def test_calls_are_counted_by_method(api, anna, sandbox):
    await api.result("getUpdates")
    await api.result("sendMessage", chat_id=anna.id, text="x")
    await api.refusal("sendMessage", chat_id=999, text="x")

    assert sandbox.counts == {"sendMessage": 2}
    refused = sandbox.calls("sendMessage")[-1]
    assert (refused.ok, refused.error, refused.params["chat_id"]) == (False, "Bad Request: chat not found", "999")
