"""What `stats` prints for people: tables, and a bar for every hour, day or month."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from bot.cli import charts, output
from bot.cli.charts import Line
from bot.cli.output import Column
from bot.services import clock, money
from bot.services.reports.periods import Compared
from bot.services.reports.sales import Part, Sales, Sold
from bot.services.reports.statistics import Bonus, Report

NAMES = {"today": "Today", "week": "This week", "month": "This month", "range": "These days"}
FIGURES = (Column("Figure", main=True), Column("Now", main=True, right=True))
COMPARED = (*FIGURES, Column("Before", right=True), Column("Change", right=True))
NUMBER = "{:f}"


def show(report: Report, now: datetime) -> None:
    """Print a report."""
    _show_period(report.compared, now)
    for sales in report.sales:
        _show_sales(sales, report.compared.period.step)
    _show_people(report)
    _show_shop(report)


def _show_period(compared: Compared, now: datetime) -> None:
    period, previous, zone = compared.period, compared.previous, compared.period.zone
    until = clock.local(period.until, zone) if period.until <= now else f"{clock.local(now, zone)} (now)"
    output.heading(NAMES[compared.name])
    output.facts(
        (
            ("From", clock.local(period.since, zone)),
            ("Until", until),
            ("Compared with", f"{clock.local(previous.since, zone)} until {clock.local(previous.until, zone)}"),
            ("Time zone", zone),
        )
    )


def _show_sales(sales: Sales, step: str) -> None:
    now, before = sales.now, sales.before
    _section(f"Sales in {sales.currency}")
    figures: tuple[tuple[str, Any, Any, Callable[[Any], str]], ...] = (
        ("Orders", now.orders, before.orders, str),
        ("Value", now.value, before.value, _in(sales.currency)),
        ("Average basket", now.basket, before.basket, _in(sales.currency)),
        ("Delivered", now.delivered, before.delivered, str),
        ("Revenue", now.revenue, before.revenue, _in(sales.currency)),
        ("Received", now.received, before.received, _in(sales.currency)),
    )
    output.table(COMPARED, [_compared(*figure) for figure in figures], nothing="")
    _show_charts(sales, step)
    _show_statuses(sales)
    _show_methods(sales)
    if sales.by_amount == sales.by_units:
        _show_best("Most sold goods", sales.by_amount, sales.currency)
    else:
        _show_best("Most sold goods by amount", sales.by_amount, sales.currency)
        _show_best("Most sold goods by units", sales.by_units, sales.currency)


def _show_charts(sales: Sales, step: str) -> None:
    parts = _from_the_first_on(sales.parts) if step == "month" else sales.parts
    amount = _in(sales.currency)
    if any(part.revenue for part in parts):
        _section(f"Revenue per {step}, {sales.currency}")
        charts.bars([Line(_name(part.name, step), part.revenue, amount(part.revenue)) for part in parts])
    if any(part.orders for part in parts):
        _section(f"Orders per {step}")
        charts.bars([Line(_name(part.name, step), Decimal(part.orders), str(part.orders)) for part in parts])


def _show_statuses(sales: Sales) -> None:
    columns = (Column("Status", main=True), Column("Orders", main=True, right=True), Column("Value", right=True))
    rows = [(row.status, row.orders, _in(sales.currency)(row.amount)) for row in sales.statuses if row.orders]
    if rows:
        _section("Orders by status")
        output.table(columns, rows, nothing="")


def _show_methods(sales: Sales) -> None:
    amount = _in(sales.currency)
    columns = (
        Column("Payment", main=True),
        Column("Orders", right=True),
        Column("Delivered", right=True),
        Column("Revenue", right=True),
        Column("Received", right=True),
    )
    rows = [
        (row.method, row.orders, row.delivered, amount(row.revenue), amount(row.received))
        for row in sales.methods
        if row.orders or row.delivered or row.received
    ]
    if rows:
        _section("Payment methods")
        output.table(columns, rows, nothing="")


def _show_best(title: str, goods: Sequence[Sold], currency: str) -> None:
    columns = (Column("Goods", main=True), Column("Units", right=True), Column("Amount", right=True))
    if goods:
        _section(title)
        rows = [(sold.name, sold.units, _in(currency)(sold.amount)) for sold in goods]
        output.table(columns, rows, nothing="")


def _show_people(report: Report) -> None:
    now, before, referral = report.newcomers, report.newcomers_before, report.referral
    _section("Customers and referral")
    rows = [
        _compared("New customers", now.registered, before.registered, str),
        _compared("Of them bought", now.bought, before.bought, str),
    ]
    output.table(COMPARED, rows, nothing="")
    output.facts((("Came with a code", referral.registrations), *_bonus(referral.bonus)))
    if referral.codes:
        _section("Most used reference codes")
        columns = (Column("Code", main=True), Column("Uses", main=True, right=True), Column("Of"), Column("Note"))
        output.table(
            columns,
            [
                (each.code, each.registrations, "staff" if each.is_admin_code else "customer", each.note)
                for each in referral.codes
            ],
            nothing="",
        )


def _bonus(bonus: Iterable[Bonus]) -> list[tuple[str, str | None]]:
    """Return what is to be told of bonus; what did not move is left out, but for what was credited."""
    told: list[tuple[str, str | None]] = []
    for each in bonus:
        told += [
            ("Bonus credited", output.amount(each.credited, each.currency)),
            ("Bonus spent", output.amount(each.spent, each.currency) if each.spent else None),
            ("Bonus refunded", output.amount(each.refunded, each.currency) if each.refunded else None),
            ("Bonus adjusted", output.amount(each.adjusted, each.currency) if each.adjusted else None),
        ]
    return told


def _show_shop(report: Report) -> None:
    stock = report.stock
    amount = _in(stock.currency)
    _section("The shop now")
    open_orders = [
        (
            "Open orders",
            f"{each.orders}, {_in(each.currency)(each.value)} {each.currency}, due {_in(each.currency)(each.due)}",
        )
        for each in report.reservations
    ]
    output.facts(
        (
            ("Stock", f"{amount(stock.value)} {stock.currency} ({output.counted(stock.units, 'unit')})"),
            (
                "Reserved",
                f"{amount(stock.reserved_value)} {stock.currency} ({output.counted(stock.reserved_units, 'unit')})",
            ),
            *(open_orders or [("Open orders", "0")]),
        )
    )


def _section(title: str) -> None:
    click.echo()
    output.heading(title)


def _compared(name: str, now: Any, before: Any, tell: Callable[[Any], str]) -> tuple[str, str, str, str]:
    return name, _told(now, tell), _told(before, tell), _change(now, before)


def _told(value: Any, tell: Callable[[Any], str]) -> str:
    return "-" if value is None else tell(value)


def _change(now: Decimal | int | None, before: Decimal | int | None) -> str:
    """Return how much more or less it is, in percent of what it was; nothing where there was nothing."""
    if now is None or not before:
        return ""
    percent = round((Decimal(now) - Decimal(before)) * 100 / Decimal(before))
    return f"{percent:+d} %" if percent else "0 %"


def _in(currency: str) -> Callable[[Decimal], str]:
    return lambda amount: str(money.rounded(amount, currency))


def _from_the_first_on(parts: Sequence[Part]) -> Sequence[Part]:
    """Return the parts without those before anything happened."""
    first = next((at for at, part in enumerate(parts) if part.orders or part.revenue), 0)
    return parts[first:]


def _name(part: str, step: str) -> str:
    """Return "13:00", "Mon 05-11" or "2026-05"."""
    if step == "hour":
        return part[-5:]
    return part if step == "month" else f"{datetime.fromisoformat(part):%a %m-%d}"
