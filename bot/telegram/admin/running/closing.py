"""Maintenance: closing the shop for customers with a reason that they read, and opening it again."""

from contextlib import suppress

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.errors import BadValue, WrongState
from bot.models import Right
from bot.services import maintenance, settings
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import trail
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("maintenance", Right.SETTINGS)


class AskReason(CallbackData, prefix="shut?"):
    """Why is it closed?"""


class Open(CallbackData, prefix="unshut"):
    """Open the shop again."""


class Asked(StatesGroup):
    """What closing has asked."""

    reason = State()


@router.callback_query(staff.Maintenance.filter())
async def open_maintenance(_press: CallbackQuery, visit: Visit) -> None:
    """Show whether the shop is closed, and why."""
    await _show(visit)


@router.callback_query(AskReason.filter())
async def ask_reason(_press: CallbackQuery, visit: Visit) -> None:
    """Ask what customers shall read."""
    back = button(visit.t.label("back"), staff.Maintenance())
    await visit.ask(Asked.reason, Screen(visit.t("shut-ask"), [[back]]))


@router.message(Asked.reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Close the shop."""
    await _set(visit, message.text or "")


@router.callback_query(Open.filter())
async def open_shop(_press: CallbackQuery, visit: Visit) -> None:
    """Open the shop; a second tap finds it open."""
    with suppress(WrongState):
        await visit.run(settings.reset, maintenance.KEY, actor=visit.me.actor, now=visit.now)
    visit.closed_because = ""
    await _show(visit, visit.t("shut-opened"))


async def _set(visit: Visit, reason: str) -> None:
    try:
        changed = await visit.run(settings.change, maintenance.KEY, reason, actor=visit.me.actor, now=visit.now)
    except BadValue:
        await visit.insist(visit.t("shut-wrong"))
        return
    visit.closed_because = changed.text
    await _show(visit, visit.t("setting-saved"))


async def _show(visit: Visit, note: Markup | str = "") -> None:
    t, reason = visit.t, visit.closed_because
    rows: list[Row] = [[button(t.label("shut-close"), AskReason())]]
    told = t("shut-is-open")
    if reason:
        began = await visit.fetch(maintenance.closed_at)
        since = t("shut-since", time=t.time(began, await visit.zone())) if began else Markup("")
        told = paragraphs(t("shut-is-closed"), since, t("closed-reason", reason=reason))
        rows = [[button(t.label("shut-open"), Open())], [button(t.label("shut-reword"), AskReason())]]
    rows.append([button(t.label("back"), staff.Admin())])
    await visit.show(Screen(paragraphs(note, trail(t, t.label("place-maintenance")), told), rows))
