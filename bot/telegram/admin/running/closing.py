"""Maintenance: closing the shop for customers with a reason that they read, and opening it again."""

from contextlib import suppress

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.errors import BadValue, WrongState
from bot.models import Right
from bot.services import maintenance, settings
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import kept_way, trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("maintenance", Right.SETTINGS)


class AskReason(staff.Maintenance, prefix="shut?"):
    """Why is it closed?"""


class Open(staff.Maintenance, prefix="unshut"):
    """Open the shop again."""


class Asked(StatesGroup):
    """What closing has asked."""

    reason = State()


@router.callback_query(staff.Maintenance.filter())
async def open_maintenance(_press: CallbackQuery, callback_data: staff.Maintenance, visit: Visit) -> None:
    """Show whether the shop is closed, and why."""
    await _show(visit, callback_data)


@router.callback_query(AskReason.filter())
async def ask_reason(_press: CallbackQuery, callback_data: AskReason, visit: Visit) -> None:
    """Ask what customers shall read."""
    back = staff.Maintenance(is_from_settings=callback_data.is_from_settings)
    await visit.ask(Asked.reason, Screen(visit.t("shut-ask"), [way_back(visit.t, back)]), came_by=back.pack())


@router.message(Asked.reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Close the shop."""
    came_by = await kept_way(visit, "came_by", staff.Maintenance())
    try:
        changed = await visit.run(
            settings.change, maintenance.KEY, message.text or "", actor=visit.me.actor, now=visit.now
        )
    except BadValue:
        await visit.insist(visit.t("shut-wrong"))
        return
    visit.closed_because = changed.text
    await _show(visit, came_by, visit.t("setting-saved"))


@router.callback_query(Open.filter())
async def open_shop(_press: CallbackQuery, callback_data: Open, visit: Visit) -> None:
    """Open the shop; a second tap finds it open."""
    with suppress(WrongState):
        await visit.run(settings.reset, maintenance.KEY, actor=visit.me.actor, now=visit.now)
    visit.closed_because = ""
    await _show(visit, callback_data, visit.t("shut-opened"))


async def _show(visit: Visit, came_by: staff.Maintenance, note: Markup | str = "") -> None:
    t, reason, to = visit.t, visit.closed_because, came_by.model_dump()
    rows: list[Row] = [[button(t.label("shut-close"), AskReason(**to))]]
    told = t("shut-is-open")
    if reason:
        began = await visit.fetch(maintenance.closed_at)
        since = t("shut-since", time=t.time(began, await visit.zone())) if began else Markup("")
        told = paragraphs(t("shut-is-closed"), since, t("closed-reason", reason=reason))
        rows = [[button(t.label("shut-open"), Open(**to))], [button(t.label("shut-reword"), AskReason(**to))]]
    rows.append(ways_out(visit, staff.Settings(group=staff.LAST_GROUP) if came_by.is_from_settings else staff.Admin()))
    await visit.show(Screen(paragraphs(note, trail(t, t.label("place-maintenance")), told), rows))
