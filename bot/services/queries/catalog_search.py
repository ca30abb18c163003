"""Search by text: goods and categories by what they are called, also where that is mistyped. Two statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from rapidfuzz.distance import OSA, Prefix
from sqlalchemy import ColumnElement, Integer, Subquery, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from bot.models import Category, Goods, GoodsWord, WordVariant, goods_words
from bot.models.catalog import closed_categories
from bot.services import cleaning
from bot.services.queries import readings
from bot.services.queries.browse import PAGE, Offer, Page, Shelf
from bot.services.queries.readings import Reading

LONGEST_TEXT = 100
"""In characters; whoever writes more has not typed what goods are called."""
MOST_SHELVES = 3
"""Categories that a screen of results names."""
MOST_CATEGORIES = 2000
MOST_WORDS = 300
"""Words of the catalogue that are looked at for one reading."""
MOST_CANDIDATES = 15
"""Words of the catalogue that one typed word may stand for."""
EXACT, BEGINS, ENDS_ELSE, MISSPELT, RESEMBLES = 100, 90, 70, 75, 30
"""How well a word fits: it is the same, begins so, has another ending, or has a typing error (for each 10 less)."""
FITS, CLOSE = 50, 1
"""From here on a word counts as found, or is offered as what may have been meant."""
EACH_WORD = 2000
"""More than the best single word can bring: goods that have more of the words always come first."""

Groups = Mapping[str, Mapping[str, int]]
"""The words of a reading, each with the known words that it may stand for and how well they fit."""


@dataclass(frozen=True)
class Found:
    """One screen of what was found. Where nothing was (`is_close`), it is what comes closest.

    `words` is what the goods were found by, as far as they were: the same search without anything else that was
    written, which may be an address that came too late.
    """

    text: str
    words: str
    shelves: Sequence[Shelf]
    rows: Sequence[Offer]
    page: Page
    is_close: bool


@dataclass(frozen=True)
class _Known:
    """What the shop calls things that may have been meant: words of its goods, and its open categories."""

    words: Sequence[str]
    shelves: Sequence[Shelf]


def search(session: Session, text: str, *, page: int = 0) -> Found:
    """Return what is on sale under a name like `text`, the best first; when nothing is, what comes close.

    Raises:
        BadValue: nothing that can be read was written.
    """
    text = cleaning.line("search text", text[:LONGEST_TEXT])
    page = max(page, 0)
    meant = readings.of(text)
    if not meant:
        return Found(text, "", (), (), Page(0, False), is_close=True)
    known = _known(session, meant)
    lowest, groups, shelves = _fitting(meant, known)
    words = " ".join(word for word, group in groups.items() if group)
    rows = _offers(session, list(groups.values()), page) if words else []
    if not (rows or shelves or page):
        # Nothing is close, or only what nobody can buy now: categories are all that is left to offer.
        by_name = sorted(known.shelves, key=lambda shelf: shelf.name)
        lowest, shelves = CLOSE, _shelves(meant, known.shelves, CLOSE) or by_name[:MOST_SHELVES]
    turned = Page(page, len(rows) > PAGE)
    return Found(text, words, () if page else shelves, rows[:PAGE], turned, is_close=lowest < FITS)


# -- what may be meant --------------------------------------------------------------------------------------------


def _known(session: Session, meant: Sequence[Reading]) -> _Known:
    words = {word for reading in meant for word in reading.words}
    variants = sorted({variant for word in words for variant in goods_words.variants(word)})
    nobody: ColumnElement[Any] = literal(None, Integer)
    alike = select(nobody.label("id"), WordVariant.word.label("name")).where(WordVariant.variant.in_(variants))
    shelves = select(Category.id, Category.name).where(Category.id.not_in(closed_categories())).limit(MOST_CATEGORIES)
    parts = [alike.distinct().limit(MOST_WORDS * len(meant)), *map(_beginning_so, sorted(words)), shelves]
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts))).all()
    return _Known(
        list(dict.fromkeys(row.name for row in rows if row.id is None)),
        [Shelf(row.id, row.name) for row in rows if row.id is not None],
    )


def _beginning_so(typed: str) -> Any:
    start = typed[: goods_words.BEGINNING]
    after = start[:-1] + chr(ord(start[-1]) + 1)
    nobody: ColumnElement[Any] = literal(None, Integer)
    query = select(nobody.label("id"), WordVariant.word.label("name")).distinct()
    begins = (WordVariant.variant >= start) & (WordVariant.variant < after) & (WordVariant.word >= start)
    return query.where(begins, WordVariant.word < after).limit(MOST_WORDS)


def _fitting(meant: Sequence[Reading], known: _Known) -> tuple[int, Groups, Sequence[Shelf]]:
    """Return what fits, or else what is close, and which of the two it is."""
    groups, shelves = _best_groups(meant, known.words, FITS), _shelves(meant, known.shelves, FITS)
    if any(groups.values()) or shelves:
        return FITS, groups, shelves
    return CLOSE, _best_groups(meant, known.words, CLOSE), _shelves(meant, known.shelves, CLOSE)


def _best_groups(meant: Sequence[Reading], known: Sequence[str], lowest: int) -> Groups:
    """Return the groups of the reading that fits best."""

    def fits(reading: Reading) -> float:
        return reading.likely * sum(max(group.values(), default=0) for group in found[reading.words].values())

    found = {reading.words: {word: _candidates(word, known, lowest) for word in reading.words} for reading in meant}
    return found[max(meant, key=fits).words]


def _candidates(typed: str, known: Sequence[str], lowest: int) -> Mapping[str, int]:
    fitting = {word: fit(typed, word) for word in known}
    best = sorted(fitting, key=lambda word: (-fitting[word], word))[:MOST_CANDIDATES]
    return {word: fitting[word] for word in best if fitting[word] >= lowest}


def _shelves(meant: Sequence[Reading], shelves: Sequence[Shelf], lowest: int) -> Sequence[Shelf]:
    """Return the categories of which every word of the best reading is a part."""
    fitting: dict[Shelf, float] = {}
    for shelf in shelves:
        words = goods_words.split(shelf.name)
        for reading in meant:
            worst = min(max((fit(typed, word) for word in words), default=0) for typed in reading.words)
            if worst >= lowest:
                fitting[shelf] = max(fitting.get(shelf, 0), worst * reading.likely)
    return sorted(fitting, key=lambda shelf: (-fitting[shelf], shelf.name))[:MOST_SHELVES]


def fit(typed: str, word: str) -> int:
    """Return how well a typed word fits one of the catalogue, from 0 (not at all) to 100 (it is the same)."""
    if typed == word:
        return EXACT
    if len(typed) > 1 and word.startswith(typed):
        return BEGINS - min(len(word) - len(typed), 10)
    shorter, longer = sorted((len(typed), len(word)))
    # Of a number nothing can be mistyped: it would be another number.
    if shorter < 3 or typed.isdigit() or word.isdigit():
        return 0
    errors = OSA.distance(typed, word, score_cutoff=longer // 2)
    if errors <= (1 if shorter < 6 else 2):
        return MISSPELT - 10 * errors
    ending = longer - Prefix.similarity(typed, word)
    if longer - ending >= 4 and ending <= 3:
        return ENDS_ELSE - 5 * ending
    if len(typed) > 3 and OSA.distance(typed, word[: len(typed)], score_cutoff=1) <= 1:
        return FITS
    return max(RESEMBLES - errors, 0) if errors <= len(typed) // 2 else 0


# -- what is on sale ----------------------------------------------------------------------------------------------


def _offers(session: Session, groups: Sequence[Mapping[str, int]], page: int) -> list[Offer]:
    hits = _hits(groups)
    available = Goods.stock_quantity - Goods.reserved_quantity
    query = (
        select(Goods.id, Goods.name, Goods.price, available)
        .join(hits, hits.c.goods_id == Goods.id)
        .where(Goods.archived_at.is_(None), Goods.category_id.not_in(closed_categories()))
        .order_by(hits.c.score.desc(), (available > 0).desc(), Goods.name)
    )
    return [Offer(*row) for row in session.execute(query.limit(PAGE + 1).offset(page * PAGE))]


def _hits(groups: Iterable[Mapping[str, int]]) -> Subquery:
    filled = [group for group in groups if group]
    best = [
        func.max(
            case(
                {word: EACH_WORD + how * GoodsWord.weight for word, how in group.items()}, value=GoodsWord.word, else_=0
            )
        )
        for group in filled
    ]
    words = sorted({word for group in filled for word in group})
    query = select(GoodsWord.goods_id, reduce(add, best).label("score"))
    return query.where(GoodsWord.word.in_(words)).group_by(GoodsWord.goods_id).subquery()
