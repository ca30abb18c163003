"""CSV files that cannot harm: no cell is a formula, no file is half written, and nobody else may read them."""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TextIO

from bot.errors import BadValue

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""OWASP, CSV injection: a spreadsheet takes such a cell for a formula. An apostrophe in front makes it text."""


def write(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a header and rows, and return how many rows there were."""
    lines = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(lines)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
    lines.detach()
    return count


def cell(value: Any) -> str:
    """Return a value as it stands in a file: times in UTC (ISO 8601), nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else str(value)


def text(cell: str) -> str:
    """Return the text for which `cell` stands: without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    # Apostrophes in front count as well, so that `text` takes off only what `cell` has put there.
    return text.lstrip("'").startswith(FORMULA_BEGINNINGS)


class Folder:
    """A folder that receives files all together, when everything is written, or not at all.

    A new folder belongs to its owner alone (0700), and so do the files (0600).
    """

    def __init__(self, path: Path, names: Sequence[str], *, replace: bool) -> None:
        """Look whether the files may be written, before anything is read for them.

        Raises:
            BadValue: a file exists and is not to be replaced, or cannot be written there.
        """
        self.path = path
        self._replace = replace
        self._drafts: dict[Path, Path] = {}
        with _writing(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            self._require_free(path / name)

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                for draft, target in self._drafts.items():
                    self._put(draft, target)
        finally:
            for draft in self._drafts:
                draft.unlink(missing_ok=True)

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Write a file beside its place and return the number of its rows; it gets its name when all is done.

        Raises:
            BadValue: it cannot be written.
        """
        draft = self.path / f".{name}.{os.getpid()}"
        self._drafts[draft] = self.path / name
        with _writing(draft), _private(draft) as file:
            writer = csv.writer(file)
            writer.writerow(header)
            count = 0
            for row in rows:
                writer.writerow([cell(value) for value in row])
                count += 1
            file.flush()
            os.fsync(file.fileno())
        return count

    def _require_free(self, target: Path) -> None:
        if target.is_symlink():
            raise BadValue("file to export to", str(target), "it is a link to somewhere else")
        if target.exists() and not self._replace:
            raise BadValue("file to export to", str(target), "it exists already; --force replaces it")

    def _put(self, draft: Path, target: Path) -> None:
        self._require_free(target)
        with _writing(target):
            if not self._replace:
                # Takes the name before anybody else does; a bare rename would replace what came meanwhile.
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            draft.replace(target)


def _private(path: Path) -> TextIO:
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    return os.fdopen(file, "w", encoding="utf-8", newline="")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadValue("place to export to", str(path), f"it cannot be written ({error.strerror})") from None
