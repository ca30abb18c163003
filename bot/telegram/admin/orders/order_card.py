"""The card of an order for staff: the one message in their chat, or in their group, that shows it as it is now."""

import re
from typing import Any

from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from bot.models import OrderStatus
from bot.services.queries.order_desk import Sheet
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_text import buyer_text, goods_text, last_text
from bot.telegram.customer.order_text import details_text, money_text
from bot.telegram.guide import Guide
from bot.telegram.screen import Row, Screen, notice_button
from bot.telegram.wording import Words, lines, paragraphs

ORDER_LINK = re.compile(r"o_(?P<id>[1-9][0-9]{0,17})")
"""What follows `/start` when somebody of the staff has followed the link of an order."""


def card(t: Words, sheet: Sheet) -> Screen:
    """Return an order as it stands in the chat of somebody who runs the shop."""
    buyer = lines([buyer_text(t, sheet.whole), details_text(t, sheet.whole.details)])
    return Screen(_text(t, sheet, buyer), _choices(t, sheet))


def group_card(t: Words, sheet: Sheet, guide: Guide) -> Screen:
    """Return an order as it stands in the staff's group: without a word about the customer, and with a link only."""
    return Screen(_text(t, sheet), [[link_button(t, sheet.whole.order.id, guide)]])


def notice(t: Words, key: str, sheet: Sheet, facts: dict[str, Any]) -> Screen:
    """Return what has happened to an order, in a message of its own, with the way to it."""
    return Screen(t(key, **facts), [[_open(t, sheet)]])


def group_notice(t: Words, key: str, sheet: Sheet, facts: dict[str, Any], guide: Guide) -> Screen:
    """Return what has happened to an order, for the staff's group."""
    return Screen(t(key, **facts), [[link_button(t, sheet.whole.order.id, guide)]])


def link_button(t: Words, order_id: int, guide: Guide) -> InlineKeyboardButton:
    """Return the button that opens an order in the private chat with the bot."""
    return InlineKeyboardButton(text=t.label("open-order"), url=guide.link(f"o_{order_id}"))


def _text(t: Words, sheet: Sheet, buyer: Markup | str = "") -> Markup:
    order = sheet.whole.order
    is_new = [each.event.kind for each in sheet.happened] == ["order.reserved"]
    title = t("notice-order-new" if is_new else "order-title", **{"order_code" if is_new else "code": order.order_code})
    standing = [t("order-status", status=t.label(f"status-{order.order_status}"))]
    if not is_new:
        standing.append(last_text(t, sheet))
    if order.order_status is OrderStatus.RESERVED:
        standing.append(t("order-until", time=t.time(order.reserved_until, sheet.zone)))
    if order.delivery_time and order.order_status is OrderStatus.CONFIRMED:
        standing.append(t("order-delivery", time=t.time(order.delivery_time, sheet.zone)))
    top = paragraphs(title, lines(standing), buyer)
    money = lines([money_text(t, order.total_price, order.bonus_applied), t(f"method-{order.payment_method}")])
    return paragraphs(top, goods_text(t, sheet.whole, top, money), money)


def _choices(t: Words, sheet: Sheet) -> list[Row]:
    order = sheet.whole.order

    def work(label: str, action: str) -> InlineKeyboardButton:
        return notice_button(t.label(label), staff.Work(id=order.id, action=action))

    first = {
        OrderStatus.RESERVED: [work("job-confirm", "confirm"), work("cancel-order", "cancel?")],
        OrderStatus.CONFIRMED: [work("job-deliver", "deliver?"), work("cancel-order", "cancel?")],
        OrderStatus.EXPIRED: [work("job-revive", "revive?")],
    }
    return [first.get(order.order_status, []), [_open(t, sheet)]]


def _open(t: Words, sheet: Sheet) -> InlineKeyboardButton:
    return notice_button(t.label("open-order"), staff.Job(id=sheet.whole.order.id))
