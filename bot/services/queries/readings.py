"""What somebody may have meant by what they typed: as it stands, on the other keyboard, or in the other alphabet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.models import goods_words

MOST_WORDS = 6

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_OTHER_KEY = str.maketrans(_LATIN_KEYS + _RUSSIAN_KEYS, _RUSSIAN_KEYS + _LATIN_KEYS)
"""The two layouts that people forget to switch: QWERTY and ЙЦУКЕН, key by key."""

# Sounds as shops and customers write them, not as one of the standards does: what differs in a letter is found all the
# same. Longer ones come first.
_SOUNDS = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("yo", "е"),
    ("jo", "е"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    *zip("abvgdeziklmnoprstufhcyjwxq", "абвгдезиклмнопрстуфхкиивхк", strict=True),
)
_LETTERS = dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True)) | {
    "щ": "shch",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}


@dataclass(frozen=True)
class Reading:
    """The words that may have been meant; `likely` is how readily that is believed, 1 at most."""

    words: Sequence[str]
    likely: float


def of(text: str) -> list[Reading]:
    """Return the readings of a text, the likeliest first."""
    found: dict[tuple[str, ...], float] = {}
    for meant, likely in _meant(text.casefold()):
        words = tuple(dict.fromkeys(goods_words.split(meant)))[:MOST_WORDS]
        if words:
            found.setdefault(words, likely)
    return [Reading(words, likely) for words, likely in found.items()]


def _meant(text: str) -> Iterator[tuple[str, float]]:
    yield text, 1
    yield text.translate(_OTHER_KEY), 0.95
    if text.isascii():
        yield " ".join(_in_cyrillic(word) for word in goods_words.split(text)), 0.9
    else:
        yield " ".join(_in_latin(word) for word in goods_words.split(text)), 0.9


def _in_cyrillic(word: str) -> str:
    for sound, letter in _SOUNDS:
        word = word.replace(sound, letter)
    return word


def _in_latin(word: str) -> str:
    return "".join(_LETTERS.get(letter, letter) for letter in word)
