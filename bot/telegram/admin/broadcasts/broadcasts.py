"""Broadcasts as staff see them: the list, and how far each has got, with the ways to stop it and let it go on."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.models import Broadcast, Right
from bot.services import broadcasts
from bot.services.queries import broadcast_lists
from bot.services.queries.paging import Window
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.broadcasts import broadcast_card, broadcast_text
from bot.telegram.admin.broadcasts.cast_callbacks import Steer
from bot.telegram.admin.place import kept_way, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit

router = StaffRouter("broadcasts", Right.BROADCAST)

AT = "casts_at"
"""Kept in the dialogue: the page of the list that was shown last."""
SHOWN = 8
"""Broadcasts on a page."""
ROW_UNITS = 28
DOING = {"pause": broadcasts.pause, "resume": broadcasts.resume, "cancel": broadcasts.cancel}


class NewBroadcast(CallbackData, prefix="cast+"):
    """Write a new one."""


@router.callback_query(staff.Broadcasts.filter())
async def open_list(_press: CallbackQuery, callback_data: staff.Broadcasts, visit: Visit) -> None:
    """Show the broadcasts, the newest first."""
    await show_list(visit, callback_data.page)


@router.callback_query(Steer.filter(F.action == "cancel?"))
async def ask_cancel(_press: CallbackQuery, callback_data: Steer, visit: Visit) -> None:
    """Ask once more before a broadcast ends."""
    t = visit.t
    visit.refuge = staff.Broadcasts()
    found = await visit.fetch(broadcast_lists.progress, callback_data.id)
    rows: list[Row] = [
        [button(t.label("cast-cancel-yes"), Steer(id=callback_data.id, action="cancel"))],
        way_back(t, staff.ShowBroadcast(id=callback_data.id)),
    ]
    await visit.show(Screen(t("cast-ask-cancel", id=str(callback_data.id), left=found.left), rows))


@router.callback_query(Steer.filter(F.action.in_(set(DOING))))
async def steer(press: CallbackQuery, callback_data: Steer, visit: Visit) -> None:
    """Pause a broadcast, let it go on, or end it; where that is too late, say so."""
    visit.refuge = staff.ShowBroadcast(id=callback_data.id)
    await visit.run(DOING[callback_data.action], callback_data.id, actor=visit.me.actor, now=visit.now)
    if visit.is_on_notice and press.message is not None:
        found = await visit.fetch(broadcast_lists.progress, callback_data.id)
        await broadcast_card.edit(visit, found, press.message.message_id)
    else:
        await show_progress(visit, callback_data.id)


async def show_list(visit: Visit, page: int = 0) -> None:
    """Show a page of the list."""
    t = visit.t
    found = await visit.fetch(broadcast_lists.page, Window(SHOWN + 1, page * SHOWN))
    turns = [button(t.label("page-back"), staff.Broadcasts(page=page - 1))] if page else []
    if len(found) > SHOWN:
        turns.append(button(t.label("page-next"), staff.Broadcasts(page=page + 1)))
    rows: list[Row] = [
        [button(t.label("cast-new"), NewBroadcast())],
        *([_way_to(visit, each)] for each in found[:SHOWN]),
        turns,
        ways_out(visit, staff.Admin()),
    ]
    await visit.show(Screen(t("casts-title" if found or page else "casts-empty"), rows))
    await visit.keep(AT, staff.Broadcasts(page=page).pack())


async def show_progress(visit: Visit, broadcast_id: int) -> None:
    """Show how far a broadcast has got: in a card that is kept true, unless there is nothing more to come."""
    found = await visit.fetch(broadcast_lists.progress, broadcast_id)
    if not found.broadcast.state.is_over:
        await broadcast_card.leave(visit, found)
        return
    text = broadcast_text.progress(visit.t, found, broadcasts.audience(found.broadcast), await visit.zone())
    await visit.show(Screen(text, [ways_out(visit, await way_to_list(visit))]))


async def way_to_list(visit: Visit) -> CallbackData:
    """Return the way back to the page of the list that was shown last."""
    return await kept_way(visit, AT, staff.Broadcasts())


def _way_to(visit: Visit, broadcast: Broadcast) -> InlineKeyboardButton:
    t = visit.t
    state, shown = t.label(f"cast-icon-{broadcast.state}"), broadcast_text.what(t, broadcast, ROW_UNITS)
    label = t.label("cast-row", state=state, id=str(broadcast.id), what=shown)
    return button(label, staff.ShowBroadcast(id=broadcast.id))
