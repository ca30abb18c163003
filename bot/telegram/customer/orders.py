"""My Orders: the list, one order with everything, and cancelling it while it is only reserved."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.models import OrderStatus
from bot.services import browse, order_views, orders
from bot.services.order_views import Mine, Whole
from bot.telegram import callbacks
from bot.telegram.customer.checkout import details_text, money_text
from bot.telegram.customer.shop import turn
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, fitting, lines, paragraphs

router = Router(name="orders")


@router.message(Command("orders"))
async def orders_command(_message: Message, visit: Visit) -> None:
    """Show the newest orders."""
    await _show_list(visit, 0)


@router.callback_query(callbacks.Orders.filter())
async def open_list(_press: CallbackQuery, callback_data: callbacks.Orders, visit: Visit) -> None:
    """Show a page of the orders."""
    await _show_list(visit, callback_data.page)


@router.callback_query(callbacks.ShowOrder.filter())
async def open_order(_press: CallbackQuery, callback_data: callbacks.ShowOrder, visit: Visit) -> None:
    """Show one order."""
    whole = await visit.fetch(order_views.own, callback_data.id, buyer_id=visit.id)
    await visit.show(_order_screen(visit.t, whole, await visit.zone(), callback_data.page))


@router.callback_query(callbacks.AskCancel.filter())
async def ask_cancel(_press: CallbackQuery, callback_data: callbacks.AskCancel, visit: Visit) -> None:
    """Ask once more before an order is cancelled."""
    whole = await visit.fetch(order_views.own, callback_data.id, buyer_id=visit.id)
    t = visit.t
    rows: list[Row] = [
        [button(t.label("cancel-yes"), callbacks.CancelOrder(id=whole.order.id))],
        [button(t.label("cancel-no"), callbacks.ShowOrder(id=whole.order.id))],
    ]
    await visit.show(Screen(t("ask-cancel", code=whole.order.order_code), rows))


@router.callback_query(callbacks.CancelOrder.filter())
async def cancel(_press: CallbackQuery, callback_data: callbacks.CancelOrder, visit: Visit) -> None:
    """Cancel one of one's own orders."""
    order = await visit.run(orders.cancel_own, callback_data.id, buyer_id=visit.id, now=visit.now)
    rows: list[Row] = [[button(visit.t.label("my-orders"), callbacks.Orders())]]
    await visit.show(Screen(visit.t("cancelled", code=order.order_code), rows))


async def _show_list(visit: Visit, page: int) -> None:
    await visit.show(_list_screen(visit.t, await visit.fetch(order_views.mine, visit.id, page=page)))


def _list_screen(t: Words, mine: Mine) -> Screen:
    rows: list[Row] = [
        [
            button(
                t.label(
                    "order-row",
                    code=row.order_code,
                    status=t.label(f"status-{row.order_status}"),
                    total=row.total_price,
                ),
                callbacks.ShowOrder(id=row.id, page=mine.number),
            )
        ]
        for row in mine.rows
    ]
    rows.append(turn(t, browse.Page(mine.number, mine.has_next), lambda number: callbacks.Orders(page=number)))
    rows.append([button(t.label("home"), callbacks.Home())])
    return Screen(t("orders-title") if mine.rows else t("orders-empty"), rows)


def _order_screen(t: Words, whole: Whole, zone: str, page: int) -> Screen:
    order = whole.order
    top = paragraphs(
        t("order-title", code=order.order_code),
        lines([t("order-status", status=t.label(f"status-{order.order_status}")), *_times(t, whole, zone)]),
    )
    rows: list[Row] = []
    if order.order_status is OrderStatus.RESERVED:
        rows.append([button(t.label("cancel-order"), callbacks.AskCancel(id=order.id))])
    rows.append([button(t.label("back"), callbacks.Orders(page=page)), button(t.label("home"), callbacks.Home())])
    return Screen(whole_text(t, whole, top), rows)


def whole_text(t: Words, whole: Whole, top: Markup) -> Markup:
    """Return `top`, the lines of an order, what it costs, and where it goes."""
    order = whole.order
    rest = paragraphs(
        lines([money_text(t, order.total_price, order.bonus_applied), t(f"method-{order.payment_method}")]),
        details_text(t, whole.details),
    )
    items = [
        t("cart-line", name=item.item_name, quantity=item.quantity, price=item.price, amount=item.amount)
        for item in whole.items
    ]
    return paragraphs(top, fitting(t, items, top, rest), rest)


def _times(t: Words, whole: Whole, zone: str) -> list[Markup]:
    order = whole.order
    texts = [t("order-created", time=t.time(order.created_at, zone))]
    if order.order_status is OrderStatus.RESERVED:
        texts.append(t("order-until", time=t.time(order.reserved_until, zone)))
        if order.bitcoin_address:
            texts.append(t("order-bitcoin", address=order.bitcoin_address, due=order.due))
    if order.delivery_time and order.order_status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED):
        texts.append(t("order-delivery", time=t.time(order.delivery_time, zone)))
    return texts
