"""Buttons: how people find and press them, and how the bot answers."""

import asyncio

import pytest

from bot.sandbox import Impossible


def keyboard(**buttons):
    return {"inline_keyboard": [[{"text": text, "callback_data": data}] for text, data in buttons.items()]}


@pytest.fixture
async def menu(api, anna):
    shown = {
        "inline_keyboard": [[{"text": "🛍 Shop", "callback_data": "shop"}, {"text": "My Orders", "callback_data": "o"}]]
    }
    await api.result("sendMessage", chat_id=anna.id, text="Menu", reply_markup=shown)
    return anna.last


@pytest.mark.parametrize("label", ["🛍 Shop", "Shop", "Sho"])
async def test_a_button_is_found_by_its_label_without_the_emoji_or_a_part_of_it(anna, menu, label):
    press = await anna.taps(label, wait=False)

    query = press["callback_query"]
    assert (query["data"], query["message"]["text"], query["from"]["id"]) == ("shop", "Menu", 101)


async def test_a_button_is_found_without_the_count_at_its_end(api, anna):
    buttons = keyboard(**{"Add to Cart": "add", "🛒 Cart (3)": "cart"})
    await api.result("sendMessage", chat_id=anna.id, text="Menu", reply_markup=buttons)

    press = await anna.taps("Cart", wait=False)

    assert press["callback_query"]["data"] == "cart"


async def test_a_button_that_is_not_there_is_reported_with_those_that_are(anna, menu):
    with pytest.raises(Impossible, match=r"no button 'Cart', only \['🛍 Shop', 'My Orders'\]"):
        await anna.taps("Cart", wait=False)


async def test_a_label_that_could_mean_two_buttons_is_reported(api, anna):
    await api.result(
        "sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard(**{"Green tea": "1", "Black tea": "2"})
    )

    with pytest.raises(Impossible, match="'tea' could mean any of these buttons: Green tea, Black tea"):
        await anna.taps("tea", wait=False)


async def test_the_newest_message_with_the_button_is_meant(api, anna, menu):
    await api.result("sendMessage", chat_id=anna.id, text="Newer", reply_markup=keyboard(Shop="newer"))

    assert (await anna.taps("Shop", wait=False))["callback_query"]["data"] == "newer"
    assert (await anna.taps("My Orders", wait=False))["callback_query"]["data"] == "o"
    assert (await anna.taps("Shop", message=menu, wait=False))["callback_query"]["data"] == "shop"


async def test_an_old_screen_still_presses_what_it_showed(api, anna, menu):
    await api.result(
        "editMessageText", chat_id=anna.id, message_id=menu.id, text="Other", reply_markup=keyboard(Shop="2")
    )

    press = await anna.taps("Shop", message=menu, wait=False)

    assert press["callback_query"]["data"] == "shop"
    assert press["callback_query"]["message"]["text"] == "Other"


async def test_a_press_under_a_deleted_message_comes_without_its_content(api, anna, menu):
    await api.result("deleteMessage", chat_id=anna.id, message_id=menu.id)

    press = await anna.taps("Shop", message=menu, wait=False)

    assert press["callback_query"]["message"]["date"] == 0


async def test_forged_data_reaches_the_bot(anna, menu):
    assert (await anna.presses("order:-1", wait=False))["callback_query"]["data"] == "order:-1"


async def test_a_double_tap_is_two_updates(api, anna, menu):
    taps = asyncio.gather(anna.taps("Shop"), anna.taps("Shop"))
    await asyncio.sleep(0)
    updates = [update for update in await api.result("getUpdates", timeout=1) if "callback_query" in update]
    await api.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    await taps

    assert len(updates) == 2


async def test_an_answer_is_a_toast_and_is_given_once(api, anna, menu, sandbox):
    query = (await anna.taps("Shop", wait=False))["callback_query"]["id"]
    assert [waiting["id"] for waiting in sandbox.unanswered] == [query]

    await api.result("answerCallbackQuery", callback_query_id=query, text="Added")
    again = await api.refusal("answerCallbackQuery", callback_query_id=query)

    assert anna.toasts == ["Added"]
    assert sandbox.unanswered == []
    assert again == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_an_answer_that_comes_too_late_is_refused(api, anna, menu, sandbox):
    query = (await anna.taps("Shop", wait=False))["callback_query"]["id"]
    sandbox.skips(120)

    assert "query is too old" in await api.refusal("answerCallbackQuery", callback_query_id=query)
    assert anna.toasts == []


async def test_a_toast_has_at_most_two_hundred_characters(api, anna, menu):
    query = (await anna.taps("Shop", wait=False))["callback_query"]["id"]

    assert await api.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )


async def test_a_deep_link_presses_start(api, anna):
    link = {"inline_keyboard": [[{"text": "Join", "url": "https://t.me/sandbox_bot?start=ABC"}]]}
    await api.result("sendMessage", chat_id=anna.id, text="x", reply_markup=link)

    update = await anna.taps("Join", wait=False)

    assert update["message"]["text"] == "/start ABC"


async def test_reply_keyboards_come_before_a_part_of_an_inline_label(api, anna, menu):
    await api.result("sendMessage", chat_id=anna.id, text="x", reply_markup={"keyboard": [["Orders"]]})

    assert (await anna.taps("Orders", wait=False))["message"]["text"] == "Orders"


async def test_waiting_for_a_text_ends_with_the_message_or_with_the_screen(api, anna):
    waiting = asyncio.create_task(anna.waits_for("Order"))
    await asyncio.sleep(0)
    await api.result("sendMessage", chat_id=anna.id, text="Your Order")

    assert (await waiting).text == "Your Order"
    with pytest.raises(AssertionError, match="saw:\nYour Order"):
        await anna.waits_for("nothing", timeout=0.01)
