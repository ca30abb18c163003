"""Orders as staff see them: the queue of a status, one order with everything, and what can be done with it."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.models import Order, OrderStatus, Right
from bot.services import clock, order_views, orders
from bot.telegram import callbacks
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.router import StaffRouter
from bot.telegram.customer.orders import whole_text
from bot.telegram.notices import buyer_text
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import lines, paragraphs

router = StaffRouter("staff orders", Right.SHOP)

SHOWN = 20


class Asked(StatesGroup):
    """What the panel has asked."""

    delivery_time = State()


@router.callback_query(staff.Queue.filter(F.status.in_(set(OrderStatus))))
async def open_queue(_press: CallbackQuery, callback_data: staff.Queue, visit: Visit) -> None:
    """Show the newest orders of a status."""
    t = visit.t
    rows_found = await visit.fetch(order_views.listed, status=OrderStatus(callback_data.status), limit=SHOWN)
    rows: list[Row] = [
        [
            button(
                t.label(
                    "order-row",
                    code=row.order_code,
                    status=t.label(f"method-{row.payment_method}"),
                    total=row.total_price,
                ),
                staff.Job(id=row.id),
            )
        ]
        for row in rows_found
    ]
    status = t.label(f"status-{callback_data.status}")
    title = t("queue-title" if rows else "queue-empty", status=status)
    await visit.show(Screen(title, [*rows, [button(t.label("back"), staff.Admin())]]))


@router.callback_query(staff.Job.filter())
async def open_job(_press: CallbackQuery, callback_data: staff.Job, visit: Visit) -> None:
    """Show an order with everything that staff need."""
    await _show_job(visit, callback_data.id)


@router.callback_query(staff.Work.filter(F.action == "confirm"))
async def ask_delivery_time(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask when the order will be delivered."""
    zone = await visit.zone()
    back = button(visit.t.label("back"), staff.Job(id=callback_data.id))
    text = visit.t("ask-delivery-time", zone=zone, now=clock.local(visit.now, zone))
    await visit.ask(Asked.delivery_time, Screen(text, [[back]]), order=callback_data.id)


@router.message(Asked.delivery_time, F.text, ~F.text.startswith("/"))
async def take_delivery_time(message: Message, visit: Visit) -> None:
    """Confirm the order for this time."""
    order_id = int(await visit.fact("order"))
    time = clock.parse_future(message.text or "", await visit.zone(), now=visit.now)
    code = await visit.fetch(order_views.code_of, order_id)
    await visit.run(orders.confirm, code, delivery_time=time, actor=visit.me.actor, now=visit.now)
    await _show_job(visit, order_id)


@router.callback_query(staff.Work.filter(F.action == "deliver?"))
async def ask_delivered(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask once more before goods leave the stock for good."""
    t = visit.t
    code = await visit.fetch(order_views.code_of, callback_data.id)
    rows: list[Row] = [
        [button(t.label("delivered-yes"), staff.Work(id=callback_data.id, action="deliver"))],
        [button(t.label("back"), staff.Job(id=callback_data.id))],
    ]
    await visit.show(Screen(t("ask-delivered", code=code), rows))


@router.callback_query(staff.Work.filter(F.action == "deliver"))
async def deliver(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Note that the goods were handed over."""
    code = await visit.fetch(order_views.code_of, callback_data.id)
    await visit.run(orders.deliver, code, actor=visit.me.actor, now=visit.now)
    await _show_job(visit, callback_data.id)


@router.callback_query(staff.Work.filter(F.action == "cancel?"))
async def ask_cancel(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask once more before an order is cancelled."""
    t = visit.t
    code = await visit.fetch(order_views.code_of, callback_data.id)
    rows: list[Row] = [
        [button(t.label("cancel-yes"), staff.Work(id=callback_data.id, action="cancel"))],
        [button(t.label("cancel-no"), staff.Job(id=callback_data.id))],
    ]
    await visit.show(Screen(t("ask-cancel", code=code), rows))


@router.callback_query(staff.Work.filter(F.action == "cancel"))
async def cancel(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Cancel the order for the shop."""
    code = await visit.fetch(order_views.code_of, callback_data.id)
    await visit.run(orders.cancel, code, actor=visit.me.actor, now=visit.now)
    await _show_job(visit, callback_data.id)


async def _show_job(visit: Visit, order_id: int) -> None:
    t = visit.t
    whole = await visit.fetch(order_views.whole, await visit.fetch(order_views.code_of, order_id))
    order, zone = whole.order, await visit.zone()
    status = [
        t("order-status", status=t.label(f"status-{order.order_status}")),
        t("order-created", time=t.time(order.created_at, zone)),
    ]
    if order.order_status is OrderStatus.RESERVED:
        status.append(t("order-until", time=t.time(order.reserved_until, zone)))
    if order.delivery_time:
        status.append(t("order-delivery", time=t.time(order.delivery_time, zone)))
    if order.bitcoin_address:
        status.append(t("order-bitcoin", address=order.bitcoin_address, due=order.due))
    top = paragraphs(t("order-title", code=order.order_code), lines(status), buyer_text(t, whole))
    await visit.show(Screen(whole_text(t, whole, top), _job_rows(visit, order)))


def _job_rows(visit: Visit, order: Order) -> list[Row]:
    t = visit.t
    rows: list[Row] = []
    if order.order_status is OrderStatus.RESERVED:
        rows.append([button(t.label("job-confirm"), staff.Work(id=order.id, action="confirm"))])
    if order.order_status is OrderStatus.CONFIRMED:
        rows.append([button(t.label("job-deliver"), staff.Work(id=order.id, action="deliver?"))])
    if order.holds_reservation:
        rows.append([button(t.label("cancel-order"), staff.Work(id=order.id, action="cancel?"))])
    rows.append(
        [button(t.label("back"), staff.Queue(status=order.order_status)), button(t.label("home"), callbacks.Home())]
    )
    return rows
