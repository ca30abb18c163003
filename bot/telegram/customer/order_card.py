"""The card of an order: the one message that shows it, from the moment it is made, always as it is now."""

import logging
from collections.abc import Callable
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.errors import Busy
from bot.models import Order, OrderStatus
from bot.services import order_cards
from bot.services.checkout import Placed
from bot.services.queries import order_views
from bot.services.queries.order_views import Content
from bot.telegram import callbacks
from bot.telegram.customer.order_text import placed_text, standing_text, whole_text
from bot.telegram.screen import Row, Screen, button, notice_button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words

log = logging.getLogger(__name__)

Made = Callable[[str, CallbackData], InlineKeyboardButton]
"""How a button is made: for a screen that changes, or for a message that is to stay."""


async def show_placed(visit: Visit, placed: Placed) -> None:
    """Show the card of an order that has just been made; it stays, and the next screen opens below it."""
    order = placed.order
    content = await visit.fetch(order_views.content, order)
    message_id = await visit.leave(card(visit.t, content, placed.rules))
    place = {"bot_id": visit.bot.id, "chat_id": visit.chat_id, "message_id": message_id}
    try:
        await visit.settle(order_cards.remember, order.id, **place, now=visit.now)
    except Busy:
        # The order and its card are there; the next message about the order comes with a card that is remembered.
        log.warning("the card of order %s could not be remembered", order.order_code)


def card(t: Words, content: Content, rules: dict[str, Any]) -> Screen:
    """Return an order with everything, in a message that is to stay; `rules` are the settings."""
    order = content.order
    show = placed_text if order.order_status is OrderStatus.RESERVED else standing_text
    home: Row = [notice_button(t.label("home"), callbacks.Home())]
    rows = [*choices(t, order, rules, notice_button), home]
    return Screen(whole_text(t, content, show(t, order, rules["timezone"])), rows)


def choices(t: Words, order: Order, rules: dict[str, Any], made: Made = button) -> list[Row]:
    """Return what the customer may do with an order as it is now."""
    rows: list[Row] = extension(t, order, rules, made)
    if order.holds_reservation:
        address = made(t.label("change-address"), callbacks.ChangeAddress(id=order.id))
        rows.append([address, made(t.label("change-note"), callbacks.ChangeNote(id=order.id))])
    if order.order_status is OrderStatus.RESERVED:
        rows.append([made(t.label("cancel-order"), callbacks.AskCancel(id=order.id))])
    if not order.holds_reservation:
        rows.append(again(t, order, made))
    rows.append([made(t.label("ask-about-order"), callbacks.AskAboutOrder(id=order.id))])
    return rows


def again(t: Words, order: Order, made: Made = button) -> Row:
    """Return the button that puts what an order held into the cart again."""
    return [made(t.label("order-again"), callbacks.Reorder(id=order.id))]


def extension(t: Words, order: Order, rules: dict[str, Any], made: Made = button) -> list[Row]:
    """Return the button that extends a reservation, where that is possible."""
    hours = rules["reservation_extension_hours"]
    if not hours or not order.may_be_extended:
        return []
    return [[made(t.label("extend-order", hours=hours), callbacks.ExtendOrder(id=order.id))]]
