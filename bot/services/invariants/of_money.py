"""Rules about bonus, totals and payments."""

from bot.services.invariants.rule import Invariant, Topic

RULES = (
    Invariant(
        "I5",
        Topic.BONUS,
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
        Topic.BONUS,
        "An order's bonus is spent, refunded and credited at most once.",
        """
        SELECT order_code FROM bonus_ledger JOIN orders ON orders.id = order_id
        WHERE kind IN ('spent', 'refunded', 'credited') GROUP BY order_code, kind HAVING COUNT(*) > 1
        """,
        left="Somebody got a bonus twice or paid one twice: settle it by bot_cli.py customer bonus.",
    ),
    Invariant(
        "I5",
        Topic.BONUS,
        "A bonus moves for an order, or by hand with a reason.",
        """
        SELECT id FROM bonus_ledger WHERE amount = 0
            OR (kind = 'adjusted' AND (order_id IS NOT NULL OR COALESCE(reason, '') = ''))
            OR (kind <> 'adjusted' AND order_id IS NULL)
        """,
        left="Ask whoever stands in the ledger why: bot_cli.py customer ledger ID.",
    ),
    Invariant(
        "I5",
        Topic.BONUS,
        "An order carries the bonus that was spent on it and not given back.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(amount) AS amount FROM bonus_ledger
            WHERE kind IN ('spent', 'refunded', 'trimmed') GROUP BY order_id
        ) ledger ON ledger.order_id = orders.id
        WHERE bonus_applied + COALESCE(ledger.amount, 0) <> 0
        """,
        left="What the customer has to pay depends on it: compare bot_cli.py order show with customer ledger.",
    ),
    Invariant(
        "I5",
        Topic.BONUS,
        "What a referrer was credited stands among their earnings, and nothing else does.",
        """
        SELECT order_code FROM bonus_ledger JOIN orders ON orders.id = bonus_ledger.order_id
        LEFT JOIN referral_earnings earned ON earned.order_id = orders.id AND earned.referrer_id = user_id
        WHERE kind = 'credited' AND COALESCE(earned.amount, 0) <> bonus_ledger.amount
        UNION
        SELECT order_code FROM referral_earnings JOIN orders ON orders.id = referral_earnings.order_id
        LEFT JOIN bonus_ledger ON bonus_ledger.order_id = orders.id AND kind = 'credited' AND user_id = referrer_id
        WHERE bonus_ledger.id IS NULL
        """,
        left="Nothing is credited afterwards: compare bot_cli.py customer ledger of the referrer with the order.",
    ),
    Invariant(
        "I11",
        Topic.MONEY,
        "An order's items less discounts plus fees come to its total.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(price * quantity) AS amount FROM order_items GROUP BY order_id
        ) items ON items.order_id = orders.id
        WHERE COALESCE(items.amount, 0) - discount_amount + fee_amount <> total_price
        """,
        left="What was agreed is not reckoned anew: see bot_cli.py order show and ask the customer.",
    ),
    Invariant(
        "I11",
        Topic.MONEY,
        "What a delivered order came to was recorded as paid.",
        """
        SELECT order_code FROM orders LEFT JOIN (
            SELECT order_id, SUM(amount) AS amount FROM payments GROUP BY order_id
        ) paid ON paid.order_id = orders.id
        WHERE order_status = 'delivered' AND COALESCE(paid.amount, 0) < total_price - bonus_applied
        """,
        left="No payment is made up: find out what was paid, and where it was recorded.",
    ),
    Invariant(
        "I11",
        Topic.MONEY,
        "What a customer has spent, and in how many orders, is what their delivered orders come to.",
        # Everything is sorted by the customer once: looked up one by one, a million orders took twice as long.
        """
        SELECT telegram_id FROM (
            SELECT telegram_id, total_spendings AS amount, completed_orders_count AS orders, 1 AS is_kept
            FROM customer_info
            UNION ALL
            SELECT buyer_id, bonus_applied - total_price, -1, 0 FROM orders WHERE order_status = 'delivered'
        ) moved
        GROUP BY telegram_id HAVING MAX(is_kept) = 1 AND (SUM(amount) <> 0 OR SUM(orders) <> 0)
        """,
    ),
)
