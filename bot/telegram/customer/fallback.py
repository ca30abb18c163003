"""Whatever no other handler knows still gets an answer: old buttons, stickers, unknown commands, changed messages."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.models import FileKind
from bot.telegram import callbacks
from bot.telegram.customer.entering import home
from bot.telegram.screen import Screen, button
from bot.telegram.visit import Visit

router = Router(name="fallback")


@router.callback_query()
async def old_button(_press: CallbackQuery, visit: Visit) -> None:
    """Show the first screen for a button that nothing stands behind any more."""
    await visit.show(home(visit, "old-button"))


@router.message()
async def unknown(message: Message, visit: Visit) -> None:
    """Say what the open question wants, or show the first screen; an album of pictures gets one answer."""
    album = message.media_group_id
    if album and await visit.fact("album") == album:
        return
    if visit.asked:
        await visit.insist(visit.t("text-expected"))
    elif message.content_type in tuple(FileKind):
        await visit.show(_way_to_support(visit))
    else:
        await visit.show(home(visit, "not-understood"))
    if album:
        await visit.keep("album", album)


def _way_to_support(visit: Visit) -> Screen:
    """Say where a photo or a file for the shop goes."""
    t = visit.t
    rows = [[button(t.label("support"), callbacks.Support())], [button(t.label("home"), callbacks.Home())]]
    return Screen(t("file-to-support"), rows)


@router.edited_message(F.text)
async def changed(_message: Message, visit: Visit) -> None:
    """Say that what was sent stays as it was: a changed message cannot be told from a new wish."""
    if visit.asked:
        await visit.insist(visit.t("changed-message"))
    else:
        await visit.show(home(visit, "changed-message"))
