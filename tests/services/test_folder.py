import errno
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from bot.errors import BadValue
from bot.services.files.folder import Folder


def mine(file: BinaryIO) -> int:
    file.write(b"mine")
    return 1


def test_the_files_appear_together_and_belong_to_their_owner_alone(tmp_path: Path):
    place = tmp_path / "new" / "books"
    with Folder(place, ["a", "b"], replace=False) as folder:
        assert folder.write("a", mine) == 1
        assert folder.write("b", mine) == 1
        assert not (place / "a").exists()

    assert [path.read_text() for path in (place / "a", place / "b")] == ["mine", "mine"]
    assert sorted(path.name for path in place.iterdir()) == ["a", "b"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}


def test_a_file_that_came_meanwhile_is_not_replaced_and_none_of_the_others_appears(tmp_path: Path):
    def write() -> None:
        with Folder(tmp_path, ["a", "b"], replace=False) as folder:
            folder.write("a", mine)
            folder.write("b", mine)
            (tmp_path / "b").write_text("theirs")

    with pytest.raises(BadValue, match="it exists already"):
        write()
    assert (tmp_path / "b").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_file_is_replaced_when_that_is_wanted(tmp_path: Path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o644)
    with Folder(tmp_path, ["a"], replace=True) as folder:
        folder.write("a", mine)

    assert (tmp_path / "a").read_text() == "mine"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_or_a_link_in_the_place_of_a_file_is_refused(tmp_path: Path, replace: bool):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to(tmp_path / "nowhere")

    for name, why in (("a", "it is a folder"), ("b", "it is a link to somewhere else")):
        with pytest.raises(BadValue, match=why):
            Folder(tmp_path, [name], replace=replace)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path):
    def fill(file: BinaryIO) -> int:
        mine(file)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(BadValue, match="No space left on device"), Folder(tmp_path, ["a"], replace=False) as folder:
        folder.write("a", fill)
    assert list(tmp_path.iterdir()) == []
