import os
from pathlib import Path

import pytest

from bot.errors import BadValue
from bot.services import address_file, bitcoin
from bot.services.bitcoin import BadLine
from tests.shop import BITCOIN_ADDRESSES

FIRST, SECOND, THIRD = BITCOIN_ADDRESSES[:3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "addresses.txt"


def refusal(path: Path) -> str:
    with pytest.raises(BadValue) as refused:
        address_file.read(path)
    return refused.value.expected


def test_comments_blank_lines_a_byte_order_mark_and_windows_line_ends_are_no_obstacle(file: Path):
    file.write_bytes(f"\ufeff# wallet\r\n\r\n{FIRST}\r\n  {SECOND}  # savings\r\n{THIRD}".encode())

    reading = address_file.read(file)

    assert reading.addresses == [FIRST, SECOND, THIRD]
    assert reading.bad == []


def test_a_bad_line_is_reported_with_its_number_and_the_others_are_read(file: Path):
    file.write_text(f"{FIRST}\n{SECOND[:-1]}q\n\n{THIRD}\n")

    reading = address_file.read(file)

    assert reading.addresses == [FIRST, THIRD]
    assert [line.number for line in reading.bad] == [2]
    assert reading.bad[0].why == "its checksum is wrong; copy it again"


def test_a_half_written_last_line_is_reported_like_any_other(file: Path):
    file.write_text(f"{FIRST}\n{SECOND[:20]}")

    reading = address_file.read(file)

    assert reading.addresses == [FIRST]
    assert [(line.number, line.text) for line in reading.bad] == [(2, SECOND[:20])]


def test_a_line_with_a_nul_is_bad_and_no_address(file: Path):
    file.write_bytes(f"{FIRST}\n{SECOND}\0\n".encode())

    reading = address_file.read(file)

    assert reading.addresses == [FIRST]
    assert [line.number for line in reading.bad] == [2]


def test_a_very_long_line_is_reported_and_not_kept(file: Path):
    file.write_text("x" * 5_000_000 + f"\n{FIRST}\n{SECOND} # " + "why " * 1000 + "\n" + " " * 200 + THIRD + "\n")

    reading = address_file.read(file)

    assert reading.addresses == [FIRST, SECOND]
    assert reading.bad[0] == BadLine(1, "x" * 100, "it is longer than 200 characters")
    assert [line.number for line in reading.bad] == [1, 4]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_in_words(file: Path, encoding: str):
    file.write_bytes(FIRST.encode(encoding))

    assert refusal(file) == "it is UTF-16; save it as UTF-8"


def test_another_encoding_is_refused_in_words(file: Path):
    file.write_bytes("# адрес\n".encode("cp1251") + FIRST.encode())

    assert refusal(file) == "it is not UTF-8 text; save it as UTF-8"


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "fifo")

    assert refusal(tmp_path / "fifo") == "it is not a regular file"
    assert refusal(tmp_path) == "it is not a regular file"
    assert refusal(Path("/dev/zero")) == "it is not a regular file"
    assert refusal(tmp_path / "missing") == "there is no such file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(file: Path):
    file.touch(mode=0)

    assert refusal(file) == "it cannot be opened (Permission denied)"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(file: Path):
    with file.open("wb") as sparse:
        sparse.truncate(address_file.LARGEST + 1)

    assert refusal(file) == "it is larger than 64 MB"


def test_the_wrong_file_is_refused_instead_of_reported_line_by_line(file: Path):
    file.write_text("x\n" * (bitcoin.MOST_BAD_LINES + 1))

    assert refusal(file) == "too many lines are no addresses"
