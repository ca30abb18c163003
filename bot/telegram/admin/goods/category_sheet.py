"""A category as staff see it, or the top of the shop: what lies in it, and what can be done about it."""

from collections.abc import Callable
from typing import Any

from aiogram.types import InlineKeyboardButton, Message
from markupsafe import Markup

from bot.errors import Busy, ShopError
from bot.services import by_id
from bot.services.queries import goods_desk
from bot.services.queries.goods_desk import Place
from bot.telegram import deeds
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import AddCategory, Categories, ChangeCategory, Pick, Shelf
from bot.telegram.admin.goods.goods_sheet import NOTHING, is_correctable
from bot.telegram.admin.goods.shelves import inner_rows
from bot.telegram.admin.place import trail, ways_out
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, lines, paragraphs


async def show_category(visit: Visit, category_id: int, page: int = 0, note: Markup = NOTHING) -> None:
    """Show a category, or with 0 those at the top, below a note where there is one."""
    place = await visit.fetch(goods_desk.place, category_id, page=page, with_goods=False)
    await visit.show(Screen(paragraphs(note, _text(visit.t, place)), _rows(visit, place)))


async def act(visit: Visit, category_id: int, operation: Callable[..., Any], *args: Any, done: str) -> None:
    """Do something with a category and show it, with the note `done`; where it is refused, with the reason."""
    do: Callable[..., Any] = by_id.category
    try:
        await visit.run(do, operation, category_id, *args, actor=visit.me.actor, now=visit.now)
    except ShopError as error:
        await show_refusal(visit, category_id, error)
    else:
        await show_category(visit, category_id, note=visit.t(done))


async def show_refusal(visit: Visit, category_id: int, error: ShopError) -> None:
    """Show a category below the reason why something is not done, unless another answer helps."""
    if isinstance(error, Busy) or (isinstance(visit.event, Message) and is_correctable(error)):
        raise error
    deeds.note_refusal(visit, type(error).__name__)
    await show_category(visit, category_id, note=visit.t("goods-refused", why=visit.t.refusal(error)))


def _text(t: Words, place: Place) -> Markup:
    remarks = [] if place.inside or place.page.number else [t("category-leaf" if place.id else "categories-none")]
    if place.is_archived:
        remarks.append(t("category-archived"))
    elif place.closed_by is not None:
        remarks.append(t("place-closed", category=place.closed_by))
    return lines([trail(t, t.label("categories-place"), *place.way), *remarks])


def _rows(visit: Visit, place: Place) -> list[Row]:
    t = visit.t
    rows = inner_rows(t, place, lambda inner: Categories(at=inner))
    rows.append(turn(t, place.page, lambda number: Categories(at=place.id, page=number)))
    rows.append([button(t.label("add-category"), AddCategory(at=place.id))])
    if place.id:
        rows += _choices(t, place)
    back = Categories(at=place.parent_id) if place.id else staff.Admin()
    return [*rows, ways_out(visit, back)]


def _choices(t: Words, place: Place) -> list[Row]:
    def change(action: str) -> InlineKeyboardButton:
        label = t.label(f"category-{action.removesuffix('?')}-it")
        return button(label, ChangeCategory(id=place.id, action=action))

    move = button(t.label("category-move-it"), Pick(what="move", id=place.id, at=0))
    return [
        [change("rename"), move],
        [change("restore" if place.is_archived else "archive"), change("remove?")],
        [button(t.label("category-goods"), Shelf(at=place.id))],
    ]
