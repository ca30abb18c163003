"""A folder that receives files all together or not at all, and in which nobody else may read them."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from bot.errors import BadValue

Fill = Callable[[BinaryIO], int]
"""What writes a file's content, and returns how many rows it has written."""


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
                self._put_all()
        finally:
            for draft in self._drafts:
                draft.unlink(missing_ok=True)

    def write(self, name: str, fill: Fill) -> int:
        """Write a file beside its place and return the number of its rows; it gets its name when all is done.

        Raises:
            BadValue: it cannot be written.
        """
        draft = self.path / f".{name}.{os.getpid()}"
        self._drafts[draft] = self.path / name
        with _writing(draft), _private(draft) as file:
            count = fill(file)
            file.flush()
            os.fsync(file.fileno())
        return count

    def _require_free(self, target: Path) -> None:
        if target.is_symlink():
            raise BadValue("file to export to", str(target), "it is a link to somewhere else")
        if target.is_dir():
            raise BadValue("file to export to", str(target), "it is a folder")
        if target.exists() and not self._replace:
            raise BadValue("file to export to", str(target), "it exists already; --force replaces it")

    def _put_all(self) -> None:
        """Take every name before the first file gets its own, and give back what was taken when one is refused."""
        taken: list[Path] = []
        try:
            for target in self._drafts.values():
                self._require_free(target)
                if not self._replace:
                    # A bare rename would replace what came meanwhile.
                    with _writing(target):
                        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                    taken.append(target)
            for draft, target in self._drafts.items():
                with _writing(target):
                    draft.replace(target)
        except BaseException:
            for target in taken:
                target.unlink(missing_ok=True)
            raise


def _private(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    return os.fdopen(file, "wb")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadValue("place to export to", str(path), f"it cannot be written ({error.strerror})") from None
