"""The figures of a period in words, currency by currency, compared with the period before."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from bot.services.reports.periods import Period
from bot.services.reports.sales import Sales
from bot.services.reports.statistics import Report
from bot.telegram.wording import Words, cut, lines, paragraphs

Number = Decimal | int | None
LONGEST_NAME = 40


def days(t: Words, report: Report, now: datetime) -> Markup:
    """Return which days are told, and with which they are compared."""
    compared = report.compared
    return t(
        "stats-days",
        days=span(t, compared.period, now),
        before=span(t, compared.previous, now),
        zone=compared.period.zone,
    )


def span(t: Words, period: Period, now: datetime) -> str:
    """Return a period as "21 Nov 2026" or "15 Nov – 21 Nov 2026"; what is still to come is left out."""
    zone = ZoneInfo(period.zone)
    last = max(period.since, min(period.until - timedelta.resolution, now)).astimezone(zone).date()
    first = period.since.astimezone(zone).date()
    ends = format_date(last, "d MMM y", locale=t.language)
    if first == last:
        return ends
    return f"{format_date(first, 'd MMM' if first.year == last.year else 'd MMM y', locale=t.language)} – {ends}"


def told(t: Words, report: Report) -> Markup:
    """Return every figure."""
    came, before = report.newcomers, report.newcomers_before
    people = lines(
        [
            _line(t, "new", came.registered, before.registered, str),
            _line(t, "bought", came.bought, before.bought, str),
        ]
    )
    return paragraphs(*(_of_sales(t, each, len(report.sales) > 1) for each in report.sales), people)


def brief(t: Words, report: Report, view: str) -> Markup:
    """Return what stands below a picture."""
    sales = report.sales[0]
    words = Words(t.language, sales.currency)
    if view == "orders":
        return lines([_line(t, "orders", sales.now.orders, sales.before.orders, str), _statuses(t, sales)])
    if view == "goods":
        return Markup("")
    return lines(
        [
            _line(t, "revenue", sales.now.revenue, sales.before.revenue, words.money),
            _line(t, "delivered", sales.now.delivered, sales.before.delivered, str),
        ]
    )


def _of_sales(t: Words, sales: Sales, has_others: bool) -> Markup:
    words, now, before = Words(t.language, sales.currency), sales.now, sales.before
    money = [
        _line(t, "revenue", now.revenue, before.revenue, words.money),
        _line(t, "received", now.received, before.received, words.money),
        _line(t, "average", now.basket, before.basket, words.money),
    ]
    orders = [
        _line(t, "orders", now.orders, before.orders, str),
        _statuses(t, sales),
        _line(t, "delivered", now.delivered, before.delivered, str),
    ]
    title = Markup("<b>{}</b>").format(sales.currency) if has_others else ""
    return paragraphs(title, lines(money), lines(each for each in orders if each), _best(t, words, sales))


def _statuses(t: Words, sales: Sales) -> Markup:
    known = [(t.label(f"queue-{row.status}"), row.orders) for row in sales.statuses if row.orders]
    return lines(t("stats-status", status=status, count=count) for status, count in known)


def _best(t: Words, words: Words, sales: Sales) -> Markup:
    rows: Iterable[Markup] = (
        t("stats-best-line", name=cut(sold.name, LONGEST_NAME), units=sold.units, amount=words.money(sold.amount))
        for sold in sales.by_amount
    )
    return lines([t("stats-best"), *rows]) if sales.by_amount else Markup("")


def _line(t: Words, figure: str, now: Number, before: Number, tell: Callable[[Any], str]) -> Markup:
    value = "–" if now is None else tell(now)
    return t(f"stats-line-{figure}", value=value, change=change(t, now, before))


def change(t: Words, now: Number, before: Number) -> str:
    """Return how much more or less it is, in percent of what it was; nothing where there was nothing."""
    if now is None or not before:
        return ""
    percent = round((Decimal(now) - Decimal(before)) * 100 / Decimal(before))
    return " " + t.label("stats-change", percent=f"{percent:+d}".replace("-", "−") if percent else "0")
