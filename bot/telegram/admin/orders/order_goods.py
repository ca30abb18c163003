"""The goods of an open order: adding some by browsing or by name, and saying how many it has in all."""

from collections.abc import Sequence
from typing import Annotated

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from pydantic import Field

from bot.models import Right
from bot.models.catalog import MAX_QUANTITY
from bot.services import order_edits, stock
from bot.services.order_edits import Changes
from bot.services.queries import browse, catalog_search, order_desk, order_views
from bot.services.queries.browse import Offer, Shelf
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_edit import show_edit
from bot.telegram.admin.orders.order_sheet import act, refuse_closed
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.callbacks import Id
from bot.telegram.customer.shop import offer_label
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut

router = StaffRouter("order goods", Right.SHOP)

TEXT_UNITS = 60
CHOICES = (1, 2, 3, 4, 5, 6, 8, 10)
IN_A_ROW = 4


class FoundGoods(CallbackData, prefix="ogfound"):
    """Back to the goods that were found for an order."""

    id: Id


class HoldPieces(CallbackData, prefix="ohold"):
    """So many of some goods in an order, in all: pressed twice it is the same."""

    id: Id
    goods: Id
    quantity: Annotated[int, Field(ge=0, le=MAX_QUANTITY)]


class StaffGoods(StatesGroup):
    """What was asked about the goods of an order."""

    goods_text = State()
    pieces = State()


@router.callback_query(staff.AddGoods.filter())
async def open_goods(_press: CallbackQuery, callback_data: staff.AddGoods, visit: Visit) -> None:
    """Show categories and goods that can be added."""
    visit.refuge = staff.EditOrder(id=callback_data.id)
    order = (await visit.fetch(order_views.by_id, callback_data.id)).order
    if await refuse_closed(visit, order):
        return
    inside: Sequence[Shelf]
    offers: Sequence[Offer]
    if callback_data.category:
        aisle = await visit.fetch(browse.aisle, callback_data.category, page=callback_data.page)
        inside, offers, turned = aisle.inside, aisle.rows, aisle.page
        up: CallbackData = staff.AddGoods(id=order.id, category=aisle.parent_id or 0)
    else:
        shelves = await visit.fetch(browse.shelves, page=callback_data.page)
        inside, offers, turned, up = shelves.rows, (), shelves.page, staff.EditOrder(id=order.id)
    rows: list[Row] = [[button(f"{each.name} ›", staff.AddGoods(id=order.id, category=each.id))] for each in inside]
    rows += _offers(visit, order.id, offers)
    rows.append(turn(visit.t, turned, lambda number: callback_data.model_copy(update={"page": number})))
    screen = Screen(visit.t("ask-goods-to-add", code=order.order_code), [*rows, way_back(visit.t, up)])
    await visit.ask(StaffGoods.goods_text, screen, order=order.id)


@router.message(StaffGoods.goods_text, F.text, ~F.text.startswith("/"))
async def find_goods(message: Message, visit: Visit) -> None:
    """Look for goods by what was written."""
    await _show_found(visit, int(await visit.fact("order")), message.text or "")


@router.callback_query(FoundGoods.filter())
async def open_found(press: CallbackQuery, callback_data: FoundGoods, visit: Visit) -> None:
    """Show once more what was found; when it is forgotten, all goods."""
    text = await visit.fact("goods_text")
    again = staff.AddGoods(id=callback_data.id)
    await (_show_found(visit, callback_data.id, str(text)) if text else open_goods(press, again, visit))


@router.callback_query(staff.PickPieces.filter())
async def ask_pieces(_press: CallbackQuery, callback_data: staff.PickPieces, visit: Visit) -> None:
    """Ask how many of some goods the order shall have in all."""
    order_id, goods_id = callback_data.id, callback_data.goods
    visit.refuge = staff.EditOrder(id=order_id)
    found = await visit.fetch(order_desk.pieces, order_id, goods_id)
    text = await visit.fact("goods_text")
    back = FoundGoods(id=order_id) if text else _where_from(order_id, found)
    asked = visit.t(
        "ask-pieces",
        code=found.order_code,
        name=found.name,
        price=found.price,
        held=found.held,
        available=max(found.available, 0),
    )
    kept = {"goods_text": str(text)} if text else {}
    screen = Screen(asked, [*_numbers(visit.t, callback_data, found), way_back(visit.t, back)])
    await visit.ask(StaffGoods.pieces, screen, order=order_id, goods=goods_id, **kept)


@router.callback_query(HoldPieces.filter())
async def hold_pieces(_press: CallbackQuery, callback_data: HoldPieces, visit: Visit) -> None:
    """Let the order have so many."""
    await _hold(visit, callback_data.id, callback_data.goods, callback_data.quantity)


@router.message(StaffGoods.pieces, F.text, ~F.text.startswith("/"))
async def take_pieces(message: Message, visit: Visit) -> None:
    """Let the order have as many as were written."""
    quantity = stock.read_quantity("quantity", message.text or "")
    await _hold(visit, int(await visit.fact("order")), int(await visit.fact("goods")), quantity)


async def _hold(visit: Visit, order_id: int, goods_id: int, quantity: int) -> None:
    changes = Changes(hold={goods_id: quantity})
    await act(visit, order_id, order_edits.change, changes, notify=True, done="order-edited", then=show_edit)


async def _show_found(visit: Visit, order_id: int, text: str) -> None:
    visit.refuge = staff.EditOrder(id=order_id)
    order = (await visit.fetch(order_views.by_id, order_id)).order
    if await refuse_closed(visit, order):
        return
    found = await visit.fetch(catalog_search.search, text)
    key = "goods-to-add-found" if found.rows else "no-goods-to-add"
    back = way_back(visit.t, staff.AddGoods(id=order_id))
    title = visit.t(key, code=order.order_code, text=cut(found.text, TEXT_UNITS))
    screen = Screen(title, [*_offers(visit, order_id, found.rows), back])
    kept = {"goods_text": found.words} if found.rows and found.words else {}
    await visit.ask(StaffGoods.goods_text, screen, order=order_id, **kept)


def _offers(visit: Visit, order_id: int, offers: Sequence[Offer]) -> list[Row]:
    return [[button(offer_label(visit.t, each), staff.PickPieces(id=order_id, goods=each.id))] for each in offers]


def _where_from(order_id: int, found: order_desk.Pieces) -> CallbackData:
    """Return the way to the goods of the order, or to the category of those that are not in it."""
    if found.held:
        return staff.EditOrder(id=order_id)
    return staff.AddGoods(id=order_id, category=found.category_id)


def _numbers(t: Words, of: staff.PickPieces, found: order_desk.Pieces) -> list[Row]:
    """Return a button for each number of pieces that is often wanted and there, and to take out what is in it."""
    most = found.held + max(found.available, 0)
    ways = [
        button(str(number), HoldPieces(id=of.id, goods=of.goods, quantity=number))
        for number in CHOICES
        if number <= most and number != found.held
    ]
    rows: list[Row] = [ways[at : at + IN_A_ROW] for at in range(0, len(ways), IN_A_ROW)]
    if found.held:
        rows.append([button(t.label("take-out"), HoldPieces(id=of.id, goods=of.goods, quantity=0))])
    return rows
