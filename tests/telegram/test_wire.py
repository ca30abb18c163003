"""What travels to Telegram: JSON says the same as the form that aiogram would send, and files still go as a form."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import (
    AnswerCallbackQuery,
    BanChatMember,
    EditMessageMedia,
    GetUpdates,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import FSInputFile, InputMediaPhoto, ReplyKeyboardRemove
from aiohttp import BytesPayload, FormData
from aiohttp.payload import Payload

from bot.db import Database
from bot.sandbox.params import Params
from bot.telegram import callbacks, dispatcher
from bot.telegram.screen import EditText, Screen, button
from bot.telegram.wire import Session

PICTURE = FSInputFile(Path(__file__))
BUTTONS = Screen("", [[button('Tea 🍵 "green" & <cheap>', callbacks.Goods(id=7))]]).buttons  # type: ignore[arg-type]

PLAIN: list[TelegramMethod[Any]] = [
    AnswerCallbackQuery(callback_query_id="42"),
    AnswerCallbackQuery(callback_query_id="42", text="No", show_alert=False, cache_time=0),
    EditText(chat_id=1, message_id=2, text="<b>Чай & кофе</b>", reply_markup=BUTTONS),
    EditText(chat_id=1, message_id=2, text="plain", parse_mode=None),
    SendMessage(chat_id=-5, text="Hello", disable_notification=True, reply_markup=ReplyKeyboardRemove()),
    SendPhoto(chat_id=1, photo="file-id", caption="Known to Telegram"),
    GetUpdates(offset=7, timeout=25, allowed_updates=["message", "callback_query"]),
]
WITH_MORE: list[TelegramMethod[Any]] = [
    SendPhoto(chat_id=1, photo=PICTURE, caption="A new one"),
    EditMessageMedia(chat_id=1, message_id=2, media=InputMediaPhoto(media=PICTURE, caption="Within another")),
    BanChatMember(chat_id=1, user_id=2, until_date=timedelta(days=1)),
]


@pytest.fixture
async def bot(db: Database) -> AsyncIterator[Bot]:
    made = dispatcher.connect("42:token", "http://127.0.0.1:1", db)
    yield made
    await made.session.close()


def body(bot: Bot, method: TelegramMethod[Any]) -> FormData | Payload:
    return cast(Session, bot.session).build_form_data(bot, method)


async def sent(session: AiohttpSession, bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
    """Return what the sandbox would read out of a request."""
    made: Any = session.build_form_data(bot, method)
    if isinstance(made, BytesPayload):
        assert made.content_type == "application/json"
        values = json.loads(made._value)
    else:
        values = {options["name"]: value for options, _, value in made._fields}
    return Params(values).plain()


@pytest.mark.parametrize("method", PLAIN, ids=lambda each: type(each).__name__)
async def test_json_says_what_the_form_would(bot: Bot, method: TelegramMethod[Any]):
    usual = AiohttpSession()

    assert isinstance(body(bot, method), BytesPayload)
    assert await sent(cast(Session, bot.session), bot, method) == await sent(usual, bot, method)


async def test_what_a_method_leaves_open_is_the_shop_s_own(bot: Bot):
    said = await sent(cast(Session, bot.session), bot, EditText(chat_id=1, message_id=2, text="Hi"))

    assert said["parse_mode"] == "HTML"
    assert said["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("method", WITH_MORE, ids=lambda each: type(each).__name__)
async def test_what_is_no_json_goes_as_a_form(bot: Bot, method: TelegramMethod[Any]):
    assert isinstance(body(bot, method), FormData)
