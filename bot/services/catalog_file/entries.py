"""What a catalogue file says: its categories and goods, checked one by one, with the lines on which they stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import BadValue
from bot.models.goods_photos import MOST_PHOTOS
from bot.services import catalog, cleaning, money, photos, stock
from bot.services.catalog_file import paths, yaml_form
from bot.services.files import text_file
from bot.services.files.file_errors import Mistakes
from bot.services.files.records import Record, read_csv

T = TypeVar("T")
Follow = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""What looks on while rows pass; it is told what they are, and how many are to come."""

CATEGORY_KEYS = ("name", "parent", "archived")
GOODS_KEYS = ("name", "category", "price", "stock", "archived", "photo", "description")
YAML = frozenset({".yaml", ".yml"})
CSV = frozenset({".csv"})
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category as a file wants it. None: the file does not say; the parent "" is the top of the shop."""

    line: int
    name: str
    parent: str | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class GoodsEntry:
    """Goods as a file wants them. None: the file does not say; the photo "" is none.

    `photo` holds the names under which the pictures in `photo_files` are kept, below each other.
    """

    line: int
    name: str
    category: str | None = None
    price: Decimal | None = None
    stock: int | None = None
    archived: bool | None = None
    photo: str | None = None
    photo_files: tuple[Path, ...] = ()
    description: str | None = None


@dataclass
class Entries:
    """All that a file says, by name. `flawed` are goods of which something is wrong already."""

    mistakes: Mistakes
    categories: dict[str, CategoryEntry] = field(default_factory=dict)
    goods: dict[str, GoodsEntry] = field(default_factory=dict)
    flawed: set[str] = field(default_factory=set)


def require_known_form(path: Path) -> None:
    """Refuse a file whose name says neither YAML nor CSV.

    Raises:
        BadValue: its name ends otherwise.
    """
    if path.suffix.lower() not in YAML | CSV:
        raise BadValue("catalogue file", str(path), "its name ends in .yaml, .yml or .csv")


def unwatched(rows: Iterable[Any], _title: str, _total: int) -> Iterable[Any]:
    """Return the rows as they are."""
    return rows


def read(path: Path, *, currency: str, follow: Follow = unwatched) -> Entries:
    """Return what a file says; what is wrong in single values waits in `mistakes` for what the comparison finds.

    Raises:
        BadValue: there is no such file, or none that can be read.
        BadRows: it is built wrongly.
    """
    require_known_form(path)
    mistakes = Mistakes(path)
    reader = _Reader(Entries(mistakes), currency)
    with text_file.opened(path, "catalogue file") as file:
        lines = follow(text_file.lines(file, mistakes), "Reading", text_file.count(file))
        if path.suffix.lower() in CSV:
            reader.take_csv(lines)
        else:
            reader.take_yaml(lines)
    return reader.entries


class _Reader:
    """Makes entries out of records."""

    def __init__(self, entries: Entries, currency: str) -> None:
        self.entries = entries
        self._mistakes = entries.mistakes
        self._folder = entries.mistakes.path.parent
        self._currency = currency
        self._pictures: dict[str, str] = {}

    def take_yaml(self, lines: Iterable[str]) -> None:
        """Take the categories and the goods of both lists."""
        sections = {"categories": CATEGORY_KEYS, "goods": GOODS_KEYS}
        for section, record in yaml_form.read(lines, self._mistakes, sections=sections):
            if section == "goods":
                self._take_goods(record, _named("category name"))
            else:
                self._take_category(record)

    def take_csv(self, lines: Iterable[str]) -> None:
        """Take the goods of all rows, and the categories that their paths lead through."""
        for record in read_csv(lines, self._mistakes, allowed=GOODS_KEYS, needed=("name",)):
            self._take_goods(record, partial(self._take_path, record.line))

    def _take_category(self, record: Record) -> None:
        name = self._name(record, "category", self.entries.categories)
        if name is not None:
            self.entries.categories[name] = CategoryEntry(
                record.line,
                name,
                self._value(record, "parent", lambda text: _named("category name")(text) if text.strip() else ""),
                self._value(record, "archived", _yes_or_no),
            )

    def _take_goods(self, record: Record, read_category: Callable[[str], str]) -> None:
        before = len(self._mistakes.found)
        name = self._name(record, "goods", self.entries.goods)
        sources = _lines(record.values.get("photo", ""))
        entry = GoodsEntry(
            record.line,
            name or "",
            self._value(record, "category", read_category),
            self._value(record, "price", lambda text: money.parse(text, self._currency)),
            self._value(record, "stock", lambda text: stock.read_quantity("stock", text) if text.strip() else None),
            self._value(record, "archived", _yes_or_no),
            self._value(record, "photo", self._pictures_of),
            tuple(self._folder / source for source in sources),
            self._value(record, "description", catalog.clean_description),
        )
        if name is not None:
            self.entries.goods[name] = entry
            if len(self._mistakes.found) > before:
                self.entries.flawed.add(name)

    def _take_path(self, line: int, text: str) -> str:
        """Note the categories on a path and return the last; where the first of them lies, the path does not say."""
        names = list(map(_named("category name"), paths.split(text)))
        self.entries.categories.setdefault(names[0], CategoryEntry(line, names[0]))
        for parent, name in pairwise(names):
            known = self.entries.categories.get(name)
            if known is None or known.parent is None:
                self.entries.categories[name] = CategoryEntry(line, name, parent)
            elif known.parent != parent:
                raise BadValue("category", text, f"line {known.line} says that {name!r} lies in {known.parent!r}")
        return names[-1]

    def _name(self, record: Record, what: str, seen: dict[str, CategoryEntry] | dict[str, GoodsEntry]) -> str | None:
        if "name" not in record.values:
            self._mistakes.add(record.line, "The name is missing.")
            return None
        name = self._value(record, "name", _named(f"{what} name"))
        if name is not None and name in seen:
            self._mistakes.add(record.line_of("name"), f"{name!r} stands in line {seen[name].line} already.")
            return None
        return name

    def _value(self, record: Record, key: str, read: Callable[[str], T]) -> T | None:
        if key not in record.values:
            return None
        try:
            return read(record.values[key])
        except BadValue as error:
            self._mistakes.add(record.line_of(key), error)
            return None

    def _pictures_of(self, text: str) -> str:
        """Return the names under which the pictures beside the file will be kept, below each other."""
        sources = _lines(text)
        if len(sources) > MOST_PHOTOS:
            raise BadValue("photo", sources[MOST_PHOTOS], f"goods have at most {MOST_PHOTOS} photos")
        return "\n".join(dict.fromkeys(map(self._picture, sources)))

    def _picture(self, source: str) -> str:
        if source not in self._pictures:
            path = Path(source)
            if path.is_absolute() or ".." in path.parts or not _lies_in(self._folder, self._folder / path):
                raise BadValue("photo", source, "name a picture in the folder of the file, or in one inside it")
            self._pictures[source] = photos.name_of(self._folder / path)
        return self._pictures[source]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _lies_in(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _named(what: str) -> Callable[[str], str]:
    return lambda text: cleaning.name(what, text)


def _yes_or_no(text: str) -> bool:
    answer = _YES.get(text.strip().lower())
    if answer is None:
        raise BadValue("mark for what is archived", text, "write yes or no")
    return answer
