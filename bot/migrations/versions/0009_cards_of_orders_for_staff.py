"""Which messages show an order to the staff, and who of them does not want to be told of orders.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("users")}
    if "orders_muted_at" not in columns:
        op.add_column("users", sa.Column("orders_muted_at", UtcDateTime(), nullable=True))
    op.create_table(
        "staff_cards",
        sa.Column("order_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_staff_cards_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "chat_id", name=op.f("pk_staff_cards")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("staff_cards")
    op.drop_column("users", "orders_muted_at")
