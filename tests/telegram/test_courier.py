"""The courier: every message arrives once, whatever Telegram answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot

from bot.db import Database
from bot.errors import Busy
from bot.models import OutboxMessage
from bot.sandbox import Person, Sandbox
from bot.services import orders, people, reference_codes
from bot.telegram import notices
from bot.telegram.courier import Courier
from bot.telegram.dispatcher import connect
from bot.telegram.guide import Guide
from bot.telegram.pace import Pace
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.conftest import TOKEN

GUIDE = Guide(currency="USD", default_language="en", bot_username="tea_shop_bot", data_dir=Path("nowhere"))


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    connected = connect(TOKEN, sandbox.url)
    yield connected
    await connected.session.close()


@pytest.fixture
def courier(bot: Bot, db: Database) -> Courier:
    return Courier(bot, db, GUIDE)


@pytest.fixture
async def anna(sandbox: Sandbox, shop: Shop) -> Person:
    return await started(sandbox, shop, 101, "Anna")


async def started(sandbox: Sandbox, shop: Shop, person_id: int, name: str) -> Person:
    """Return a customer who has written to the bot."""
    shop.has_customer(person_id, name)
    person = sandbox.person(person_id, name)
    await person.sends("/start", wait=False)
    return person


def is_told(shop: Shop, person_id: int = 101) -> None:
    """Queue one message to somebody."""
    if shop.user(person_id).is_banned:
        shop.staff(people.unban, person_id, notify=False)
    shop.staff(people.ban, person_id, reason=None, notify=True)


def message(shop: Shop) -> OutboxMessage:
    """Return the first message."""
    return shop.messages()[0]


def time_passes(shop: Shop) -> None:
    """Let every pause be over."""
    shop.execute("UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6), claimed_at = claimed_at - INTERVAL 1 HOUR")


async def test_a_message_is_sent_once(courier: Courier, anna: Person, shop: Shop):
    is_told(shop)
    assert await courier.deliver_due() == 1
    time_passes(shop)
    assert await courier.deliver_due() == 0

    assert [shown.text for shown in anna.bot_messages] == ["You can no longer use this shop."]
    assert message(shop).status == "sent"
    assert message(shop).sent_at is not None


async def test_the_pause_that_telegram_asks_for_is_kept(courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop):
    sandbox.fail("sendMessage", status=429, retry_after=7200)
    is_told(shop)
    before = now()
    await courier.deliver_due()

    assert message(shop).status == "pending"
    assert timedelta(0) <= message(shop).next_attempt_at - before - timedelta(hours=2) < timedelta(seconds=10)
    assert await courier.deliver_due() == 0
    assert anna.bot_messages == []

    time_passes(shop)
    await courier.deliver_due()

    assert len(anna.bot_messages) == 1
    assert message(shop).status == "sent"


@pytest.mark.parametrize("status", [401, 404, 409, 500, 502, 503])
async def test_a_telegram_that_is_broken_is_asked_again_later(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop, status: int
):
    sandbox.fail("sendMessage", status=status, times=2)
    is_told(shop)
    for _ in range(2):
        before = now()
        await courier.deliver_due()
        assert message(shop).status == "pending"
        assert message(shop).next_attempt_at > before + timedelta(seconds=1)
        time_passes(shop)
    await courier.deliver_due()

    assert len(anna.bot_messages) == 1
    assert message(shop).status == "sent"
    assert message(shop).attempts == 3


async def test_a_cut_connection_is_uncertain_and_tried_once_more(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    sandbox.fail("sendMessage", status="reset", after_delivery=True, times=None)
    is_told(shop)
    await courier.deliver_due()
    assert message(shop).status == "uncertain"
    assert await courier.deliver_due() == 0
    for _ in range(3):
        time_passes(shop)
        await courier.deliver_due()

    assert len(anna.bot_messages) == 2
    assert message(shop).status == "uncertain"


async def test_a_time_out_after_the_delivery_is_repeated_once_at_most(
    bot: Bot, courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    bot.session.timeout = 0.3
    sandbox.fail("sendMessage", status="timeout", after_delivery=True)
    is_told(shop)
    await courier.deliver_due()
    assert message(shop).status == "uncertain"
    time_passes(shop)
    await courier.deliver_due()

    assert message(shop).status == "sent"
    assert len(anna.bot_messages) == 2


async def test_a_connection_that_cannot_be_made_delivered_nothing_for_sure(
    db: Database, anna: Person, sandbox: Sandbox, shop: Shop
):
    nowhere = connect(TOKEN, "http://127.0.0.1:1")
    is_told(shop)
    await Courier(nowhere, db, GUIDE).deliver_due()
    await nowhere.session.close()

    assert (message(shop).status, message(shop).uncertain_count) == ("pending", 0)


async def test_a_message_of_a_courier_that_died_is_sent_once_more(courier: Courier, anna: Person, shop: Shop):
    is_told(shop)
    shop.execute("UPDATE outbox SET status = 'sending', claimed_at = UTC_TIMESTAMP(6)")
    assert await courier.deliver_due() == 0
    time_passes(shop)
    await courier.deliver_due()

    assert len(anna.bot_messages) == 1
    assert message(shop).status == "sent"


async def test_who_has_blocked_the_bot_is_marked_and_nobody_is_alarmed(courier: Courier, anna: Person, shop: Shop):
    anna.blocks()
    is_told(shop)
    await courier.deliver_due()

    assert message(shop).status == "blocked"
    assert shop.user(101).blocked_bot_at is not None
    assert len(shop.messages()) == 1


async def test_nothing_more_is_sent_to_who_has_blocked_the_bot_until_they_return(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    anna.blocks()
    is_told(shop)
    await courier.deliver_due()
    tried = sandbox.count("sendMessage")
    is_told(shop)
    await courier.deliver_due()
    assert sandbox.count("sendMessage") == tried
    assert [each.status for each in shop.messages()] == ["blocked", "blocked"]

    anna.unblocks()
    shop.db.call(reference_codes.enter, people.Newcomer(101, "Anna"), None, now=now())
    is_told(shop)
    await courier.deliver_due()

    assert [each.status for each in shop.messages()] == ["blocked", "blocked", "sent"]


async def test_a_customer_s_data_is_not_sent_to_who_no_longer_runs_the_shop(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    admin = await started(sandbox, shop, 102, "Boris")
    shop.execute("UPDATE users SET role = 'ADMIN' WHERE telegram_id = 102")
    shop.has_goods()
    shop.has_order(anna.id, {"Green tea": 1})
    shop.execute("UPDATE users SET role = 'USER' WHERE telegram_id = 102")
    await courier.deliver_due()

    assert admin.bot_messages == []
    assert [each.status for each in shop.messages(102)] == ["dropped"]
    assert shop.events("message.dead") == []


async def test_a_crash_leaves_only_the_message_on_its_way_uncertain(
    courier: Courier, anna: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    async def crash(*_: object) -> None:
        raise asyncio.CancelledError

    for _ in range(3):
        is_told(shop)
    monkeypatch.setattr(courier, "_send", crash)
    with pytest.raises(asyncio.CancelledError):
        await courier.deliver_due()

    assert [each.status for each in shop.messages()] == ["sending", "pending", "pending"]


async def test_who_never_wrote_to_the_bot_is_marked(courier: Courier, shop: Shop):
    shop.has_customer(101)
    is_told(shop)
    await courier.deliver_due()

    assert message(shop).status == "blocked"
    assert len(shop.messages()) == 1


@pytest.mark.meets_a_bug
async def test_a_message_that_telegram_never_takes_is_dead_and_the_owner_is_told(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    olga = await started(sandbox, shop, OWNER_ID, "Olga")
    sandbox.fail("sendMessage", status=400, chat_id=101, times=None, description="Bad Request: can't parse <entities>")
    is_told(shop)
    await courier.deliver_due()
    assert message(shop).status == "dead"
    await courier.deliver_due()

    assert olga.last.text.startswith("⚠️ A message could not be delivered")
    assert "can't parse <entities>" in olga.last.text
    time_passes(shop)
    assert await courier.deliver_due() == 0
    assert sandbox.count("sendMessage") == 2


@pytest.mark.meets_a_bug
async def test_an_alarm_that_cannot_be_delivered_raises_no_further_alarm(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    sandbox.fail("sendMessage", status=400, times=None, description="Bad Request: nonsense")
    is_told(shop)
    for _ in range(4):
        await courier.deliver_due()
        time_passes(shop)

    assert [each.kind for each in shop.messages()] == ["banned", "message-dead"]
    assert {each.status for each in shop.messages()} == {"dead"}


async def test_a_message_that_cannot_be_worded_keeps_nobody_else(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    is_told(shop)
    shop.execute("UPDATE outbox SET kind = 'no-such-kind'")
    boris = await started(sandbox, shop, 102, "Boris")
    is_told(shop, 102)
    await courier.deliver_due()

    assert message(shop).status == "dead"
    assert "You can no longer use this shop." in boris.screen


@pytest.mark.parametrize("kind", ["order-card", "order-confirmed"])
async def test_a_message_about_no_order_is_dead_and_says_so(courier: Courier, anna: Person, shop: Shop, kind: str):
    is_told(shop, anna.id)
    shop.execute("UPDATE outbox SET kind = :kind", kind=kind)

    await courier.deliver_due()

    told = shop.messages(anna.id)[0]
    assert (told.status, told.error) == ("dead", f"cannot be worded: a message of kind {kind} names no order")


async def test_a_database_that_is_away_for_a_moment_costs_nobody_a_message(
    courier: Courier, anna: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_args: Any, **_options: Any) -> None:
        raise Busy

    is_told(shop)
    monkeypatch.setattr(notices, "prepare", busy)
    await courier.deliver_due()
    assert (message(shop).status, message(shop).uncertain_count) == ("pending", 0)
    monkeypatch.undo()
    time_passes(shop)
    await courier.deliver_due()

    assert [shown.text for shown in anna.bot_messages] == ["You can no longer use this shop."]
    assert message(shop).status == "sent"


async def test_a_message_that_telegram_took_with_an_answer_that_nobody_can_read_is_not_repeated(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    unreadable = '{"ok": true, "result": {"message_id": "no number"}}'
    sandbox.fail("sendMessage", status=200, body=unreadable, after_delivery=True, times=None)
    is_told(shop)
    for _ in range(3):
        await courier.deliver_due()
        time_passes(shop)

    assert len(anna.bot_messages) == 1
    assert (message(shop).status, message(shop).error) == ("sent", None)


async def test_nothing_is_sent_while_a_transaction_is_open(
    bot: Bot, courier: Courier, anna: Person, db: Database, shop: Shop
):
    checked_out = []

    async def look(make_request: Any, client: Bot, method: Any) -> Any:
        checked_out.append(sum(engine.pool.checkedout() for engine in db.engines))  # type: ignore[attr-defined]
        return await make_request(client, method)

    bot.session.middleware(look)  # type: ignore[arg-type]
    is_told(shop)
    await courier.deliver_due()

    assert checked_out == [0]


async def test_what_happens_to_one_customer_is_nothing_to_the_others(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    crowd = [await started(sandbox, shop, number, f"Person {number}") for number in range(201, 221)]
    crowd[3].blocks()
    crowd[5].deactivates()
    sandbox.fail("sendMessage", status=429, retry_after=60, chat_id=crowd[7].id)
    sandbox.fail("sendMessage", status=500, chat_id=crowd[9].id)
    for person in crowd:
        is_told(shop, person.id)
    assert await courier.deliver_due() == 20
    time_passes(shop)
    await courier.deliver_due()

    statuses = {each.recipient: each.status.value for each in shop.messages()}
    assert [person_id for person_id, status in statuses.items() if status == "blocked"] == [crowd[3].id, crowd[5].id]
    assert [len(person.bot_messages) for person in crowd] == [0 if index in (3, 5) else 1 for index in range(20)]


class CountedPace(Pace):
    """A pace that counts its turns."""

    turns = 0

    async def turn(self, under_way: int = 0) -> None:
        """Count one more."""
        self.turns += 1
        await super().turn(under_way)


async def test_a_card_that_comes_besides_a_message_takes_a_turn_of_its_own(
    courier: Courier, anna: Person, sandbox: Sandbox, shop: Shop
):
    shop.has_goods("Green tea")
    code = shop.has_order(anna.id, {"Green tea": 1})
    shop.execute("DELETE FROM outbox")
    shop.db.call(orders.remind, code, now=now())
    courier._pace = pace = CountedPace()
    before = sandbox.count("sendMessage")

    assert await courier.deliver_due() == 1

    assert sandbox.count("sendMessage") - before == 2
    # The last turn finds nothing more.
    assert pace.turns == 2 + 1
