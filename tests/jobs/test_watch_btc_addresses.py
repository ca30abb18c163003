# ruff: noqa: ASYNC240 - a test may wait for the small files it makes itself
import asyncio
import logging
import os
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.jobs.watch_btc_addresses import CHUNK, MOST_LOGGED_LINES, Watch
from bot.services import address_file, bitcoin, bitcoin_address
from tests.jobs.waiting import until
from tests.shop import BITCOIN_ADDRESSES as ADDRESSES
from tests.shop import OWNER_ID, Shop, now

SETTLE = 0.1
NEVER = 60.0
WRONG = ADDRESSES[0][:-1] + "q"
WIF = "5KJvsngHeMpm884wtkJNzQGaCErckhHJBGFsvd3VyK5qMZXj3hS"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the address file is, in a folder of its own; the file is not there yet."""
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop" / "btc_addresses.txt"


@pytest.fixture
async def watched(shop: Shop, file: Path) -> AsyncIterator[Path]:
    """Return an address file that holds one address and is watched by an observer alone."""
    file.write_text(f"{ADDRESSES[0]}\n")
    async with watching(Watch(shop.db, file, now, settle=SETTLE, rescan=NEVER)):
        await until(lambda: pool(shop) == 1)
        yield file


class watching:  # noqa: N801 - used like a function
    """Watch while the block lasts."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._watch.run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def pool(shop: Shop) -> int:
    return int(shop.scalar("SELECT COUNT(*) FROM bitcoin_addresses"))


def lines(*addresses: str) -> str:
    return "".join(f"{address}\n" for address in addresses)


async def look(shop: Shop, file: Path) -> Watch:
    watch = Watch(shop.db, file, now)
    await watch.look()
    return watch


# -- what the observer notices ------------------------------------------------------------------------------------


async def test_appended_addresses_are_added(shop: Shop, watched: Path):
    with watched.open("a") as file:
        file.write(lines(*ADDRESSES[1:3]))

    await until(lambda: pool(shop) == 3)


async def test_a_rewritten_file_adds_what_is_new_and_takes_nothing_away(shop: Shop, watched: Path):
    watched.write_text(lines(*ADDRESSES[1:4]))

    await until(lambda: pool(shop) == 4)


async def test_a_file_renamed_into_place_is_loaded(shop: Shop, watched: Path):
    fresh = watched.with_suffix(".new")
    fresh.write_text(lines(*ADDRESSES[:5]))

    fresh.replace(watched)

    await until(lambda: pool(shop) == 5)


async def test_a_file_moved_in_from_elsewhere_is_loaded(shop: Shop, watched: Path, tmp_path: Path):
    (tmp_path / "elsewhere").write_text(lines(*ADDRESSES[:5]))

    shutil.move(tmp_path / "elsewhere", watched)

    await until(lambda: pool(shop) == 5)


async def test_a_file_that_vanishes_and_returns_is_loaded_again(shop: Shop, watched: Path):
    watched.unlink()
    await asyncio.sleep(SETTLE * 3)
    watched.write_text(lines(*ADDRESSES[:2]))

    await until(lambda: pool(shop) == 2)


async def test_a_file_that_is_not_there_at_the_start_is_loaded_when_it_appears(shop: Shop, file: Path):
    async with watching(Watch(shop.db, file, now, settle=SETTLE, rescan=NEVER)):
        await asyncio.sleep(SETTLE * 3)
        file.write_text(lines(*ADDRESSES[:2]))

        await until(lambda: pool(shop) == 2)


async def test_a_folder_that_was_made_anew_is_watched_again_after_the_next_look(shop: Shop, file: Path):
    file.write_text(lines(ADDRESSES[0]))
    async with watching(Watch(shop.db, file, now, settle=0.01, rescan=0.3)):
        await until(lambda: pool(shop) == 1)
        shutil.rmtree(file.parent)
        file.parent.mkdir()
        file.write_text(lines(*ADDRESSES[:2]))
        await until(lambda: pool(shop) == 2)

        file.write_text(lines(*ADDRESSES[:3]))

        await until(lambda: pool(shop) == 3)


async def test_a_folder_that_does_not_exist_yet_is_found_later(shop: Shop, file: Path):
    file.parent.rmdir()
    async with watching(Watch(shop.db, file, now, settle=0.01, rescan=0.2)):
        await asyncio.sleep(0.1)
        file.parent.mkdir()
        file.write_text(lines(ADDRESSES[0]))

        await until(lambda: pool(shop) == 1)


async def test_a_file_that_is_still_being_written_is_read_when_it_rests(
    shop: Shop, watched: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    with watched.open("a", buffering=1) as file:
        for address in ADDRESSES[1:9]:
            file.write(address[:20])
            file.flush()
            await asyncio.sleep(SETTLE / 4)
            file.write(f"{address[20:]}\n")

    def told() -> list[str]:
        return [message for message in caplog.messages if message.startswith("Address file read")]

    # It is written into the log a moment after it stands in the database.
    await until(lambda: pool(shop) == 9 and bool(told()))
    assert "0 bad lines" in told()[-1]
    assert len(told()) <= 2


async def test_reading_the_file_ourselves_is_no_change(shop: Shop, watched: Path, monkeypatch: pytest.MonkeyPatch):
    looks: list[Watch] = []

    async def look(watch: Watch) -> None:
        looks.append(watch)

    await asyncio.sleep(SETTLE * 4)
    monkeypatch.setattr(Watch, "look", look)
    watched.read_text()
    await asyncio.sleep(SETTLE * 4)
    assert looks == []

    watched.touch()
    await until(lambda: looks)


# -- what a look does ---------------------------------------------------------------------------------------------


async def test_an_unchanged_file_is_not_read_again(shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch):
    file.write_text(lines(ADDRESSES[0]))
    watch = await look(shop, file)
    monkeypatch.setattr(address_file, "read", lambda path: pytest.fail("it was read"))

    await watch.look()
    os.utime(file, (0, 0))
    await watch.look()

    assert pool(shop) == 1


async def test_the_file_is_never_written(shop: Shop, file: Path):
    text = f"# mine\r\n{ADDRESSES[0]}\r\n{WRONG}"
    file.write_bytes(text.encode())
    before = file.stat()

    await look(shop, file)

    assert file.read_bytes() == text.encode()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_a_mark_at_the_beginning_carriage_returns_comments_and_duplicates_do_no_harm(shop: Shop, file: Path):
    text = f"\ufeff# mine\r\n{ADDRESSES[0]}\r\n\r\n{ADDRESSES[0].upper()} # again\r\n{ADDRESSES[1]}"
    file.write_bytes(text.encode())

    await look(shop, file)

    assert pool(shop) == 2
    assert shop.events("bitcoin.bad_lines") == []


async def test_a_half_written_last_line_is_added_when_it_is_whole(shop: Shop, file: Path):
    file.write_text(f"{ADDRESSES[0]}\n{ADDRESSES[1][:30]}")
    watch = await look(shop, file)
    assert pool(shop) == 1

    file.write_text(lines(*ADDRESSES[:2]))
    await watch.look()

    assert pool(shop) == 2


async def test_every_bad_line_is_logged_with_its_number_but_never_its_text(
    shop: Shop, file: Path, caplog: pytest.LogCaptureFixture
):
    file.write_text(lines(ADDRESSES[0], WRONG, "# fine", WIF))

    await look(shop, file)

    told = [message for message in caplog.messages if message.startswith("Address file, line")]
    assert [message.split(":")[0] for message in told] == ["Address file, line 2", "Address file, line 4"]
    assert WIF not in caplog.text
    assert pool(shop) == 1


async def test_a_flood_of_bad_lines_is_cut_in_the_log(shop: Shop, file: Path, caplog: pytest.LogCaptureFixture):
    file.write_text(lines(*["nonsense"] * (MOST_LOGGED_LINES + 7)))

    await look(shop, file)

    assert len([message for message in caplog.messages if message.startswith("Address file, line")]) == 50
    assert "Address file: 7 more bad lines" in caplog.messages


async def test_the_owner_is_told_of_bad_lines_once_also_after_a_restart(shop: Shop, file: Path):
    file.write_text(lines(ADDRESSES[0], WRONG, "nonsense"))

    await look(shop, file)
    await look(shop, file)

    assert [(message.kind, message.facts) for message in shop.messages(OWNER_ID)] == [
        ("btc-bad-lines", {"count": 2, "first": 2})
    ]


async def test_the_owner_is_told_again_of_other_bad_lines_and_after_a_clean_file(shop: Shop, file: Path):
    for text in (lines(WRONG), lines("nonsense", WRONG), lines(ADDRESSES[0]), lines("nonsense", WRONG)):
        file.write_text(text)
        await look(shop, file)

    assert [message.facts["count"] for message in shop.messages(OWNER_ID)] == [1, 2, 2]


async def test_a_file_that_changes_while_it_is_read_is_not_reported(
    shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
):
    read = address_file.read

    def read_slowly(path: Path) -> bitcoin.Reading:
        reading = read(path)
        path.write_text(lines(*ADDRESSES[:2]))
        return reading

    monkeypatch.setattr(address_file, "read", read_slowly)
    file.write_text(f"{ADDRESSES[0]}\n{ADDRESSES[1][:30]}")

    watch = await look(shop, file)
    monkeypatch.setattr(address_file, "read", read)
    await watch.look()

    assert shop.messages(OWNER_ID) == []
    assert pool(shop) == 2


@pytest.mark.parametrize("kind", ["folder", "fifo", "utf-16", "link to itself"])
async def test_what_is_no_address_file_is_said_once_and_stops_nothing(
    shop: Shop, file: Path, kind: str, caplog: pytest.LogCaptureFixture
):
    if kind == "folder":
        file.mkdir()
    elif kind == "fifo":
        os.mkfifo(file)
    elif kind == "utf-16":
        file.write_text(lines(ADDRESSES[0]), encoding="utf-16")
    else:
        file.symlink_to(file)
    caplog.set_level(logging.INFO)

    watch = await look(shop, file)
    await watch.look()

    assert len([message for message in caplog.messages if "address file" in message]) == 1
    assert pool(shop) == 0


async def test_a_large_file_is_read_off_the_loop_and_added_in_many_short_transactions(
    shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch
):
    threads: set[str] = set()

    def parse(text: str) -> str:
        threads.add(threading.current_thread().name)
        return text

    monkeypatch.setattr(bitcoin_address, "parse", parse)
    file.write_text(lines(*(f"bc1q{number:038d}" for number in range(5 * CHUNK))))

    await look(shop, file)

    assert pool(shop) == 5 * CHUNK
    assert [event.facts["count"] for event in shop.events("bitcoin.added")] == [CHUNK] * 5
    assert "MainThread" not in threads


async def test_the_owner_hears_once_that_the_file_cannot_be_read_and_once_that_it_can_again(shop: Shop, file: Path):
    def told() -> list[tuple[str, str]]:
        return [(each.kind, each.facts.get("why", "")) for each in shop.messages(OWNER_ID)]

    file.write_text(lines(ADDRESSES[0]))
    watch = await look(shop, file)
    assert told() == []
    kept = file.rename(file.with_suffix(".old"))
    file.mkdir()
    await watch.look()
    file.rmdir()
    file.write_bytes("bc1".encode("utf-16"))
    await watch.look()
    await look(shop, file)
    assert told() == [("btc-file-unread", "it is not a regular file")]
    kept.replace(file)
    await watch.look()
    await look(shop, file)
    assert told()[1:] == [("btc-file-read", "")]
    file.unlink()
    await watch.look()
    file.mkdir()
    await watch.look()

    assert [kind for kind, _ in told()[2:]] == ["btc-file-unread"]
