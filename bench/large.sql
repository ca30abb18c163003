-- A large shop. Without checks of what cannot be wrong here, as a dump is read; bench/large.py fills in the numbers.
SET unique_checks = 0, foreign_key_checks = 0;

INSERT INTO users (telegram_id, first_name, language, role, is_banned, registered_at)
SELECT {first} + seq - 1, CONCAT('Anna ', seq), 'en', 'USER', 0,
    '2024-11-20' + INTERVAL FLOOR(seq / {people} * 63072000) SECOND
FROM seq_1_to_{people};

INSERT INTO customer_info (telegram_id, total_spendings, completed_orders_count, bonus_balance)
SELECT {first} + seq - 1, 0, 0, 0 FROM seq_1_to_{people};

INSERT INTO categories (name) VALUES ('{shelf}');

INSERT INTO goods (name, description, category_id, price, stock_quantity, reserved_quantity, created_at)
SELECT CONCAT('Large ', LPAD(seq, 7, '0'), ' ', ELT(1 + seq % {kinds}, {names})), '',
    (SELECT id FROM categories WHERE name = '{shelf}'), 3 + seq % 97, 1000, 0, '2024-11-20'
FROM seq_1_to_{goods};

INSERT INTO orders (order_code, checkout_token, buyer_id, order_status, payment_method, currency, discount_amount,
    fee_amount, total_price, bonus_applied, delivery_address, phone_number, reserved_until, created_at, completed_at,
    details_erased_at)
SELECT {code}, LPAD(seq, 22, '0'), IF(seq % {rare} = 0, {buyer}, {first} + seq * 7919 % {people}), 'delivered', 'cash',
    'USD', 0, 0, 3 + seq % 97, 0, '', '', made, made, made + INTERVAL 2 DAY, made + INTERVAL 90 DAY
FROM (SELECT seq, '2024-11-20' + INTERVAL FLOOR(seq / {orders} * 63072000) SECOND AS made FROM seq_1_to_{orders}) AS each_one;

INSERT INTO order_items (order_id, goods_id, item_name, price, quantity)
SELECT id, (SELECT MIN(id) FROM goods WHERE name LIKE 'Large %') + id % {goods}, 'Large', total_price, 1
FROM orders WHERE buyer_id >= {first};

ANALYZE TABLE users, customer_info, goods, orders, order_items;
