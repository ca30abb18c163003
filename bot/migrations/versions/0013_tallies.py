"""What is counted by the hour (presses, and looks at the shop and its goods), and the bugs that were met.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, UtcDateTime, ascii_text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE: dict[str, Any] = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
    "mysql_engine": "InnoDB",
    "if_not_exists": True,
}


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("name", ascii_text(40), primary_key=True),
        sa.Column("began_at", UtcDateTime(), primary_key=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        **TABLE,
    )
    op.create_table(
        "mistakes",
        sa.Column("id", BigKey, primary_key=True),
        sa.Column("error_id", ascii_text(8), nullable=False),
        sa.Column("what", ascii_text(80), nullable=False),
        sa.Column("place", ascii_text(120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Index("ix_mistakes_created_at", "created_at"),
        **TABLE,
    )


def downgrade() -> None:
    op.drop_table("mistakes", if_exists=True)
    op.drop_table("tallies", if_exists=True)
