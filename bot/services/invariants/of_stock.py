"""Rules about goods on the shelf, what is promised of them, and bitcoin addresses."""

from bot.services.invariants.rule import Invariant, Topic

RULES = (
    Invariant(
        "I1",
        Topic.STOCK,
        "Reserved goods lie on the shelf.",
        "SELECT name FROM goods WHERE reserved_quantity < 0 OR reserved_quantity > stock_quantity",
    ),
    Invariant(
        "I2",
        Topic.STOCK,
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
        Topic.STOCK,
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
        Topic.ADDRESSES,
        "A bitcoin address belongs to at most one order.",
        "SELECT bitcoin_address FROM orders WHERE bitcoin_address IS NOT NULL "
        "GROUP BY bitcoin_address HAVING COUNT(*) > 1",
        left="Two customers may pay to one address: ask both, and cancel one of the orders.",
    ),
    Invariant(
        "I4",
        Topic.ADDRESSES,
        "An order's bitcoin address is one of the pool, claimed for this order.",
        """
        SELECT order_code FROM orders LEFT JOIN bitcoin_addresses ON address = bitcoin_address
        WHERE bitcoin_address IS NOT NULL AND (address IS NULL OR NOT is_used OR COALESCE(order_id, 0) <> orders.id)
        UNION
        SELECT order_code FROM bitcoin_addresses JOIN orders ON orders.id = order_id
        WHERE bitcoin_address IS NULL OR bitcoin_address <> address
        """,
        left="Look where the customer was told to pay: bot_cli.py btc show ADDRESS.",
    ),
    Invariant(
        "I8",
        Topic.ADDRESSES,
        "A bitcoin address was claimed by the buyer of its order.",
        "SELECT order_code FROM bitcoin_addresses JOIN orders ON orders.id = order_id "
        "WHERE COALESCE(used_by, 0) <> buyer_id",
    ),
)
