"""The address file: how long its lines take into the pool, and how late the event loop is meanwhile."""

import asyncio
import hashlib
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.effort import Effort
from bench.figures import Figure, Sample, figure, interleave
from bench.likeness import as_the_bot
from bench.stage import Stage, emptied
from bench.straight import connect
from bot.jobs.watch_btc_addresses import Watch
from bot.services import clock

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CHUNK = 1000
INSERT = "INSERT INTO bitcoin_addresses (address, is_used, added_at) VALUES (%s, %s, %s)"
"""Nothing but values between its brackets: PyMySQL sends the rows of any other statement one by one."""
MOST_ROUNDS = 3
LATE = 200.0
"""In milliseconds: what the event loop may be late by."""
TICK = 0.005


def measure(stage: Stage, effort: Effort) -> list[Figure]:
    """Measure a file of so many lines, beside the same rows inserted straight."""
    addresses = [address(number) for number in range(effort.lines)]
    lags: list[float] = []
    with TemporaryDirectory(prefix="shop-bench-") as folder:
        file = Path(folder) / "btc_addresses.txt"
        file.write_text("\n".join(addresses) + "\n", encoding="ascii")

        def ours() -> Sample:
            _empty(stage)
            with as_the_bot():
                seconds, lag = asyncio.run(_load(stage, file))
            lags.append(lag)
            assert stage.shop.scalar("SELECT COUNT(*) FROM bitcoin_addresses") == len(addresses)
            return {"seconds": seconds}

        pairs = interleave(min(effort.rounds, MOST_ROUNDS), ours, lambda: _straight(stage, addresses))
    _empty(stage)
    name = f"{effort.lines:,} addresses"
    return [
        figure(name, "s, beside SQL", pairs, "seconds"),
        Figure(name, "ms, loop late", lags, [LATE] * len(lags), "<= 1"),
    ]


def address(number: int) -> str:
    """Return a valid address that nobody has the key of (base58check of a public key's hash, Bitcoin's version 0)."""
    payload = b"\0" + hashlib.sha256(str(number).encode()).digest()[:20]
    check = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    rest, letters = int.from_bytes(payload + check, "big"), ""
    while rest:
        rest, letter = divmod(rest, 58)
        letters = LETTERS[letter] + letters
    zeros = len(payload) - len(payload.lstrip(b"\0"))
    return "1" * zeros + letters


async def _load(stage: Stage, file: Path) -> tuple[float, float]:
    """Load the file as the bot does; return the seconds it took, and by how many milliseconds the loop was late."""
    late = 0.0

    async def tick() -> None:
        nonlocal late
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            late = max(late, time.perf_counter() - due)

    ticking = asyncio.create_task(tick())
    began = time.perf_counter()
    await Watch(stage.shop.db, file, clock.now).look()
    took = time.perf_counter() - began
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking
    return took, late * 1000


def _straight(stage: Stage, addresses: list[str]) -> Sample:
    _empty(stage)
    connection, now = connect(stage.url), clock.now().replace(tzinfo=None)
    connection.autocommit(False)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for start in range(0, len(addresses), CHUNK):
            cursor.executemany(INSERT, [(each, 0, now) for each in addresses[start : start + CHUNK]])
            connection.commit()
    took = time.perf_counter() - began
    connection.close()
    return {"seconds": took}


def _empty(stage: Stage) -> None:
    stage.shop.db.call(emptied, "bitcoin_addresses")
