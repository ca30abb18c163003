"""Messages that change in place, and the ones that cannot."""

import pytest

BUTTON = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


@pytest.fixture
async def sent(api, anna):
    return (await api.result("sendMessage", chat_id=anna.id, text="one", reply_markup=BUTTON))["message_id"]


async def test_a_text_is_replaced_in_place(api, anna, sent):
    edited = await api.result("editMessageText", chat_id=anna.id, message_id=sent, text="two", reply_markup=BUTTON)

    assert edited["text"] == "two"
    assert edited["edit_date"]
    assert anna.screen == "two\n[Go]"
    assert anna.last.edited


async def test_editing_without_a_keyboard_takes_it_away(api, anna, sent):
    await api.result("editMessageText", chat_id=anna.id, message_id=sent, text="two")

    assert anna.buttons == []


async def test_an_edit_that_changes_nothing_is_refused(api, anna, sent):
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=sent, text="one", reply_markup=BUTTON)

    assert refusal == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    same_buttons = await api.refusal("editMessageReplyMarkup", chat_id=anna.id, message_id=sent, reply_markup=BUTTON)
    assert same_buttons == refusal


async def test_only_the_buttons_can_be_replaced(api, anna, sent):
    await api.result("editMessageReplyMarkup", chat_id=anna.id, message_id=sent)

    assert anna.screen == "one"


async def test_a_message_that_is_gone_cannot_be_edited(api, anna, sent):
    await api.result("deleteMessage", chat_id=anna.id, message_id=sent)

    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=sent, text="two")
    assert refusal == "Bad Request: message to edit not found"
    assert await api.refusal("deleteMessage", chat_id=anna.id, message_id=sent) == (
        "Bad Request: message to delete not found"
    )
    assert anna.bot_messages == []


async def test_messages_of_people_cannot_be_edited(api, anna):
    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=anna.messages[0].id, text="x")

    assert refusal == "Bad Request: message can't be edited"
    assert anna.messages[0].text == "/start"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(api, anna):
    message = await api.result("sendMessage", chat_id=anna.id, text="x", reply_markup={"keyboard": [["A"]]})

    refusal = await api.refusal("editMessageText", chat_id=anna.id, message_id=message["message_id"], text="y")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_text_has_no_caption(api, anna, sent):
    refusal = await api.refusal("editMessageCaption", chat_id=anna.id, message_id=sent, caption="x")

    assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_old_messages_stay(api, anna, sent, sandbox):
    sandbox.skips(49 * 3600)

    refusal = await api.refusal("deleteMessage", chat_id=anna.id, message_id=sent)
    assert refusal == "Bad Request: message can't be deleted for everyone"


async def test_several_messages_are_deleted_at_once(api, anna, sent):
    assert await api.result("deleteMessages", chat_id=anna.id, message_ids=[sent, 9999, anna.messages[0].id])

    assert anna.messages == []


async def test_a_message_is_pinned_and_released(api, anna, sent):
    await api.result("pinChatMessage", chat_id=anna.id, message_id=sent)
    assert (await api.result("getChat", chat_id=anna.id))["pinned_message"]["message_id"] == sent

    await api.result("unpinChatMessage", chat_id=anna.id)
    assert "pinned_message" not in await api.result("getChat", chat_id=anna.id)
