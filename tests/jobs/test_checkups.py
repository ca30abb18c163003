"""The nightly check: once a night in the shop's own time, over restarts, and the owner hears what is news."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.jobs import check_invariants
from bot.services import checkups, invariants, locking
from tests.shop import OWNER_ID, Shop

NIGHT = datetime(2026, 11, 20, 3, 5, tzinfo=UTC)
"""Five past four in Berlin."""


def at(time: datetime) -> Callable[[], datetime]:
    return lambda: time


async def passes(shop: Shop, nights: int, *, first: int = 0) -> list[tuple[int, str]]:
    """Let the job look in every one of some nights, and return in which the owner was told what."""
    told = []
    for night in range(first, first + nights):
        before = len(shop.messages(OWNER_ID))
        await check_invariants.run(shop.db, at(NIGHT + timedelta(days=night)))
        told += [(night, message.kind) for message in shop.messages(OWNER_ID)[before:]]
        shop.execute("UPDATE outbox SET status = 'sent'")
    return told


async def test_a_night_is_looked_at_once_also_by_a_bot_that_starts_anew(shop: Shop):
    shop.has_setting("timezone", "Europe/Berlin")
    for minutes in (0, 5, 60, 600, 23 * 60):
        await check_invariants.run(shop.db, at(NIGHT + timedelta(minutes=minutes)))

    [event] = shop.events(checkups.EVENT)
    assert (event.actor, event.facts) == ("job:checkup", {"broken": {}, "told_at": None})
    assert shop.messages() == []


@pytest.mark.parametrize(
    ("zone", "last", "now", "due"),
    [
        ("Europe/Berlin", "2026-11-20 03:05", "2026-11-21 02:59", False),
        ("Europe/Berlin", "2026-11-20 03:05", "2026-11-21 03:00", True),
        ("Europe/Berlin", "2026-11-20 03:05", "2026-11-21 15:00", True),  # the bot was off at night
        ("UTC", "2026-11-20 04:00", "2026-11-21 03:59", False),
        ("America/New_York", "2026-11-20 09:00", "2026-11-21 08:59", False),
        ("America/New_York", "2026-11-20 09:00", "2026-11-21 09:00", True),
        # The clocks are set forward and back.
        ("Europe/Berlin", "2026-03-28 03:00", "2026-03-29 01:59", False),
        ("Europe/Berlin", "2026-03-28 03:00", "2026-03-29 02:00", True),
        ("Europe/Berlin", "2026-10-24 02:00", "2026-10-25 02:59", False),
        ("Europe/Berlin", "2026-10-24 02:00", "2026-10-25 03:00", True),
        # This machine's clock was wrong.
        ("UTC", "2026-11-20 04:00", "2026-11-19 12:00", False),
    ],
)
def test_the_night_ends_at_four_in_the_shops_own_time(shop: Shop, zone: str, last: str, now: str, due: bool):
    shop.has_setting("timezone", zone)
    shop.db.call(checkups.note, [], now=datetime.fromisoformat(last).replace(tzinfo=UTC))

    assert shop.db.read(checkups.is_due, now=datetime.fromisoformat(now).replace(tzinfo=UTC)) is due


@pytest.mark.broken_on_purpose
async def test_the_owner_hears_what_is_news_and_once_a_week_what_goes_on(shop: Shop, caplog: Any):
    caplog.set_level("INFO", "bot.jobs.check_invariants")
    shop.has_goods("Green tea")
    assert await passes(shop, 2) == []
    shop.execute("UPDATE goods SET reserved_quantity = 2")

    assert await passes(shop, 14, first=2) == [(2, "checkup-broken"), (9, "checkup-broken")]
    assert shop.messages(OWNER_ID)[-1].facts == {
        "findings": [{"topic": "stock", "since": (NIGHT + timedelta(days=2)).isoformat()}]
    }
    assert "The nightly check: I3 is not so: Reserved is what open orders are promised." in caplog.text
    assert f"The nightly check: {len(invariants.ALL) - 2} of {len(invariants.ALL)} rules hold" in caplog.text

    shop.has_code(max_uses=5)
    shop.execute("UPDATE reference_codes SET current_uses = 1")
    assert await passes(shop, 2, first=16) == [(16, "checkup-broken")]
    assert [each["topic"] for each in shop.messages(OWNER_ID)[-1].facts["findings"]] == ["stock", "codes"]

    shop.execute("UPDATE reference_codes SET current_uses = 0")
    assert await passes(shop, 1, first=18) == []
    shop.execute("UPDATE goods SET reserved_quantity = 0")
    assert await passes(shop, 8, first=19) == [(19, "checkup-well")]


async def test_it_waits_for_no_lock_and_holds_none(shop: Shop):
    goods_id = shop.has_goods("Green tea")
    with shop.db.engines[0].begin() as connection:
        connection.exec_driver_sql("SELECT * FROM goods FOR UPDATE")
        await check_invariants.run(shop.db, at(NIGHT))

    assert len(shop.events(checkups.EVENT)) == 1
    assert shop.db.call(locking.goods, [goods_id])
