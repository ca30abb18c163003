-- What a large shop has behind it: states, events, messages, payments, stock movements, bonus, codes, conversations.
-- Read after large.sql, and as it is: rows that obey the schema, made by MariaDB's own counting.
SET unique_checks = 0, foreign_key_checks = 0;

UPDATE orders SET order_status = IF(id % 20 = 0, 'cancelled', 'expired') WHERE buyer_id >= {first} AND id % 20 IN (0, 10);

UPDATE orders JOIN (SELECT MAX(id) AS id FROM orders) AS newest
SET order_status = IF(orders.id % 4 = 0, 'reserved', 'confirmed'), completed_at = NULL,
    delivery_time = IF(orders.id % 3 = 0, NULL, created_at + INTERVAL orders.id % 100 HOUR)
WHERE orders.id > newest.id - {open};

UPDATE customer_info JOIN (
    SELECT buyer_id, SUM(total_price) AS spent, COUNT(*) AS bought FROM orders
    WHERE order_status = 'delivered' GROUP BY buyer_id
) AS sold ON sold.buyer_id = telegram_id
SET total_spendings = spent, completed_orders_count = bought;

INSERT INTO events (unit, kind, actor, subject, facts, created_at)
SELECT MD5(id), CONCAT('order.', order_status), IF(id % 3, CONCAT('user:', buyer_id), 'cli:anna'),
    CONCAT('order:', order_code), '{{}}', created_at
FROM orders WHERE buyer_id >= {first} ORDER BY id;

INSERT INTO outbox (event_id, recipient, kind, facts, status, attempts, uncertain_count, next_attempt_at, sent_at, created_at)
SELECT events.id, orders.buyer_id, 'order-status', '{{}}', 'sent', 1, 0, events.created_at, events.created_at,
    events.created_at
FROM orders JOIN events ON events.subject = CONCAT('order:', order_code) WHERE buyer_id >= {first};

INSERT INTO payments (order_id, method, amount, actor, created_at)
SELECT id, 'cash', total_price, 'cli:anna', completed_at FROM orders
WHERE buyer_id >= {first} AND order_status = 'delivered';

INSERT INTO inventory_log (goods_id, kind, stock_delta, reserved_delta, order_id, actor, created_at)
SELECT goods_id, 'deducted', -1, -1, order_id, 'cli:anna', created_at
FROM order_items JOIN orders ON orders.id = order_id WHERE buyer_id >= {first};

INSERT INTO bonus_ledger (user_id, kind, amount, part, reason, actor, created_at)
SELECT IF(seq % 50 = 0, {buyer}, {first} + seq * 7919 % {people}), 'adjusted', 1, 0, 'Thank you', 'cli:anna',
    '2024-11-20' + INTERVAL seq SECOND
FROM seq_1_to_{some};

INSERT INTO reference_codes (code, creator_id, created_by, expires_at, max_uses, current_uses, is_active,
    is_admin_code, note, created_at)
SELECT CONCAT('R', LPAD(seq, 7, '0')), {first} + seq, CONCAT('user:', {first} + seq), IF(seq % 10, '2025-01-01', NULL),
    IF(seq % 10, 1, NULL), 0, 1, 0, NULL, '2024-11-20' + INTERVAL seq SECOND
FROM seq_1_to_{some};

INSERT INTO reference_code_usages (user_id, code_id, used_at)
SELECT {first} + seq, IF(seq % 5 = 0, 1, seq) + (SELECT MIN(id) - 1 FROM reference_codes WHERE code LIKE 'R0%'),
    '2024-11-20' + INTERVAL seq SECOND
FROM seq_1_to_{some};

INSERT INTO help_threads (user_id, waiting_since, last_at)
SELECT {first} + seq, IF(seq % 10 = 0, '2024-11-20' + INTERVAL seq SECOND, NULL), '2024-11-20' + INTERVAL seq SECOND
FROM seq_1_to_{some};

INSERT INTO help_messages (user_id, by_customer, author, place, file, created_at, settled_at)
SELECT IF(seq % 50 = 0, {buyer}, {first} + 1 + seq % {some}), 1, 'user:1', CONCAT('help:large-', seq), 'photo',
    '2024-11-20' + INTERVAL seq SECOND, IF(seq % 10, '2024-11-20' + INTERVAL seq + 9 SECOND, NULL)
FROM seq_1_to_{many};

INSERT INTO bitcoin_addresses (address, is_used, used_at, added_at)
SELECT CONCAT('bc1qlarge', LPAD(seq, 20, '0')), seq < {some} * 0.99, IF(seq < {some} * 0.99, '2024-11-21', NULL), '2024-11-20'
FROM seq_1_to_{some};

ANALYZE TABLE users, customer_info, goods, orders, order_items, events, outbox, payments, inventory_log, bonus_ledger,
    reference_codes, reference_code_usages, help_threads, help_messages, bitcoin_addresses;
