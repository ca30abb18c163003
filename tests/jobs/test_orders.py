import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot import metrics
from bot.db import Database
from bot.errors import Busy
from bot.jobs import expire_reservations, remind_customers, sweep
from bot.models import OrderStatus
from bot.services import orders
from tests.shop import Shop, now

A_WEEK = timedelta(days=7)


def in_(time: timedelta) -> Callable[[], datetime]:
    """Return a clock that is ahead by `time`."""
    return lambda: now() + time


@pytest.fixture
def codes(shop: Shop) -> list[str]:
    """Return the codes of three reserved orders of two Green teas each."""
    shop.has_goods("Green tea", stock=10)
    return [shop.has_order(shop.has_customer(buyer), {"Green tea": 2}) for buyer in (101, 102, 103)]


def statuses(shop: Shop) -> list[OrderStatus]:
    return [order.order_status for order in shop.orders()]


async def test_reservations_whose_time_is_over_expire_and_their_customers_are_told(shop: Shop, codes: list[str]):
    await expire_reservations.run(shop.db, in_(A_WEEK))

    assert statuses(shop) == [OrderStatus.EXPIRED] * 3
    assert shop.goods("Green tea").reserved_quantity == 0
    assert [message.kind for buyer in (101, 102, 103) for message in shop.messages(buyer)].count("order-expired") == 3


async def test_reservations_that_still_run_are_left_alone(shop: Shop, codes: list[str]):
    await expire_reservations.run(shop.db, now)

    assert statuses(shop) == [OrderStatus.RESERVED] * 3
    assert shop.goods("Green tea").reserved_quantity == 6


async def test_a_clock_in_the_past_expires_nothing(shop: Shop, codes: list[str]):
    await expire_reservations.run(shop.db, in_(-A_WEEK))

    assert statuses(shop) == [OrderStatus.RESERVED] * 3


async def test_a_backlog_larger_than_a_batch_is_worked_off_at_once(shop: Shop, codes: list[str]):
    await expire_reservations.run(shop.db, in_(A_WEEK), batch=2)

    assert statuses(shop) == [OrderStatus.EXPIRED] * 3


@pytest.mark.broken_on_purpose
async def test_a_poisoned_order_is_logged_and_does_not_stop_the_others(
    shop: Shop, codes: list[str], caplog: pytest.LogCaptureFixture
):
    shop.execute(
        "UPDATE order_items JOIN orders ON orders.id = order_id SET quantity = 5 WHERE order_code = :code",
        code=codes[0],
    )
    shop.execute("UPDATE goods SET reserved_quantity = 4")
    shop.execute(
        "UPDATE orders SET reserved_until = reserved_until - INTERVAL 1 DAY WHERE order_code = :code", code=codes[0]
    )

    before = metrics.total_of(metrics.ERRORS)
    with pytest.raises(sweep.Unfinished, match=r"^1 orders could not be handled, 2 were"):
        await expire_reservations.run(shop.db, in_(A_WEEK), batch=1)

    assert statuses(shop) == [OrderStatus.RESERVED, OrderStatus.EXPIRED, OrderStatus.EXPIRED]
    problems = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(problems) == 1
    assert problems[0].getMessage().startswith(f"Order {codes[0]} could not be handled (error ")
    assert problems[0].exc_info is not None
    assert metrics.total_of(metrics.ERRORS) == before + 1


async def test_what_people_sent_comes_first_but_goods_are_not_held_for_ever(
    shop: Shop, codes: list[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    asked: list[float] = []

    async def never_catches_up(seconds: float) -> bool:
        asked.append(seconds)
        return False

    await expire_reservations.run(shop.db, in_(A_WEEK), never_catches_up)

    assert (asked, statuses(shop)) == ([300.0], [OrderStatus.EXPIRED] * 3)
    assert [record.getMessage() for record in caplog.records if record.name == expire_reservations.__name__] == [
        "What people have sent is still being handled after 300 s; reservations expire",
        "Reservations expired: 3",
    ]
    caplog.clear()
    await expire_reservations.run(shop.db, in_(A_WEEK))
    assert caplog.messages == []


async def test_each_order_expires_in_a_transaction_of_its_own(shop: Shop, codes: list[str]):
    await expire_reservations.run(shop.db, in_(A_WEEK))

    assert len({event.unit for event in shop.events("order.expired")}) == 3


async def test_an_order_confirmed_between_the_look_and_the_lock_does_not_expire(shop: Shop, codes: list[str]):
    async def due(limit: int) -> list[str]:
        found = list(await shop.db.fetch(orders.due_for_expiry, now=in_(A_WEEK)(), limit=limit))
        if shop.order(codes[1]).order_status is OrderStatus.RESERVED:
            later = now() + timedelta(days=1)
            await shop.db.run(orders.confirm, codes[1], delivery_time=later, actor="cli:test", now=now())
        return found

    async def expire(code: str) -> bool:
        return await shop.db.run(orders.expire, code, now=in_(A_WEEK)())

    done = await sweep.through(due, expire)

    assert done == 2
    assert statuses(shop) == [OrderStatus.EXPIRED, OrderStatus.CONFIRMED, OrderStatus.EXPIRED]


async def test_an_order_that_somebody_has_locked_does_not_hold_up_the_others(shop: Shop, codes: list[str]):
    async def due(_limit: int) -> list[str]:
        return codes

    async def act(code: str) -> bool:
        if code == codes[0]:
            raise Busy
        return await shop.db.run(orders.expire, code, now=in_(A_WEEK)())

    done = await sweep.through(due, act)

    assert done == 2
    assert statuses(shop) == [OrderStatus.RESERVED, OrderStatus.EXPIRED, OrderStatus.EXPIRED]


async def test_a_sweep_gives_up_when_the_database_is_away():
    tried: list[str] = []

    async def due(_limit: int) -> list[str]:
        return ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"]

    async def act(code: str) -> bool:
        tried.append(code)
        raise Busy

    with pytest.raises(Busy):
        await sweep.through(due, act)

    assert tried == ["AAAAAA", "BBBBBB", "CCCCCC"]


async def test_a_sweep_has_a_few_orders_abreast_and_each_once():
    codes = [f"CODE{number:02}" for number in range(20)]
    begun: list[str] = []
    now_open: set[str] = set()
    most = 0

    async def due(_limit: int) -> list[str]:
        return codes

    async def act(code: str) -> bool:
        nonlocal most
        begun.append(code)
        now_open.add(code)
        most = max(most, len(now_open))
        await asyncio.sleep(0)
        now_open.discard(code)
        return True

    assert await sweep.through(due, act) == 20
    assert (begun, most) == (codes, sweep.ABREAST)


async def test_a_sweep_goes_on_as_long_as_no_three_orders_in_a_row_are_busy(caplog: pytest.LogCaptureFixture):
    async def due(_limit: int) -> list[str]:
        return ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD", "EEEEEE", "FFFFFF"]

    async def act(code: str) -> bool:
        if code in ("CCCCCC", "FFFFFF"):
            return True
        raise Busy

    assert await sweep.through(due, act) == 2
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        f"Order {letter * 6} is locked by somebody else; it is tried again later" for letter in "ABDE"
    ]


async def test_a_sweep_says_that_the_database_is_away(server_url: str):
    nowhere = Database("mysql+pymysql://shop:shop@127.0.0.1:1/shop", threads=1)

    with pytest.raises(Busy):
        await expire_reservations.run(nowhere, now)

    nowhere.close()


async def test_customers_are_reminded_once_before_their_reservation_ends(shop: Shop, codes: list[str]):
    shortly_before = in_(shop.order(codes[0]).reserved_until - now() - timedelta(minutes=30))

    await remind_customers.run(shop.db, shortly_before, batch=2)
    await remind_customers.run(shop.db, shortly_before, batch=2)

    assert [message.kind for message in shop.messages(101)].count("order-expiring") == 1
    assert len(shop.events("order.reminded")) == 3


async def test_nobody_is_reminded_long_before_the_end_or_after_it(shop: Shop, codes: list[str]):
    await remind_customers.run(shop.db, now)
    await remind_customers.run(shop.db, in_(A_WEEK))

    assert shop.events("order.reminded") == []
