"""What staff do with an order besides planning it: deliver, cancel with a reason, hold again, write to the buyer."""

from datetime import datetime

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.models import Right
from bot.services import letters, orders
from bot.services.queries import order_views
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_sheet import act
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit

router = StaffRouter("order steps", Right.SHOP)


class StaffOrder(StatesGroup):
    """What was asked about an order."""

    cancel_reason = State()
    letter = State()


@router.callback_query(staff.Work.filter(F.action == "deliver?"))
async def ask_delivered(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask once more before goods leave the stock for good."""
    await _ask_once_more(visit, callback_data.id, "ask-delivered", "delivered-yes", "deliver")


@router.callback_query(staff.Work.filter(F.action == "deliver"))
async def deliver(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Note that the goods were handed over."""
    await act(visit, callback_data.id, orders.deliver)


@router.callback_query(staff.Work.filter(F.action == "revive?"))
async def ask_revive(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask once more before the customer is told that an order is reserved again."""
    await _ask_once_more(visit, callback_data.id, "ask-revive", "revive-yes", "revive")


@router.callback_query(staff.Work.filter(F.action == "revive"))
async def revive(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Reserve the goods of an expired order again."""
    await act(visit, callback_data.id, orders.revive)


@router.callback_query(staff.Work.filter(F.action == "cancel?"))
async def ask_cancel(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask why an order is cancelled; the customer reads it."""
    t = visit.t
    code = await visit.fetch(order_views.code_of, callback_data.id)
    rows: list[Row] = [
        [button(t.label("cancel-silently"), staff.Work(id=callback_data.id, action="cancel"))],
        way_back(t, staff.Job(id=callback_data.id)),
    ]
    await visit.ask(StaffOrder.cancel_reason, Screen(t("ask-cancel-reason", code=code), rows), order=callback_data.id)


@router.message(StaffOrder.cancel_reason, F.text, ~F.text.startswith("/"))
async def cancel_because(message: Message, visit: Visit) -> None:
    """Cancel the order for the shop, for this reason."""
    await act(visit, int(await visit.fact("order")), orders.cancel, reason=message.text or "")


@router.callback_query(staff.Work.filter(F.action == "cancel"))
async def cancel(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Cancel the order for the shop, without a reason."""
    await act(visit, callback_data.id, orders.cancel)


@router.callback_query(staff.Work.filter(F.action == "write"))
async def ask_letter(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask what to write to the customer."""
    whole = await visit.fetch(order_views.by_id, callback_data.id)
    back = way_back(visit.t, staff.Job(id=callback_data.id))
    text = visit.t("ask-letter", name=whole.buyer_name, code=whole.order.order_code)
    await visit.ask(StaffOrder.letter, Screen(text, [back]), order=callback_data.id)


@router.message(StaffOrder.letter, F.text, ~F.text.startswith("/"))
async def take_letter(message: Message, visit: Visit) -> None:
    """Write it to the customer."""
    await act(visit, int(await visit.fact("order")), _write, message.text or "", done="letter-sent")


def _write(session: Session, code: str, text: str, *, actor: str, now: datetime) -> None:
    letters.write(session, order_views.whole(session, code).order.buyer_id, text, actor=actor, now=now)


async def _ask_once_more(visit: Visit, order_id: int, question: str, yes: str, action: str) -> None:
    t = visit.t
    code = await visit.fetch(order_views.code_of, order_id)
    rows: list[Row] = [
        [button(t.label(yes), staff.Work(id=order_id, action=action))],
        way_back(t, staff.Job(id=order_id)),
    ]
    await visit.show(Screen(t(question, code=code), rows))
