"""Statistics: how the shop does in a period, in figures and in pictures."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from sqlalchemy.orm import Session

from bot.errors import BadValue
from bot.models import Right
from bot.services import settings
from bot.services.reports import periods, statistics
from bot.services.reports.periods import Compared
from bot.services.reports.statistics import Report
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import trail, way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.admin.running import charts, figures
from bot.telegram.artist import Artist
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, paragraphs

router = StaffRouter("statistics", Right.SHOP)

PERIODS: dict[str, Callable[..., Compared]] = {
    "today": periods.today,
    "7": partial(periods.days, 7),
    "30": partial(periods.days, 30),
    "year": periods.year,
}
OWN = "own"
"""A period of one's own, from a day to a day."""
FIGURES = "figures"
VIEWS = ("revenue", "orders", "goods")
"""What there is a picture of."""
DAY = re.compile(r"(?a:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))")


class AskDays(CallbackData, prefix="stats?"):
    """Which days?"""

    view: str


class Asked(StatesGroup):
    """What the statistics have asked."""

    days = State()


@router.callback_query(staff.Statistics.filter(F.period.in_({*PERIODS, OWN}) & F.view.in_({FIGURES, *VIEWS})))
async def show_period(_press: CallbackQuery, callback_data: staff.Statistics, visit: Visit, artist: Artist) -> None:
    """Show a period."""
    await _show(visit, artist, callback_data)


@router.callback_query(AskDays.filter(F.view.in_({FIGURES, *VIEWS})))
async def ask_days(_press: CallbackQuery, callback_data: AskDays, visit: Visit) -> None:
    """Ask from which day to which."""
    t = visit.t
    back = way_back(t, staff.Statistics(view=callback_data.view))
    text = paragraphs(trail(t, t.label("place-statistics"), t.label("stats-own")), t("stats-ask"))
    await visit.ask(Asked.days, Screen(text, [back]), view=callback_data.view)


@router.message(Asked.days, F.text, ~F.text.startswith("/"))
async def take_days(message: Message, visit: Visit, artist: Artist) -> None:
    """Show the days that were written."""
    try:
        since, until = _days(message.text or "")
        view = str(await visit.fact("view"))
        await _show(visit, artist, staff.Statistics(period=OWN, view=view, since=since, until=until))
    except BadValue:
        await visit.insist(visit.t("stats-wrong"))


async def _show(visit: Visit, artist: Artist, asked: staff.Statistics) -> None:
    report = await visit.fetch(_report, asked, now=visit.now)
    t, view = visit.t, asked.view
    top = paragraphs(
        trail(t, t.label("place-statistics"), t.label(f"stats-{asked.period}")), figures.days(t, report, visit.now)
    )
    if view == FIGURES:
        await visit.show(Screen(paragraphs(top, figures.told(t, report)), _rows(t, asked)))
        return
    chart = charts.chart(t, report, view)
    picture = await _picture(visit, artist, chart) if chart else None
    note = t("stats-no-picture") if chart and not picture else ""
    words = figures.brief(t, report, view) if chart else t(f"stats-nothing-{view}")
    await visit.show(Screen(paragraphs(top, words, note), _rows(t, asked), picture))


async def _picture(visit: Visit, artist: Artist, chart: dict[str, Any]) -> Path | None:
    async with visit.busy("upload_photo"):
        return await artist.picture(chart)


def _report(session: Session, asked: staff.Statistics, *, now: datetime) -> Report:
    zone = str(settings.get(session, "timezone"))
    if asked.period == OWN:
        compared = periods.between(asked.since, asked.until, zone, now=now)
    else:
        compared = PERIODS[asked.period](zone, now=now)
    return statistics.report(session, compared, now=now)


def _rows(t: Words, asked: staff.Statistics) -> list[Row]:
    """Return the buttons: the periods, the pictures and the way back; what is shown has a mark."""

    def way(text: str, is_here: bool, **other: str) -> InlineKeyboardButton:
        data = asked.model_copy(update=other)
        return button(t.label("stats-here", text=text) if is_here else text, data)

    own = button(_own_label(t, asked), AskDays(view=asked.view))
    spans = [way(t.label(f"stats-{each}"), asked.period == each, period=each, since="", until="") for each in PERIODS]
    views = [way(t.label(f"stats-view-{each}"), asked.view == each, view=each) for each in (FIGURES, *VIEWS)]
    return [spans[:3], [*spans[3:], own], views[:2], views[2:], way_back(t, staff.Admin())]


def _own_label(t: Words, asked: staff.Statistics) -> str:
    label = t.label("stats-own")
    return t.label("stats-here", text=label) if asked.period == OWN else label


def _days(text: str) -> tuple[str, str]:
    """Return the first and the last day of what was written: one day or two, as 2026-11-20 or 20.11.2026.

    Raises:
        BadValue: it is neither.
    """
    found = [_day(match) for match in DAY.finditer(text)]
    rest = DAY.sub("", text).strip(" -–—.,;/")
    if len(found) not in (1, 2) or len(rest) > 5:
        raise BadValue("days", text[:40], "write one or two days")
    return min(found), max(found)


def _day(match: re.Match[str]) -> str:
    year, month, day, *russian = match.groups()
    if russian[0]:
        day, month, year = russian
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise BadValue("days", match[0], "there is no such day") from None
