"""What `stats --json` prints: every figure, under keys that stay."""

from dataclasses import asdict
from typing import Any

from bot.cli import options
from bot.services.reports.periods import Compared
from bot.services.reports.sales import Sales, Totals
from bot.services.reports.statistics import Referral, Report

TOTALS = ("orders", "order_value", "average_basket", "delivered", "revenue", "received")
KEYS = (
    options.inner("period", "name", "since", "until", "timezone", "step"),
    options.inner("previous", "since", "until"),
    options.inner("orders", "made", "by_status"),
    options.inner("sales", "currency", *TOTALS, "previous", "by_status", "by_payment_method", "top_goods", "series"),
    options.inner("customers", "registered", "bought", "previous"),
    options.inner("referral", "registrations", "codes", "bonus"),
    options.inner("stock", "currency", "units", "value", "reserved_units", "reserved_value"),
    options.inner("reservations", "currency", "orders", "value", "due"),
)


def facts(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it."""
    return {
        **_period(report.compared),
        "orders": _orders(report.sales),
        "sales": [_sales(each) for each in report.sales],
        "customers": {**asdict(report.newcomers), "previous": asdict(report.newcomers_before)},
        "referral": _referral(report.referral),
        "stock": asdict(report.stock),
        "reservations": [asdict(each) for each in report.reservations],
    }


def _period(compared: Compared) -> dict[str, Any]:
    period, previous = compared.period, compared.previous
    return {
        "period": {
            "name": compared.name,
            "since": period.since,
            "until": period.until,
            "timezone": period.zone,
            "step": period.step,
        },
        "previous": {"since": previous.since, "until": previous.until},
    }


def _orders(sales: Any) -> dict[str, Any]:
    """Return the number of orders in all currencies; their amounts cannot be added up."""
    statuses: dict[str, int] = {}
    for each in sales:
        for row in each.statuses:
            statuses[row.status] = statuses.get(row.status, 0) + row.orders
    return {"made": sum(statuses.values()), "by_status": statuses}


def _sales(sales: Sales) -> dict[str, Any]:
    return {
        "currency": sales.currency,
        **_totals(sales.now),
        "previous": _totals(sales.before),
        "by_status": {row.status: {"orders": row.orders, "amount": row.amount} for row in sales.statuses},
        "by_payment_method": {
            row.method: {
                "orders": row.orders,
                "delivered": row.delivered,
                "revenue": row.revenue,
                "received": row.received,
            }
            for row in sales.methods
        },
        "top_goods": {
            "by_amount": [asdict(sold) for sold in sales.by_amount],
            "by_units": [asdict(sold) for sold in sales.by_units],
        },
        "series": [asdict(part) for part in sales.parts],
    }


def _totals(totals: Totals) -> dict[str, Any]:
    figures = (totals.orders, totals.value, totals.basket, totals.delivered, totals.revenue, totals.received)
    return dict(zip(TOTALS, figures, strict=True))


def _referral(referral: Referral) -> dict[str, Any]:
    return {
        "registrations": referral.registrations,
        "codes": [asdict(code) for code in referral.codes],
        "bonus": [asdict(each) for each in referral.bonus],
    }
