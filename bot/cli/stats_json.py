"""What `stats --json` prints: every figure, under keys that stay."""

from dataclasses import asdict
from typing import Any

from bot.services.periods import Compared
from bot.services.sales import Sales, Totals
from bot.services.statistics import Referral, Report

KEYS = ("period", "previous", "orders", "sales", "customers", "referral", "stock", "reservations")


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
    return {
        "orders": totals.orders,
        "order_value": totals.value,
        "average_basket": totals.basket,
        "delivered": totals.delivered,
        "revenue": totals.revenue,
        "received": totals.received,
    }


def _referral(referral: Referral) -> dict[str, Any]:
    return {
        "registrations": referral.registrations,
        "codes": [asdict(code) for code in referral.codes],
        "bonus": [asdict(each) for each in referral.bonus],
    }
