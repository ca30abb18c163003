"""Doing without the staff's group: for those who may change how the shop works."""

from aiogram.types import CallbackQuery

from bot.models import Right
from bot.services import staff_group
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_pushes import show_pushes
from bot.telegram.admin.router import StaffRouter
from bot.telegram.visit import Visit

router = StaffRouter("staff group", Right.SETTINGS)


@router.callback_query(staff.LeaveGroup.filter())
async def leave_group(_press: CallbackQuery, visit: Visit) -> None:
    """Tell the staff themselves of orders again."""
    await visit.run(staff_group.disconnect, actor=visit.me.actor, now=visit.now)
    await show_pushes(visit)
