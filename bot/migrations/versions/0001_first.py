"""The first schema.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, Money, UtcDateTime, ascii_text, exact_text, long_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_settings",
        sa.Column("setting_key", ascii_text(64), nullable=False),
        sa.Column("setting_value", long_text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("setting_key", name=op.f("pk_bot_settings")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_table(
        "categories",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("parent_id", BigKey, nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_categories_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_categories_parent_id", "categories", ["parent_id"], if_not_exists=True)

    op.create_table(
        "events",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("unit", ascii_text(32), nullable=False),
        sa.Column("kind", ascii_text(64), nullable=False),
        sa.Column("actor", ascii_text(80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_events_kind_created_at", "events", ["kind", "created_at"], if_not_exists=True)
    op.create_index("ix_events_subject_id", "events", ["subject", "id"], if_not_exists=True)
    op.create_index("ix_events_unit", "events", ["unit"], if_not_exists=True)

    op.create_table(
        "leases",
        sa.Column("name", ascii_text(32), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_table(
        "roles",
        sa.Column("name", ascii_text(20), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_table(
        "goods",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("name", exact_text(100), nullable=False),
        sa.Column("description", long_text(), nullable=False),
        sa.Column("category_id", BigKey, nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("stock_quantity", sa.Integer(), nullable=False),
        sa.Column("reserved_quantity", sa.Integer(), nullable=False),
        sa.Column("photo", sa.String(length=200), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_goods_price_not_negative")),
        sa.CheckConstraint("reserved_quantity <= stock_quantity", name=op.f("ck_goods_reserved_within_stock")),
        sa.CheckConstraint("reserved_quantity >= 0", name=op.f("ck_goods_reserved_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_goods_category_id_categories"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods")),
        sa.UniqueConstraint("name", name=op.f("uq_goods_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_goods_category_id_name", "goods", ["category_id", "archived_at", "name"], if_not_exists=True)

    op.create_table(
        "outbox",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("event_id", BigKey, nullable=False),
        sa.Column("recipient", sa.BigInteger(), nullable=False),
        sa.Column("kind", ascii_text(64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("status", ascii_text(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain_count", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_outbox_event_id_events"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", "recipient", name=op.f("uq_outbox_event_id_recipient")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_outbox_recipient", "outbox", ["recipient"], if_not_exists=True)
    op.create_index("ix_outbox_status_next_attempt_at", "outbox", ["status", "next_attempt_at"], if_not_exists=True)

    op.create_table(
        "users",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_name", sa.String(length=128), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("language", ascii_text(8), nullable=False),
        sa.Column("role", ascii_text(20), nullable=False),
        sa.Column("referrer_id", sa.BigInteger(), nullable=True),
        sa.Column("is_banned", sa.Boolean(), nullable=False),
        sa.Column("ban_reason", sa.String(length=500), nullable=True),
        sa.Column("blocked_bot_at", UtcDateTime(), nullable=True),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referrer_id"], ["users.telegram_id"], name=op.f("fk_users_referrer_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["role"], ["roles.name"], name=op.f("fk_users_role_roles"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_users")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_users_referrer_id", "users", ["referrer_id"], if_not_exists=True)
    op.create_index("ix_users_role", "users", ["role"], if_not_exists=True)

    op.create_table(
        "checkout_drafts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_address", long_text(), nullable=True),
        sa.Column("phone_number", long_text(), nullable=True),
        sa.Column("delivery_note", long_text(), nullable=True),
        sa.Column("bonus", Money(), nullable=False),
        sa.Column("payment_method", ascii_text(20), nullable=True),
        sa.Column("token", ascii_text(22), nullable=True),
        sa.Column("shown", ascii_text(64), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_checkout_drafts_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_checkout_drafts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_table(
        "customer_info",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_address", long_text(), nullable=True),
        sa.Column("phone_number", long_text(), nullable=True),
        sa.Column("delivery_note", long_text(), nullable=True),
        sa.Column("total_spendings", Money(), nullable=False),
        sa.Column("completed_orders_count", sa.Integer(), nullable=False),
        sa.Column("bonus_balance", Money(), nullable=False),
        sa.CheckConstraint("bonus_balance >= 0", name=op.f("ck_customer_info_bonus_balance_not_negative")),
        sa.CheckConstraint(
            "completed_orders_count >= 0", name=op.f("ck_customer_info_completed_orders_count_not_negative")
        ),
        sa.CheckConstraint("total_spendings >= 0", name=op.f("ck_customer_info_total_spendings_not_negative")),
        sa.ForeignKeyConstraint(
            ["telegram_id"], ["users.telegram_id"], name=op.f("fk_customer_info_telegram_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_customer_info")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_table(
        "help_requests",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("key", ascii_text(32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("question", long_text(), nullable=False),
        sa.Column("answer", long_text(), nullable=True),
        sa.Column("answered_by", ascii_text(80), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_help_requests_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_help_requests_key")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_help_requests_user_id", "help_requests", ["user_id", "id"], if_not_exists=True)

    op.create_table(
        "orders",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("order_code", ascii_text(6), nullable=False),
        sa.Column("checkout_token", ascii_text(22), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("order_status", ascii_text(20), nullable=False),
        sa.Column("payment_method", ascii_text(20), nullable=False),
        sa.Column("currency", ascii_text(3), nullable=False),
        sa.Column("discount_amount", Money(), nullable=False),
        sa.Column("fee_amount", Money(), nullable=False),
        sa.Column("total_price", Money(), nullable=False),
        sa.Column("bonus_applied", Money(), nullable=False),
        sa.Column("bitcoin_address", ascii_text(90), nullable=True),
        sa.Column("delivery_address", long_text(), nullable=False),
        sa.Column("phone_number", long_text(), nullable=False),
        sa.Column("delivery_note", long_text(), nullable=True),
        sa.Column("delivery_time", UtcDateTime(), nullable=True),
        sa.Column("reserved_until", UtcDateTime(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "bonus_applied >= 0 AND bonus_applied <= total_price", name=op.f("ck_orders_bonus_within_total")
        ),
        sa.CheckConstraint(
            "discount_amount >= 0 AND fee_amount >= 0", name=op.f("ck_orders_discount_and_fee_not_negative")
        ),
        sa.CheckConstraint("total_price >= 0", name=op.f("ck_orders_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["users.telegram_id"], name=op.f("fk_orders_buyer_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("bitcoin_address", name=op.f("uq_orders_bitcoin_address")),
        sa.UniqueConstraint("checkout_token", name=op.f("uq_orders_checkout_token")),
        sa.UniqueConstraint("order_code", name=op.f("uq_orders_order_code")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_orders_buyer_id_id", "orders", ["buyer_id", "id"], if_not_exists=True)
    op.create_index("ix_orders_created_at", "orders", ["created_at"], if_not_exists=True)
    op.create_index(
        "ix_orders_order_status_reserved_until", "orders", ["order_status", "reserved_until"], if_not_exists=True
    )

    op.create_table(
        "reference_codes",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("code", ascii_text(8), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", ascii_text(80), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("current_uses", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_admin_code", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("disabled_reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "current_uses >= 0 AND (max_uses IS NULL OR current_uses <= max_uses)",
            name=op.f("ck_reference_codes_uses_within_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.telegram_id"], name=op.f("fk_reference_codes_creator_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_reference_codes_code")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_reference_codes_creator_id", "reference_codes", ["creator_id"], if_not_exists=True)

    op.create_table(
        "shopping_cart",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("goods_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price", Money(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shopping_cart_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_shopping_cart_goods_id_goods"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_shopping_cart_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", "goods_id", name=op.f("pk_shopping_cart")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_shopping_cart_goods_id", "shopping_cart", ["goods_id"], if_not_exists=True)

    op.create_table(
        "bitcoin_addresses",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("address", ascii_text(90), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("order_id", BigKey, nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(is_used AND used_at IS NOT NULL) OR (NOT is_used AND order_id IS NULL)",
            name=op.f("ck_bitcoin_addresses_used_or_free"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_bitcoin_addresses_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["users.telegram_id"], name=op.f("fk_bitcoin_addresses_used_by_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bitcoin_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_bitcoin_addresses_address")),
        sa.UniqueConstraint("order_id", name=op.f("uq_bitcoin_addresses_order_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_bitcoin_addresses_is_used_id", "bitcoin_addresses", ["is_used", "id"], if_not_exists=True)

    op.create_table(
        "bonus_ledger",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", ascii_text(20), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("order_id", BigKey, nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("actor", ascii_text(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_bonus_ledger_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_bonus_ledger_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bonus_ledger")),
        sa.UniqueConstraint("order_id", "kind", "part", name=op.f("uq_bonus_ledger_order_id_kind_part")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_bonus_ledger_user_id", "bonus_ledger", ["user_id", "id"], if_not_exists=True)

    op.create_table(
        "inventory_log",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("goods_id", BigKey, nullable=False),
        sa.Column("kind", ascii_text(20), nullable=False),
        sa.Column("stock_delta", sa.Integer(), nullable=False),
        sa.Column("reserved_delta", sa.Integer(), nullable=False),
        sa.Column("order_id", BigKey, nullable=True),
        sa.Column("actor", ascii_text(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_inventory_log_goods_id_goods"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_inventory_log_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_log")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_inventory_log_goods_id", "inventory_log", ["goods_id"], if_not_exists=True)
    op.create_index("ix_inventory_log_order_id", "inventory_log", ["order_id"], if_not_exists=True)

    op.create_table(
        "order_history",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("order_id", BigKey, nullable=False),
        sa.Column("from_status", ascii_text(20), nullable=True),
        sa.Column("to_status", ascii_text(20), nullable=False),
        sa.Column("actor", ascii_text(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_history_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_history")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_order_history_order_id", "order_history", ["order_id", "id"], if_not_exists=True)

    op.create_table(
        "order_items",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("order_id", BigKey, nullable=False),
        sa.Column("goods_id", BigKey, nullable=False),
        sa.Column("item_name", exact_text(100), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_items_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_order_items_goods_id_goods"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_items_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_items")),
        sa.UniqueConstraint("order_id", "goods_id", name=op.f("uq_order_items_order_id_goods_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_order_items_goods_id", "order_items", ["goods_id"], if_not_exists=True)

    op.create_table(
        "payments",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("order_id", BigKey, nullable=False),
        sa.Column("method", ascii_text(20), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("actor", ascii_text(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_payments_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_payments_order_id", "payments", ["order_id"], if_not_exists=True)

    op.create_table(
        "reference_code_usages",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code_id", BigKey, nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["reference_codes.id"],
            name=op.f("fk_reference_code_usages_code_id_reference_codes"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.telegram_id"], name=op.f("fk_reference_code_usages_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reference_code_usages")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_reference_code_usages_code_id", "reference_code_usages", ["code_id"], if_not_exists=True)

    op.create_table(
        "referral_earnings",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("referrer_id", sa.BigInteger(), nullable=False),
        sa.Column("referral_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", BigKey, nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("percent", Money(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_referral_earnings_amount_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_referral_earnings_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["users.telegram_id"],
            name=op.f("fk_referral_earnings_referral_id_users"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"],
            ["users.telegram_id"],
            name=op.f("fk_referral_earnings_referrer_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_earnings")),
        sa.UniqueConstraint("order_id", name=op.f("uq_referral_earnings_order_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_referral_earnings_referrer_id", "referral_earnings", ["referrer_id", "id"], if_not_exists=True)
    op.bulk_insert(
        sa.table("roles", sa.column("name", sa.String), sa.column("description", sa.String)),
        [
            {"name": "USER", "description": "Buys in the shop"},
            {"name": "ADMIN", "description": "Runs the shop"},
            {"name": "OWNER", "description": "Runs the shop and names the admins"},
        ],
    )


def downgrade() -> None:
    op.drop_table("referral_earnings")
    op.drop_table("reference_code_usages")
    op.drop_table("payments")
    op.drop_table("order_items")
    op.drop_table("order_history")
    op.drop_table("inventory_log")
    op.drop_table("bonus_ledger")
    op.drop_table("bitcoin_addresses")
    op.drop_table("shopping_cart")
    op.drop_table("reference_codes")
    op.drop_table("orders")
    op.drop_table("help_requests")
    op.drop_table("customer_info")
    op.drop_table("checkout_drafts")
    op.drop_table("users")
    op.drop_table("outbox")
    op.drop_table("goods")
    op.drop_table("roles")
    op.drop_table("leases")
    op.drop_table("events")
    op.drop_table("categories")
    op.drop_table("bot_settings")
