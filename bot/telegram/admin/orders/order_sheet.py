"""One order as staff see it, with what can be done about it, and doing it: refusals stand above the order."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import Message
from markupsafe import Markup

from bot.errors import (
    AmountTooLarge,
    AmountTooSmall,
    BadValue,
    Busy,
    DoneAlready,
    InsufficientStock,
    ShopError,
    WrongState,
    WrongStatus,
)
from bot.models import Order, OrderStatus
from bot.models.orders import HOLDING
from bot.services.queries import order_desk, order_views
from bot.services.queries.order_desk import Sheet
from bot.telegram import deeds
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_text import last_text, sheet_text
from bot.telegram.admin.people.customer_callbacks import PersonOrders
from bot.telegram.admin.place import kept_way, ways_out
from bot.telegram.callbacks import Page
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, paragraphs

AT, FOUND = "orders_at", "orders_found"
"""Kept in the dialogue: the button that leads to the list that was shown last, and what was looked for."""
NOTHING = Markup("")
Shows = Callable[[Visit, int, Markup], Awaitable[None]]
"""How an order is shown: with a note above it."""


class OrdersFound(CallbackData, prefix="ofound"):
    """Back to what the last search among the orders has found."""

    page: Page = 0


async def show_order(visit: Visit, order_id: int, note: Markup = NOTHING) -> None:
    """Show an order with everything, below a note where there is one; Back leads to the list it was found in."""
    sheet = await visit.fetch(order_desk.sheet, order_id)
    await _show(visit, sheet, note)


async def act(
    visit: Visit,
    order_id: int,
    operation: Callable[..., Any],
    *args: Any,
    done: str = "",
    then: Shows = show_order,
    **options: Any,
) -> None:
    """Do something with an order, and show it by `then` with the note `done`; where it is refused, with the reason.

    An answer that can be corrected is asked for again instead.
    """
    code = await visit.fetch(order_views.code_of, order_id)
    try:
        await visit.run(operation, code, *args, actor=visit.me.actor, now=visit.now, **options)
    except ShopError as error:
        if isinstance(error, Busy) or (isinstance(visit.event, Message) and _is_correctable(error)):
            raise
        deeds.note_refusal(visit, type(error).__name__)
        await _show_refusal(visit, order_id, error, then)
        return
    await then(visit, order_id, visit.t(done) if done else NOTHING)


async def refuse_closed(
    visit: Visit, order: Order, *, wanted: str = "edited", among: Collection[OrderStatus] = HOLDING
) -> bool:
    """Return whether what is wanted is too late for an order, and show that then, saying what has happened to it."""
    if order.order_status in among:
        return False
    await _show_refusal(visit, order.id, WrongStatus(order.order_code, order.order_status, wanted), show_order)
    return True


async def _show_refusal(visit: Visit, order_id: int, error: ShopError, then: Shows) -> None:
    """Say why something is not done; where somebody was faster, who."""
    t = visit.t
    if isinstance(error, WrongStatus):
        sheet = await visit.fetch(order_desk.sheet, order_id)
        is_mine = _was_this_person(visit, sheet, error)
        moved_on = t("job-moved-on", code=error.order_code, last=last_text(t, sheet))
        await _show(visit, sheet, NOTHING if is_mine else moved_on)
    else:
        await then(visit, order_id, NOTHING if isinstance(error, DoneAlready) else _why(t, error))


def _why(t: Words, error: ShopError) -> Markup:
    """Return a refusal in words for staff, where those for customers would not do."""
    if isinstance(error, WrongState) and error.what == "user":
        return t("buyer-is-away")
    key = {AmountTooSmall: "job-too-small", AmountTooLarge: "job-too-large"}.get(type(error))
    return t(key, **error.facts) if key else t("job-refused", why=t.refusal(error))


def _was_this_person(visit: Visit, sheet: Sheet, error: WrongStatus) -> bool:
    """Tell whether this was only a second press: the same person has just done the same."""
    return error.status == error.wanted and sheet.whole.steps[-1].actor == visit.me.actor


def _is_correctable(error: ShopError) -> bool:
    return isinstance(error, InsufficientStock) or (isinstance(error, BadValue) and not isinstance(error, WrongState))


async def _show(visit: Visit, sheet: Sheet, note: Markup) -> None:
    t, order = visit.t, sheet.whole.order
    back = await _back(visit, order.order_status)
    rows = [*_choices(t, sheet), ways_out(visit, back)]
    await visit.show(Screen(paragraphs(note, sheet_text(t, sheet)), rows))


async def _back(visit: Visit, status: OrderStatus) -> CallbackData:
    """Return the way to the list that the order was found in, else to the queue of its status."""
    default: CallbackData = staff.Queue(status=status)
    return await kept_way(visit, AT, default, OrdersFound, PersonOrders)


def _choices(t: Words, sheet: Sheet) -> list[Row]:
    order = sheet.whole.order

    def work(label: str, action: str) -> Any:
        return button(t.label(label), staff.Work(id=order.id, action=action))

    rows: list[Row] = []
    if order.order_status is OrderStatus.RESERVED:
        rows.append([work("job-confirm", "confirm")])
    if order.order_status is OrderStatus.CONFIRMED:
        rows += [[work("job-deliver", "deliver?")], [work("job-move", "move")]]
    if order.order_status is OrderStatus.EXPIRED:
        rows.append([work("job-revive", "revive?")])
    write = work("job-write", "write")
    buyer = button(t.label("job-buyer"), staff.Person(id=order.buyer_id, way="job", at=order.id))
    if not order.holds_reservation:
        return [*rows, [write, buyer]]
    return [
        *rows,
        [button(t.label("job-edit"), staff.EditOrder(id=order.id)), write],
        [buyer, work("cancel-order", "cancel?")],
    ]
