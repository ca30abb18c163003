"""Rules about who must be told, what waits, and reference codes."""

from bot.services.invariants.rule import Invariant, Topic

RULES = (
    Invariant(
        "I7",
        Topic.MESSAGES,
        "Every change that someone must be told of has its message.",
        """
        SELECT subject FROM events LEFT JOIN outbox ON outbox.event_id = events.id
        WHERE outbox.id IS NULL AND (
            events.kind IN (
                'order.confirmed', 'order.delivered', 'order.expired', 'order.revived', 'order.reminded',
                'bonus.credited', 'help.answered', 'customer.written_to', 'message.repeated',
                'staff.added', 'staff.removed'
            )
            OR (events.kind = 'goods.back' AND JSON_EXTRACT(events.facts, '$.people') > 0)
            OR (events.kind = 'order.cancelled' AND NOT EXISTS (
                SELECT 1 FROM orders WHERE order_code = SUBSTR(subject, 7)
                    AND SUBSTR(actor, 1, 5) = 'user:' AND SUBSTR(actor, 6) = CAST(buyer_id AS CHAR)
            ))
        )
        """,
        left="What was not told may be out of date by now: write to them by bot_cli.py customer message.",
    ),
    Invariant(
        "I7",
        Topic.MESSAGES,
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
        Topic.MESSAGES,
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
        Topic.MESSAGES,
        "No message waits longer than ten minutes for being sent.",
        """
        SELECT id FROM outbox
        WHERE broadcast_id IS NULL AND created_at < :longest_ago AND (attempts > 0 OR next_attempt_at < :longest_ago)
            AND (status = 'pending' OR (status = 'uncertain' AND uncertain_count < 2))
        """,
        left="They are sent as soon as the bot runs and reaches Telegram: see bot_cli.py outbox show ID.",
    ),
    Invariant(
        "I7",
        Topic.MESSAGES,
        "No message is on its way for longer than ten minutes.",
        """
        SELECT id FROM outbox
        WHERE status = 'sending' AND created_at < :longest_ago
            AND (claimed_at IS NULL OR claimed_at < :longest_ago OR claimed_at > :soon)
        """,
    ),
    Invariant(
        "I7",
        Topic.MESSAGES,
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
        "I10",
        Topic.CODES,
        "A reference code's uses equal its redemptions and stay within its limit.",
        """
        SELECT code FROM reference_codes LEFT JOIN (
            SELECT code_id, COUNT(*) AS uses FROM reference_code_usages GROUP BY code_id
        ) redeemed ON redeemed.code_id = reference_codes.id
        WHERE current_uses <> COALESCE(redeemed.uses, 0) OR current_uses > COALESCE(max_uses, current_uses)
        """,
    ),
)
