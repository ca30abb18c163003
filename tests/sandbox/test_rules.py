"""The smaller rules, in tables: what is asked wrongly is refused in Telegram's words."""

import pytest

BUTTON = {"text": "A", "callback_data": "a"}
INVALID_LANGUAGE = "Bad Request: invalid language code specified"


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ("sendMessage", {"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [BUTTON]}}, "must be an Array of Arrays"),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": BUTTON}}, "must be of type Array"),
        ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [[{"text": " "}]]}}, "must be non-empty"),
        ("sendMessage", {"text": "x", "reply_markup": {"keyboard": [[{}]]}}, 'Can\'t find field "text"'),
        ("sendMessage", {"text": "x", "entities": [{"type": "bold"}]}, "can't parse MessageEntity"),
        ("sendMessage", {"text": "x", "entities": [{"type": "bold", "offset": 5, "length": 1}]}, "beyond the text"),
        ("sendMessage", {"text": "\ud800"}, "Bad Request: strings must be encoded in UTF-8"),
        ("sendMessage", {"text": "x" * 40_000}, "Bad Request: text is too long"),
        ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong latitude or longitude"),
        ("sendLocation", {"latitude": "north"}, 'parameter "latitude" must be a number'),
        ("sendContact", {"first_name": "x"}, "phone number is empty"),
        ("sendContact", {"phone_number": "1"}, "first name is empty"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "attach://nothing"}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://example.org/a.png"}, "failed to get HTTP URL content"),
        ("sendMediaGroup", {"media": [{"type": "video"}] * 2}, "can't parse InputMedia"),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"text": "x", "inline_message_id": "1"}, "MESSAGE_ID_INVALID"),
        ("editMessageText", {"text": "x", "message_id": "one"}, 'parameter "message_id" must be a number'),
        ("deleteMessages", {"message_ids": []}, "there must be 1-100 message identifiers"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        ("copyMessage", {"from_chat_id": 101, "message_id": 1}, "message to copy not found"),
        ("forwardMessage", {"from_chat_id": 999, "message_id": 1}, "chat not found"),
        ("getChatMember", {"user_id": 999}, "user not found"),
        ("getUserProfilePhotos", {"user_id": 999}, "user not found"),
        ("setMyCommands", {"commands": "x"}, "can't parse commands"),
        ("setMyCommands", {"commands": [{"command": "x", "description": "d"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"commands": [{"command": "x"}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [], "language_code": "english"}, INVALID_LANGUAGE),
        ("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
        ("setChatMenuButton", {"menu_button": {"type": "cake"}}, "MenuButton has unsupported type"),
        ("setWebhook", {"url": "nowhere"}, "bad webhook"),
        ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "a b"}, "unallowed characters"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
        ("answerPreCheckoutQuery", {"pre_checkout_query_id": "1", "ok": True}, "query is too old"),
    ],
)
async def test_a_wrong_request_is_refused_in_words(api, anna, method, params, refusal):
    assert refusal in await api.refusal(method, **{"chat_id": anna.id, **params})
    assert anna.bot_messages == []


async def test_a_body_that_is_no_json_is_refused(api, sandbox):
    url = f"{sandbox.url}/bot{sandbox.world.token}/getMe"
    for body in ("{", "[]"):
        async with api.client.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
            assert response.status == 400


async def test_the_menu_button_is_kept_per_chat(api, anna):
    await api.result("setChatMenuButton", chat_id=anna.id, menu_button={"type": "default"})

    assert await api.result("getChatMenuButton", chat_id=anna.id) == {"type": "default"}
    assert await api.result("getChatMenuButton") == {"type": "commands"}


async def test_a_private_chat_knows_its_two_members(api, anna, stranger, sandbox):
    assert (await api.result("getChatMember", chat_id=anna.id, user_id=anna.id))["status"] == "member"
    assert await api.refusal("getChatMember", chat_id=anna.id, user_id=stranger.id) == (
        "Bad Request: PARTICIPANT_ID_INVALID"
    )
    assert (await api.result("getUserProfilePhotos", user_id=anna.id)) == {"total_count": 0, "photos": []}
    assert await api.refusal("getChat", chat_id=stranger.id) == "Bad Request: chat not found"


async def test_leaving_the_server_is_agreed_to(api):
    assert await api.result("logOut")
    assert await api.result("close")
    assert (await api.result("getWebhookInfo"))["url"] == ""


async def test_links_and_addresses_are_found_in_plain_text(api, anna):
    text = "😀 https://x.org/a?b=1, me@x.org @sandbox_bot /help"
    message = await api.result("sendMessage", chat_id=anna.id, text=text)

    found = [(entity["type"], entity["offset"], entity["length"]) for entity in message["entities"]]
    assert found == [("url", 3, 19), ("email", 24, 8), ("mention", 33, 12), ("bot_command", 46, 5)]
    assert anna.last.html == text


async def test_nothing_is_found_inside_code(api, anna):
    source = "<code>/start me@x.org</code>"
    message = await api.result("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")

    assert [entity["type"] for entity in message["entities"]] == ["code"]
