"""The words by which goods are found, and the ways in which people misspell those words."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import TABLE, Base, exact_text

LONGEST = 32
"""In letters; what a longer word has besides tells nothing apart."""
BEGINNING = 7
"""Only so many letters of a word are misspelt: two words that begin alike are compared as a whole afterwards."""
IN_NAME, IN_DESCRIPTION = 10, 4
"""What a word counts, by where it stands."""


class GoodsWord(Base):
    """A word in the name or in the description of some goods; `weight` says where it stands."""

    __tablename__ = "goods_words"
    __table_args__ = (Index("ix_goods_words_goods_id", "goods_id"), TABLE)

    word: Mapped[str] = mapped_column(exact_text(LONGEST), primary_key=True)
    goods_id: Mapped[int] = mapped_column(
        ForeignKey("goods.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    weight: Mapped[int] = mapped_column(Integer)


class WordVariant(Base):
    """What is left of the beginning of a word when a letter or two are left out.

    Two words that differ by a wrong, missing, superfluous or swapped letter have a variant in common, so a misspelt
    word is looked up instead of compared with all words (the idea of SymSpell). A variant stays when its last goods go.
    """

    __tablename__ = "word_variants"

    variant: Mapped[str] = mapped_column(exact_text(BEGINNING), primary_key=True)
    word: Mapped[str] = mapped_column(exact_text(LONGEST), primary_key=True)


def split(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case, accents, and the dots of ё and й."""
    letters = (letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in re.findall(r"[^\W_]+", "".join(letters))]


def variants(word: str) -> set[str]:
    """Return the variants of a word, its own beginning among them."""
    start = word[:BEGINNING]
    left_out = 0 if len(start) < 3 else 1 if len(start) < 5 else 2
    return {
        "".join(kept) for size in range(len(start) - left_out, len(start) + 1) for kept in combinations(start, size)
    }


def weights(name: str, description: str) -> dict[str, int]:
    """Return the words of some goods with their weights."""
    return {**dict.fromkeys(split(description), IN_DESCRIPTION), **dict.fromkeys(split(name), IN_NAME)}


def variant_rows(words: Iterable[str]) -> list[dict[str, str]]:
    """Return the rows of words with all their variants, in the order of the key."""
    pairs = sorted({(variant, word) for word in words for variant in variants(word)})
    return [{"variant": variant, "word": word} for variant, word in pairs]
