"""Broadcasts: who gets them, how they get into the outbox, and how they are stopped."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import BadValue, NotFound, WrongState
from bot.models import Broadcast, BroadcastState, ContentKind, OrderStatus, Segment
from bot.services import broadcast_run, broadcasts, events, invariants, outbox, people, segments
from bot.services.broadcasts import Content
from bot.services.queries import broadcast_lists
from bot.services.segments import Audience
from tests.crowd import broadcast, goes_on, has_broadcast, has_crowd, rows_read, statuses
from tests.shop import Shop, now

TEXT = Content(ContentKind.TEXT, "Sale!")


def people_in(shop: Shop, segment: Segment, language: str | None = None) -> list[int]:
    """Return who is in a segment."""
    least = shop.db.read(segments.least_amount)
    who = Audience(segment, language, least)
    found = shop.db.read(segments.next_ids, who, after=0, limit=1000, now=now())
    assert len(found) == shop.db.read(segments.count, who, now=now())
    assert len(found) == shop.db.read(segments.sizes, now=now()).of(segment, language)
    return list(found)


def beginning(shop: Shop, number: int) -> int:
    """Return the event with which a broadcast began."""
    event_id = broadcast(shop, number).event_id
    assert event_id is not None
    return event_id


def sends_all(shop: Shop) -> list[int]:
    """Send everything that is due, and return to whom."""
    recipients = []
    while claimed := shop.db.call(outbox.claim, now=now()):
        for message in claimed:
            shop.db.call(outbox.mark_sent, message.id, now=now())
            recipients.append(message.recipient)
    return recipients


# -- who ----------------------------------------------------------------------------------------------------------


def test_the_segments_are_told_apart(shop: Shop):
    for person_id in range(101, 108):
        shop.has_customer(person_id)
    shop.has_goods(stock=100)
    shop.has_order(101, {"Green tea": 5}, status=OrderStatus.DELIVERED)
    shop.has_order(102, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.has_order(103, {"Green tea": 1}, status=OrderStatus.CANCELLED)
    shop.execute("UPDATE users SET registered_at = '2026-01-01'")
    shop.execute("UPDATE orders SET created_at = '2026-01-02' WHERE buyer_id = 102")
    shop.db.call(people.choose_language, 104, "ru", now=now())
    shop.execute("UPDATE users SET blocked_bot_at = '2026-01-01' WHERE telegram_id = 105")
    shop.staff(people.ban, 106, reason=None, notify=False)
    shop.db.call(people.choose_news, 107, wanted=False, now=now())

    assert people_in(shop, Segment.EVERYONE) == [101, 102, 103, 104]
    assert people_in(shop, Segment.EVERYONE, "ru") == [104]
    assert people_in(shop, Segment.BOUGHT) == [101, 102]
    assert people_in(shop, Segment.NEVER_BOUGHT) == [103, 104]
    assert people_in(shop, Segment.NEVER_BOUGHT, "en") == [103]
    assert people_in(shop, Segment.BIG_SPENDERS) == [101]
    assert people_in(shop, Segment.INACTIVE) == [102, 104]


def test_nobody_is_inactive_on_the_first_day_nor_a_big_spender_before_the_first_sale(shop: Shop):
    shop.has_customer(101)

    assert people_in(shop, Segment.INACTIVE) == []
    assert people_in(shop, Segment.BIG_SPENDERS) == []


@pytest.mark.broken_on_purpose
def test_the_tenth_of_the_buyers_that_has_spent_most_are_the_big_spenders(shop: Shop):
    for person_id in has_crowd(shop, 25):
        shop.execute(
            "INSERT INTO customer_info (telegram_id, total_spendings, completed_orders_count, bonus_balance)"
            " VALUES (:id, :id, 1, 0)",
            id=person_id,
        )

    assert people_in(shop, Segment.BIG_SPENDERS) == [1024, 1025]


# -- how ----------------------------------------------------------------------------------------------------------


def test_a_broadcast_goes_into_the_outbox_bit_by_bit_and_to_everybody_once(shop: Shop):
    ids = has_crowd(shop, 250)
    number = has_broadcast(shop)
    assert broadcast(shop, number).people_count == 250
    got = []
    for expected in (100, 200, 250):
        goes_on(shop, number)
        goes_on(shop, number)
        assert broadcast(shop, number).queued_count == expected
        assert shop.db.read(outbox.waiting) == 0
        got += sends_all(shop)
    assert broadcast(shop, number).state is BroadcastState.RUNNING
    goes_on(shop, number)

    assert got == ids
    assert (broadcast(shop, number).state, statuses(shop, number)) == (BroadcastState.DONE, {"sent": 250})
    assert broadcast(shop, number).finished_at is not None
    assert [event.kind for event in shop.events()][-2:] == ["broadcast.started", "broadcast.done"]


def test_nobody_can_be_put_in_twice(shop: Shop):
    has_crowd(shop, 1)
    number = has_broadcast(shop)
    goes_on(shop, number)
    with shop.refuses(IntegrityError):
        begun = beginning(shop, number)
        shop.db.call(outbox.tell_segment, begun, number, [1001], "broadcast", now=now())


def test_whoever_enters_while_it_runs_gets_it_and_whoever_leaves_does_not(shop: Shop):
    has_crowd(shop, 101)
    number = has_broadcast(shop)
    goes_on(shop, number)
    shop.has_customer(5000)
    shop.db.call(people.choose_news, 1101, wanted=False, now=now())
    got = sends_all(shop)
    goes_on(shop, number)

    assert [*got, *sends_all(shop)][-2:] == [1100, 5000]


def test_an_order_s_message_goes_before_a_thousand_of_a_broadcast(shop: Shop):
    ids = has_crowd(shop, 1000)
    number = has_broadcast(shop)
    begun = beginning(shop, number)
    shop.db.call(outbox.tell_segment, begun, number, ids, "broadcast", now=now() - timedelta(hours=1))
    shop.execute("UPDATE broadcasts SET queued_count = 1000, is_queued = 1")

    def tell(session: Session) -> None:
        event = events.record(session, "test.changed", actor="cli:test", subject="test:1", now=now())
        outbox.tell(session, event, [1500], "order-confirmed", order_code="ABCDEF")

    shop.db.call(tell)
    claimed = shop.db.call(outbox.claim, now=now(), limit=3)
    assert [(each.kind, each.recipient) for each in claimed] == [
        ("order-confirmed", 1500),
        ("broadcast", 1001),
        ("broadcast", 1002),
    ]
    assert shop.db.call(outbox.claim, now=now(), and_broadcasts=False) == []


def test_claiming_reads_a_few_rows_of_a_long_broadcast(shop: Shop):
    ids = has_crowd(shop, 3000)
    number = has_broadcast(shop)
    begun = beginning(shop, number)
    shop.db.call(outbox.tell_segment, begun, number, ids, "broadcast", now=now())
    shop.execute("UPDATE broadcasts SET queued_count = 3000, is_queued = 1")
    shop.execute("UPDATE outbox SET status = 'sent' WHERE recipient < 3900")
    shop.execute("ANALYZE TABLE outbox")

    def claim(session: Session) -> tuple[int, int]:
        before = rows_read(session)
        claimed = outbox.claim(session, now=now(), limit=1)
        return len(claimed), rows_read(session) - before

    claimed, read = shop.db.call(claim)

    assert claimed == 1
    assert read < 1000


# -- stopping -----------------------------------------------------------------------------------------------------


def test_a_paused_broadcast_stands_still_also_in_the_outbox_and_goes_on_where_it_stopped(shop: Shop):
    ids = has_crowd(shop, 150)
    number = has_broadcast(shop)
    goes_on(shop, number)
    shop.staff(broadcasts.pause, number)
    shop.staff(broadcasts.pause, number)
    assert shop.db.call(outbox.claim, now=now()) == []
    assert shop.db.read(broadcast_run.due, now=now()) == []
    with shop.refuses(WrongState, match="it is paused"):
        shop.db.call(broadcasts.plan, number, None)
    shop.staff(broadcasts.resume, number)
    got = sends_all(shop)
    goes_on(shop, number)

    assert [*got, *sends_all(shop)] == ids


def test_a_message_on_its_way_into_a_pause_waits_as_if_it_had_never_been_claimed(shop: Shop):
    has_crowd(shop, 1)
    number = has_broadcast(shop)
    goes_on(shop, number)
    [message] = shop.db.call(outbox.claim, now=now())
    shop.staff(broadcasts.pause, number)
    assert shop.db.read(broadcast_run.addressed, message).verdict == "wait"
    shop.db.call(outbox.put_back, message.id)

    assert [(each.status, each.attempts) for each in shop.messages()] == [("pending", 0)]
    shop.staff(broadcasts.resume, number)
    assert sends_all(shop) == [1001]


def test_a_cancelled_broadcast_takes_back_what_waits(shop: Shop):
    has_crowd(shop, 150)
    number = has_broadcast(shop)
    goes_on(shop, number)
    for message in shop.db.call(outbox.claim, now=now(), limit=2):
        shop.db.call(outbox.mark_sent, message.id, now=now())
    shop.staff(broadcasts.cancel, number)
    shop.staff(broadcasts.cancel, number)
    goes_on(shop, number)

    assert statuses(shop, number) == {"sent": 2, "dropped": 98}
    assert shop.db.read(broadcast_lists.progress, number).left == 0
    assert sends_all(shop) == []
    for operation in (broadcasts.pause, broadcasts.resume):
        with shop.refuses(WrongState, match="it is cancelled"):
            shop.staff(operation, number)


def test_what_was_on_its_way_when_a_broadcast_was_cancelled_does_not_wait_again(shop: Shop):
    has_crowd(shop, 3)
    number = has_broadcast(shop)
    goes_on(shop, number)
    there = shop.db.call(outbox.claim, now=now())
    shop.staff(broadcasts.cancel, number)
    shop.db.call(outbox.mark_refused, there[0].id, "429", now=now(), retry_after=7)
    shop.db.call(outbox.mark_uncertain, there[1].id, "read timed out", now=now())
    shop.db.call(outbox.put_back, there[2].id)

    assert statuses(shop, number) == {"dropped": 3}
    assert shop.db.read(invariants.check, now=now()) == []


def test_what_is_done_cannot_be_stopped(shop: Shop):
    has_crowd(shop, 1)
    number = has_broadcast(shop)
    goes_on(shop, number)
    sends_all(shop)
    goes_on(shop, number)

    for operation in (broadcasts.pause, broadcasts.resume, broadcasts.cancel):
        with shop.refuses(WrongState, match="it is done"):
            shop.staff(operation, number)
    with shop.refuses(NotFound):
        shop.staff(broadcasts.pause, number + 1)


def test_a_planned_broadcast_begins_at_its_time_also_when_it_was_paused_before(shop: Shop):
    has_crowd(shop, 1)
    number = has_broadcast(shop, at=now() + timedelta(hours=1))
    goes_on(shop, number)
    assert broadcast(shop, number).state is BroadcastState.SCHEDULED
    shop.staff(broadcasts.pause, number)
    shop.execute("UPDATE broadcasts SET scheduled_at = '2026-01-01'")
    goes_on(shop, number)
    assert broadcast(shop, number).state is BroadcastState.PAUSED
    shop.staff(broadcasts.resume, number)
    assert shop.db.read(broadcast_run.due, now=now()) == [number]
    goes_on(shop, number)

    assert sends_all(shop) == [1001]


# -- writing ------------------------------------------------------------------------------------------------------


def test_a_draft_is_confirmed_as_it_was_shown_or_not_at_all(shop: Shop):
    has_crowd(shop, 2)
    number = shop.staff(broadcasts.draft, TEXT, author_id=1001).id
    shop.db.call(broadcasts.aim, number, Segment.NEVER_BOUGHT, "en")
    with shop.refuses(WrongState, match="changed since it was shown"):
        shop.staff(broadcasts.confirm, number, 1)
    assert shop.db.call(broadcasts.aim, number, Segment.NEVER_BOUGHT, "en").revision == 2
    shop.staff(broadcasts.confirm, number, 2)
    shop.staff(broadcasts.confirm, number, 2)

    assert len(shop.events("broadcast.started")) == 1
    for change in ((broadcasts.aim, number, Segment.EVERYONE, None), (broadcasts.plan, number, now())):
        with shop.refuses(WrongState, match="it is running"):
            shop.db.call(*change)
    with shop.refuses(WrongState, match="it is running"):
        shop.db.call(broadcasts.discard, number)


def test_an_author_has_one_draft(shop: Shop):
    first = shop.staff(broadcasts.draft, TEXT, author_id=101).id
    other = shop.staff(broadcasts.draft, TEXT, author_id=102).id
    second = shop.staff(broadcasts.draft, TEXT, author_id=101).id
    shop.db.call(broadcasts.discard, other)
    shop.db.call(broadcasts.discard, other)

    assert first != second
    assert (shop.count(Broadcast), broadcast(shop, second).state) == (1, BroadcastState.DRAFT)


def test_what_reaches_nobody_or_was_to_go_in_the_past_is_refused(shop: Shop):
    with shop.refuses(BadValue, match="nobody is in it"):
        has_broadcast(shop)
    has_crowd(shop, 1)
    with shop.refuses(BadValue, match="it is over already"):
        has_broadcast(shop, at=now() - timedelta(minutes=1))
    with shop.refuses(BadValue, match="use one of en, ru"):
        has_broadcast(shop, language="de")


# -- going wrong --------------------------------------------------------------------------------------------------


def fails(shop: Shop, count: int) -> None:
    """Let Telegram refuse so many messages."""
    for message in shop.db.call(outbox.claim, now=now(), limit=count):
        assert message.broadcast_id is not None
        shop.db.call(broadcast_run.mark_failed, message.id, message.broadcast_id, "Bad Request: no", now=now())


def test_what_telegram_takes_for_nobody_stops_by_itself_and_alarms_nobody_else(shop: Shop):
    has_crowd(shop, 20)
    number = shop.staff(broadcasts.draft, TEXT, author_id=1001).id
    shop.staff(broadcasts.confirm, number, 1)
    goes_on(shop, number)
    fails(shop, 4)
    assert broadcast(shop, number).state is BroadcastState.RUNNING
    fails(shop, 1)

    assert (broadcast(shop, number).state, broadcast(shop, number).why) == (BroadcastState.PAUSED, "Bad Request: no")
    told = [(each.kind, each.recipient) for each in shop.messages() if each.broadcast_id is None]
    assert told == [("broadcast-stopped", 1001)]
    shop.staff(broadcasts.resume, number)
    assert broadcast(shop, number).why is None


def test_a_few_who_cannot_get_it_do_not_stop_it(shop: Shop):
    has_crowd(shop, 50)
    number = has_broadcast(shop)
    goes_on(shop, number)
    for message in shop.db.call(outbox.claim, now=now(), limit=20):
        shop.db.call(outbox.mark_sent, message.id, now=now())
    fails(shop, 10)

    assert broadcast(shop, number).state is BroadcastState.RUNNING


def test_one_whose_message_was_deleted_is_cancelled_and_the_author_told_once(shop: Shop):
    has_crowd(shop, 5)
    number = shop.staff(broadcasts.draft, Content(ContentKind.COPY, source=(1, 2)), author_id=1001).id
    shop.staff(broadcasts.confirm, number, 1)
    goes_on(shop, number)
    for message in shop.db.call(outbox.claim, now=now(), limit=2):
        shop.db.call(broadcast_run.end_without_source, message.id, number, "message to copy not found", now=now())

    assert broadcast(shop, number).state is BroadcastState.CANCELLED
    assert statuses(shop, number) == {"dropped": 5}
    assert [each.kind for each in shop.messages() if each.broadcast_id is None] == ["broadcast-gone"]


@pytest.mark.broken_on_purpose
@pytest.mark.parametrize(
    "sql", ["UPDATE broadcasts SET queued_count = 2", "UPDATE broadcasts SET state = 'done'"], ids=["count", "done"]
)
def test_a_broadcast_that_does_not_agree_with_the_outbox_is_found(shop: Shop, sql: str):
    has_crowd(shop, 1)
    number = has_broadcast(shop)
    goes_on(shop, number)
    assert shop.db.read(invariants.check, now=now() + timedelta(hours=1)) == []
    shop.execute(sql)

    [violation] = shop.db.read(invariants.check, now=now())
    assert (violation.invariant, violation.broken_by) == ("I7", (str(number),))


def test_progress_tells_what_has_become_of_everybody(shop: Shop):
    has_crowd(shop, 150)
    number = has_broadcast(shop)
    goes_on(shop, number)
    marks = (outbox.mark_blocked, outbox.mark_dead, outbox.mark_uncertain)
    for mark, message in zip(marks, shop.db.call(outbox.claim, now=now(), limit=3), strict=True):
        shop.db.call(mark, message.id, "why", now=now())
    for message in shop.db.call(outbox.claim, now=now(), limit=2):
        shop.db.call(outbox.mark_sent, message.id, now=now())
    found = shop.db.read(broadcast_lists.progress, number)

    assert (found.sent, found.blocked, found.failed, found.unclear, found.skipped) == (2, 1, 1, 1, 0)
    assert (found.left, found.seconds) == (145, 6)
