"""Browsing: categories, the goods in one, a card, and how many to put into the cart."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup, escape

from bot.errors import BadValue, NotFound
from bot.services import cart, waiting_list
from bot.services.queries import browse
from bot.services.queries.browse import Aisle, Card, Offer, Shelves
from bot.telegram import callbacks
from bot.telegram.admin import callbacks as staff
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn, turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs, trail, way

router = Router(name="shop")

SHORT_UNITS = 600
LONG_UNITS = 3000
"""Descriptions are cut so that the way there, title and price still fit into Telegram's 1024 and 4096 units."""
NOTHING = Markup("")
GOODS_LINK = re.compile(r"g_(?:(?P<id>[1-9][0-9]{0,17})$)?")
"""What follows `/start` when somebody has followed the link of some goods."""


class Asked(StatesGroup):
    """What the shop has asked."""

    quantity = State()


@router.message(Command("shop"))
async def shop_command(_message: Message, visit: Visit) -> None:
    """Show the categories."""
    await _show_shelves(visit, 0)


@router.callback_query(callbacks.Shop.filter())
async def open_shop(_press: CallbackQuery, callback_data: callbacks.Shop, visit: Visit) -> None:
    """Show the categories."""
    await _show_shelves(visit, callback_data.page)


@router.callback_query(callbacks.Aisle.filter())
async def open_aisle(_press: CallbackQuery, callback_data: callbacks.Aisle, visit: Visit) -> None:
    """Show what is in a category."""
    aisle = await visit.fetch(browse.aisle, callback_data.id, page=callback_data.page)
    await visit.forget("search")
    await visit.show(_aisle_screen(visit, aisle))
    await visit.keep("shelf", callback_data.pack())


@router.callback_query(callbacks.Along.filter())
async def turn_aisle(_press: CallbackQuery, callback_data: callbacks.Along, visit: Visit) -> None:
    """Show the page of a category that follows, or that comes before."""
    aisle = await visit.fetch(browse.aisle, callback_data.id, page=callback_data.page, at=callback_data.at)
    await visit.forget("search")
    await visit.show(_aisle_screen(visit, aisle))
    await visit.keep("shelf", callback_data.pack())


@router.callback_query(callbacks.Goods.filter())
async def open_card(_press: CallbackQuery, callback_data: callbacks.Goods, visit: Visit) -> None:
    """Show the card of some goods."""
    if visit.is_on_notice:
        await visit.forget("shelf")
    await show_card(visit, callback_data.id)


@router.callback_query(callbacks.Photo.filter())
async def flip_card(_press: CallbackQuery, callback_data: callbacks.Photo, visit: Visit) -> None:
    """Show another picture on the card of some goods."""
    await show_card(visit, callback_data.id, number=callback_data.number)


@router.callback_query(callbacks.Add.filter())
async def add_to_cart(_press: CallbackQuery, callback_data: callbacks.Add, visit: Visit) -> None:
    """Put goods into the cart and show the card again."""
    await _add(visit, callback_data.id, callback_data.quantity)


@router.callback_query(callbacks.AskQuantity.filter())
async def ask_quantity(_press: CallbackQuery, callback_data: callbacks.AskQuantity, visit: Visit) -> None:
    """Ask how many."""
    card = await visit.fetch(browse.card, callback_data.id, reader_id=visit.id)
    text = visit.t("ask-quantity", name=card.name, available=card.available)
    back = button(visit.t.label("back"), callbacks.Goods(id=card.id))
    await visit.ask(Asked.quantity, Screen(text, [[back]]), goods=card.id)


@router.callback_query(callbacks.Await.filter())
async def wait_for_goods(_press: CallbackQuery, callback_data: callbacks.Await, visit: Visit) -> None:
    """Have the person told when goods are back, and show the card again."""
    await visit.run(waiting_list.join, visit.id, callback_data.id, now=visit.now)
    await show_card(visit, callback_data.id)


@router.callback_query(callbacks.Unawait.filter())
async def wait_no_more(_press: CallbackQuery, callback_data: callbacks.Unawait, visit: Visit) -> None:
    """Have the person not told after all, and show the card again."""
    await visit.run(waiting_list.leave, visit.id, callback_data.id, now=visit.now)
    await show_card(visit, callback_data.id)


@router.message(Asked.quantity, F.text, ~F.text.startswith("/"))
async def take_quantity(message: Message, visit: Visit) -> None:
    """Put the typed quantity into the cart."""
    text = (message.text or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue("quantity", text[:20], "use a whole number above 0")
    await _add(visit, int(await visit.fact("goods")), int(text))


async def show_card(visit: Visit, goods_id: int, note: Markup = NOTHING, number: int = 0) -> None:
    """Show the card of some goods with one of its pictures; Back leads to where they were found."""
    card = await visit.fetch(browse.card, goods_id, reader_id=visit.id)
    back = _shelf_of(card, str(await visit.fact("shelf") or ""))
    rows = [
        flips(card, number, lambda other: callbacks.Photo(id=card.id, number=other)),
        *_card_rows(visit, card, back),
    ]
    await visit.show(card_screen(visit, card, rows, number, note=note, is_for_staff=visit.me.role.is_staff))


async def show_linked_card(visit: Visit, goods_id: int, note: Markup) -> None:
    """Show the card of goods whose link somebody has followed, or the shop where they are no longer sold."""
    await visit.forget("search")
    await visit.forget("shelf")
    try:
        await show_card(visit, goods_id, note)
    except NotFound:
        shelves = await visit.fetch(browse.shelves)
        await visit.show(_shelves_screen(visit, shelves, paragraphs(note, visit.t("linked-goods-gone"))))


def _shelf_of(card: Card, shelf: str) -> CallbackData:
    """Return the way to the list from which a card was opened, as its button says it, else to the goods' category."""
    for kind in (callbacks.Found, callbacks.ShowCart, callbacks.Aisle, callbacks.Along):
        if shelf.partition(":")[0] == kind.__prefix__:
            way = kind.unpack(shelf)
            if not isinstance(way, callbacks.Aisle) or way.id == card.category_id:
                return way
    return callbacks.Aisle(id=card.category_id)


async def _show_shelves(visit: Visit, page: int) -> None:
    await visit.forget("search")
    await visit.show(_shelves_screen(visit, await visit.fetch(browse.shelves, page=page)))


async def _add(visit: Visit, goods_id: int, quantity: int) -> None:
    held = await visit.run(cart.add, visit.id, goods_id, quantity, now=visit.now)
    visit.adds_to_cart(quantity)
    await show_card(visit, goods_id, visit.t("added-to-cart", count=held))


def _shelves_screen(visit: Visit, shelves: Shelves, note: Markup = NOTHING) -> Screen:
    t = visit.t
    rows: list[Row] = [[button(shelf.name, callbacks.Aisle(id=shelf.id))] for shelf in shelves.rows]
    rows.append(turn(t, shelves.page, lambda number: callbacks.Shop(page=number)))
    rows.append([button(t.label("search"), callbacks.Search())] if shelves.rows else [])
    rows.append([button(t.label("home"), callbacks.Home()), cart_button(visit)])
    return Screen(paragraphs(note, t("shop-title") if shelves.rows else t("shop-empty")), rows)


def _aisle_screen(visit: Visit, aisle: Aisle) -> Screen:
    t = visit.t
    rows: list[Row] = [[button(f"{shelf.name} ›", callbacks.Aisle(id=shelf.id))] for shelf in aisle.inside]
    rows += offer_rows(t, aisle.rows)
    rows.append(turn_beside(t, aisle.page, [offer.id for offer in aisle.rows], partial(_page_at, aisle.shelf.id)))
    up = callbacks.Aisle(id=aisle.parent_id) if aisle.parent_id else callbacks.Shop()
    rows.append([button(t.label("back"), up), cart_button(visit)])
    title = trail(t.label("shop-place"), *aisle.way, aisle.shelf.name)
    is_empty = not aisle.inside and not aisle.rows
    return Screen(lines([title, t("aisle-empty")]) if is_empty else title, rows)


def _page_at(category_id: int, number: int, at: int) -> CallbackData:
    """Return the way to a page of a category, beside some goods where it is not the first."""
    if at:
        return callbacks.Along(id=category_id, page=number, at=at)
    return callbacks.Aisle(id=category_id, page=number)


def offer_rows(t: Words, offers: Sequence[Offer]) -> list[Row]:
    """Return a button for each of some goods, which leads to their card."""
    return [[button(offer_label(t, offer), callbacks.Goods(id=offer.id))] for offer in offers]


def offer_label(t: Words, offer: Offer) -> str:
    """Return what a button says of goods in a list."""
    key = "offer" if offer.available > 0 else "offer-sold-out"
    return t.label(key, name=cut(offer.name, 40), price=offer.price, available=offer.available)


def card_screen(
    visit: Visit,
    card: Card,
    rows: Sequence[Row],
    number: int = 0,
    *,
    note: Markup = NOTHING,
    is_for_staff: bool = False,
) -> Screen:
    """Return the card of some goods with one of its pictures above, and these buttons below."""
    long, short = (
        paragraphs(note, _card_text(visit.t, card, units, is_for_staff)) for units in (LONG_UNITS, SHORT_UNITS)
    )
    name = card.photos[number % len(card.photos)] if card.photos else None
    return Screen(long, rows, visit.guide.picture(name), short=short)


def flips(card: Card, number: int, to: Callable[[int], CallbackData]) -> Row:
    """Return the buttons that turn over the pictures of a card, none where there is only one."""
    count = len(card.photos)
    if count < 2:
        return []
    at = number % count
    ways = (("‹", at - 1), (f"{at + 1}/{count}", at + 1), ("›", at + 1))
    return [button(label, to(other % count)) for label, other in ways]


def _card_text(t: Words, card: Card, units: int, is_for_staff: bool) -> Markup:
    facts = [t("card-price", price=card.price)]
    facts.append(t("card-available", available=card.available) if card.available > 0 else t("card-sold-out"))
    if card.is_awaited:
        facts.append(t("card-awaited"))
    if card.in_cart:
        facts.append(t("card-in-cart", count=card.in_cart))
    if card.waiting and is_for_staff:
        facts.append(t("card-waiting", count=card.waiting))
    title = lines([way(t.label("shop-place"), *card.way), t("card-title", name=card.name)])
    return paragraphs(title, escape(cut(card.description, units)), lines(facts))


def _card_rows(visit: Visit, card: Card, back: CallbackData) -> list[Row]:
    t = visit.t
    left = card.available - card.in_cart
    rows: list[Row] = []
    if left > 0:
        rows.append([button(t.label("add-to-cart"), callbacks.Add(id=card.id, quantity=1))])
        more: Sequence[InlineKeyboardButton] = [
            button(f"+{number}", callbacks.Add(id=card.id, quantity=number)) for number in (2, 5, 10) if number <= left
        ]
        rows.append([*more, button(t.label("other-quantity"), callbacks.AskQuantity(id=card.id))])
    if card.is_awaited:
        rows.append([button(t.label("unawait-goods"), callbacks.Unawait(id=card.id))])
    elif card.available <= 0:
        rows.append([button(t.label("await-goods"), callbacks.Await(id=card.id))])
    if visit.me.role.is_staff:
        edit = button(t.label("edit-goods"), staff.EditGoods(id=card.id, is_from_card=True))
        rows.append([button(t.label("goods-link"), staff.GoodsLink(id=card.id)), edit])
    rows.append([button(t.label("back"), back), cart_button(visit)])
    return rows


def cart_button(visit: Visit) -> InlineKeyboardButton:
    """Return the way to the cart, with how many pieces are in it."""
    count = visit.identity.cart_count if visit.identity else 0
    label = visit.t.label("cart-count", count=count) if count else visit.t.label("cart")
    return button(label, callbacks.ShowCart())
