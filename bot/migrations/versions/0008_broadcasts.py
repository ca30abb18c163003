"""Broadcasts: one message to many, whose share of the outbox waits behind everything else; who wants none says so.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, Money, UtcDateTime, ascii_text, long_text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OLD_INDEX = "ix_outbox_status_next_attempt_at"
INDEX = "ix_outbox_status_broadcast_id_next_attempt_at"
ONCE = "uq_outbox_broadcast_id_recipient"


def upgrade() -> None:
    _add("users", sa.Column("broadcasts_off_at", UtcDateTime(), nullable=True))
    _add("outbox", sa.Column("broadcast_id", sa.BigInteger(), nullable=True))
    op.create_index(INDEX, "outbox", ["status", "broadcast_id", "next_attempt_at"], if_not_exists=True)
    op.create_index(ONCE, "outbox", ["broadcast_id", "recipient"], unique=True, if_not_exists=True)
    op.drop_index(OLD_INDEX, "outbox", if_exists=True)
    op.create_table(
        "broadcasts",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("state", ascii_text(20), nullable=False),
        sa.Column("content", ascii_text(20), nullable=False),
        sa.Column("text", long_text(), nullable=True),
        sa.Column("photo", ascii_text(80), nullable=True),
        sa.Column("source_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("source_message_id", sa.BigInteger(), nullable=True),
        sa.Column("segment", ascii_text(20), nullable=False),
        sa.Column("language", ascii_text(8), nullable=True),
        sa.Column("least_amount", Money(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", ascii_text(80), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("event_id", BigKey, nullable=True),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("queued_count", sa.Integer(), nullable=False),
        sa.Column("last_user_id", sa.BigInteger(), nullable=False),
        sa.Column("is_queued", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(300), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("scheduled_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("people_count >= 0 AND queued_count >= 0", name=op.f("ck_broadcasts_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_broadcasts_event_id_events"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state"], if_not_exists=True)


def _add(table: str, column: sa.Column[object]) -> None:
    if column.name not in {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}:
        op.add_column(table, column)


def downgrade() -> None:
    op.drop_table("broadcasts")
    op.create_index(OLD_INDEX, "outbox", ["status", "next_attempt_at"])
    op.drop_index(ONCE, "outbox")
    op.drop_index(INDEX, "outbox")
    op.drop_column("outbox", "broadcast_id")
    op.drop_column("users", "broadcasts_off_at")
