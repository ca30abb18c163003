"""The client that the shop uses, against the sandbox: what it sends is understood, what it meets has the right type."""

import asyncio

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyKeyboardRemove,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.sandbox.files import sample_photo

MENU = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="🛍 Shop", callback_data="shop")]])


def a_bot(sandbox, token=None):
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    return Bot(token or sandbox.world.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
async def bot(sandbox):
    async with a_bot(sandbox) as bot:
        yield bot


@pytest.fixture
async def polling(sandbox, bot, dispatcher):
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_as_tasks=False, handle_signals=False))
    yield
    await dispatcher.stop_polling()
    await task


@pytest.fixture
def dispatcher():
    dispatcher = Dispatcher()

    @dispatcher.message(F.text)
    async def greets(message):
        await message.answer(f"Hello <b>{message.from_user.first_name}</b>", reply_markup=MENU)

    @dispatcher.callback_query()
    async def opens(query):
        await query.answer("Welcome in")
        await query.message.edit_text("The shop")

    @dispatcher.message(F.photo)
    async def mirrors(message, bot):
        content = await bot.download(message.photo[-1])
        await message.answer_photo(BufferedInputFile(content.read(), "photo.png"), caption="Yours")

    return dispatcher


async def test_a_conversation_by_polling(sandbox, polling):
    boris = sandbox.person(102, first_name="Boris")
    await boris.sends("/start")
    assert boris.screen == "Hello Boris\n[🛍 Shop]"

    await boris.taps("Shop")
    assert (boris.screen, boris.toasts, sandbox.unanswered) == ("The shop", ["Welcome in"], [])

    await boris.shares_photo(sample_photo(20, 10))
    assert (boris.last.caption, boris.last.content["photo"][-1]["width"]) == ("Yours", 20)


async def test_a_conversation_by_webhook(sandbox, bot, dispatcher):
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="s3cret")
    handler.register(app, path="/hook")
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")

    boris = sandbox.person(102, first_name="Boris")
    await boris.sends("/start")
    await boris.taps("Shop")

    assert boris.screen == "The shop"
    await bot.delete_webhook()
    await runner.cleanup()


async def test_what_aiogram_sends_is_understood(bot, anna):
    photo = BufferedInputFile(sample_photo(30, 20), "photo.png")
    sent = await bot.send_photo(anna.id, photo, caption="<i>Tea</i>", reply_markup=MENU)
    album = await bot.send_media_group(
        anna.id, [InputMediaPhoto(media=photo), InputMediaPhoto(media=sent.photo[-1].file_id)]
    )
    edited = await bot.edit_message_media(
        InputMediaPhoto(media=photo, caption="New"), chat_id=anna.id, message_id=sent.message_id, reply_markup=MENU
    )
    await bot.send_message(anna.id, "Bye", reply_markup=ReplyKeyboardRemove())
    await bot.set_my_commands([BotCommand(command="shop", description="Shop")], language_code="en")
    await bot.delete_messages(anna.id, [message.message_id for message in album])

    assert edited.caption == "New"
    assert edited.reply_markup.model_dump() == MENU.model_dump()
    assert [message.caption or message.text for message in anna.bot_messages] == ["New", "Bye"]
    assert anna.commands == ["shop"]
    assert (await bot.get_chat(anna.id)).first_name == "Anna"
    assert (await bot.get_me()).username == "sandbox_bot"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 5}, TelegramRetryAfter),
        ({"status": 403}, TelegramForbiddenError),
        ({"status": 400}, TelegramBadRequest),
        ({"status": 500}, TelegramServerError),
        ({"status": 502}, ClientDecodeError),
        ({"status": "reset"}, TelegramNetworkError),
    ],
)
async def test_faults_arrive_as_the_errors_of_aiogram(sandbox, bot, anna, fault, error):
    sandbox.fail("sendMessage", **fault)

    with pytest.raises(error):
        await bot.send_message(anna.id, "Hello")
    assert anna.bot_messages == []


async def test_a_lost_answer_is_a_time_out(sandbox, bot, anna):
    sandbox.fail("sendMessage", status="timeout", after_delivery=True)

    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(anna.id, "Hello", request_timeout=0.1)
    assert anna.screen == "Hello"


async def test_two_bots_are_in_conflict(sandbox, bot):
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    async with a_bot(sandbox) as other:
        await other.get_updates(timeout=0)

    with pytest.raises(TelegramConflictError):
        await first


async def test_a_wrong_token_is_unauthorized(sandbox):
    async with a_bot(sandbox, "42:WRONG") as bot:
        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()
