"""Several photos of goods, how Telegram knows pictures, and when the stock of goods is low.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, UtcDateTime, ascii_text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goods_photos",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("goods_id", BigKey, nullable=False),
        sa.Column("name", ascii_text(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_goods_photos_goods_id_goods"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_photos")),
        sa.UniqueConstraint("goods_id", "name", name=op.f("uq_goods_photos_goods_id_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_goods_photos_name", "goods_photos", ["name"], if_not_exists=True)
    op.create_table(
        "sent_pictures",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", ascii_text(200), nullable=False),
        sa.Column("file_id", ascii_text(250), nullable=False),
        sa.Column("file_unique_id", ascii_text(100), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "name", name=op.f("pk_sent_pictures")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    _widen_goods()


def _widen_goods() -> None:
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("goods")}
    if "low_stock_limit" not in columns:
        op.add_column("goods", sa.Column("low_stock_limit", sa.Integer(), nullable=True))
    if "low_stock_told_at" not in columns:
        op.add_column("goods", sa.Column("low_stock_told_at", UtcDateTime(), nullable=True))
    if "photo" in columns:
        op.execute(
            "INSERT INTO goods_photos (goods_id, name, position) SELECT id, photo, 1 FROM goods WHERE photo <> '' "
            "AND NOT EXISTS (SELECT 1 FROM goods_photos WHERE goods_photos.goods_id = goods.id)"
        )
        op.drop_column("goods", "photo")


def downgrade() -> None:
    op.add_column("goods", sa.Column("photo", sa.String(200), nullable=True))
    op.execute(
        "UPDATE goods SET photo = (SELECT name FROM goods_photos WHERE goods_id = goods.id ORDER BY position LIMIT 1)"
    )
    op.drop_column("goods", "low_stock_told_at")
    op.drop_column("goods", "low_stock_limit")
    op.drop_table("sent_pictures")
    op.drop_table("goods_photos")
