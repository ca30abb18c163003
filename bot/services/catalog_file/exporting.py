"""Writing the catalogue into a file, with the pictures in a folder beside it; what is written can be read back."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Category, Goods
from bot.models.goods_photos import names_in, photos_column
from bot.services import context, money, photos
from bot.services.catalog_file import paths, yaml_form
from bot.services.catalog_file.entries import CSV, GOODS_KEYS, require_known_form
from bot.services.files import csv_file
from bot.services.files.file_errors import ChangedMeanwhile
from bot.services.files.folder import Folder
from bot.services.queries.paging import Window

NAME_LENGTH = 60
"""Letters of a picture's name; as UTF-8 they fit into the 255 bytes of a file's name."""
Stream = Callable[[Callable[[Session], Iterator[Any]]], AbstractContextManager[Iterable[Any]]]
"""How rows are read while they are written (`Database.stream`)."""


@dataclass
class Written:
    """What an export has written; `missing` are the goods of which a picture is no longer in the shop's folder."""

    categories: int = 0
    goods: int = 0
    photos: int = 0
    missing: list[str] = field(default_factory=list)


def write(path: Path, *, data_dir: Path, replace: bool, categories: list[Any], stream: Stream) -> Written:
    """Write the whole catalogue to a file; the pictures go to the folder "<its name>-photos".

    `categories` is what `tree` returns.

    Raises:
        BadValue: the name of the file says neither YAML nor CSV, or it cannot be written.
        ChangedMeanwhile: goods lie in a category that has come since.
    """
    require_known_form(path)
    with ExitStack() as open_folders:
        # Left last, so that the file appears when its pictures are there.
        files = open_folders.enter_context(Folder(path.parent, [path.name], replace=replace))
        pictures = _Pictures(path, data_dir, replace, open_folders)
        export = _Export(categories, stream, pictures)
        files.write(path.name, export.as_csv if path.suffix.lower() in CSV else export.as_yaml)
    export.written.photos = pictures.count
    return export.written


def tree(session: Session) -> list[Any]:
    """Return every category with its name, its parent and whether it is archived, by name."""
    query = select(Category.id, Category.name, Category.parent_id, Category.archived_at).order_by(Category.name)
    return list(session.execute(query))


def goods(session: Session) -> Iterator[Any]:
    """Yield all goods by name, with amounts in the currency's unit."""
    currency = context.of(session).currency
    query = select(
        Goods.name,
        Goods.category_id,
        Goods.price,
        Goods.stock_quantity,
        Goods.archived_at,
        photos_column().label("photos"),
        Goods.description,
    )
    for row in Window().rows(session, query.order_by(Goods.name)):
        yield {**row._mapping, "price": money.rounded(row.price, currency)}


@dataclass
class _Export:
    categories: list[Any]
    stream: Stream
    pictures: "_Pictures"
    written: Written = field(default_factory=Written)

    def as_csv(self, file: BinaryIO) -> int:
        """Write the goods, each with the path of its category."""
        by_id = {row.id: row for row in self.categories}
        names = {row.id: paths.joined(_way(row, by_id)) for row in self.categories}
        with self.stream(goods) as rows:
            cells = (tuple(record.values()) for record in self._records(rows, names))
            return csv_file.write(file, GOODS_KEYS, cells)

    def as_yaml(self, file: BinaryIO) -> int:
        """Write all categories, then all goods."""
        names = {row.id: row.name for row in self.categories}
        text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
        text.write("# The catalogue. Names are the keys; what is left out stays as it is in the shop.\n")
        text.writelines(yaml_form.section("categories", (self._category(row, names) for row in self.categories)))
        with self.stream(goods) as rows:
            text.writelines(yaml_form.section("goods", self._records(rows, names)))
        text.detach()
        return self.written.goods

    def _category(self, row: Any, names: Mapping[int, str]) -> dict[str, Any]:
        self.written.categories += 1
        return {"name": row.name, "parent": names.get(row.parent_id, ""), "archived": row.archived_at is not None}

    def _records(self, rows: Iterable[Any], names: Mapping[int, str]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if row["category_id"] not in names:
                raise ChangedMeanwhile
            self.written.goods += 1
            yield {
                "name": row["name"],
                "category": names[row["category_id"]],
                "price": row["price"],
                "stock": row["stock_quantity"],
                "archived": row["archived_at"] is not None,
                "photo": self._photo(row),
                "description": row["description"],
            }

    def _photo(self, row: Mapping[str, Any]) -> str:
        """Return where the pictures are from the file, below each other."""
        copied = [self.pictures.copy(photo, row["name"]) for photo in names_in(row["photos"])]
        if None in copied:
            self.written.missing.append(row["name"])
        return "\n".join(name for name in copied if name)


def _way(category: Any, by_id: Mapping[int, Any]) -> list[str]:
    way = [category.name]
    while category.parent_id is not None:
        category = by_id[category.parent_id]
        way.insert(0, category.name)
    return way


class _Pictures:
    """The folder beside the file; it is made when the first picture comes."""

    def __init__(self, path: Path, data_dir: Path, replace: bool, open_folders: ExitStack) -> None:
        self._path = path.with_name(f"{path.stem}-photos")
        self._data_dir = data_dir
        self._replace = replace
        self._open_folders = open_folders
        self._folder: Folder | None = None
        self._taken: set[str] = set()

    @property
    def count(self) -> int:
        """Return how many pictures were copied."""
        return len(self._taken)

    def copy(self, photo: str, goods_name: str) -> str | None:
        """Copy the picture under a name that tells the goods; return where it is from the file, or None without it."""
        source = photos.path_of(photo, self._data_dir)
        try:
            file = source.open("rb")
        except OSError:
            return None
        if self._folder is None:
            self._folder = self._open_folders.enter_context(Folder(self._path, [], replace=self._replace))
        with file:
            name = self._free_name(goods_name, source.suffix)
            self._folder.write(name, lambda target: target.write(file.read()))
        return f"{self._path.name}/{name}"

    def _free_name(self, goods_name: str, suffix: str) -> str:
        letters = "".join(letter if letter.isalnum() else " " for letter in goods_name.lower())
        stem = "-".join(letters.split())[:NAME_LENGTH] or "goods"
        name, number = f"{stem}{suffix}", 1
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        self._taken.add(name)
        return name
