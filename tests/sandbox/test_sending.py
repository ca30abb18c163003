"""Messages: who may be written to, how long they may be, what their formatting and keyboards may hold."""

import pytest


def keyboard(*buttons):
    return {"inline_keyboard": [[button] for button in buttons]}


async def test_a_text_arrives(api, anna):
    message = await api.result("sendMessage", chat_id=anna.id, text="  Hello  ")

    assert message["text"] == "Hello"
    assert message["chat"] == {"id": 101, "type": "private", "username": "anna", "first_name": "Anna"}
    assert message["from"]["is_bot"] is True
    assert anna.screen == "Hello"


async def test_form_fields_mean_the_same_as_json(api, anna, sandbox):
    fields = {
        "chat_id": "101",
        "text": "Hello",
        "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}',
    }
    url = f"{sandbox.url}/bot{sandbox.world.token}/SENDMESSAGE"
    async with api.client.post(url, data=fields) as response:
        assert (await response.json())["ok"]

    assert anna.screen == "Hello\n[A]"
    assert sandbox.calls("sendMessage")[0].params["reply_markup"]["inline_keyboard"][0][0]["text"] == "A"


async def test_a_wrong_token_is_unauthorized(api, sandbox):
    async with api.client.get(f"{sandbox.url}/bot42:WRONG/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(api):
    assert await api.refusal("sendTelepathy") == "Not Found: method not found"


@pytest.mark.parametrize(
    ("chat_id", "refusal"),
    [
        (999, "Bad Request: chat not found"),
        ("", "Bad Request: chat_id is empty"),
        (102, "Forbidden: bot can't initiate conversation with a user"),
    ],
)
async def test_only_people_who_wrote_first_can_be_written_to(api, stranger, chat_id, refusal):
    assert await api.refusal("sendMessage", chat_id=chat_id, text="x") == refusal


async def test_people_who_blocked_the_bot_get_nothing(api, anna):
    anna.blocks()
    assert await api.refusal("sendMessage", chat_id=anna.id, text="x") == "Forbidden: bot was blocked by the user"

    anna.unblocks()
    await api.result("sendMessage", chat_id=anna.id, text="back")
    anna.deactivates()

    assert await api.refusal("sendMessage", chat_id=anna.id, text="x") == "Forbidden: user is deactivated"
    assert [message.text for message in anna.bot_messages] == ["back"]


async def test_the_bot_is_told_who_blocks_it(api, anna):
    anna.blocks()

    update = (await api.result("getUpdates"))[-1]["my_chat_member"]
    assert (update["old_chat_member"]["status"], update["new_chat_member"]["status"]) == ("member", "kicked")


@pytest.mark.parametrize("text", ["   ", "<b></b>", "\n", "\u200b\u200d", "&#8203;"])
async def test_a_text_that_shows_nothing_is_refused(api, anna, text):
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")

    assert refusal == "Bad Request: text must be non-empty"
    assert await api.refusal("sendMessage", chat_id=anna.id, text="") == "Bad Request: message text is empty"


async def test_length_is_counted_in_utf16_units_after_the_tags_are_gone(api, anna):
    fits = "<b>" + "😀" * 2048 + "</b>"
    await api.result("sendMessage", chat_id=anna.id, text=fits, parse_mode="HTML")

    refusal = await api.refusal("sendMessage", chat_id=anna.id, text=fits + "a", parse_mode="HTML")

    assert refusal == "Bad Request: message is too long"
    assert len(anna.bot_messages) == 1


async def test_html_becomes_plain_text_and_entities(api, anna):
    source = (
        '😀 <b>bold <i>both</i></b> <a href="https://x.org/?a=1&amp;b=2">link</a> <code>a &lt; b</code> &#x41;&#66;'
    )
    message = await api.result("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")

    assert message["text"] == "😀 bold both link a < b AB"
    assert message["entities"] == [
        {"type": "bold", "offset": 3, "length": 9},
        {"type": "italic", "offset": 8, "length": 4},
        {"type": "text_link", "url": "https://x.org/?a=1&b=2", "offset": 13, "length": 4},
        {"type": "code", "offset": 18, "length": 5},
    ]
    assert anna.last.html == (
        '😀 <b>bold <i>both</i></b> <a href="https://x.org/?a=1&amp;b=2">link</a> <code>a &lt; b</code> AB'
    )


@pytest.mark.parametrize(
    "source",
    [
        '<pre><code class="language-js">x()</code></pre>',
        "<blockquote expandable>long</blockquote>",
        '<a href="tg://user?id=7">him</a> <tg-spoiler>secret</tg-spoiler> <u>u</u> <s>s</s>',
    ],
)
async def test_html_can_be_read_back(api, anna, source):
    await api.result("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")

    assert anna.last.html == source


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("ж<script>", 'Unsupported start tag "script" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', 'Unclosed start tag "a" at byte offset 0'),
    ],
)
async def test_html_that_cannot_be_read_is_refused(api, anna, source, reason):
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")

    assert refusal == f"Bad Request: can't parse entities: {reason}"


async def test_plain_text_is_not_read_as_html(api, anna):
    await api.result("sendMessage", chat_id=anna.id, text="<b>5 & 6</b>")

    assert anna.last.text == "<b>5 & 6</b>"
    assert anna.last.html == "&lt;b&gt;5 &amp; 6&lt;/b&gt;"


async def test_markdown_is_refused_as_not_supported_here(api, anna):
    refusal = await api.refusal("sendMessage", chat_id=anna.id, text="*x*", parse_mode="MarkdownV2")

    assert "the sandbox reads HTML only" in refusal


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "x", "callback_data": "я" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": "a", "url": "https://x.org"}, "exactly one action is expected"),
        ({"callback_data": "a"}, 'Can\'t find field "text"'),
        ({"text": "x", "url": "javascript:alert(1)"}, "is invalid: Wrong HTTP URL"),
    ],
)
async def test_a_button_that_telegram_would_not_show_is_refused(api, anna, button, refusal):
    found = await api.refusal("sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard(button))

    assert refusal in found
    assert anna.bot_messages == []


async def test_callback_data_may_have_sixty_four_bytes(api, anna):
    await api.result(
        "sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard({"text": "A", "callback_data": "я" * 32})
    )

    assert anna.buttons == ["A"]


async def test_more_than_a_hundred_buttons_are_refused(api, anna):
    many = keyboard(*[{"text": "x", "callback_data": "x"}] * 101)

    assert await api.refusal("sendMessage", chat_id=anna.id, text="x", reply_markup=many) == (
        "Bad Request: reply markup is too long"
    )


async def test_a_reply_keyboard_stays_until_it_is_removed(api, anna):
    shown = {"keyboard": [[{"text": "Phone", "request_contact": True}, "Skip"]], "resize_keyboard": True}
    await api.result("sendMessage", chat_id=anna.id, text="Your phone?", reply_markup=shown)
    assert anna.reply_buttons == ["Phone", "Skip"]

    await anna.taps("Phone", wait=False)
    contact = (await api.result("getUpdates"))[-1]["message"]["contact"]
    await api.result("sendMessage", chat_id=anna.id, text="Thanks", reply_markup={"remove_keyboard": True})

    assert contact == {"phone_number": "+4915112345678", "first_name": "Anna", "user_id": 101}
    assert anna.reply_buttons == []


async def test_a_reply_quotes_the_message_it_answers(api, anna):
    question = anna.messages[0].id
    message = await api.result("sendMessage", chat_id=anna.id, text="x", reply_parameters={"message_id": question})

    assert message["reply_to_message"]["text"] == "/start"
    assert await api.refusal("sendMessage", chat_id=anna.id, text="x", reply_parameters={"message_id": 9999}) == (
        "Bad Request: message to be replied not found"
    )


async def test_a_forwarded_message_names_its_author_and_a_copy_does_not(api, anna):
    original = anna.messages[0].id
    forwarded = await api.result("forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=original)
    copied = await api.result("copyMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=original)

    assert forwarded["forward_origin"]["sender_user"]["id"] == anna.id
    assert "forward_origin" not in anna.last.message.context
    assert anna.last.id == copied["message_id"]


async def test_the_pace_is_kept_only_when_switched_on(api, anna, sandbox):
    await api.result("sendMessage", chat_id=anna.id, text="1")
    await api.result("sendMessage", chat_id=anna.id, text="2")
    sandbox.pace.enforced = True
    await api.result("sendMessage", chat_id=anna.id, text="3")

    refused = await api("sendMessage", chat_id=anna.id, text="4")
    sandbox.skips(1.1)

    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    await api.result("sendMessage", chat_id=anna.id, text="5")


async def test_a_location_and_a_contact_arrive(api, anna):
    await api.result("sendLocation", chat_id=anna.id, latitude=52.5, longitude=13.4)
    await api.result("sendContact", chat_id=anna.id, phone_number="+491", first_name="Shop")

    assert anna.bot_messages[0].content["location"] == {"latitude": 52.5, "longitude": 13.4}
    assert anna.last.content["contact"]["phone_number"] == "+491"


async def test_a_chat_action_must_be_known(api, anna):
    assert await api.result("sendChatAction", chat_id=anna.id, action="typing")
    assert await api.refusal("sendChatAction", chat_id=anna.id, action="dancing") == (
        "Bad Request: wrong parameter action in request"
    )
