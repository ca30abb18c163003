"""Search by text: the words by which goods are found, and their misspellings; the goods that are there are read.

MariaDB commits each statement by itself, so what a broken run has made is found there and left as it is.
"""

import sqlalchemy as sa
from alembic import op

from bot.models.base import BigKey, exact_text, long_text
from bot.models.goods_words import variant_rows, weights

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    words = op.create_table(
        "goods_words",
        sa.Column("word", exact_text(32), nullable=False),
        sa.Column("goods_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_goods_words_goods_id_goods"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("word", "goods_id", name=op.f("pk_goods_words")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    op.create_index("ix_goods_words_goods_id", "goods_words", ["goods_id"], if_not_exists=True)
    variants = op.create_table(
        "word_variants",
        sa.Column("variant", exact_text(7), nullable=False),
        sa.Column("word", exact_text(32), nullable=False),
        sa.PrimaryKeyConstraint("variant", "word", name=op.f("pk_word_variants")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        if_not_exists=True,
    )
    _read_goods(words, variants)


def _read_goods(words: sa.Table, variants: sa.Table) -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(words))
    connection.execute(sa.delete(variants))
    goods = sa.table("goods", sa.column("id"), sa.column("name"), sa.column("description", long_text()))
    known: set[str] = set()
    last = 0
    while rows := connection.execute(
        sa.select(goods.c.id, goods.c.name, goods.c.description)
        .where(goods.c.id > last)
        .order_by(goods.c.id)
        .limit(BATCH)
    ).all():
        last = rows[-1].id
        found = [
            {"word": word, "goods_id": row.id, "weight": weight}
            for row in rows
            for word, weight in weights(row.name, row.description).items()
        ]
        new = {each["word"] for each in found} - known
        known |= new
        for table, inserted in ((words, found), (variants, variant_rows(new))):
            if inserted:
                connection.execute(sa.insert(table), inserted)


def downgrade() -> None:
    op.drop_table("word_variants")
    op.drop_table("goods_words")
