"""The link of an order, as it stands in the staff's group: it opens the order for staff, and nothing for others."""

from aiogram import F
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message

from bot.models import Right
from bot.telegram.admin.orders.order_card import ORDER_LINK
from bot.telegram.admin.orders.order_sheet import AT, show_order
from bot.telegram.admin.router import StaffRouter
from bot.telegram.visit import Visit

router = StaffRouter("order links", Right.SHOP)


def is_staff(_message: Message, visit: Visit) -> bool:
    """Tell whether somebody may see orders; for everybody else the link is as any unknown one."""
    return visit.identity is not None and visit.identity.role.may(Right.SHOP)


@router.message(CommandStart(deep_link=True, magic=F.args.regexp(ORDER_LINK, mode="fullmatch")), is_staff)
async def follow_link(_message: Message, command: CommandObject, visit: Visit) -> None:
    """Show the order; no list leads back to it."""
    await visit.forget(AT)
    await show_order(visit, int((command.args or "").removeprefix("o_")))
