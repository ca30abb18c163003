from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.models import OutboxStatus, RoleName
from bot.services import events, outbox, people
from tests.crowd import rows_read
from tests.shop import OWNER_ID, Shop, now


@pytest.fixture
def time() -> datetime:
    return now()


@pytest.fixture
def message_id(shop: Shop, time: datetime) -> int:
    return queue(shop, time)


def queue(shop: Shop, time: datetime, *recipients: int) -> int:
    def change(session: Session) -> None:
        event = events.record(session, "test.changed", actor="cli:test", subject="test:1", now=time)
        outbox.tell(session, event, recipients or (101,), "order-confirmed", order_code="ABCDEF")

    shop.db.call(change)
    return shop.messages()[-1].id


def claimed(shop: Shop, time: datetime, *, after: float = 0, limit: int = 30) -> list[int]:
    later = time + timedelta(seconds=after)
    return [message.id for message in shop.db.call(outbox.claim, now=later, limit=limit)]


def only(shop: Shop):
    return shop.messages()[0]


def test_a_message_is_queued_once_for_each_recipient(shop: Shop, time: datetime):
    queue(shop, time, 103, 101, 103, 102)

    assert [(each.recipient, each.status, each.facts) for each in shop.messages()] == [
        (recipient, OutboxStatus.PENDING, {"order_code": "ABCDEF"}) for recipient in (101, 102, 103)
    ]
    assert shop.db.read(outbox.waiting) == 3


def test_a_change_that_is_taken_back_tells_nobody(shop: Shop, time: datetime):
    def change(session: Session) -> None:
        event = events.record(session, "test.changed", actor="cli:test", subject="test:1", now=time)
        outbox.tell(session, event, [101], "order-confirmed")
        raise ZeroDivisionError

    with shop.refuses(ZeroDivisionError):
        shop.db.call(change)


def test_a_claimed_message_is_not_claimed_again(shop: Shop, time: datetime, message_id: int):
    messages = shop.db.call(outbox.claim, now=time)

    assert [(each.id, each.recipient, each.kind, each.facts) for each in messages] == [
        (message_id, 101, "order-confirmed", {"order_code": "ABCDEF"})
    ]
    assert (only(shop).status, only(shop).attempts, only(shop).claimed_at) == (OutboxStatus.SENDING, 1, time)
    assert claimed(shop, time, after=44) == []


def test_the_oldest_are_claimed_first_and_no_more_than_wanted(shop: Shop, time: datetime):
    ids = [queue(shop, time) for _ in range(5)]

    assert claimed(shop, time, limit=3) == ids[:3]
    assert claimed(shop, time, limit=3) == ids[3:]


def test_a_sent_message_is_done(shop: Shop, time: datetime, message_id: int):
    claimed(shop, time)
    shop.db.call(outbox.mark_sent, message_id, now=time)

    assert (only(shop).status, only(shop).sent_at, only(shop).error) == (OutboxStatus.SENT, time, None)
    assert claimed(shop, time, after=10_000) == []
    assert shop.db.read(outbox.waiting) == 0


def test_a_refused_message_is_tried_again_later_each_time(shop: Shop, time: datetime, message_id: int):
    after, pauses = 0.0, []
    for _ in range(9):
        assert claimed(shop, time, after=after) == [message_id]
        shop.db.call(outbox.mark_refused, message_id, "502 Bad Gateway", now=time + timedelta(seconds=after))
        pause = (only(shop).next_attempt_at - time).total_seconds() - after
        assert claimed(shop, time, after=after + pause - 0.001) == []
        pauses.append(pause)
        after += pause

    assert pauses == [4, 8, 16, 32, 40, 40, 40, 40, 40]
    assert (only(shop).status, only(shop).error) == (OutboxStatus.PENDING, "502 Bad Gateway")


def test_telegrams_own_wish_to_wait_is_kept(shop: Shop, time: datetime, message_id: int):
    claimed(shop, time)
    shop.db.call(outbox.mark_refused, message_id, "429", now=time, retry_after=7200)

    assert claimed(shop, time, after=7199) == []
    assert claimed(shop, time, after=7200) == [message_id]


def test_an_uncertain_message_is_sent_once_more_and_then_left_alone(shop: Shop, time: datetime, message_id: int):
    claimed(shop, time)
    shop.db.call(outbox.mark_uncertain, message_id, "read timed out", now=time)
    assert shop.db.read(outbox.waiting) == 1
    assert claimed(shop, time, after=1.9) == []
    assert claimed(shop, time, after=2) == [message_id]
    shop.db.call(outbox.mark_uncertain, message_id, "read timed out", now=time)

    assert claimed(shop, time, after=10_000) == []
    assert only(shop).status is OutboxStatus.UNCERTAIN
    assert shop.db.read(outbox.waiting) == 0


def test_a_message_of_a_courier_that_died_is_sent_once_more_and_then_left_alone(
    shop: Shop, time: datetime, message_id: int
):
    claimed(shop, time)

    assert claimed(shop, time, after=120) == [message_id]
    assert claimed(shop, time, after=239) == []
    assert claimed(shop, time, after=240) == []
    assert (only(shop).status, only(shop).attempts) == (OutboxStatus.UNCERTAIN, 2)
    assert shop.db.read(outbox.waiting) == 0


def test_who_blocked_the_bot_is_marked_and_their_orders_are_not_touched(shop: Shop, time: datetime, message_id: int):
    shop.has_customer(101)
    claimed(shop, time)
    shop.db.call(outbox.mark_blocked, message_id, "403 Forbidden: bot was blocked by the user", now=time)

    assert only(shop).status is OutboxStatus.BLOCKED
    assert shop.user(101).blocked_bot_at == time
    assert claimed(shop, time, after=10_000) == []


def test_an_owner_who_never_pressed_start_blocks_nothing(shop: Shop, time: datetime):
    message_id = queue(shop, time, OWNER_ID)
    claimed(shop, time)
    shop.db.call(outbox.mark_blocked, message_id, "403", now=time)

    assert only(shop).status is OutboxStatus.BLOCKED


def test_a_dead_message_alerts_the_owner_but_a_dead_alert_does_not(shop: Shop, time: datetime, message_id: int):
    claimed(shop, time)
    shop.db.call(outbox.mark_dead, message_id, "400 can't parse entities" + "x" * 1000, now=time)
    alert = shop.messages(OWNER_ID)[0]

    assert (only(shop).status, len(only(shop).error)) == (OutboxStatus.DEAD, 500)
    assert (alert.kind, alert.facts["message_id"], len(alert.facts["text"])) == ("message-dead", message_id, 200)

    shop.db.call(outbox.mark_dead, alert.id, "400", now=time)
    assert len(shop.messages()) == 2


def test_staff_are_the_owner_and_the_admins_who_are_not_banned(shop: Shop):
    for telegram_id in (101, 102, 103):
        shop.has_customer(telegram_id)
    shop.staff(people.ban, 103, reason=None, notify=False)
    shop.execute("UPDATE users SET role = :admin WHERE telegram_id > 101", admin=RoleName.ADMIN.value)

    assert shop.db.read(outbox.staff) == {OWNER_ID, 102}
    assert shop.db.read(outbox.owners) == {OWNER_ID}


def test_claiming_reads_what_waits_and_not_all_that_was_ever_sent(shop: Shop, time: datetime):
    message_id = queue(shop, time, *range(1000, 4000))
    shop.execute("UPDATE outbox SET status = 'sent' WHERE id <> :id", id=message_id)
    shop.execute("ANALYZE TABLE outbox")

    def claim(session: Session) -> tuple[int, int]:
        before = rows_read(session)
        messages = outbox.claim(session, now=time)
        return len(messages), rows_read(session) - before

    claimed_now, read = shop.db.call(claim)

    assert claimed_now == 1
    assert read < 1000
