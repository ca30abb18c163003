"""Goods as staff find them: by category, by a search, and opening some."""

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery

from bot.models import Right
from bot.services.queries import goods_desk
from bot.services.queries.goods_desk import Item, Place
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import FindGoods, GoodsFound, New, Shelf
from bot.telegram.admin.goods.goods_sheet import AT, FOUND, show_goods
from bot.telegram.admin.place import trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.admin.searches import Search
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn, turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines

router = StaffRouter("shelves", Right.SHOP)

TEXT_UNITS = 60


class StaffSearch(StatesGroup):
    """What was asked for a search among the goods."""

    goods_text = State()


@router.callback_query(Shelf.filter())
async def open_shelf(_press: CallbackQuery, callback_data: Shelf, visit: Visit) -> None:
    """Show the goods of a category and the categories in it."""
    place = await visit.fetch(goods_desk.place, callback_data.at, page=callback_data.page, at=callback_data.beside)
    await visit.show(_shelf_screen(visit, place))
    await visit.keep(AT, callback_data.pack())


@router.callback_query(staff.EditGoods.filter())
async def open_goods(_press: CallbackQuery, callback_data: staff.EditGoods, visit: Visit) -> None:
    """Show some goods with everything; from a notice no list leads back."""
    if visit.is_on_notice:
        await visit.forget(AT)
    elif callback_data.is_from_card:
        await visit.keep(AT, "card")
    await show_goods(visit, callback_data.id)


async def _ask_text(visit: Visit) -> None:
    screen = Screen(visit.t("ask-goods-text"), [way_back(visit.t, Shelf())])
    await visit.ask(StaffSearch.goods_text, screen)


async def _show_found(visit: Visit, text: str, page: int) -> None:
    t = visit.t
    found = await visit.fetch(goods_desk.search, text, page=page)
    title = t("goods-found" if found.rows else "no-goods-found", text=cut(found.text, TEXT_UNITS))
    rows = [*item_rows(t, found.rows), turn(t, found.page, lambda number: GoodsFound(page=number))]
    rows.append([button(t.label("find-goods-again"), FindGoods())])
    await visit.show(Screen(title, [*rows, ways_out(visit, Shelf())]))
    await visit.keep(FOUND, found.text)
    await visit.keep(AT, f"found:{page}")


Search(StaffSearch.goods_text, FOUND, _ask_text, _show_found).hang(router, FindGoods, GoodsFound)


def item_rows(t: Words, items: Sequence[Item]) -> list[Row]:
    """Return a button for each of some goods, which leads to their screen; archived ones are marked."""
    return [
        [
            button(
                t.label(
                    "shelf-archived" if item.is_archived else "shelf-row",
                    name=cut(item.name, 40),
                    price=item.price,
                    available=item.available,
                ),
                staff.EditGoods(id=item.id),
            )
        ]
        for item in items
    ]


def inner_rows(t: Words, place: Place, to: Callable[[int], CallbackData]) -> list[Row]:
    """Return a button for each category that lies in a place; archived ones are marked."""
    return [
        [button(t.label("inner-archived" if each.is_archived else "inner-row", name=cut(each.name, 40)), to(each.id))]
        for each in place.inside
    ]


def _shelf_screen(visit: Visit, place: Place) -> Screen:
    t = visit.t
    rows = [*inner_rows(t, place, lambda inner: Shelf(at=inner)), *item_rows(t, place.rows)]
    is_empty = not rows
    keys = [item.id for item in place.rows]
    rows.append(turn_beside(t, place.page, keys, lambda number, at: Shelf(at=place.id, page=number, beside=at)))
    rows.append([button(t.label("new-goods"), New(at=place.id)), button(t.label("find-goods"), FindGoods())])
    title = trail(t, t.label("goods-place"), *place.way)
    remarks = [t("place-empty")] if is_empty else []
    if place.closed_by is not None:
        remarks.append(t("place-closed", category=place.closed_by))
    back = Shelf(at=place.parent_id) if place.id else staff.Admin()
    return Screen(lines([title, *remarks]), [*rows, ways_out(visit, back)])
