"""The cart: its lines with plus, minus and out, what changed since, the total, and the way to the checkout."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.services import cart, reordering
from bot.services.cart import Cart, Line
from bot.services.queries import browse
from bot.services.reordering import Again
from bot.telegram import callbacks
from bot.telegram.customer.shop import NOTHING
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import SCREEN_UNITS, Words, cut, fitting, lines, paragraphs

router = Router(name="cart")

PAGE = 7
"""Each line has four buttons, and Telegram's keyboards stay at forty."""
SHORT_UNITS = 970
"""Below a picture Telegram takes 1024; the rest is for line breaks and for how many more lines there are."""

NOTE_UNITS = 600
"""What a note above the cart may take, so that both fit below a picture."""


@router.message(Command("cart"))
async def cart_command(_message: Message, visit: Visit) -> None:
    """Show the cart."""
    await show(visit)


@router.callback_query(callbacks.ShowCart.filter())
async def open_cart(_press: CallbackQuery, callback_data: callbacks.ShowCart, visit: Visit) -> None:
    """Show the cart."""
    await show(visit, callback_data.page)


@router.callback_query(callbacks.More.filter())
async def one_more(_press: CallbackQuery, callback_data: callbacks.More, visit: Visit) -> None:
    """Put one more of a line into the cart."""
    await visit.run(cart.add, visit.id, callback_data.id, 1, now=visit.now)
    await show(visit, callback_data.page)


@router.callback_query(callbacks.Fewer.filter())
async def one_fewer(_press: CallbackQuery, callback_data: callbacks.Fewer, visit: Visit) -> None:
    """Take one of a line out of the cart."""
    await visit.run(cart.take_out, visit.id, callback_data.id, now=visit.now)
    await show(visit, callback_data.page)


@router.callback_query(callbacks.Drop.filter())
async def drop(_press: CallbackQuery, callback_data: callbacks.Drop, visit: Visit) -> None:
    """Take a line out of the cart."""
    await visit.run(cart.remove, visit.id, callback_data.id, now=visit.now)
    await show(visit, callback_data.page)


@router.callback_query(callbacks.ClearCart.filter())
async def clear(_press: CallbackQuery, visit: Visit) -> None:
    """Empty the cart."""
    await visit.run(cart.clear, visit.id, now=visit.now)
    await show(visit)


@router.callback_query(callbacks.Reorder.filter())
async def order_again(_press: CallbackQuery, callback_data: callbacks.Reorder, visit: Visit) -> None:
    """Put what an earlier order held into the cart, and say what became of it."""
    became = await visit.run(reordering.reorder, visit.id, callback_data.id, now=visit.now)
    await show(visit, note=_again_text(visit.t, became))


async def show(visit: Visit, page: int = 0, note: Markup = NOTHING) -> None:
    """Show the cart as it stands now, below a note where there is one."""
    filled = await visit.fetch(cart.of, visit.id)
    await visit.show(_screen(visit.t, filled, page, note))
    await visit.keep("shelf", callbacks.ShowCart(page=page).pack())


def line_text(t: Words, line: Line) -> Markup:
    """Return a line with its price and amount."""
    return t("cart-line", name=line.name, quantity=line.quantity, price=line.price, amount=line.amount)


def _again_text(t: Words, became: Sequence[Again]) -> Markup:
    """Return which goods are in the cart again, which only partly or not at all, and what costs something else now."""
    whole = [t("again-line", name=line.name, quantity=line.in_cart) for line in became if line.in_cart >= line.wanted]
    rest: list[Markup] = []
    for line in became:
        if not line.is_sold:
            rest.append(t("gone-item", name=line.name))
        elif line.is_short:
            rest.append(t("again-short", name=line.name, quantity=line.in_cart, wanted=line.wanted))
        if line.price_changed:
            rest.append(t("price-changed", name=line.name, old=line.old_price, new=line.price))
    title = t("again-title") if any(line.in_cart for line in became) else t("again-nothing")
    return fitting(t, [title, *rest, *whole], room=NOTE_UNITS)


def _screen(t: Words, filled: Cart, page: int, note: Markup) -> Screen:
    if not filled.lines:
        rows = [[button(t.label("shop"), callbacks.Shop())], [button(t.label("home"), callbacks.Home())]]
        return Screen(paragraphs(note, t("cart-empty")), rows)
    number = max(min(page, (len(filled.lines) - 1) // PAGE), 0)
    shown = filled.lines[number * PAGE : (number + 1) * PAGE]
    title, total = t("cart-title", count=filled.count), t("cart-total", total=filled.total)
    texts = [lines(_line_texts(t, line)) for line in shown]
    long, short = (
        paragraphs(note, title, fitting(t, texts, note, title, total, room=room), total)
        for room in (SCREEN_UNITS, SHORT_UNITS)
    )
    return Screen(long, _rows(t, filled, shown, number), short=short)


def _line_texts(t: Words, line: Line) -> list[Markup]:
    if not line.is_sold:
        return [t("gone-item", name=line.name)]
    texts = [line_text(t, line)]
    if line.is_short:
        texts.append(t("short-item", name=line.name, available=line.available))
    if line.price_changed:
        texts.append(t("price-changed", name=line.name, old=line.seen_price, new=line.price))
    return texts


def _line_rows(line: Line, number: int) -> list[Row]:
    """Return the goods in a row of their own, where a phone shows the name, above what changes how many there are."""
    place = {"id": line.goods_id, "page": number}
    if not line.is_sold:
        return [[button(f"✖️ {cut(line.name, 40)}", callbacks.Drop(**place))]]
    change = {"➖": callbacks.Fewer, "➕": callbacks.More, "✖️": callbacks.Drop}
    return [
        [button(f"{line.quantity} × {cut(line.name, 30)}", callbacks.Goods(id=line.goods_id))],
        [button(sign, does(**place)) for sign, does in change.items()],
    ]


def _rows(t: Words, filled: Cart, shown: Sequence[Line], number: int) -> list[Row]:
    rows: list[Row] = [row for line in shown for row in _line_rows(line, number)]
    page = browse.Page(number, (number + 1) * PAGE < len(filled.lines))
    rows.append(turn(t, page, lambda other: callbacks.ShowCart(page=other)))
    rows.append([button(t.label("proceed-to-checkout"), callbacks.Checkout())])
    rows.append([button(t.label("clear-cart"), callbacks.ClearCart()), button(t.label("shop"), callbacks.Shop())])
    rows.append([button(t.label("home"), callbacks.Home())])
    return rows
