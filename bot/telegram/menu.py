"""The commands in Telegram's menu: the same for everybody, and `/admin` besides for staff."""

import contextlib
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand, BotCommandScopeChat

from bot.telegram.wording import LANGUAGES, Words

COMMANDS = ("start", "shop", "cart", "orders", "help", "privacy", "mydata", "deleteme")


async def announce(bot: Bot, default_language: str) -> None:
    """Set everybody's commands, in every language."""
    for language in LANGUAGES:
        commands = _commands(Words(language, "USD"), COMMANDS)
        await bot.set_my_commands(commands, language_code=language)
        if language == default_language:
            await bot.set_my_commands(commands)


async def offer_panel(bot: Bot, chat_id: int, t: Words) -> None:
    """Put `/admin` into the menu of one chat. Where that fails, the command works all the same."""
    commands = _commands(t, (*COMMANDS, "admin"))
    with contextlib.suppress(AiogramError):
        await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=chat_id))


async def withdraw_panel(bot: Bot, chat_id: int) -> None:
    """Show the commands of everybody in a chat whose owner does not, or no longer, belong to the staff."""
    with contextlib.suppress(AiogramError):
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=chat_id))


def _commands(t: Words, names: Sequence[str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=t.label(f"command-{name}")) for name in names]
