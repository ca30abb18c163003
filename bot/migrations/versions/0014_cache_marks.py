"""A mark for every table that processes keep a copy of.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import ascii_text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("bot_settings", "categories")


def upgrade() -> None:
    op.create_table(
        "cache_marks",
        sa.Column("name", ascii_text(40), primary_key=True),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    known = set(op.get_bind().scalars(sa.text("SELECT name FROM cache_marks")))
    rows = sa.table("cache_marks", sa.column("name", sa.String), sa.column("mark", sa.BigInteger))
    op.bulk_insert(rows, [{"name": name, "mark": 0} for name in TABLES if name not in known])


def downgrade() -> None:
    op.drop_table("cache_marks", if_exists=True)
