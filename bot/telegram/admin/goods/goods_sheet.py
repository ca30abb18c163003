"""One goods screen of the staff, with what can be done about them, and doing it: refusals stand above the goods."""

from collections.abc import Callable
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, Message
from markupsafe import Markup, escape

from bot.errors import AlreadyExists, BadValue, Busy, ShopError, WrongState
from bot.models.catalog import NEVER_LOW
from bot.services import by_id
from bot.services.queries import goods_desk
from bot.services.queries.goods_desk import Sheet
from bot.telegram import callbacks, deeds
from bot.telegram.admin.goods.catalog_callbacks import (
    ChangeField,
    GoodsFound,
    Link,
    Photos,
    Pick,
    Preview,
    Shelf,
    StockChange,
    Trade,
)
from bot.telegram.admin.place import kept_way, trail, ways_out
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs

AT, FOUND = "goods_at", "goods_found"
"""Kept in the dialogue: the page of the list that was shown last ("12:0", "found:1", "card"), and a search's text."""
NOTHING = Markup("")
DESCRIPTION_UNITS = 300


async def show_goods(visit: Visit, goods_id: int, note: Markup = NOTHING) -> None:
    """Show some goods with everything, below a note where there is one; Back leads to where they were found."""
    sheet = await visit.fetch(goods_desk.sheet, goods_id)
    name = sheet.photos[0] if sheet.photos else None
    text = paragraphs(note, _text(visit.t, sheet))
    rows = [*_rows(visit.t, sheet), ways_out(visit, await _back(visit, sheet))]
    await visit.show(Screen(text, rows, visit.guide.picture(name)))


async def act(
    visit: Visit, goods_id: int, operation: Callable[..., Any], *args: Any, done: str = "goods-changed", **options: Any
) -> None:
    """Do something with some goods and show them, with the note `done`; where it is refused, with the reason.

    An answer that can be corrected is asked for again instead.
    """
    do: Callable[..., Any] = by_id.goods
    try:
        await visit.run(do, operation, goods_id, *args, actor=visit.me.actor, now=visit.now, **options)
    except ShopError as error:
        await show_refusal(visit, goods_id, error)
    else:
        await show_goods(visit, goods_id, visit.t(done))


async def show_refusal(visit: Visit, goods_id: int, error: ShopError, *, is_answer: bool = True) -> None:
    """Show some goods below the reason why something is not done, unless another answer to the question helps."""
    if isinstance(error, Busy) or (is_answer and isinstance(visit.event, Message) and is_correctable(error)):
        raise error
    deeds.note_refusal(visit, type(error).__name__)
    await show_goods(visit, goods_id, visit.t("goods-refused", why=visit.t.refusal(error)))


def is_correctable(error: ShopError) -> bool:
    """Tell whether writing something else helps."""
    return isinstance(error, AlreadyExists) or (isinstance(error, BadValue) and not isinstance(error, WrongState))


def _text(t: Words, sheet: Sheet) -> Markup:
    goods = sheet.goods
    facts = [
        t("card-price", price=goods.price),
        t("goods-stock", stock=goods.stock_quantity, reserved=goods.reserved_quantity, available=goods.available),
        t("goods-sold", count=sheet.sold),
        _threshold(t, sheet),
    ]
    if sheet.waiting:
        facts.append(t("card-waiting", count=sheet.waiting))
    if goods.archived_at is not None:
        facts.append(t("goods-archived"))
    elif sheet.closed_by is not None:
        facts.append(t("goods-closed", category=sheet.closed_by))
    description = escape(cut(goods.description, DESCRIPTION_UNITS)) or t("goods-undescribed")
    title = trail(t, t.label("goods-place"), *sheet.way, goods.name)
    return paragraphs(title, lines(facts), description)


def _threshold(t: Words, sheet: Sheet) -> Markup:
    if sheet.threshold == NEVER_LOW:
        return t("goods-never-low")
    is_own = sheet.goods.low_stock_limit is not None
    return t("goods-low-at" if is_own else "goods-low-by-setting", count=sheet.threshold)


def _rows(t: Words, sheet: Sheet) -> list[Row]:
    goods = sheet.goods

    def field(name: str) -> InlineKeyboardButton:
        return button(t.label(f"field-{name}"), ChangeField(id=goods.id, field=name))

    stock = [button(t.label(f"stock-{how}"), StockChange(id=goods.id, how=how)) for how in ("add", "remove", "set")]
    trade = "archive" if goods.archived_at is None else "restore"
    return [
        [field("name"), field("price")],
        [
            field("description"),
            button(t.label("field-category"), Pick(what="goods", id=goods.id, at=goods.category_id)),
        ],
        stock,
        [field("low"), button(t.label("goods-photos", count=len(sheet.photos)), Photos(id=goods.id))],
        [button(t.label("goods-preview"), Preview(id=goods.id)), button(t.label("goods-link"), Link(id=goods.id))],
        [button(t.label(f"goods-{trade}"), Trade(id=goods.id, action=trade))],
    ]


async def _back(visit: Visit, sheet: Sheet) -> CallbackData:
    """Return the way to the list that the goods were found in, else to their category."""
    at = str(await visit.fact(AT) or "")
    name, _, page = at.partition(":")
    if name == "card":
        return callbacks.Goods(id=sheet.goods.id)
    if name == "found":
        return GoodsFound(page=int(page))
    return await kept_way(visit, AT, Shelf(at=sheet.goods.category_id))
