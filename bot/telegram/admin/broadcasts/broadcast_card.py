"""The card of a broadcast: how far it has got, in a message that stays and is kept true until it is over."""

from aiogram.types import CallbackQuery

from bot.models import BroadcastState
from bot.services import broadcast_cards, broadcasts
from bot.services.queries.broadcast_lists import Progress
from bot.telegram import screen
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.broadcasts import broadcast_text
from bot.telegram.admin.broadcasts.cast_callbacks import Steer
from bot.telegram.screen import Row, Screen, notice_button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words


def card(t: Words, found: Progress, zone: str) -> Screen:
    """Return how far a broadcast has got, with the ways to stop it and let it go on."""
    broadcast = found.broadcast
    text = broadcast_text.progress(t, found, broadcasts.audience(broadcast), zone)
    rows: list[Row] = []
    if not broadcast.state.is_over:
        switch = "resume" if broadcast.state is BroadcastState.PAUSED else "pause"
        rows.append(
            [
                notice_button(t.label(f"cast-{switch}"), Steer(id=broadcast.id, action=switch)),
                notice_button(t.label("cast-cancel"), Steer(id=broadcast.id, action="cancel?")),
            ]
        )
    ways = [notice_button(t.label("broadcasts"), staff.Broadcasts())]
    return Screen(text, [*rows, [*ways, notice_button(t.label("admin-panel"), staff.Admin())]])


async def leave(visit: Visit, found: Progress) -> None:
    """Send the card of a broadcast; the one before goes, and so does the screen that was pressed.

    It is a message of its own: a late press on what that screen was before would put another screen where the card is.
    """
    served = set() if visit.is_on_notice or not isinstance(visit.event, CallbackQuery) else {_pressed(visit.event)}
    visit.is_on_notice = True
    message_id = await visit.leave(card(visit.t, found, await visit.zone()))
    place = {"bot_id": visit.bot.id, "chat_id": visit.chat_id, "message_id": message_id}
    served.add(await visit.settle(broadcast_cards.remember, found.broadcast.id, **place, now=visit.now))
    for earlier in filter(None, served):
        await screen.remove(visit.bot, visit.chat_id, earlier)


def _pressed(press: CallbackQuery) -> int | None:
    return press.message.message_id if press.message else None


async def edit(visit: Visit, found: Progress, message_id: int) -> None:
    """Let the card that was pressed show what is true now."""
    shown = card(visit.t, found, await visit.zone())
    await screen.edit_text(visit.bot, visit.chat_id, message_id, shown)
