"""Messages and a clock that is set: nobody waits an hour because of it."""

from datetime import timedelta

import pytest

from bot.models import OutboxMessage
from bot.services import outbox, outbox_clock, people
from tests.shop import Shop, now

HOUR = timedelta(hours=1)


@pytest.fixture
def message(shop: Shop) -> OutboxMessage:
    """Return a message that waits."""
    shop.staff(people.ban, shop.has_customer(), reason=None, notify=True)
    return shop.messages()[0]


def kinds(shop: Shop, *, ago: timedelta) -> list[str]:
    """Return what a courier may send whose clock was set back."""
    return [each.kind for each in shop.db.call(outbox.claim, now=now() - ago)]


def test_a_message_that_was_queued_before_the_clock_was_set_back_goes_at_once(shop: Shop, message: OutboxMessage):
    assert kinds(shop, ago=HOUR) == []

    assert shop.db.call(outbox_clock.follow, now=now() - HOUR) == 1
    assert kinds(shop, ago=HOUR) == ["banned"]


def test_so_does_one_that_was_tried_before(shop: Shop, message: OutboxMessage):
    shop.db.call(outbox.claim, now=now())
    shop.db.call(outbox.mark_refused, message.id, "502", now=now())
    assert shop.db.call(outbox_clock.follow, now=now() - HOUR) == 1

    assert kinds(shop, ago=HOUR) == ["banned"]


def test_one_that_a_dead_courier_has_claimed_is_given_up_in_time(shop: Shop, message: OutboxMessage):
    shop.db.call(outbox.claim, now=now())
    assert shop.db.call(outbox_clock.follow, now=now() - HOUR) == 1

    assert kinds(shop, ago=HOUR) == []
    assert kinds(shop, ago=HOUR - outbox.STALE_AFTER - timedelta(seconds=1)) == ["banned"]


def test_a_pause_that_telegram_has_asked_for_is_kept_while_nobody_sets_the_clock(shop: Shop, message: OutboxMessage):
    shop.db.call(outbox.claim, now=now())
    shop.db.call(outbox.mark_refused, message.id, "429", now=now(), retry_after=7200)
    with_pause = shop.messages()

    assert shop.db.call(outbox_clock.follow, now=now()) == 0
    assert shop.messages()[0].next_attempt_at == with_pause[0].next_attempt_at


def test_what_is_due_bit_by_bit_stays_so(shop: Shop):
    ids = [shop.has_customer(number) for number in range(101, 121)]
    for each in ids:
        shop.staff(people.ban, each, reason=None, notify=True)
    shop.execute("UPDATE outbox SET next_attempt_at = created_at + INTERVAL 4 SECOND")

    assert shop.db.call(outbox_clock.follow, now=now()) == 0
