"""${message}."""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, Money, UtcDateTime, ascii_text, exact_text, long_text
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
