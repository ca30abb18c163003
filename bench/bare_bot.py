"""The limit of the framework: an aiogram bot that answers the same presses with fixed text and no database.

python -m bench.bare_bot URL TOKEN. It polls as aiogram polls and makes the same two calls a press as the shop: it
answers the press and edits the message.
"""

import asyncio
import sys
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bench.child import answer
from bench.names import HOME


class FixedScreens:
    """Screens by the callback data that leads to them."""

    def __init__(self) -> None:
        """Know none yet."""
        self._screens: dict[str, tuple[str, InlineKeyboardMarkup]] = {}

    async def learn(self, screens: dict[str, Any]) -> None:
        """Show these from now on: text as HTML, and rows of buttons."""
        for data, (html, rows) in screens.items():
            self._screens[data] = html, InlineKeyboardMarkup.model_validate({"inline_keyboard": rows})

    async def start(self, message: Message) -> None:
        """Send the first screen."""
        html, buttons = self._screens[HOME]
        await message.answer(html, reply_markup=buttons)

    async def press(self, press: CallbackQuery, bot: Bot) -> None:
        """Turn the message into the screen behind the button."""
        html, buttons = self._screens[press.data or HOME]
        assert isinstance(press.message, Message)
        await asyncio.gather(bot(press.answer()), bot(press.message.edit_text(html, reply_markup=buttons)))


async def serve(url: str, token: str) -> None:
    """Answer presses until the parent has no more questions."""
    screens = FixedScreens()
    dispatcher = Dispatcher()
    dispatcher.message.register(screens.start)
    dispatcher.callback_query.register(screens.press)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await answer({"learn": screens.learn})
    await dispatcher.stop_polling()
    await polling


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
