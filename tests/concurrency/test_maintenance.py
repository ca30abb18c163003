"""Several of the staff open the shop at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from bot.services import maintenance, settings
from tests.concurrency.race import breaks, consistent, race, slowed
from tests.shop import STAFF, Shop, now


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between reading and changing."""
    slowed(monkeypatch, settings, "_heed")


def the_shop_is_opened_by_four(shop: Shop) -> None:
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    until, start = shop.order(code).reserved_until, now()
    shop.db.call(settings.change, maintenance.KEY, "Moving", actor=STAFF, now=start)

    later = start + timedelta(hours=1)
    outcome = race([partial(shop.db.call, settings.change, maintenance.KEY, "off", actor=STAFF, now=later)] * 4)

    assert outcome.broken == []
    assert shop.order(code).reserved_until == until + timedelta(hours=1)
    consistent(shop)


def test_the_time_is_given_back_once(shop: Shop):
    the_shop_is_opened_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_the_time_is_given_back_several_times(shop: Shop, without_locks: None):
    breaks(shop, the_shop_is_opened_by_four)
