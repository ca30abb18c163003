"""The courier with a broadcast: everybody once, at Telegram's pace, behind everything else, whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiogram import Bot

from bot.db import Database
from bot.models import BroadcastState, ContentKind
from bot.sandbox import Person, Sandbox
from bot.services import broadcasts, outbox, people
from bot.services.broadcasts import Content
from bot.telegram import courier as courier_module
from bot.telegram.courier import Courier
from bot.telegram.pace import AT_ONCE, FULL, LONGEST_REST, MOST, SLOWEST, Pace
from tests.crowd import broadcast, goes_on, has_broadcast, has_crowd, statuses
from tests.jobs.waiting import until
from tests.shop import Shop, now
from tests.telegram.test_courier import GUIDE, bot, courier, is_told, time_passes

__all__ = ("bot", "courier")


def crowd(sandbox: Sandbox, shop: Shop, count: int) -> list[Person]:
    """Let so many people enter who have written to the bot."""
    people_there = [sandbox.person(each, f"Person {each}") for each in has_crowd(shop, count)]
    for person in people_there:
        person.account.started = True
    return people_there


def got(crowd_there: list[Person]) -> list[int]:
    """Return how many messages everybody has got."""
    return [len(person.bot_messages) for person in crowd_there]


async def test_everybody_gets_it_once_and_only_those_who_shall(
    courier: Courier, sandbox: Sandbox, shop: Shop, db: Database
):
    there = crowd(sandbox, shop, 40)
    number = has_broadcast(shop, "<b>Sale</b> &amp; more")
    goes_on(shop, number)
    there[3].blocks()
    there[5].deactivates()
    shop.staff(people.ban, there[7].id, reason=None, notify=False)
    shop.db.call(people.choose_news, there[9].id, wanted=False, now=now())
    while await courier.deliver_due():
        pass
    goes_on(shop, number)

    assert got(there) == [0 if place in (3, 5, 7, 9) else 1 for place in range(40)]
    assert there[0].last.text == "Sale & more"
    assert statuses(shop, number) == {"sent": 36, "blocked": 2, "dropped": 2}
    assert broadcast(shop, number).state is BroadcastState.DONE
    assert shop.user(there[3].id).blocked_bot_at is not None


async def test_an_order_s_message_is_the_next_behind_a_thousand(courier: Courier, sandbox: Sandbox, shop: Shop):
    there = crowd(sandbox, shop, 1000)
    number = has_broadcast(shop)
    begun = broadcast(shop, number).event_id
    assert begun is not None
    shop.db.call(outbox.tell_segment, begun, number, [each.id for each in there], "broadcast", now=now())
    shop.execute("UPDATE broadcasts SET queued_count = 1000, is_queued = 1")
    seen_enough = asyncio.Event()
    sending = asyncio.create_task(courier.deliver_due(lambda: not seen_enough.is_set()))
    await until(lambda: sum(got(there)) >= 5)
    is_told(shop, there[999].id)
    sent_before = sum(got(there))
    await there[999].waits_for("You can no longer use this shop.")

    assert sum(got(there)) - sent_before <= 1 + 2 * AT_ONCE
    seen_enough.set()
    await sending


async def test_pausing_takes_effect_with_the_next_message(courier: Courier, sandbox: Sandbox, shop: Shop):
    there = crowd(sandbox, shop, 60)
    number = has_broadcast(shop)
    goes_on(shop, number)
    sending = asyncio.create_task(courier.deliver_due())
    await until(lambda: sum(got(there)) >= 5)
    await asyncio.to_thread(shop.staff, broadcasts.pause, number)
    then = sum(got(there))
    await sending

    assert sum(got(there)) - then <= AT_ONCE
    assert await courier.deliver_due() == 0
    shop.staff(broadcasts.resume, number)
    while await courier.deliver_due():
        pass
    assert got(there) == [1] * 60


async def test_after_a_crash_it_goes_on_by_itself_and_only_what_was_on_its_way_may_come_twice(
    bot: Bot, courier: Courier, db: Database, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    there = crowd(sandbox, shop, 20)
    number = has_broadcast(shop)
    goes_on(shop, number)
    mark = outbox.mark_sent
    calls = 0

    def dies(*args: object, **options: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 8:
            raise SystemError
        mark(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "mark_sent", dies)
    with pytest.raises(SystemError):
        await courier.deliver_due()
    monkeypatch.undo()
    after = Courier(bot, db, GUIDE)
    while await after.deliver_due():
        pass
    time_passes(shop)
    while await after.deliver_due():
        pass
    goes_on(shop, number)

    assert sorted(got(there)) == [1] * 19 + [2]
    assert broadcast(shop, number).state is BroadcastState.DONE
    assert statuses(shop, number) == {"sent": 20}


async def test_of_the_few_that_a_courier_leaves_behind_only_the_last_is_sent_once_more(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    there = crowd(sandbox, shop, 6)
    number = has_broadcast(shop)
    goes_on(shop, number)
    for place in range(3):
        shop.db.call(outbox.claim, now=now() + timedelta(milliseconds=40 * place), limit=1)
    time_passes(shop)
    for _ in range(4):
        await courier.deliver_due()
    goes_on(shop, number)

    assert got(there) == [0, 0, 1, 1, 1, 1]
    assert statuses(shop, number) == {"uncertain": 2, "sent": 4}
    assert broadcast(shop, number).state is BroadcastState.DONE


async def test_what_was_on_its_way_when_the_bot_died_does_not_stay_so_after_the_end(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    there = crowd(sandbox, shop, 3)
    number = has_broadcast(shop)
    goes_on(shop, number)
    shop.db.call(outbox.claim, now=now(), limit=1)
    shop.staff(broadcasts.cancel, number)
    assert statuses(shop, number) == {"sending": 1, "dropped": 2}
    time_passes(shop)
    await courier.deliver_due()

    assert statuses(shop, number) == {"dropped": 3}
    assert got(there) == [0, 0, 0]


async def test_telegrams_wish_for_a_pause_lets_the_broadcast_rest_and_nothing_else(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    there = crowd(sandbox, shop, 10)
    number = has_broadcast(shop)
    goes_on(shop, number)
    sandbox.fail("sendMessage", status=429, retry_after=7, chat_id=there[0].id)
    await courier.deliver_due()
    assert sum(got(there)) < AT_ONCE + 1
    assert courier._pace.is_resting
    assert courier._pace.per_second < 25
    is_told(shop, there[5].id)
    await courier.deliver_due()
    assert there[5].last.text == "You can no longer use this shop."

    courier._pace._rest_until = 0.0
    time_passes(shop)
    while await courier.deliver_due():
        pass
    assert [len(each.bot_messages) for each in there] == [1] * 10


async def test_a_courier_with_much_to_do_comes_back_in_between_so_that_its_job_is_seen_to_live(
    courier: Courier, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    there = crowd(sandbox, shop, 12)
    number = has_broadcast(shop)
    goes_on(shop, number)
    monkeypatch.setattr(courier_module, "A_WHILE", 0.0)
    turns = 0
    while await courier.deliver_due():
        turns += 1

    assert (turns, got(there)) == (12, [1] * 12)


async def test_what_is_not_begun_when_the_shop_stops_waits(courier: Courier, sandbox: Sandbox, shop: Shop):
    there = crowd(sandbox, shop, 12)
    number = has_broadcast(shop)
    goes_on(shop, number)
    left = iter([True] * 5)

    assert await courier.deliver_due(lambda: next(left, False)) == 5
    assert sum(got(there)) == 5
    assert statuses(shop, number) == {"sent": 5, "pending": 7}


async def test_the_pace_is_held_and_recovers():
    clock = 100.0
    pace = Pace(lambda: clock)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal clock
        waited.append(seconds)
        clock += seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", sleep)
        begun = clock
        for _ in range(250):
            await pace.turn()
            clock += 0.02
        assert 25 <= 250 / (clock - begun) <= 28
        for _ in range(20):
            pace.slow_down(3600)
        assert pace.per_second == SLOWEST
        resting = [pace.is_resting]
        clock += LONGEST_REST
        assert [*resting, pace.is_resting] == [True, False]
        for _ in range(1000):
            await pace.turn()
        assert pace.per_second == FULL


async def test_what_is_made_good_of_lost_time_is_never_too_much_for_one_second():
    clock = 100.0
    pace = Pace(lambda: clock)
    begun: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal clock
        clock += seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", sleep)
        for number in range(600):
            await pace.turn(claimed=0)
            with pace.message():
                pass
            begun.append(clock)
            # Now and then something takes long: a claim, a commit, a machine that does much else.
            clock += (0.001, 0.0, 0.002, 0.19, 0.0)[number % 5] if number % 40 < 5 else 0.001

    assert max(sum(0 <= other - each < 0.999 for other in begun) for each in begun) == MOST
    assert 600 / (clock - 100) > 25


async def test_a_broadcast_leaves_room_for_the_answers_and_goes_on_when_there_is_none():
    clock = 100.0
    pace = Pace(lambda: clock)

    async def sleep(seconds: float) -> None:
        nonlocal clock
        clock += seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", sleep)
        for _ in range(MOST - AT_ONCE):
            with pace.message():
                pass
        await pace.turn(AT_ONCE - 1)
        at_once, clock = clock - 100, 100.0
        await pace.turn(AT_ONCE)

    assert at_once == 0
    assert clock - 100 == pytest.approx(1 / SLOWEST)


async def test_a_message_counts_from_when_it_leaves_until_a_second_after_the_answer():
    clock = 100.0
    pace = Pace(lambda: clock)

    async def sleep(seconds: float) -> None:
        nonlocal clock
        clock += seconds

    async def waits() -> bool:
        begun = clock
        await pace.turn()
        return clock - begun > 0.1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", sleep)
        for _ in range(MOST - 1):
            with pace.message():
                pass
        clock += 0.5
        has_room = not await waits()
        with pace.message():
            beside_an_answer = await waits()
            clock = 110.0
        for _ in range(MOST - 1):
            with pace.message():
                pass
        clock += 0.5
        soon_after_it = await waits()
        clock += 1
        later = await waits()

    assert [has_room, beside_an_answer, soon_after_it, later] == [True, True, True, False]


async def test_while_telegram_takes_its_time_a_few_are_sent_beside_one_another(
    bot: Bot, courier: Courier, sandbox: Sandbox, shop: Shop
):
    there = crowd(sandbox, shop, 15)
    number = has_broadcast(shop)
    goes_on(shop, number)

    under_way = 0
    seen: list[int] = []

    async def slowly(make_request: Callable[..., Awaitable[object]], client: Bot, method: object) -> object:
        nonlocal under_way
        under_way += 1
        seen.append(under_way)
        await asyncio.sleep(0.3)
        under_way -= 1
        return await make_request(client, method)

    bot.session.middleware(slowly)  # type: ignore[arg-type]
    while await courier.deliver_due():
        pass

    assert got(there) == [1] * 15
    assert max(seen) == AT_ONCE


async def test_a_message_that_was_deleted_ends_its_broadcast_and_the_author_is_told(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    there = crowd(sandbox, shop, 6)
    author = there[0]
    await author.sends_sticker(wait=False)
    sticker = author.messages[-1]
    source = Content(ContentKind.COPY, source=(author.id, sticker.id))
    number = shop.staff(broadcasts.draft, source, author_id=author.id).id
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = :id", id=author.id)
    shop.staff(broadcasts.confirm, number, 1)
    goes_on(shop, number)
    sticker.message.deleted = True
    while await courier.deliver_due():
        pass

    assert broadcast(shop, number).state is BroadcastState.CANCELLED
    assert "what it was to send is not there any more" in author.last.text
    assert sum(got(there[1:])) == 0
    assert all(shop.user(each.id).blocked_bot_at is None for each in there)


async def test_a_picture_that_is_gone_ends_its_broadcast(courier: Courier, sandbox: Sandbox, shop: Shop):
    crowd(sandbox, shop, 3)
    number = has_broadcast(shop, content=Content(ContentKind.PHOTO, None, "nowhere.png"))
    goes_on(shop, number)
    while await courier.deliver_due():
        pass

    assert (broadcast(shop, number).state, broadcast(shop, number).why) == (
        BroadcastState.CANCELLED,
        "the picture is gone from DATA_DIR/photos",
    )


async def test_what_telegram_refuses_again_and_again_stands_still_and_alarms_nobody(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    crowd(sandbox, shop, 30)
    number = has_broadcast(shop)
    goes_on(shop, number)
    sandbox.fail("sendMessage", status=400, times=None, description="Bad Request: injected")
    while await courier.deliver_due():
        pass

    assert broadcast(shop, number).state is BroadcastState.PAUSED
    assert statuses(shop, number)["dead"] <= 5 + AT_ONCE
    assert shop.events("message.dead") == []


async def test_a_message_that_is_queued_again_by_hand_goes_after_the_end(
    courier: Courier, sandbox: Sandbox, shop: Shop
):
    [anna] = crowd(sandbox, shop, 1)
    number = has_broadcast(shop)
    goes_on(shop, number)
    anna.blocks()
    await courier.deliver_due()
    goes_on(shop, number)
    anna.unblocks()
    shop.execute("UPDATE users SET blocked_bot_at = NULL")
    shop.staff(outbox.repeat, shop.messages()[0].id)
    await courier.deliver_due()

    assert anna.last.text == "Sale!"
    assert broadcast(shop, number).finished_at is not None
    assert now() - broadcast(shop, number).created_at < timedelta(minutes=1)
