"""Choosing a category by walking through the tree: for goods, for new goods, or for where a category is to lie."""

from collections.abc import Callable
from typing import Any

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery

from bot.errors import ShopError
from bot.models import Right
from bot.services import by_id, catalog
from bot.services.queries import goods_desk
from bot.services.queries.goods_desk import Place
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import Categories, Pick, Picked
from bot.telegram.admin.goods.category_sheet import show_category
from bot.telegram.admin.goods.category_sheet import show_refusal as show_category_refusal
from bot.telegram.admin.goods.goods_sheet import show_goods, show_refusal
from bot.telegram.admin.goods.shelves import inner_rows
from bot.telegram.admin.place import trail, way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, lines

router = StaffRouter("category tree", Right.SHOP)

PICKING = {"goods", "move"}
"""What is looked for here; for new goods `goods_new` does."""


@router.callback_query(Pick.filter(F.what.in_(PICKING)))
async def open_branch(_press: CallbackQuery, callback_data: Pick, visit: Visit) -> None:
    """Show the categories that lie in one, to go on or to choose it."""
    place = await visit.fetch(goods_desk.place, callback_data.at, page=callback_data.page, with_goods=False)
    is_move = callback_data.what == "move"
    name = await visit.fetch(by_id.category_name if is_move else by_id.goods_name, callback_data.id)
    back: CallbackData = Categories(at=callback_data.id) if is_move else staff.EditGoods(id=callback_data.id)
    text = visit.t(f"ask-place-{callback_data.what}", name=name)
    await visit.show(tree_screen(visit.t, place, callback_data, text, back))


@router.callback_query(Picked.filter(F.what == "goods"))
async def put_goods(_press: CallbackQuery, callback_data: Picked, visit: Visit) -> None:
    """Put goods into the category."""
    goods_id = callback_data.id
    move: Callable[..., Any] = by_id.move_goods
    try:
        await visit.run(move, goods_id, callback_data.at, catalog.edit_goods, actor=visit.me.actor, now=visit.now)
    except ShopError as error:
        await show_refusal(visit, goods_id, error)
    else:
        await show_goods(visit, goods_id, visit.t("goods-changed"))


@router.callback_query(Picked.filter(F.what == "move"))
async def put_category(_press: CallbackQuery, callback_data: Picked, visit: Visit) -> None:
    """Put a category into another one, or to the top."""
    category_id = callback_data.id
    move: Callable[..., Any] = by_id.move_category
    try:
        await visit.run(move, category_id, callback_data.at, catalog.move_category, actor=visit.me.actor, now=visit.now)
    except ShopError as error:
        await show_category_refusal(visit, category_id, error)
    else:
        await show_category(visit, category_id, note=visit.t("category-moved"))


def tree_screen(t: Words, place: Place, pick: Pick, text: Any, back: CallbackData) -> Screen:
    """Return a page of the tree: what lies in a place, the place itself to be chosen, and the way up or back."""
    moved = pick.id if pick.what == "move" else 0
    rows: list[Row] = [
        row
        for row, inner in zip(
            inner_rows(t, place, lambda inner: Pick(what=pick.what, id=pick.id, at=inner)), place.inside, strict=True
        )
        if inner.id != moved
    ]
    rows.append(turn(t, place.page, lambda number: Pick(what=pick.what, id=pick.id, at=place.id, page=number)))
    if place.id or moved:
        here = t.label("pick-here", name=place.name) if place.id else t.label("pick-top")
        rows.append([button(here, Picked(what=pick.what, id=pick.id, at=place.id))])
    if place.id:
        rows.append([button(t.label("place-up"), Pick(what=pick.what, id=pick.id, at=place.parent_id))])
    rows.append(way_back(t, back))
    title = trail(t, t.label("categories-place"), *place.way)
    return Screen(lines([title, text]), rows)
