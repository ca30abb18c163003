"""Goods as staff see them: the link that opens a card."""

from aiogram.types import CallbackQuery

from bot.models import Right
from bot.services import browse
from bot.telegram import callbacks
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Screen, button
from bot.telegram.visit import Visit

router = StaffRouter("goods", Right.SHOP)


@router.callback_query(staff.GoodsLink.filter())
async def show_link(_press: CallbackQuery, callback_data: staff.GoodsLink, visit: Visit) -> None:
    """Show the link that opens a card, to be copied for posts."""
    card = await visit.fetch(browse.card, callback_data.id, reader_id=visit.id)
    text = visit.t("goods-link-text", name=card.name, link=visit.guide.link(f"g_{card.id}"))
    await visit.show(Screen(text, [[button(visit.t.label("back"), callbacks.Goods(id=card.id))]]))
