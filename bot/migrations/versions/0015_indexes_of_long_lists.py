"""Indexes for lists that become long: big spenders, the banned, who came by a code, all goods of a category, events.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEW = (
    ("ix_customer_info_total_spendings", "customer_info", ["total_spendings"]),
    ("ix_users_is_banned_registered_at", "users", ["is_banned", "registered_at"]),
    ("ix_goods_category_id_name_archived_at", "goods", ["category_id", "name", "archived_at"]),
    ("ix_events_created_at", "events", ["created_at"]),
    ("ix_bonus_ledger_created_at", "bonus_ledger", ["created_at"]),
    ("ix_reference_code_usages_used_at", "reference_code_usages", ["used_at"]),
    ("ix_reference_code_usages_code_id_used_at", "reference_code_usages", ["code_id", "used_at"]),
)
OLD = (
    ("ix_reference_code_usages_code_id", "reference_code_usages", ["code_id"]),
    ("ix_goods_category_id_name", "goods", ["category_id", "archived_at", "name"]),
)
"""New ones take their place; a foreign key needs one of the two at any time."""


def upgrade() -> None:
    for name, table, columns in NEW:
        op.create_index(name, table, columns, if_not_exists=True)
    for name, table, _ in OLD:
        op.drop_index(name, table, if_exists=True)


def downgrade() -> None:
    for name, table, columns in OLD:
        op.create_index(name, table, columns, if_not_exists=True)
    for name, table, _ in NEW:
        op.drop_index(name, table, if_exists=True)
