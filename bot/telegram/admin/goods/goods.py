"""Goods as staff show and trade them: the preview of the card, its link, archiving and restoring."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery

from bot.models import Right
from bot.services import catalog
from bot.services.queries import browse
from bot.services.queries.browse import Card
from bot.telegram import callbacks
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import Link, Preview, Trade
from bot.telegram.admin.goods.goods_sheet import act
from bot.telegram.admin.place import ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.customer.shop import card_screen, flips
from bot.telegram.screen import Screen
from bot.telegram.visit import Visit

router = StaffRouter("goods", Right.SHOP)

TRADES = {
    "archive": (catalog.archive_goods, "goods-archived-now"),
    "restore": (catalog.restore_goods, "goods-restored-now"),
}


@router.callback_query(Preview.filter())
async def preview(_press: CallbackQuery, callback_data: Preview, visit: Visit) -> None:
    """Show the card as customers see it."""
    card = await visit.fetch(browse.preview, callback_data.id)
    ways = flips(card, callback_data.number, lambda number: Preview(id=card.id, number=number))
    back = ways_out(visit, staff.EditGoods(id=card.id))
    await visit.show(card_screen(visit, card, [ways, back], callback_data.number))


@router.callback_query(staff.GoodsLink.filter())
async def show_link(_press: CallbackQuery, callback_data: staff.GoodsLink, visit: Visit) -> None:
    """Show the link that opens a card, to be copied for posts; the press came from there."""
    card = await visit.fetch(browse.card, callback_data.id, reader_id=visit.id)
    await _show_link(visit, card, callbacks.Goods(id=card.id))


@router.callback_query(Link.filter())
async def show_link_of_sheet(_press: CallbackQuery, callback_data: Link, visit: Visit) -> None:
    """Show the link that opens a card; the press came from the staff's screen."""
    card = await visit.fetch(browse.preview, callback_data.id)
    await _show_link(visit, card, staff.EditGoods(id=card.id))


@router.callback_query(Trade.filter(F.action.in_(set(TRADES))))
async def trade(_press: CallbackQuery, callback_data: Trade, visit: Visit) -> None:
    """Take goods out of the shop, or sell them again."""
    operation, done = TRADES[callback_data.action]
    await act(visit, callback_data.id, operation, done=done)


async def _show_link(visit: Visit, card: Card, back: CallbackData) -> None:
    text = visit.t("goods-link-text", name=card.name, link=visit.guide.link(f"g_{card.id}"))
    await visit.show(Screen(text, [ways_out(visit, back)]))
