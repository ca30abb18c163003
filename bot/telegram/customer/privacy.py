"""Privacy: what the shop keeps, all of it as a file, and being deleted. Open to everybody who has entered, always."""

import asyncio
import gzip

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.errors import TooManyAttempts
from bot.services import settings
from bot.services.privacy import erasing, personal_data
from bot.telegram import callbacks
from bot.telegram.customer import entering
from bot.telegram.customer.shop import cart_button
from bot.telegram.limits import Limits
from bot.telegram.screen import Row, Screen, button, notice_button
from bot.telegram.visit import Visit

router = Router(name="privacy")

SECONDS_BETWEEN = 60
"""Putting the file together reads everything about somebody."""
MINUTES_TO_DECIDE = 15
"""So long the button that erases works; an old keyboard erases nobody."""
LARGEST = 20_000_000
"""In bytes; what is larger goes compressed, as the Bot API takes documents of 50 MB at most."""
SECONDS_TO_SEND = 180


class MyData(CallbackData, prefix="mydata"):
    """Everything that the shop knows of the person, as a file."""


class AskErase(CallbackData, prefix="erase?"):
    """What goes and what stays, before the person is erased."""


class Erase(CallbackData, prefix="erase!"):
    """Erase the person, who was `asked` in this minute, counted from 1970: an old keyboard erases nobody."""

    asked: callbacks.Id


@router.message(Command("privacy"), flags={"always": True})
async def privacy_command(_message: Message, visit: Visit) -> None:
    """Show what the shop keeps about people."""
    await _show(visit, callbacks.Home())


@router.callback_query(callbacks.Privacy.filter(), flags={"always": True})
async def open_privacy(_press: CallbackQuery, visit: Visit) -> None:
    """Show what the shop keeps about people."""
    await _show(visit, callbacks.Profile())


@router.message(Command("mydata"), flags={"always": True})
async def my_data_command(_message: Message, visit: Visit, limits: Limits) -> None:
    """Send everything that the shop knows of the person."""
    await _send_data(visit, limits)


@router.callback_query(MyData.filter(), flags={"always": True})
async def send_my_data(_press: CallbackQuery, visit: Visit, limits: Limits) -> None:
    """Send everything that the shop knows of the person."""
    await _send_data(visit, limits)


@router.message(Command("deleteme"), flags={"always": True})
async def delete_me_command(_message: Message, visit: Visit) -> None:
    """Say what goes and what stays, and ask once."""
    await _ask(visit)


@router.callback_query(AskErase.filter(), flags={"always": True})
async def ask_erase(_press: CallbackQuery, visit: Visit) -> None:
    """Say what goes and what stays, and ask once."""
    await _ask(visit)


@router.callback_query(Erase.filter(), flags={"always": True, "guests": True})
async def erase(_press: CallbackQuery, callback_data: Erase, visit: Visit) -> None:
    """Erase the person for good. A second tap comes from somebody whom the shop no longer knows."""
    is_fresh = 0 <= _minute(visit) - callback_data.asked <= MINUTES_TO_DECIDE
    if visit.identity is None and not is_fresh:
        await entering.show_code_prompt(visit)
        return
    if not is_fresh:
        await _ask(visit)
        return
    if visit.identity is not None:
        visit.refuge = callbacks.Privacy()
        await visit.run(erasing.erase, visit.id, now=visit.now)
    await visit.leave(Screen(visit.t("deleteme-done")))
    await visit.state.turn(None, {})


async def _show(visit: Visit, before: CallbackData) -> None:
    t = visit.t
    days = await visit.fetch(settings.every)
    kept = {"orders": days["order_details_days"], "letters": days["conversation_days"]}
    rows: list[Row] = [[button(t.label("my-data"), MyData()), button(t.label("delete-me"), AskErase())]]
    if not visit.me.is_banned:
        rows.append([button(t.label("back"), before), cart_button(visit)])
    await visit.show(Screen(t("privacy-text", **kept), rows))


async def _send_data(visit: Visit, limits: Limits) -> None:
    t, key = visit.t, f"mydata:{visit.id}"
    back: list[Row] = [[notice_button(t.label("back"), callbacks.Privacy())]]
    try:
        await limits.require(key, 1, SECONDS_BETWEEN)
    except TooManyAttempts as error:
        await visit.show(
            Screen(t("mydata-wait", seconds=error.seconds), [[button(t.label("back"), callbacks.Privacy())]])
        )
        return
    await limits.count(key, SECONDS_BETWEEN)
    async with visit.busy("upload_document"):
        content = await visit.fetch(personal_data.file_of, visit.id, now=visit.now)
        name = f"my-data-{visit.now:%Y-%m-%d}.json"
        if len(content) > LARGEST:
            content, name = await asyncio.to_thread(gzip.compress, content), f"{name}.gz"
        await visit.bot.send_document(
            visit.chat_id,
            BufferedInputFile(content, name),
            caption=str(t("mydata-caption")),
            reply_markup=Screen(t("mydata-caption"), back).buttons,
            request_timeout=SECONDS_TO_SEND,
        )


async def _ask(visit: Visit) -> None:
    t = visit.t
    visit.refuge = callbacks.Privacy()
    goes = await visit.fetch(erasing.erasable, visit.id)
    rows: list[Row] = [
        [button(t.label("deleteme-sure"), Erase(asked=_minute(visit)))],
        [button(t.label("back"), callbacks.Privacy())],
    ]
    has_bonus = 1 if goes.bonus else 0
    await visit.show(Screen(t("deleteme-ask", bonus=has_bonus, balance=goes.bonus), rows))


def _minute(visit: Visit) -> int:
    return int(visit.now.timestamp() // 60)
