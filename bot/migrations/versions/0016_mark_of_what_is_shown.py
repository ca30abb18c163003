"""A mark for all that is read when people look around, beside those of settings and categories."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MARKS = sa.table("cache_marks", sa.column("name", sa.String), sa.column("mark", sa.BigInteger))
NAME = "shown"


def upgrade() -> None:
    # What a broken run has written is found there.
    if op.get_bind().scalar(sa.select(MARKS.c.name).where(MARKS.c.name == NAME)) is None:
        op.bulk_insert(MARKS, [{"name": NAME, "mark": 0}])


def downgrade() -> None:
    op.execute(MARKS.delete().where(MARKS.c.name == NAME))
