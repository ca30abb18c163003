"""Rules about the life of an order."""

from bot.models import TRANSITIONS
from bot.services.invariants.rule import Invariant, Topic

_LEGAL = " OR ".join(
    f"(from_status = '{before}' AND to_status = '{after}')"
    for before, following in TRANSITIONS.items()
    for after in sorted(following)
)

RULES = (
    Invariant(
        "I6",
        Topic.ORDERS,
        "An order's history is a legal path.",
        f"""
        SELECT DISTINCT order_code FROM (
            SELECT order_id, from_status, to_status,
                LAG(to_status) OVER (PARTITION BY order_id ORDER BY id) AS before_it
            FROM order_history
        ) steps JOIN orders ON orders.id = order_id
        WHERE COALESCE(from_status, '') <> COALESCE(before_it, '')
            OR NOT ((from_status IS NULL AND to_status = 'pending') OR {_LEGAL})
        """,  # noqa: S608 - our own constants
        left="History is not rewritten: see who did what by bot_cli.py order show, and at logs/orders.log.",
    ),
    Invariant(
        "I6",
        Topic.ORDERS,
        "An order's history ends in its status.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, MAX(id) AS id FROM order_history GROUP BY order_id
        ) last ON last.order_id = orders.id
        LEFT JOIN order_history step ON step.id = last.id
        WHERE COALESCE(step.to_status, '') <> order_status
        """,
        left="Only who knows the goods can tell which is true: see bot_cli.py order show, and at logs/orders.log.",
    ),
    Invariant(
        "I6",
        Topic.ORDERS,
        "A reservation is extended once at most, and the order says so.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT SUBSTR(subject, 7) AS code, COUNT(*) AS times FROM events
            WHERE kind = 'order.extended' GROUP BY SUBSTR(subject, 7)
        ) extended ON extended.code = order_code
        WHERE COALESCE(extended.times, 0) <> CASE WHEN extended_at IS NULL THEN 0 ELSE 1 END
        """,
        left="Nothing is lost by it: the customer was given more or less time than once. See bot_cli.py order show.",
    ),
)
