"""The charts of a period: what stands in each picture, ready to be drawn (see `bot.charts`)."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from bot.services.reports.sales import Part, Sales
from bot.services.reports.statistics import Report
from bot.telegram.wording import Words

STEPS = (1, 2, 5, 10)
"""An axis counts by one of these, times a power of ten."""
LINES = 4
"""Into about so many steps an axis is divided."""


def chart(t: Words, report: Report, view: str) -> dict[str, Any] | None:
    """Return a chart of "revenue", "orders" or "goods", in the shop's own currency; None where nothing happened."""
    sales, step = report.sales[0], report.compared.period.step
    words = Words(t.language, sales.currency)
    if view == "goods":
        return _goods(words, sales)
    parts = _from_the_first_on(sales.parts) if step == "month" else sales.parts
    if view == "orders":
        amounts, tell, name = [Decimal(part.orders) for part in parts], _counted(t), _counted(t)
    else:
        amounts, tell, name = [part.revenue for part in parts], words.money, _rounded(words)
    if not any(amounts):
        return None
    return _columns(t, view, [_name(t, part.name, step) for part in parts], amounts, tell, name) | {
        "across": t.label(f"stats-axis-{step}", zone=report.compared.period.zone)
    }


def _columns(
    t: Words,
    view: str,
    names: Sequence[str],
    amounts: Sequence[Decimal],
    tell: Callable[[Decimal], str],
    name: Callable[[Decimal], str],
) -> dict[str, Any]:
    ticks = marks(max(amounts))
    return {
        "kind": "columns",
        "title": t.label(f"stats-picture-{view}"),
        "items": [
            {"name": part, "share": _share(amount, ticks[-1]), "told": tell(amount)}
            for part, amount in zip(names, amounts, strict=True)
        ],
        "ticks": [{"share": _share(tick, ticks[-1]), "name": name(tick)} for tick in ticks],
        "up": t.label(f"stats-axis-{view}"),
    }


def _goods(words: Words, sales: Sales) -> dict[str, Any] | None:
    if not any(sold.amount for sold in sales.by_amount):
        return None
    longest = sales.by_amount[0].amount
    return {
        "kind": "bars",
        "title": words.label("stats-picture-goods"),
        "items": [
            {
                "name": sold.name,
                "share": _share(sold.amount, longest),
                "told": words.label("stats-sold", units=sold.units, amount=sold.amount),
            }
            for sold in sales.by_amount
        ],
        "across": words.label("stats-axis-goods"),
    }


def marks(highest: Decimal) -> list[Decimal]:
    """Return the round numbers of an axis, from 0 to the first that is not below the highest; whole ones."""
    rough = max(highest / LINES, Decimal(1))
    power = Decimal(10) ** rough.adjusted()
    step = next(power * each for each in STEPS if power * each >= rough)
    return [step * each for each in range(ceil(highest / step) + 1)]


def _share(amount: Decimal, longest: Decimal) -> float:
    """Return how long a bar is; a length in a picture is no money."""
    return round(float(amount / longest), 4)


def _counted(t: Words) -> Callable[[Decimal], str]:
    return lambda number: format_decimal(number, locale=t.language)


def _rounded(words: Words) -> Callable[[Decimal], str]:
    """Return how an axis tells money: without the small coins, in the reader's format."""
    pattern = Locale.parse(words.language).currency_formats["standard"].pattern.replace(".00", "")
    return lambda amount: format_currency(amount, words.currency, pattern, locale=words.language, currency_digits=False)


def _from_the_first_on(parts: Sequence[Part]) -> Sequence[Part]:
    """Return the months without those before anything happened."""
    return parts[next((at for at, part in enumerate(parts) if part.orders or part.revenue), 0) :]


def _name(t: Words, part: str, step: str) -> str:
    """Return the name of a part below its column: "13:00", "15 Nov", or "Nov" with the year below it."""
    if step == "hour":
        return part[-5:]
    if step == "day":
        return format_date(date.fromisoformat(part), "d MMM", locale=t.language)
    return format_date(date.fromisoformat(f"{part}-01"), "LLL\ny", locale=t.language)
