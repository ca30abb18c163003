import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from bot.errors import BadValue
from bot.services.vault import Vault, WrongKey, open_vault

KEY = bytes(range(32))


def test_a_text_comes_back_as_it_was_and_looks_different_every_time():
    vault = Vault(KEY)

    sealed = [vault.seal("Main St; apt 5 & co 🍵", "orders.delivery_address.ABCDEF") for _ in range(2)]

    assert [vault.open(each, "orders.delivery_address.ABCDEF") for each in sealed] == ["Main St; apt 5 & co 🍵"] * 2
    assert sealed[0] != sealed[1]
    assert "Main" not in sealed[0]


def test_a_text_that_was_moved_to_another_place_does_not_open():
    sealed = Vault(KEY).seal("12 Harbour Street", "orders.delivery_address.ABCDEF")

    with pytest.raises(InvalidTag):
        Vault(KEY).open(sealed, "orders.delivery_address.ABCDEG")


def test_a_text_that_was_changed_does_not_open():
    sealed = Vault(KEY).seal("12 Harbour Street", "place")

    with pytest.raises(InvalidTag):
        Vault(KEY).open(sealed[:-8] + "AAAAAAA=", "place")


def test_a_wrong_key_is_named_without_saying_what_it_is():
    sealed = Vault(KEY).seal("12 Harbour Street", "place")

    with pytest.raises(WrongKey, match=r"sealed with key 630dcd29, but DATA_KEY is key [0-9a-f]{8}") as refused:
        Vault(bytes(32)).open(sealed, "place")
    assert KEY.hex() not in str(refused.value)


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path):
    vault = open_vault(None, tmp_path / "data")
    file = tmp_path / "data" / "data.key"

    assert file.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(file.read_text())) == 32
    assert [each.name for each in file.parent.iterdir()] == ["data.key"]
    assert open_vault(None, tmp_path / "data").open(vault.seal("tea", "place"), "place") == "tea"


def test_data_key_wins_over_the_file(tmp_path: Path):
    open_vault(None, tmp_path)

    assert Vault(KEY).open(open_vault(KEY.hex(), tmp_path).seal("tea", "place"), "place") == "tea"


def test_first_starts_at_the_same_time_agree_on_one_key(tmp_path: Path):
    barrier = threading.Barrier(8)
    sealed: list[str] = []

    def start() -> None:
        barrier.wait()
        sealed.append(open_vault(None, tmp_path).seal("tea", "place"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [open_vault(None, tmp_path).open(each, "place") for each in sealed] == ["tea"] * 8


@pytest.mark.parametrize("content", ["", "too short", "ab" * 16, "zz" * 32])
def test_a_damaged_key_file_stops_the_start_instead_of_sealing_badly(tmp_path: Path, content: str):
    (tmp_path / "data.key").write_text(content)

    with pytest.raises(BadValue, match="data key"):
        open_vault(None, tmp_path)
