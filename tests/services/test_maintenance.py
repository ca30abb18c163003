"""Closing the shop for customers, and what becomes of reservations meanwhile."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import migrations
from bot.db import Database
from bot.models import Event, OrderStatus
from bot.services import arrivals, maintenance, orders, settings
from bot.services.context import Shop as ShopContext
from bot.services.queries import order_timeline
from bot.services.vault import Vault
from tests.conftest import VAULT_KEY
from tests.shop import STAFF, Shop, now

HOUR = timedelta(hours=1)


def closes(shop: Shop, at: datetime, reason: str = "We move house") -> None:
    shop.db.call(settings.change, maintenance.KEY, reason, actor=STAFF, now=at)


def opens(shop: Shop, at: datetime) -> None:
    shop.db.call(settings.reset, maintenance.KEY, actor=STAFF, now=at)


def test_whoever_comes_is_told_why_the_shop_is_closed(shop: Shop):
    shop.has_customer(101, "Anna")
    assert shop.db.read(arrivals.arrive, 101).door.closed_because == ""
    closes(shop, now())

    known, stranger = (shop.db.read(arrivals.arrive, each) for each in (101, 999))

    assert known.identity is not None
    assert (known.identity.first_name, known.door.closed_because) == ("Anna", "We move house")
    assert (stranger.identity, stranger.door.closed_because) == (None, "We move house")
    shop.has_setting(maintenance.KEY, "off")
    assert shop.db.read(arrivals.arrive, 999).door.closed_because == ""


def test_sqlite_tells_the_same(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrations.upgrade(url)
    db = Database(url, threads=1, info=ShopContext(vault=Vault(VAULT_KEY)).as_info)
    shop = Shop(db)
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    until, start = shop.order(code).reserved_until, now()
    closes(shop, start)
    arrival = shop.db.read(arrivals.arrive, 101)
    opens(shop, start + HOUR)

    assert (arrival.identity is not None, arrival.door.closed_because) == (True, "We move house")
    assert shop.order(code).reserved_until == until + HOUR
    db.close()


def test_while_the_shop_is_closed_nothing_expires_and_nobody_is_reminded(shop: Shop):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    until = shop.order(code).reserved_until
    closes(shop, now())

    assert shop.db.read(orders.due_for_reminder, now=until - timedelta(minutes=5)) == []
    assert shop.db.read(orders.due_for_expiry, now=until + HOUR) == []
    shop.has_setting(maintenance.KEY, "off")
    shop.execute("UPDATE orders SET reserved_until = :until", until=until.replace(tzinfo=None))
    assert shop.db.read(orders.due_for_reminder, now=until - timedelta(minutes=5)) == [code]
    assert shop.db.read(orders.due_for_expiry, now=until + HOUR) == [code]


def test_an_order_that_was_due_when_the_shop_closed_neither_expires_nor_is_reminded_of(shop: Shop):
    shop.has_customer(101)
    shop.has_goods()
    code = shop.has_order(101, {"Green tea": 1})
    shop.has_setting("maintenance", "We move house.")

    assert shop.db.call(orders.expire, code, now=now() + timedelta(days=9)) is False
    assert shop.db.call(orders.remind, code, now=now()) is False
    assert shop.order(code).order_status is OrderStatus.RESERVED
    assert shop.order(code).reminded_at is None


def test_opening_gives_every_reservation_the_time_back(shop: Shop):
    shop.has_goods(stock=50)
    anna = shop.has_customer(101)
    held = [shop.has_order(each, {"Green tea": 1}) for each in (anna, anna, shop.has_customer(102))]
    others = [
        shop.has_order(anna, {"Green tea": 1}, status=each) for each in (OrderStatus.CONFIRMED, OrderStatus.CANCELLED)
    ]
    shop.db.call(orders.remind, held[0], now=now())
    before = {code: shop.order(code).reserved_until for code in (*held, *others)}
    start = now()
    closes(shop, start)
    closes(shop, start + HOUR, "It takes longer")
    opens(shop, start + 3 * HOUR)

    assert {code: shop.order(code).reserved_until - before[code] for code in before} == {
        **dict.fromkeys(held, 3 * HOUR),
        **dict.fromkeys(others, timedelta()),
    }
    assert shop.order(held[0]).reminded_at is None
    given = shop.events("order.time_given_back")
    assert [event.subject for event in given] == [f"order:{code}" for code in held]
    assert given[0].facts == {"reserved_until": shop.order(held[0]).reserved_until.isoformat()}


def test_an_order_made_while_the_shop_is_closed_gets_back_no_more_than_it_has_waited(shop: Shop):
    shop.has_goods()
    closes(shop, now() - HOUR)
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    order = shop.order(code)
    opens(shop, order.created_at + timedelta(minutes=5))

    assert shop.order(code).reserved_until - order.reserved_until == timedelta(minutes=5)


def test_a_story_of_an_order_does_not_tell_of_all_others_that_got_their_time_back(shop: Shop):
    shop.has_goods(stock=50)
    first, second = (shop.has_order(shop.has_customer(each), {"Green tea": 1}) for each in (101, 102))
    closes(shop, now())
    opens(shop, now() + HOUR)

    subjects = {event.subject for event in shop.db.read(order_timeline.story, first).events}

    assert f"order:{first}" in subjects
    assert f"order:{second}" not in subjects


def test_opening_an_open_shop_and_saying_the_same_twice_leave_no_trace(shop: Shop):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    until, start = shop.order(code).reserved_until, now()
    shop.has_setting(maintenance.KEY, "off")
    known = shop.count(Event)
    shop.has_setting(maintenance.KEY, "no")
    assert shop.count(Event) == known
    closes(shop, start)
    closes(shop, start + HOUR)
    shop.db.call(settings.change, maintenance.KEY, "", actor=STAFF, now=start + 2 * HOUR)
    shop.db.call(settings.change, maintenance.KEY, "", actor=STAFF, now=start + 5 * HOUR)

    assert shop.order(code).reserved_until == until + 2 * HOUR


@pytest.mark.broken_on_purpose
def test_a_reason_that_was_written_behind_the_shops_back_gives_no_time_back(shop: Shop):
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1})
    until = shop.order(code).reserved_until
    shop.execute("INSERT INTO bot_settings VALUES ('maintenance', 'By hand', NOW())")
    opens(shop, now() + HOUR)

    assert shop.order(code).reserved_until == until
