"""Reports find their days: what was delivered, paid and registered in a period.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_orders_completed_at", "orders", "completed_at"),
    ("ix_payments_created_at", "payments", "created_at"),
    ("ix_users_registered_at", "users", "registered_at"),
)


def upgrade() -> None:
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], if_not_exists=True)


def downgrade() -> None:
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
