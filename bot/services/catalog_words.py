"""Keeping the words by which goods are found: written with every change of a name or a description."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.models import Goods, GoodsWord, WordVariant
from bot.models.goods_words import BEGINNING, variant_rows, weights

BATCH = 500
ROWS = 5000


def index(session: Session, goods_ids: Sequence[int]) -> None:
    """Make goods be found by what their names and descriptions say now."""
    session.flush()
    for start in range(0, len(goods_ids), BATCH):
        part = sorted(goods_ids)[start : start + BATCH]
        rows = session.execute(select(Goods.id, Goods.name, Goods.description).where(Goods.id.in_(part))).all()
        _write(session, {row[0]: weights(row[1], row[2]) for row in rows})


def index_one(session: Session, goods: Goods) -> None:
    """Make new or changed goods be found by what they are called now."""
    session.flush()
    _write(session, {goods.id: weights(goods.name, goods.description)})


def _write(session: Session, found: Mapping[int, Mapping[str, int]]) -> None:
    session.execute(delete(GoodsWord).where(GoodsWord.goods_id.in_(sorted(found))))
    rows = sorted((word, goods_id, weight) for goods_id, words in found.items() for word, weight in words.items())
    _learn(session, sorted({word for word, _, _ in rows}))
    keys = ("word", "goods_id", "weight")
    for start in range(0, len(rows), ROWS):
        session.execute(insert(GoodsWord), [dict(zip(keys, row, strict=True)) for row in rows[start : start + ROWS]])


def _learn(session: Session, words: Sequence[str]) -> None:
    """Write the variants of the words that are new; whoever learns one at the same moment begins again."""
    known: set[str] = set()
    for start in range(0, len(words), BATCH):
        part = words[start : start + BATCH]
        starts = sorted({word[:BEGINNING] for word in part})
        is_known = WordVariant.variant.in_(starts) & WordVariant.word.in_(part)
        known.update(session.scalars(select(WordVariant.word).where(is_known)))
    rows = variant_rows(word for word in words if word not in known)
    for start in range(0, len(rows), ROWS):
        session.execute(insert(WordVariant), rows[start : start + ROWS])
