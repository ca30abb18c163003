from datetime import timedelta

import pytest

from bot.errors import AlreadyRunning
from bot.services import leases
from bot.services.leases import BOT, LIFETIME
from tests.shop import Shop, now


def test_one_process_holds_the_lease_and_keeps_it(shop: Shop):
    began = now()
    shop.db.call(leases.take, BOT, "host-a:1", now=began)
    shop.db.call(leases.take, BOT, "host-a:1", now=began + timedelta(seconds=20))

    assert shop.db.read(leases.last_seen, BOT) == began + timedelta(seconds=20)
    assert shop.scalar("SELECT taken_at FROM leases") == began.replace(tzinfo=None)


def test_a_second_process_is_refused_by_name(shop: Shop):
    shop.db.call(leases.take, BOT, "host-a:1", now=now())

    with shop.refuses(AlreadyRunning, match="host-a:1"):
        shop.db.call(leases.take, BOT, "host-b:2", now=now())


def test_a_holder_that_fell_silent_has_lost_the_lease(shop: Shop):
    began = now()
    shop.db.call(leases.take, BOT, "host-a:1", now=began)

    with shop.refuses(AlreadyRunning):
        shop.db.call(leases.take, BOT, "host-b:2", now=began + LIFETIME - timedelta(microseconds=1))
    shop.db.call(leases.take, BOT, "host-b:2", now=began + LIFETIME)

    assert shop.scalar("SELECT holder FROM leases") == "host-b:2"
    with shop.refuses(AlreadyRunning):
        shop.db.call(leases.take, BOT, "host-a:1", now=began + LIFETIME)


def test_a_lease_given_back_is_free_at_once(shop: Shop):
    time = now()
    shop.db.call(leases.take, BOT, "host-a:1", now=time)
    shop.db.call(leases.give_back, BOT, "host-b:2")
    with pytest.raises(AlreadyRunning):
        shop.db.call(leases.take, BOT, "host-b:2", now=time)

    shop.db.call(leases.give_back, BOT, "host-a:1")
    shop.db.call(leases.take, BOT, "host-b:2", now=time)

    assert shop.scalar("SELECT holder FROM leases") == "host-b:2"


def test_a_process_that_was_never_seen_was_never_seen(shop: Shop):
    assert shop.db.read(leases.last_seen, BOT) is None
    shop.db.call(leases.give_back, BOT, "host-a:1")


def test_leases_of_other_names_do_not_meet(shop: Shop):
    shop.db.call(leases.take, BOT, "host-a:1", now=now())
    shop.db.call(leases.take, "courier", "host-b:2", now=now())
