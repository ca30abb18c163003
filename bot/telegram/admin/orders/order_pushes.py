"""Who is told of orders: a switch for each member of staff, and the group that is told instead of them."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.models import Right
from bot.services import order_pushes, staff_group
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("order pushes", Right.SHOP)

SWITCHES = {"on": order_pushes.unmute, "off": order_pushes.mute}


class Switch(CallbackData, prefix="push"):
    """Tell me of orders, or tell me no more: "on" or "off"."""

    to: str


@router.callback_query(staff.Pushes.filter())
async def open_pushes(_press: CallbackQuery, visit: Visit) -> None:
    """Show who is told of orders."""
    await show_pushes(visit)


@router.callback_query(Switch.filter(F.to.in_(set(SWITCHES))))
async def switch(_press: CallbackQuery, callback_data: Switch, visit: Visit) -> None:
    """Tell somebody of orders, or not."""
    await visit.run(SWITCHES[callback_data.to], visit.id, actor=visit.me.actor, now=visit.now)
    await show_pushes(visit)


async def show_pushes(visit: Visit) -> None:
    """Show whether the reader is told of orders, and the way to a group that is told instead."""
    t = visit.t
    is_told = visit.id in await visit.fetch(order_pushes.wanting)
    group = await visit.fetch(staff_group.chat)
    rows: list[Row] = [
        [button(t.label("pushes-off"), Switch(to="off")) if is_told else button(t.label("pushes-on"), Switch(to="on"))]
    ]
    if visit.me.role.may(Right.SETTINGS):
        rows += _group_rows(visit, group)
    text = paragraphs(
        t("pushes-title"),
        t("pushes-group" if group else "pushes-told" if is_told else "pushes-muted"),
        t("pushes-group-muted") if group and not is_told else "",
        "" if group else t("pushes-no-group"),
    )
    await visit.show(Screen(text, [*rows, ways_out(visit, staff.Admin())]))


def _group_rows(visit: Visit, group: int | None) -> list[Row]:
    t = visit.t
    link = f"https://t.me/{visit.guide.bot_username}?startgroup=orders"
    connect: Row = [InlineKeyboardButton(text=t.label("other-group" if group else "connect-group"), url=link)]
    return [connect, [button(t.label("leave-group"), staff.LeaveGroup())]] if group else [connect]
