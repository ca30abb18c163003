"""What must always hold (RELIABILITY section 3), as SQL that returns no row; MariaDB and SQLite run it alike.

Not everything is a matter of rows: that answers go only to their owner beyond what I8 says here, that every unexpected
error is apologised for (I9), and that the shop serves again after a fault (I12), only tests can show.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from bot.models import TRANSITIONS
from bot.models.base import UtcDateTime

LONGEST_WAIT = timedelta(minutes=10)
"""No message waits longer for being sent; one of many, which has its turn later, no longer than that after it."""
SHOWN = 10


@dataclass(frozen=True)
class Invariant:
    """A rule by its name in RELIABILITY, a sentence, and SQL that names what breaks it."""

    name: str
    meaning: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold, and the first of what breaks it."""

    invariant: str
    meaning: str
    broken_by: tuple[str, ...]


_LEGAL = " OR ".join(
    f"(from_status = '{before}' AND to_status = '{after}')"
    for before, following in TRANSITIONS.items()
    for after in sorted(following)
)

ALL = (
    Invariant(
        "I1",
        "Reserved goods lie on the shelf.",
        "SELECT name FROM goods WHERE reserved_quantity < 0 OR reserved_quantity > stock_quantity",
    ),
    Invariant(
        "I2",
        "The inventory log sums to the stock and to the reserved quantity.",
        """
        SELECT name FROM goods LEFT JOIN (
            SELECT goods_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved
            FROM inventory_log GROUP BY goods_id
        ) moved ON moved.goods_id = goods.id
        WHERE stock_quantity <> COALESCE(moved.stock, 0) OR reserved_quantity <> COALESCE(moved.reserved, 0)
        """,
    ),
    Invariant(
        "I3",
        "Reserved is what open orders are promised.",
        """
        SELECT name FROM goods LEFT JOIN (
            SELECT goods_id, SUM(quantity) AS quantity FROM order_items
            JOIN orders ON orders.id = order_items.order_id
            WHERE order_status IN ('reserved', 'confirmed') GROUP BY goods_id
        ) promised ON promised.goods_id = goods.id
        WHERE reserved_quantity <> COALESCE(promised.quantity, 0)
        """,
    ),
    Invariant(
        "I4",
        "A bitcoin address belongs to at most one order.",
        "SELECT bitcoin_address FROM orders WHERE bitcoin_address IS NOT NULL "
        "GROUP BY bitcoin_address HAVING COUNT(*) > 1",
    ),
    Invariant(
        "I4",
        "An order's bitcoin address is one of the pool, claimed for this order.",
        """
        SELECT order_code FROM orders LEFT JOIN bitcoin_addresses ON address = bitcoin_address
        WHERE bitcoin_address IS NOT NULL AND (address IS NULL OR NOT is_used OR COALESCE(order_id, 0) <> orders.id)
        UNION
        SELECT order_code FROM bitcoin_addresses JOIN orders ON orders.id = order_id
        WHERE bitcoin_address IS NULL OR bitcoin_address <> address
        """,
    ),
    Invariant(
        "I5",
        "The bonus ledger sums to the balance, which is never negative.",
        """
        SELECT users.telegram_id FROM users
        LEFT JOIN customer_info ON customer_info.telegram_id = users.telegram_id
        LEFT JOIN (SELECT user_id, SUM(amount) AS amount FROM bonus_ledger GROUP BY user_id) ledger
            ON ledger.user_id = users.telegram_id
        WHERE COALESCE(bonus_balance, 0) <> COALESCE(ledger.amount, 0) OR bonus_balance < 0
        """,
    ),
    Invariant(
        "I5",
        "An order's bonus is spent, refunded and credited at most once.",
        """
        SELECT order_code FROM bonus_ledger JOIN orders ON orders.id = order_id
        WHERE kind IN ('spent', 'refunded', 'credited') GROUP BY order_code, kind HAVING COUNT(*) > 1
        """,
    ),
    Invariant(
        "I5",
        "A bonus moves for an order, or by hand with a reason.",
        """
        SELECT id FROM bonus_ledger WHERE amount = 0
            OR (kind = 'adjusted' AND (order_id IS NOT NULL OR COALESCE(reason, '') = ''))
            OR (kind <> 'adjusted' AND order_id IS NULL)
        """,
    ),
    Invariant(
        "I5",
        "An order carries the bonus that was spent on it and not given back.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(amount) AS amount FROM bonus_ledger
            WHERE kind IN ('spent', 'refunded', 'trimmed') GROUP BY order_id
        ) ledger ON ledger.order_id = orders.id
        WHERE bonus_applied + COALESCE(ledger.amount, 0) <> 0
        """,
    ),
    Invariant(
        "I6",
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
    ),
    Invariant(
        "I6",
        "An order's history ends in its status.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, MAX(id) AS id FROM order_history GROUP BY order_id
        ) last ON last.order_id = orders.id
        LEFT JOIN order_history step ON step.id = last.id
        WHERE COALESCE(step.to_status, '') <> order_status
        """,
    ),
    Invariant(
        "I6",
        "A reservation is extended once at most, and the order says so.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT SUBSTR(subject, 7) AS code, COUNT(*) AS times FROM events
            WHERE kind = 'order.extended' GROUP BY SUBSTR(subject, 7)
        ) extended ON extended.code = order_code
        WHERE COALESCE(extended.times, 0) <> CASE WHEN extended_at IS NULL THEN 0 ELSE 1 END
        """,
    ),
    Invariant(
        "I7",
        "Every change that someone must be told of has its message.",
        """
        SELECT subject FROM events LEFT JOIN outbox ON outbox.event_id = events.id
        WHERE outbox.id IS NULL AND (
            events.kind IN (
                'order.confirmed', 'order.delivered', 'order.expired', 'order.revived', 'help.answered',
                'customer.written_to', 'staff.added', 'staff.removed'
            )
            OR (events.kind = 'order.cancelled' AND actor NOT LIKE 'user:%')
        )
        """,
    ),
    Invariant(
        "I7",
        "A conversation waits since the oldest message that nobody has settled.",
        """
        SELECT help_threads.user_id FROM help_threads LEFT JOIN (
            SELECT user_id, MIN(created_at) AS since FROM help_messages
            WHERE by_customer = 1 AND settled_at IS NULL GROUP BY user_id
        ) asked ON asked.user_id = help_threads.user_id
        WHERE COALESCE(waiting_since, '') <> COALESCE(asked.since, '')
        """,
    ),
    Invariant(
        "I7",
        "Nobody waits for goods that are back.",
        """
        WITH RECURSIVE closed AS (
            SELECT id FROM categories WHERE archived_at IS NOT NULL
            UNION SELECT categories.id FROM categories JOIN closed ON categories.parent_id = closed.id
        )
        SELECT name FROM waiting_list JOIN goods ON goods.id = goods_id
        WHERE goods.archived_at IS NULL AND stock_quantity > reserved_quantity
            AND category_id NOT IN (SELECT id FROM closed)
        """,
    ),
    Invariant(
        "I7",
        "No message waits longer than ten minutes for being sent.",
        """
        SELECT id FROM outbox
        WHERE broadcast_id IS NULL AND created_at < :longest_ago AND (attempts > 0 OR next_attempt_at < :longest_ago)
            AND (status IN ('pending', 'sending') OR (status = 'uncertain' AND uncertain_count < 2))
        """,
    ),
    Invariant(
        "I7",
        "Whoever a broadcast has reached stands in the outbox, and nothing of it waits when it is over.",
        """
        SELECT broadcasts.id FROM broadcasts LEFT JOIN (
            SELECT broadcast_id, COUNT(*) AS people, SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END) AS waiting
            FROM outbox WHERE broadcast_id IS NOT NULL GROUP BY broadcast_id
        ) queued ON queued.broadcast_id = broadcasts.id
        WHERE queued_count <> COALESCE(queued.people, 0)
            OR (state IN ('done', 'cancelled') AND COALESCE(queued.waiting, 0) > 0)
        """,
    ),
    Invariant(
        "I8",
        "A bitcoin address was claimed by the buyer of its order.",
        "SELECT order_code FROM bitcoin_addresses JOIN orders ON orders.id = order_id "
        "WHERE COALESCE(used_by, 0) <> buyer_id",
    ),
    Invariant(
        "I10",
        "A reference code's uses equal its redemptions and stay within its limit.",
        """
        SELECT code FROM reference_codes LEFT JOIN (
            SELECT code_id, COUNT(*) AS uses FROM reference_code_usages GROUP BY code_id
        ) redeemed ON redeemed.code_id = reference_codes.id
        WHERE current_uses <> COALESCE(redeemed.uses, 0) OR current_uses > COALESCE(max_uses, current_uses)
        """,
    ),
    Invariant(
        "I11",
        "An order's items less discounts plus fees come to its total.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(price * quantity) AS amount FROM order_items GROUP BY order_id
        ) items ON items.order_id = orders.id
        WHERE COALESCE(items.amount, 0) - discount_amount + fee_amount <> total_price
        """,
    ),
    Invariant(
        "I11",
        "What a delivered order came to was recorded as paid.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(amount) AS amount FROM payments GROUP BY order_id
        ) paid ON paid.order_id = orders.id
        WHERE order_status = 'delivered' AND COALESCE(paid.amount, 0) < total_price - bonus_applied
        """,
    ),
)


def check(session: Session, *, now: datetime) -> list[Violation]:
    """Return every rule that does not hold; an empty list is what everybody wants to see."""
    found = ((rule, _broken_by(session, rule, now)) for rule in ALL)
    return [Violation(rule.name, rule.meaning, names) for rule, names in found if names]


def _broken_by(session: Session, rule: Invariant, now: datetime) -> tuple[str, ...]:
    statement = text(rule.sql)
    if ":longest_ago" in rule.sql:
        statement = statement.bindparams(bindparam("longest_ago", now - LONGEST_WAIT, type_=UtcDateTime()))
    return tuple(str(row[0]) for row in session.execute(statement).fetchmany(SHOWN))
