"""Changing goods one field at a time: the question, the answer, and the words that stand for an answer."""

from collections.abc import Callable, Container
from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup, escape

from bot.errors import Forgotten, ShopError
from bot.models import Right
from bot.services import by_id, catalog, cleaning, low_stock, stock
from bot.services.queries import goods_desk
from bot.services.queries.goods_desk import Sheet
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.goods.catalog_callbacks import ChangeField, Choice, StockChange
from bot.telegram.admin.goods.goods_sheet import act, show_goods, show_refusal
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs

router = StaffRouter("goods fields", Right.SHOP)

SHOWN_UNITS = 2500
"""Of what a description says so far."""
OPTIONS = {"name": "new_name", "price": "price", "description": "description", "low": "low_stock_limit"}
"""The fields that are asked for in words, and what `catalog.edit_goods` calls them."""
CHOICES = {"description": ("none",), "low": (low_stock.OFF, low_stock.DEFAULT)}
CHANGES: dict[str, Callable[..., Any]] = {"set": stock.set_to, "add": stock.add, "remove": stock.remove}
SILENTLY = "-"
"""Behind the name of a change: without a reason."""


class AskedGoods(StatesGroup):
    """What was asked about some goods."""

    field = State()
    quantity = State()
    reason = State()


@router.callback_query(ChangeField.filter(F.field.in_(set(OPTIONS))))
async def ask_field(_press: CallbackQuery, callback_data: ChangeField, visit: Visit) -> None:
    """Ask for the new value of a field, saying what it is so far."""
    t, field = visit.t, callback_data.field
    sheet = await visit.fetch(goods_desk.sheet, callback_data.id)
    choices: Row = [
        button(t.label(f"choose-{word}"), Choice(id=callback_data.id, field=field, word=word))
        for word in CHOICES.get(field, ())
    ]
    question = t(f"ask-goods-{field}", name=sheet.goods.name)
    text = paragraphs(question, lines([t("so-far"), _now(t, sheet, field)]))
    shown = Screen(text, [choices, _back(t, callback_data.id)])
    await visit.ask(AskedGoods.field, shown, goods=callback_data.id, field=field, question=str(question))


@router.message(AskedGoods.field, F.text, ~F.text.startswith("/"))
async def take_field(message: Message, visit: Visit) -> None:
    """Change the field to what was written."""
    await _edit(visit, int(await visit.fact("goods")), await _word(visit, "field", OPTIONS), message.text or "")


@router.callback_query(Choice.filter(F.field.in_(set(CHOICES))))
async def choose(_press: CallbackQuery, callback_data: Choice, visit: Visit) -> None:
    """Change the field to what a word stands for."""
    words = {"none": "", **{word: word for word in CHOICES["low"]}}
    if callback_data.word in CHOICES[callback_data.field]:
        await _edit(visit, callback_data.id, callback_data.field, words[callback_data.word])
    else:
        await show_goods(visit, callback_data.id)


@router.callback_query(StockChange.filter(F.how.in_(set(CHANGES))))
async def ask_quantity(_press: CallbackQuery, callback_data: StockChange, visit: Visit) -> None:
    """Ask how many."""
    t, how = visit.t, callback_data.how
    goods = (await visit.fetch(goods_desk.sheet, callback_data.id)).goods
    text = t(f"ask-stock-{how}", name=goods.name, stock=goods.stock_quantity, reserved=goods.reserved_quantity)
    await visit.ask(AskedGoods.quantity, Screen(text, [_back(t, goods.id)]), goods=goods.id, how=how)


@router.message(AskedGoods.quantity, F.text, ~F.text.startswith("/"))
async def take_quantity(message: Message, visit: Visit) -> None:
    """Ask why."""
    goods_id, how = int(await visit.fact("goods")), await _word(visit, "how", CHANGES)
    quantity = stock.read_quantity("stock" if how == "set" else "quantity", message.text or "")
    if how != "set":
        stock.require_positive(quantity)
    if how == "remove":
        stock.require_on_shelf((await visit.fetch(goods_desk.sheet, goods_id)).goods, quantity)
    t = visit.t
    skip = button(t.label("skip"), StockChange(id=goods_id, how=how + SILENTLY))
    back = way_back(t, StockChange(id=goods_id, how=how))
    text = t(f"ask-why-{how}", quantity=quantity)
    facts: dict[str, Any] = {"goods": goods_id, "how": how, "quantity": quantity}
    await visit.ask(AskedGoods.reason, Screen(text, [[skip], back]), **facts)


@router.message(AskedGoods.reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Change the stock for this reason."""
    reason = cleaning.line("movement reason", message.text or "", longest=stock.REASON_LENGTH)
    await _move(visit, int(await visit.fact("goods")), await _word(visit, "how", CHANGES), reason)


@router.callback_query(StockChange.filter(F.how.in_({how + SILENTLY for how in CHANGES})))
async def move_silently(_press: CallbackQuery, callback_data: StockChange, visit: Visit) -> None:
    """Change the stock without a reason, unless the question is no longer open."""
    how = callback_data.how.removesuffix(SILENTLY)
    is_open = visit.asked == AskedGoods.reason.state and await visit.fact("goods") == callback_data.id
    if is_open and await visit.fact("how") == how:
        await _move(visit, callback_data.id, how, None)
    else:
        await show_goods(visit, callback_data.id)


async def _edit(visit: Visit, goods_id: int, field: str, text: str) -> None:
    options: dict[str, Any] = {OPTIONS[field]: text}
    await act(visit, goods_id, catalog.edit_goods, **options)


async def _move(visit: Visit, goods_id: int, how: str, reason: str | None) -> None:
    """Change the stock, and show the goods; what is refused then is no matter of the reason."""
    quantity = int(await visit.fact("quantity"))
    try:
        operation, who = CHANGES[how], visit.me.actor
        await visit.run(by_id.goods, operation, goods_id, quantity, reason=reason, actor=who, now=visit.now)
    except ShopError as error:
        await show_refusal(visit, goods_id, error, is_answer=False)
    else:
        await show_goods(visit, goods_id, visit.t("stock-changed"))


async def _word(visit: Visit, fact: str, known: Container[str]) -> str:
    """Return a word that the question has kept.

    Raises:
        Forgotten: it is none of those that are known.
    """
    word = str(await visit.fact(fact))
    if word not in known:
        raise Forgotten
    return word


def _now(t: Words, sheet: Sheet, field: str) -> Markup:
    goods = sheet.goods
    if field == "price":
        return Markup(f"<b>{t.money(goods.price)}</b>")  # noqa: S704 - an amount
    if field == "low":
        return t("low-so-far", limit=low_stock.written(goods.low_stock_limit))
    written = goods.name if field == "name" else cut(goods.description, SHOWN_UNITS)
    return Markup("<code>{}</code>").format(written) if written else escape("—")


def _back(t: Words, goods_id: int) -> Row:
    return way_back(t, staff.EditGoods(id=goods_id))
