"""Whatever no other handler knows still gets an answer: old buttons, stickers, unknown commands."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.telegram.customer.entering import home
from bot.telegram.visit import Visit

router = Router(name="fallback")


@router.callback_query()
async def old_button(_press: CallbackQuery, visit: Visit) -> None:
    """Show the first screen for a button that nothing stands behind any more."""
    await visit.show(home(visit, "old-button"))


@router.message()
async def unknown(_message: Message, visit: Visit) -> None:
    """Say what the open question wants, or show the first screen."""
    if visit.asked:
        await visit.insist(visit.t("text-expected"))
    else:
        await visit.show(home(visit, "not-understood"))
