"""Why stock moved: a reason in the inventory log.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("inventory_log")}
    if "reason" not in columns:
        op.add_column("inventory_log", sa.Column("reason", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("inventory_log", "reason")
