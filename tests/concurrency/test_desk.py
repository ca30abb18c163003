"""Two operators at one balance, one message, one role, one question."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from bot.errors import BadValue, WrongState
from bot.models import OutboxStatus, RoleName
from bot.services import bonus, outbox, people, roles
from tests.concurrency.race import breaks, consistent, race, slowed
from tests.shop import STAFF, Shop, now


@pytest.fixture(autouse=True)
def room_for_races(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment pass between reading and changing."""
    slowed(monkeypatch, bonus, "_require_room")
    slowed(monkeypatch, outbox, "_require_still")
    slowed(monkeypatch, roles, "_record")
    slowed(monkeypatch, people, "_require_bannable")


def staff_does(shop: Shop, operation: Callable[..., object], *args: object, **options: object) -> Callable[[], object]:
    return partial(shop.db.call, operation, *args, **{"actor": STAFF, "now": now(), **options})


def a_balance_is_emptied_by_four(shop: Shop) -> None:
    shop.has_customer(101)
    shop.staff(bonus.adjust, 101, Decimal("5.00"), reason="x", notify=False)

    outcome = race([staff_does(shop, bonus.adjust, 101, Decimal("-4.00"), reason="y", notify=False)] * 4)

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {BadValue.__name__}
    assert shop.balance(101) == 1
    consistent(shop)


def test_a_balance_is_never_below_nothing(shop: Shop):
    a_balance_is_emptied_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_balance_is_emptied_several_times(shop: Shop, without_locks: None):
    breaks(shop, a_balance_is_emptied_by_four)


def a_bonus_is_given_by_four_who_have_read_one_balance(shop: Shop) -> None:
    shop.has_customer(101)
    gives = staff_does(shop, bonus.adjust, 101, Decimal("5.00"), reason="x", notify=True, seen=Decimal(0))

    outcome = race([gives] * 4)

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {WrongState.__name__}
    assert shop.balance(101) == 5
    assert [each.kind for each in shop.messages(101)] == ["bonus-adjusted"]
    consistent(shop)


def test_a_bonus_is_given_once_on_the_balance_that_was_read(shop: Shop):
    a_bonus_is_given_by_four_who_have_read_one_balance(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_bonus_is_given_several_times(shop: Shop, without_locks: None):
    breaks(shop, a_bonus_is_given_by_four_who_have_read_one_balance)


def somebody_is_banned_by_four(shop: Shop) -> None:
    shop.has_customer(101)

    outcome = race([staff_does(shop, people.ban_newly, 101, reason="x", notify=True)] * 4)

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {WrongState.__name__}
    assert [each.kind for each in shop.messages(101)] == ["banned"]


def test_somebody_is_banned_and_told_once(shop: Shop):
    somebody_is_banned_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_somebody_is_banned_several_times(shop: Shop, without_locks: None):
    breaks(shop, somebody_is_banned_by_four)


def a_dead_message_is_repeated_by_four(shop: Shop) -> None:
    shop.has_customer(101)
    shop.staff(people.ban, 101, reason=None, notify=True)
    shop.execute("UPDATE outbox SET status = 'dead'")

    outcome = race([staff_does(shop, outbox.repeat, shop.messages()[0].id)] * 4)

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {WrongState.__name__}
    assert [each.status for each in shop.messages()] == [OutboxStatus.REPEATED, OutboxStatus.PENDING]


def test_a_message_is_repeated_once(shop: Shop):
    a_dead_message_is_repeated_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_a_message_is_repeated_several_times(shop: Shop, without_locks: None):
    breaks(shop, a_dead_message_is_repeated_by_four)


def somebody_is_appointed_by_four(shop: Shop) -> None:
    shop.has_customer(101)

    outcome = race([staff_does(shop, roles.appoint, 101, RoleName.ADMIN)] * 4)

    assert outcome.broken == []
    assert len(outcome.done) == 1
    assert outcome.refusals == {WrongState.__name__}
    assert [each.kind for each in shop.messages(101)] == ["staff-added"]


def test_an_admin_is_told_once(shop: Shop):
    somebody_is_appointed_by_four(shop)


@pytest.mark.broken_on_purpose
def test_without_the_lock_an_admin_is_told_several_times(shop: Shop, without_locks: None):
    breaks(shop, somebody_is_appointed_by_four)
