"""People can be erased: what is left of them, how far the retention has got, and which keys the bot knows.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.models.base import UtcDateTime, ascii_text, long_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
    "mysql_engine": "InnoDB",
}

COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("users", "erased_at", UtcDateTime()),
    ("orders", "details_erased_at", UtcDateTime()),
    ("leases", "key_ids", ascii_text(200)),
)
INDEXES = (
    ("ix_orders_details_erased_at", "orders", ["details_erased_at", "created_at"]),
    ("ix_events_actor", "events", ["actor"]),
    ("ix_help_messages_created_at", "help_messages", ["created_at"]),
)


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    for table, name, kind in COLUMNS:
        if name not in {column["name"] for column in inspector.get_columns(table)}:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, if_not_exists=True)
    op.create_table(
        "shut_outs",
        sa.Column("person_hash", ascii_text(64), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_shut_outs")),
        **TABLE,
        if_not_exists=True,
    )
    op.create_table(
        "erased_chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_erased_chats")),
        **TABLE,
        if_not_exists=True,
    )
    op.create_table(
        "secrets",
        sa.Column("name", ascii_text(32), nullable=False),
        sa.Column("sealed", long_text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        **TABLE,
        if_not_exists=True,
    )
    op.create_table(
        "retention_marks",
        sa.Column("name", ascii_text(32), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_marks")),
        **TABLE,
        if_not_exists=True,
    )


def downgrade() -> None:
    for table in ("retention_marks", "secrets", "erased_chats", "shut_outs"):
        op.drop_table(table)
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
