"""The shop is closed: what customers read at every press, and how they go on where they were."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.telegram import callbacks
from bot.telegram.customer import entering
from bot.telegram.screen import Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = Router(name="closed")


async def show(visit: Visit) -> None:
    """Say why the shop is closed. Nothing is lost: the button does what was pressed, and a question stays open."""
    t = visit.t
    text = paragraphs(t("closed-title"), t("closed-reason", reason=visit.closed_because), t("closed-kept"))
    again = button(t.label("closed-again"), callbacks.GoOn())
    if isinstance(visit.event, CallbackQuery) and _is_a_way(visit.event.data):
        again = again.model_copy(update={"callback_data": visit.event.data})
    await visit.interrupt(Screen(text, [[again]]))


@router.callback_query(callbacks.GoOn.filter())
async def go_on(_press: CallbackQuery, visit: Visit) -> None:
    """Ask again what was asked when the shop closed, or show the first screen."""
    if visit.asked:
        await visit.insist(visit.t("closed-over"))
    else:
        await visit.show(entering.home(visit, "closed-over"))


def _is_a_way(data: str | None) -> bool:
    """Tell whether data can stand on a button: 1 to 64 bytes, says the Bot API."""
    return data is not None and data.isprintable() and 1 <= len(data.encode(errors="replace")) <= 64
