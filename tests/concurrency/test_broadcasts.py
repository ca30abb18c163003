"""Two presses, two processes, one broadcast."""

from functools import partial

import pytest

from bot.models import ContentKind
from bot.services import broadcast_run, broadcasts, locking, outbox
from bot.services.broadcasts import Content
from tests.concurrency.race import breaks, consistent, race, slowed
from tests.crowd import broadcast, has_broadcast, has_crowd
from tests.shop import STAFF, Shop, now


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between reading and changing."""
    slowed(monkeypatch, broadcasts, "_count")
    slowed(monkeypatch, broadcast_run, "_queue")
    slowed(monkeypatch, locking, "message")


def a_draft_is_confirmed_by_four(shop: Shop) -> None:
    has_crowd(shop, 3)
    number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "Sale!")).id

    confirm = partial(shop.db.call, broadcasts.confirm, number, 1, actor=STAFF, now=now())
    outcome = race([confirm] * 4)

    assert (outcome.broken, len(outcome.done)) == ([], 4)
    assert len(shop.events("broadcast.started")) == 1
    consistent(shop)


def test_a_broadcast_begins_once(shop: Shop):
    a_draft_is_confirmed_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_it_begins_several_times(shop: Shop, without_locks: None):
    breaks(shop, a_draft_is_confirmed_by_four)


def it_goes_on_in_four_processes(shop: Shop) -> None:
    has_crowd(shop, 120)
    number = has_broadcast(shop)

    outcome = race([partial(shop.db.call, broadcast_run.advance, number, now=now())] * 4)

    assert outcome.broken == []
    assert broadcast(shop, number).queued_count == len(shop.messages()) == 100
    consistent(shop)


def test_two_processes_put_nobody_in_twice(shop: Shop):
    it_goes_on_in_four_processes(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_only_the_key_keeps_people_from_getting_it_twice(
    shop: Shop, without_locks: None, second_tries: list[Exception]
):
    it_goes_on_in_four_processes(shop)

    assert second_tries


def it_is_cancelled_while_it_goes_on(shop: Shop) -> None:
    has_crowd(shop, 50)
    number = has_broadcast(shop)

    advance = partial(shop.db.call, broadcast_run.advance, number, now=now())
    cancel = partial(shop.db.call, broadcasts.cancel, number, actor=STAFF, now=now())
    outcome = race([advance, cancel, advance, cancel])

    assert outcome.broken == []
    assert {each.status for each in shop.messages()} <= {"dropped"}
    consistent(shop)


def test_nothing_waits_of_what_was_cancelled_in_that_moment(shop: Shop):
    it_is_cancelled_while_it_goes_on(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_something_waits_for_ever(shop: Shop, without_locks: None):
    breaks(shop, it_is_cancelled_while_it_goes_on)


def it_is_cancelled_while_telegram_refuses(shop: Shop) -> None:
    has_crowd(shop, 3)
    number = has_broadcast(shop)
    shop.db.call(broadcast_run.advance, number, now=now())
    on_their_way = shop.db.call(outbox.claim, now=now())

    refuse = [partial(shop.db.call, outbox.mark_refused, each.id, "429", now=now()) for each in on_their_way]
    outcome = race([*refuse, partial(shop.db.call, broadcasts.cancel, number, actor=STAFF, now=now())])

    assert outcome.broken == []
    assert {each.status for each in shop.messages()} == {"dropped"}
    consistent(shop)


def test_nothing_waits_of_what_was_refused_while_it_was_cancelled(shop: Shop):
    it_is_cancelled_while_telegram_refuses(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_what_was_refused_waits_for_ever(shop: Shop, without_locks: None):
    breaks(shop, it_is_cancelled_while_telegram_refuses)
