"""Orders as staff find them: the queue of a status, a search, and opening one."""

from datetime import datetime

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery

from bot.models import OrderStatus, Right
from bot.services.queries import order_desk
from bot.services.queries.order_desk import Listing
from bot.services.queries.order_lists import Listed
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_sheet import AT, FOUND, OrdersFound, show_order
from bot.telegram.admin.place import trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.admin.searches import Search
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn, turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs

router = StaffRouter("staff orders", Right.SHOP)

TEXT_UNITS = 60


class StaffSearch(StatesGroup):
    """What was asked for a search among the orders."""

    order_text = State()


@router.callback_query(staff.Queue.filter(F.status.in_(set(OrderStatus))))
async def open_queue(_press: CallbackQuery, callback_data: staff.Queue, visit: Visit) -> None:
    """Show the orders of a status."""
    t, status, page = visit.t, OrderStatus(callback_data.status), callback_data.page
    listing = await visit.fetch(order_desk.queue, status, page=page, at=callback_data.beside)
    title = paragraphs(trail(t, t.label(f"queue-{status}")), "" if listing.rows else t("queue-empty"))
    keys = [row.id for row in listing.rows]
    turns = turn_beside(t, listing.page, keys, lambda number, at: staff.Queue(status=status, page=number, beside=at))
    await visit.show(Screen(title, [*_rows(t, listing), turns, ways_out(visit, staff.Admin())]))
    await visit.keep(AT, callback_data.pack())


@router.callback_query(staff.Job.filter())
async def open_order(_press: CallbackQuery, callback_data: staff.Job, visit: Visit) -> None:
    """Show an order with everything; from a notice no list leads back."""
    if visit.is_on_notice:
        await visit.forget(AT)
    await show_order(visit, callback_data.id)


async def _ask_text(visit: Visit) -> None:
    t = visit.t
    text = lines([trail(t, t.label("orders-search")), t("ask-order-text")])
    await visit.ask(StaffSearch.order_text, Screen(text, [way_back(t, staff.Admin())]))


async def _show_found(visit: Visit, text: str, page: int) -> None:
    t = visit.t
    listing = await visit.fetch(order_desk.search, text, page=page)
    found = t("orders-found" if listing.rows else "no-orders-found", text=cut(text.strip(), TEXT_UNITS))
    title = paragraphs(trail(t, t.label("orders-search")), found)
    rows = [*_rows(t, listing, is_mixed=True), turn(t, listing.page, lambda number: OrdersFound(page=number))]
    rows.append([button(t.label("find-again"), staff.FindOrder())])
    await visit.show(Screen(title, [*rows, ways_out(visit, staff.Admin())]))
    await visit.keep(FOUND, text[: order_desk.LONGEST_TEXT])
    await visit.keep(AT, OrdersFound(page=page).pack())


Search(StaffSearch.order_text, FOUND, _ask_text, _show_found).hang(router, staff.FindOrder, OrdersFound)


def _rows(t: Words, listing: Listing, *, is_mixed: bool = False) -> list[Row]:
    return [[button(_label(t, row, listing.zone, is_mixed), staff.Job(id=row.id))] for row in listing.rows]


def _label(t: Words, row: Listed, zone: str, is_mixed: bool) -> str:
    """Return an order in a list: with its status where several are mixed, else with the time that counts."""
    facts = {"code": row.order_code, "method": t.label(f"method-sign-{row.payment_method}"), "total": row.total_price}
    if is_mixed:
        return t.label("found-row", **facts, status=t.label(f"status-short-{row.order_status}"))
    return t.label("queue-row", **facts, time=t.moment(_due(row), zone))


def _due(row: Listed) -> datetime:
    """Return the time that counts: when the reservation ends, when it is to be delivered, else when it was made."""
    if row.order_status is OrderStatus.RESERVED:
        return row.reserved_until
    return row.delivery_time or row.created_at
