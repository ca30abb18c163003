"""My Orders: the list, one order with what can be done about it, and cancelling it while it is only reserved."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.services import orders, settings
from bot.services.queries import browse, order_views
from bot.services.queries.order_views import Mine
from bot.telegram import callbacks
from bot.telegram.customer.order_card import again, choices
from bot.telegram.customer.order_text import standing_text, whole_text
from bot.telegram.customer.shop import cart_button
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = Router(name="orders")

NEWEST = callbacks.Orders()


class Past(callbacks.Orders, prefix="past"):
    """To a page of one's own orders: behind the order `at`, or before it where that is below 0."""

    at: callbacks.Beside


@router.message(Command("orders"))
async def orders_command(_message: Message, visit: Visit) -> None:
    """Show the newest orders."""
    await _show_list(visit, 0)


@router.callback_query(callbacks.Orders.filter())
async def open_list(_press: CallbackQuery, callback_data: callbacks.Orders, visit: Visit) -> None:
    """Show a page of the orders."""
    await _show_list(visit, callback_data.page)


@router.callback_query(Past.filter())
async def turn_list(_press: CallbackQuery, callback_data: Past, visit: Visit) -> None:
    """Show the page of orders that follows, or that comes before."""
    mine = await visit.fetch(order_views.mine, visit.id, page=callback_data.page, at=callback_data.at)
    await visit.show(_list_screen(visit, mine, callback_data.at))


@router.callback_query(callbacks.ShowOrder.filter())
async def open_order(_press: CallbackQuery, callback_data: callbacks.ShowOrder, visit: Visit) -> None:
    """Show one order."""
    await show_order(visit, callback_data.id, back=_page_at(callback_data.page, callback_data.beside))


@router.callback_query(callbacks.AskCancel.filter())
async def ask_cancel(_press: CallbackQuery, callback_data: callbacks.AskCancel, visit: Visit) -> None:
    """Ask once more before an order is cancelled."""
    content = await visit.fetch(order_views.own, callback_data.id, buyer_id=visit.id)
    t = visit.t
    rows: list[Row] = [
        [button(t.label("cancel-yes"), callbacks.CancelOrder(id=content.order.id))],
        [button(t.label("cancel-no"), callbacks.ShowOrder(id=content.order.id))],
    ]
    await visit.show(Screen(t("ask-cancel", code=content.order.order_code), rows))


@router.callback_query(callbacks.CancelOrder.filter())
async def cancel(_press: CallbackQuery, callback_data: callbacks.CancelOrder, visit: Visit) -> None:
    """Cancel one of one's own orders."""
    order = await visit.run(orders.cancel_own, callback_data.id, buyer_id=visit.id, now=visit.now)
    ways: Row = [button(visit.t.label("my-orders"), callbacks.Orders()), cart_button(visit)]
    rows: list[Row] = [again(visit.t, order), ways]
    await visit.show(Screen(visit.t("cancelled", code=order.order_code), rows))


async def show_order(visit: Visit, order_id: int, *, back: CallbackData = NEWEST, note: str | None = None) -> None:
    """Show one of one's own orders with what can be done about it, below a note where there is one."""
    t = visit.t
    content = await visit.fetch(order_views.own, order_id, buyer_id=visit.id)
    rules = await visit.fetch(settings.every)
    top = paragraphs(t(note) if note else "", standing_text(t, content.order, rules["timezone"]))
    ways: Row = [button(t.label("back"), back), cart_button(visit)]
    rows = choices(t, content.order, rules)
    if content.order.holds_reservation:
        rows.append(again(t, content.order))
    await visit.show(Screen(whole_text(t, content, top), [*rows, ways]))


async def _show_list(visit: Visit, page: int) -> None:
    await visit.show(_list_screen(visit, await visit.fetch(order_views.mine, visit.id, page=page), 0))


def _list_screen(visit: Visit, mine: Mine, at: int) -> Screen:
    t = visit.t
    rows: list[Row] = [
        [
            button(
                t.label(
                    "order-row",
                    code=row.order_code,
                    status=t.label(
                        "status-reserved-brief" if row.order_status == "reserved" else f"status-{row.order_status}"
                    ),
                    total=row.total_price,
                ),
                callbacks.ShowOrder(id=row.id, page=mine.number, beside=at),
            )
        ]
        for row in mine.rows
    ]
    page = browse.Page(mine.number, mine.has_next)
    rows.append(turn_beside(t, page, [row.id for row in mine.rows], _page_at))
    rows.append([button(t.label("home"), callbacks.Home()), cart_button(visit)])
    return Screen(t("orders-title") if mine.rows else t("orders-empty"), rows)


def _page_at(number: int, at: int) -> CallbackData:
    """Return the way to a page of the list, beside an order where it is not the first."""
    return Past(page=number, at=at) if at else callbacks.Orders(page=number)
