"""What people can do: write, edit, forward, use groups, pay."""

import asyncio

import pytest

from bot.sandbox import Impossible


async def newest(api):
    return (await api.result("getUpdates"))[-1]


async def test_the_same_id_is_the_same_person(sandbox, anna):
    assert sandbox.person(101, language_code="ru") is anna
    assert (anna.account.language_code, anna.name) == ("ru", "Anna")


async def test_a_text_that_is_too_long_goes_out_in_pieces(api, anna):
    await anna.sends("x" * 5000, wait=False)

    lengths = [len(update["message"]["text"]) for update in await api.result("getUpdates")][1:]
    assert lengths == [4096, 904]


async def test_control_characters_never_reach_the_bot(api, anna):
    await anna.sends("a\x00b\u202ec\rd", wait=False)

    assert (await newest(api))["message"]["text"] == "a bcd"


async def test_nobody_sends_an_empty_message(anna):
    with pytest.raises(Impossible):
        await anna.sends("  \n ", wait=False)


async def test_who_has_blocked_the_bot_cannot_write_to_it(anna):
    anna.blocks()

    with pytest.raises(Impossible, match="has blocked the bot"):
        await anna.sends("hello", wait=False)


async def test_who_has_no_account_any_more_says_nothing(anna):
    anna.deactivates()

    with pytest.raises(Impossible, match="has no account any more"):
        await anna.sends("hello", wait=False)


async def test_an_edited_message_is_an_update_of_its_own(api, anna):
    await anna.edits(anna.messages[0], "/start again", wait=False)

    edited = (await newest(api))["edited_message"]
    assert edited["text"] == "/start again"
    assert edited["edit_date"]


async def test_a_contact_can_be_somebody_elses(api, anna):
    await anna.shares_contact("+441", user_id=7, wait=False)
    other = (await newest(api))["message"]["contact"]["user_id"]
    await anna.shares_contact("+441", user_id=0, wait=False)

    assert other == 7
    assert "user_id" not in (await newest(api))["message"]["contact"]


async def test_a_forwarded_message_says_where_it_came_from(api, anna, stranger):
    await anna.sends("original", wait=False)
    await stranger.forwards(anna.messages[-1], wait=False)

    forwarded = (await newest(api))["message"]
    assert forwarded["from"]["id"] == stranger.id
    assert forwarded["forward_origin"]["sender_user"]["id"] == anna.id


async def test_a_group_is_shared_by_its_members(api, anna, stranger, sandbox):
    group = sandbox.group(-1001, title="Friends", members=[anna, stranger])
    await anna.sends("hi", chat=group, wait=False)
    message = (await newest(api))["message"]
    await api.result("sendMessage", chat_id=-1001, text="hello all")
    refusal = await api.refusal("deleteMessage", chat_id=-1001, message_id=message["message_id"])

    assert message["chat"] == {"id": -1001, "type": "supergroup", "title": "Friends"}
    assert [m.text for m in sandbox.messages(group)] == ["hi", "hello all"]
    assert refusal == "Bad Request: message can't be deleted"


async def test_an_anonymous_admin_writes_as_the_group(api, anna, sandbox):
    group = sandbox.group(-1001, members=[anna])
    await anna.sends("hi", chat=group, anonymous=True, wait=False)

    message = (await newest(api))["message"]
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (1087968824, -1001)


async def test_channels_have_posts_and_members(api, anna, stranger, sandbox):
    news = sandbox.channel(-1002, title="News", username="shop_news")
    news.members[anna.id] = "member"
    sandbox.posts(news, "sale")

    assert (await newest(api))["channel_post"]["text"] == "sale"
    assert (await api.result("getChatMember", chat_id="@shop_news", user_id=anna.id))["status"] == "member"
    assert (await api.result("getChatMember", chat_id="@shop_news", user_id=stranger.id))["status"] == "left"


async def test_a_bot_account_gets_nothing(api, sandbox):
    robot = sandbox.person(5, is_bot=True)

    assert robot.account.json()["is_bot"]
    assert await api.refusal("sendMessage", chat_id=5, text="x") == "Forbidden: bots can't send messages to bots"


async def test_commands_are_shown_by_scope_and_language(api, anna, stranger):
    await api.result("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
    await api.result("setMyCommands", commands=[{"command": "shop", "description": "Магазин"}], language_code="ru")
    admin = {"type": "chat", "chat_id": anna.id}
    await api.result("setMyCommands", commands=[{"command": "admin", "description": "Panel"}], scope=admin)

    assert (anna.commands, stranger.commands) == (["admin"], ["shop"])
    nobody = {"type": "chat", "chat_id": 999}
    assert await api.refusal("setMyCommands", commands=[], scope=nobody) == "Bad Request: chat not found"
    await api.result("deleteMyCommands", scope=admin)
    assert anna.commands == ["start"]
    assert await api.refusal("setMyCommands", commands=[{"command": "Start!", "description": "x"}]) == (
        "Bad Request: BOT_COMMAND_INVALID"
    )


async def test_the_bot_describes_itself_by_language(api):
    await api.result("setMyDescription", description="A shop")
    await api.result("setMyDescription", description="Магазин", language_code="ru")

    assert await api.result("getMyDescription", language_code="de") == {"description": "A shop"}
    assert await api.result("getMyDescription", language_code="ru") == {"description": "Магазин"}
    assert await api.result("getMyName") == {"name": "Sandbox"}


INVOICE = {
    "title": "Tea",
    "description": "Green",
    "payload": "order:1",
    "currency": "EUR",
    "provider_token": "1:TEST",
    "prices": [{"label": "Tea", "amount": 450}],
}


class Cashier:
    """A bot that answers when it is asked about a payment."""

    def __init__(self, api):
        self.api = api
        self.agrees = True

    async def works(self):
        offset = 0
        while True:
            for update in await self.api.result("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                if "pre_checkout_query" in update:
                    answer = {"ok": self.agrees, "error_message": "Sold out"}
                    query = update["pre_checkout_query"]["id"]
                    await self.api.result("answerPreCheckoutQuery", pre_checkout_query_id=query, **answer)


@pytest.fixture
async def cashier(api):
    cashier = Cashier(api)
    task = asyncio.create_task(cashier.works())
    yield cashier
    task.cancel()


async def test_an_invoice_is_paid_once_the_bot_agrees(api, anna, cashier):
    await api.result("sendInvoice", chat_id=anna.id, **INVOICE)
    assert anna.buttons == ["Pay 4.50 EUR"]

    assert await anna.pays_invoice()

    payment = anna.messages[-1].content["successful_payment"]
    assert (payment["invoice_payload"], payment["total_amount"]) == ("order:1", 450)


async def test_an_invoice_is_not_paid_when_the_bot_refuses(api, anna, cashier):
    cashier.agrees = False
    await api.result("sendInvoice", chat_id=anna.id, **INVOICE)

    assert not await anna.pays_invoice()
    assert anna.toasts == ["Sold out"]
    assert "invoice" in anna.messages[-1].content


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"currency": "eur"}, "Bad Request: CURRENCY_INVALID"),
        ({"provider_token": ""}, "Bad Request: PAYMENT_PROVIDER_INVALID"),
        ({"prices": [{"label": "x", "amount": 0}]}, "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"payload": ""}, "Bad Request: INVOICE_PAYLOAD_INVALID"),
    ],
)
async def test_an_invoice_that_telegram_would_not_show_is_refused(api, anna, change, refusal):
    assert await api.refusal("sendInvoice", chat_id=anna.id, **{**INVOICE, **change}) == refusal


async def test_who_has_started_the_bot_in_an_earlier_sandbox_can_be_written_to(api, sandbox):
    for person_id, started in ((777, True), (778, False)):
        about = {"id": person_id, "name": 'Zoë "Z": <b>', "username": "zoe", "started": started}
        async with api.client.post(f"{sandbox.url}/sandbox/people", json=about) as response:
            assert response.status == 200

    message = await api.result("sendMessage", chat_id=777, text="Welcome back")
    assert (message["chat"]["first_name"], message["chat"]["username"]) == ('Zoë "Z": <b>', "zoe")
    assert "can't initiate conversation" in await api.refusal("sendMessage", chat_id=778, text="x")
