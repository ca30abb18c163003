"""When an order is delivered: a day and an hour by buttons, or a time in words, to confirm it or to plan it anew."""

from datetime import date, datetime
from typing import Annotated

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup
from pydantic import Field

from bot.models import Order, OrderStatus, Right
from bot.models.orders import HOLDING
from bot.services import clock, delivery_times, order_edits, orders
from bot.services.queries import order_views
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_edit import show_edit
from bot.telegram.admin.orders.order_sheet import act, refuse_closed, show_order
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.callbacks import Id
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("order times", Right.SHOP)

IN_A_ROW = 2
HOURS_IN_A_ROW = 4
CONFIRM, MOVE, AMEND = "confirm", "move", "amend"
"""To amend is to move from where the order is changed, where Back and what was planned lead."""
PLANS = {CONFIRM, MOVE, AMEND}
Day = Annotated[int, Field(ge=20000101, le=99991231)]
"""A day as a number, such as 20261224."""


class PickDay(CallbackData, prefix="oday"):
    """On this day; `action` is one of `PLANS`."""

    id: Id
    action: str
    day: Day


class PickHour(CallbackData, prefix="ohour"):
    """At this hour of this day."""

    id: Id
    action: str
    day: Day
    hour: Annotated[int, Field(ge=0, le=23)]


class StaffTime(StatesGroup):
    """What was asked about the time of a delivery."""

    delivery_time = State()


@router.callback_query(staff.Work.filter(F.action.in_(PLANS)))
async def ask_day(_press: CallbackQuery, callback_data: staff.Work, visit: Visit) -> None:
    """Ask on which day the order will be delivered."""
    zone, now = await visit.zone(), visit.now
    order = (await visit.fetch(order_views.by_id, callback_data.id)).order
    among = {OrderStatus.RESERVED} if callback_data.action == CONFIRM else HOLDING
    if await refuse_closed(visit, order, wanted=OrderStatus.CONFIRMED, among=among):
        return
    today = clock.local(now, zone)[:10]
    ways = [
        button(_day_label(visit, day, today), PickDay(id=order.id, action=callback_data.action, day=_number(day)))
        for day in delivery_times.days(zone, now=now)
    ]
    text = paragraphs(
        _question(visit, order, callback_data.action), visit.t("or-write-time", zone=zone, now=clock.local(now, zone))
    )
    came_from = staff.EditOrder if callback_data.action == AMEND else staff.Job
    back = way_back(visit.t, came_from(id=order.id))
    screen = Screen(text, [*_in_rows(ways, IN_A_ROW), back])
    await visit.ask(StaffTime.delivery_time, screen, order=order.id, action=callback_data.action)


@router.callback_query(PickDay.filter(F.action.in_(PLANS)))
async def ask_hour(_press: CallbackQuery, callback_data: PickDay, visit: Visit) -> None:
    """Ask at which hour of the day."""
    zone, chosen, t = await visit.zone(), callback_data, visit.t
    visit.refuge = staff.Work(id=chosen.id, action=chosen.action)
    day = delivery_times.day_of(chosen.day)
    code = await visit.fetch(order_views.code_of, chosen.id)
    ways = [
        button(f"{hour}:00", PickHour(id=chosen.id, action=chosen.action, day=chosen.day, hour=hour))
        for hour in delivery_times.hours(day, zone, now=visit.now)
    ]
    text = t("ask-delivery-hour" if ways else "no-hour-left", code=code, day=t.day(day))
    back = way_back(t, visit.refuge)
    screen = Screen(text, [*_in_rows(ways, HOURS_IN_A_ROW), back])
    await visit.ask(StaffTime.delivery_time, screen, order=chosen.id, action=chosen.action, day=chosen.day)


@router.callback_query(PickHour.filter(F.action.in_(PLANS)))
async def take_hour(_press: CallbackQuery, callback_data: PickHour, visit: Visit) -> None:
    """Deliver at this hour; where it is over by now, another is chosen."""
    visit.refuge = staff.Work(id=callback_data.id, action=callback_data.action)
    zone = await visit.zone()
    time = delivery_times.at(callback_data.day, callback_data.hour, zone, now=visit.now)
    await _plan(visit, callback_data.id, callback_data.action, time)


@router.message(StaffTime.delivery_time, F.text, ~F.text.startswith("/"))
async def take_time(message: Message, visit: Visit) -> None:
    """Deliver at the time that was written."""
    day = await visit.fact("day")
    chosen = delivery_times.day_of(int(day)) if day else None
    time = delivery_times.typed(message.text or "", chosen, await visit.zone(), now=visit.now)
    await _plan(visit, int(await visit.fact("order")), str(await visit.fact("action")), time)


async def _plan(visit: Visit, order_id: int, action: str, time: datetime) -> None:
    if action == CONFIRM:
        await act(visit, order_id, orders.confirm, delivery_time=time)
    else:
        then = show_edit if action == AMEND else show_order
        await act(visit, order_id, order_edits.change_delivery_time, time, notify=True, done="order-edited", then=then)


def _question(visit: Visit, order: Order, action: str) -> Markup:
    key = "ask-delivery-day" if action == CONFIRM else "ask-other-day"
    asked = visit.t(key, code=order.order_code)
    if action == CONFIRM and order.bitcoin_address:
        return paragraphs(asked, visit.t("confirm-bitcoin", due=order.due))
    return asked


def _day_label(visit: Visit, day: date, today: str) -> str:
    ahead = (day - date.fromisoformat(today)).days
    return visit.t.label(("day-today", "day-tomorrow")[ahead]) if ahead < 2 else visit.t.day(day)


def _number(day: date) -> int:
    return int(f"{day:%Y%m%d}")


def _in_rows(ways: list[InlineKeyboardButton], width: int) -> list[Row]:
    return [ways[at : at + width] for at in range(0, len(ways), width)]
