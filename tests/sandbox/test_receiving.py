"""How the bot receives updates: long polling with offsets, one poller, webhooks."""

import asyncio
import time

import pytest
from aiohttp import web

from bot.sandbox import NotHandled


def ids(updates):
    return [update["update_id"] for update in updates]


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(api, anna):
    first = await api.result("getUpdates")
    again = await api.result("getUpdates")
    after = await api.result("getUpdates", offset=first[-1]["update_id"] + 1)

    assert first[0]["message"]["text"] == "/start"
    assert again == first
    assert after == []


async def test_updates_wait_while_no_bot_polls(api, anna):
    await anna.sends("one", wait=False)
    await anna.sends("two", wait=False)

    texts = [update["message"]["text"] for update in await api.result("getUpdates")]
    assert texts == ["/start", "one", "two"]


async def test_a_negative_offset_keeps_only_the_newest(api, anna):
    await anna.sends("one", wait=False)
    await anna.sends("two", wait=False)

    updates = await api.result("getUpdates", offset=-1)

    assert [update["message"]["text"] for update in updates] == ["two"]
    assert len(await api.result("getUpdates")) == 1


async def test_the_limit_is_kept(api, anna):
    await anna.sends("one", wait=False)

    assert len(await api.result("getUpdates", limit=1)) == 1


async def test_a_long_poll_ends_when_something_arrives(api, sandbox, stranger):
    poll = asyncio.create_task(api.result("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await stranger.sends("hello", wait=False)

    assert len(await poll) == 1
    assert time.monotonic() - began < 1


async def test_a_long_poll_ends_empty_after_its_time(api):
    assert await api.result("getUpdates", timeout=0.05) == []


async def test_a_second_poller_ends_the_first_with_a_conflict(api, stranger):
    first = asyncio.create_task(api("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(api("getUpdates", timeout=5))

    refused = await first
    await stranger.sends("hello", wait=False)

    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    assert len((await second)["result"]) == 1


async def test_only_the_kinds_asked_for_are_delivered(api, anna):
    await api.result("getUpdates", offset=-1, allowed_updates=["callback_query"])

    update = await anna.sends("not wanted")

    assert update["update_id"] not in ids(await api.result("getUpdates"))


async def test_a_verb_waits_until_the_bot_has_confirmed(api, stranger):
    talk = asyncio.create_task(stranger.sends("hello"))
    updates = await api.result("getUpdates", timeout=1)
    assert not talk.done()

    await api.result("getUpdates", offset=updates[0]["update_id"] + 1)

    assert (await talk)["message"]["text"] == "hello"


async def test_a_bot_that_does_not_handle_an_update_is_reported(sandbox, stranger):
    sandbox.world.updates.seconds = 0.05

    with pytest.raises(NotHandled, match=r"within 0\.05 s"):
        await stranger.sends("hello")


async def test_a_redelivered_press_has_a_new_update_id(api, anna, sandbox):
    await api.result("sendMessage", chat_id=anna.id, text="x", reply_markup=one_button())
    press = await anna.taps("Go", wait=False)

    again = sandbox.redeliver(press).update

    assert again["callback_query"] == press["callback_query"]
    assert again["update_id"] > press["update_id"]


def one_button():
    return {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class Hook:
    """A bot's own address, which fails as often as it is told to."""

    url = ""

    def __init__(self):
        self.received = []
        self.failures = 0
        self.answer = None

    async def receive(self, request):
        self.received.append((dict(request.headers), await request.json()))
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        return web.json_response(self.answer) if self.answer else web.Response()


@pytest.fixture
async def hook():
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_receives_updates_with_the_secret_header(api, stranger, hook):
    await api.result("setWebhook", url=hook.url, secret_token="s3cret")

    await stranger.sends("hello")

    headers, update = hook.received[0]
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    assert update["message"]["text"] == "hello"
    assert (await api.result("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_webhook_that_fails_is_tried_again(api, stranger, hook):
    hook.failures = 2
    await api.result("setWebhook", url=hook.url)

    await stranger.sends("hello")

    assert len(hook.received) == 3
    assert "500" in (await api.result("getWebhookInfo"))["last_error_message"]


async def test_a_webhook_may_answer_with_a_method(api, anna, hook):
    await api.result("setWebhook", url=hook.url, drop_pending_updates=True)
    hook.answer = {"method": "sendMessage", "chat_id": anna.id, "text": "from the hook"}

    await anna.sends("hello")

    assert anna.screen == "from the hook"


async def test_polling_is_refused_while_a_webhook_is_set(api, hook):
    await api.result("setWebhook", url=hook.url)
    refusal = await api.refusal("getUpdates")
    await api.result("deleteWebhook")

    assert refusal.startswith("Conflict: can't use getUpdates method while webhook is active")
    assert await api.result("getUpdates") == []


async def test_what_waited_before_the_webhook_is_delivered_to_it(api, stranger, hook):
    waiting = asyncio.create_task(stranger.sends("hello"))
    await asyncio.sleep(0)
    await api.result("setWebhook", url=hook.url)
    await waiting

    assert hook.received[0][1]["message"]["text"] == "hello"
