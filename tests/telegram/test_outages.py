"""MariaDB goes away and comes back: everybody is told once, and what they have sent is done."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from bot import main
from bot.config import Config
from bot.jobs import expire_reservations, schedule
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import cart, people
from bot.services.queries import browse
from bot.telegram.intake import Intake
from tests.jobs.waiting import until
from tests.line import Line
from tests.shop import ADDRESS, PHONE, Shop, now
from tests.telegram.conftest import forget_dispatcher, served

TOLD = "What you have sent is kept"
TOLD_RU = "То, что вы отправили, сохранено"
SLOW = 2
"""How much longer than promised something may take on a machine that does much else meanwhile."""
SERVING_AGAIN = 15
"""In seconds: so soon after the database is back the shop serves again (RELIABILITY, section 7)."""


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[Line]:
    """Return the bot's line to MariaDB."""
    url = make_url(database_url)
    made = Line(url.host or "", url.port or 3306)
    await made.opens()
    yield made
    await made.breaks()


@pytest.fixture
def on_line(config: Config, line: Line, database_url: str) -> Config:
    """Return the configuration of a bot that reaches MariaDB by the line."""
    url = make_url(database_url).set(port=line.port).render_as_string(hide_password=False)
    return config.model_copy(update={"database_url": SecretStr(url)})


@pytest.fixture
async def cut_off(on_line: Config, shop: Shop) -> AsyncIterator[BotProcess]:
    """Return a bot process on the line."""
    async with served(on_line) as running:
        yield running


@pytest.fixture
async def anna(cut_off: BotProcess, sandbox: Sandbox, shop: Shop) -> Person:
    shop.has_customer(101, "Anna")
    person = sandbox.person(101, "Anna", language_code="en")
    await person.sends("/start")
    return person


def pieces(shop: Shop, person: Person) -> int:
    return shop.db.read(cart.of, person.id).count


def said_to(person: Person, words: str) -> int:
    """Return in how many calls a person was told something, also where another screen has taken its place."""
    calls = person.sandbox.calls()
    return sum(words in str(call.params.get("text")) for call in calls if call.params.get("chat_id") == str(person.id))


async def test_what_people_send_while_the_database_is_away_is_done_when_it_is_back(
    anna: Person, line: Line, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods(stock=50)
    shop.has_customer(102, "Борис")
    shop.db.call(people.choose_language, 102, "ru", now=now())
    boris = sandbox.person(102, "Борис", language_code="ru")
    await boris.sends("/start")
    await anna.presses(f"goods:{goods_id}")
    card = anna.last
    await line.breaks()
    for _ in range(4):
        await anna.presses(f"add:{goods_id}:1", message=card, wait=False)
    await anna.sends("/cart", wait=False)
    await boris.sends("/shop", wait=False)
    await anna.waits_for(TOLD, timeout=30)
    await boris.waits_for(TOLD_RU, timeout=30)
    assert len(sandbox.world.updates.pending) == 6
    await line.opens()
    began = time.monotonic()
    await boris.sends("/cart")
    await anna.sends("/cart")

    assert time.monotonic() - began < SERVING_AGAIN
    assert pieces(shop, anna) == 4
    assert "Your cart" in anna.screen
    assert (said_to(anna, TOLD), said_to(boris, TOLD_RU)) == (1, 1)
    assert not any(TOLD in shown.text for shown in anna.bot_messages)
    assert len(anna.bot_messages) == 1


async def test_a_question_that_was_open_still_is(anna: Person, line: Line, shop: Shop):
    await anna.presses(f"add:{shop.has_goods()}:1")
    await anna.presses("out")
    await line.breaks()
    answer = asyncio.create_task(anna.sends("12 Harbour Street"))
    await anna.waits_for(TOLD, timeout=30)
    await line.opens()
    await answer

    assert "Phone number" in anna.screen


async def test_a_database_that_is_back_before_everybody_is_told_leaves_nobody_waiting(
    anna: Person, line: Line, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods()
    await anna.presses(f"goods:{goods_id}")
    told = sandbox.delay("editMessageText", 4, after_delivery=True)
    await line.breaks()
    await anna.presses(f"add:{goods_id}:1", wait=False)
    await anna.waits_for(TOLD, timeout=30)
    await line.opens()
    await anna.sends("/cart")

    assert told.hits == 1
    assert pieces(shop, anna) == 1


async def test_an_order_is_made_once_however_often_it_was_confirmed_meanwhile(anna: Person, line: Line, shop: Shop):
    shop.has_goods(stock=5)
    token = shop.has_reviewed_checkout(101, {"Green tea": 2})
    await line.breaks()
    for _ in range(3):
        await anna.presses(f"buy:{token}", wait=False)
    await anna.waits_for(TOLD, timeout=30)
    await line.opens()
    await anna.sends("/orders")

    assert [order.order_status for order in shop.orders()] == [OrderStatus.RESERVED]
    assert shop.goods("Green tea").reserved_quantity == 2


async def test_what_breaks_the_connection_by_itself_is_given_up(
    anna: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    def breaks(session: Session, *_args: Any, **_options: Any) -> None:
        session.execute(text("KILL CONNECTION_ID()"))

    monkeypatch.setattr("bot.telegram.outage.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.telegram.outage.MOST_TRIES", 1)
    monkeypatch.setattr(browse, "shelves", breaks)
    await anna.presses("shop:0", wait=False)
    await anna.waits_for("The shop is very busy right now", timeout=30)
    monkeypatch.undo()
    await anna.sends("/shop")

    assert "shelves are empty" in anna.screen


async def test_a_stop_during_an_outage_is_quick_and_what_waits_comes_again(
    on_line: Config, line: Line, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods()
    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    async with main.running(on_line):
        await anna.sends("/start")
        await line.breaks()
        await anna.presses(f"add:{goods_id}:1", wait=False)
        await anna.waits_for(TOLD, timeout=30)
        began = time.monotonic()
    stopped = time.monotonic() - began
    forget_dispatcher()
    await line.opens()
    shop.execute("UPDATE leases SET seen_at = seen_at - INTERVAL 1 HOUR")
    async with served(on_line):
        await anna.sends("/cart")

    assert stopped < 10
    assert pieces(shop, anna) == 1


async def a_backlog_ends_with_a_cancellation(config: Config, sandbox: Sandbox, shop: Shop, updates: int) -> OrderStatus:
    """Let two orders be overdue after a downtime, one of them cancelled by the last update; return what it became."""
    shop.has_setting("messages_per_minute", "0")
    shop.has_goods(stock=50)
    people = [sandbox.person(shop.has_customer(number), "Anna", language_code="en") for number in range(101, 111)]
    async with served(config):
        for person in people:
            await person.sends("/start")
    codes = [shop.has_order(number, {"Green tea": 1}) for number in (101, 102)]
    for number in range(updates):
        await people[number % 10].sends("/cart", wait=False)
    past = (now() - timedelta(minutes=1)).replace(tzinfo=None)
    shop.execute("UPDATE orders SET reserved_until = :past", past=past)
    cancelled = await people[0].presses(f"cancel!:{shop.order(codes[0]).id}", wait=False)
    async with served(config):
        await until(lambda: shop.order(codes[1]).order_status is OrderStatus.EXPIRED, seconds=60)
        await until(lambda: cancelled["update_id"] not in sandbox.world.updates.pending, seconds=60)
    return shop.order(codes[0]).order_status


async def test_nothing_expires_before_what_people_have_sent_had_its_turn(
    config: Config, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schedule, "A_LITTLE_LATER", 0.05)
    monkeypatch.setattr(schedule, "MINUTE", 0.3)

    assert await a_backlog_ends_with_a_cancellation(config, sandbox, shop, 500) is OrderStatus.CANCELLED


async def test_without_that_they_would_meet_an_expired_order(
    config: Config, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schedule, "A_LITTLE_LATER", 0.05)
    monkeypatch.setattr(schedule, "MINUTE", 0.3)
    monkeypatch.setattr(Intake, "catches_up", lambda _intake, _seconds: expire_reservations.at_once(0))

    assert await a_backlog_ends_with_a_cancellation(config, sandbox, shop, 100) is OrderStatus.EXPIRED


async def test_a_row_that_somebody_holds_locked_keeps_one_person_for_six_seconds_and_nobody_else(
    customer: Person, owner: Person, sandbox: Sandbox, shop: Shop, database_url: str
):
    shop.has_goods(stock=5)
    token = shop.has_reviewed_checkout(customer.id, {"Green tea": 1})
    shell = create_engine(database_url)
    with shell.begin() as idle:
        idle.execute(text("SELECT * FROM customer_info WHERE telegram_id = 101 FOR UPDATE"))
        began = time.monotonic()
        confirmed = asyncio.create_task(customer.presses(f"buy:{token}"))
        # Telegram learns that this is handled when what came before is; the answer does not wait for that.
        await owner.sends("/shop", wait=False)
        await owner.waits_for("Choose a category")
        assert not confirmed.done()
        await confirmed
        waited = time.monotonic() - began
        assert "The shop is very busy right now" in customer.screen
    shell.dispose()
    await customer.presses(f"buy:{token}")

    assert waited < 6 * SLOW
    assert "is reserved for you" in customer.screen
    assert len(shop.orders()) == 1


async def test_a_redis_that_forgets_everything_in_mid_dialogue_interrupts_nobody(
    customer: Person, shop: Shop, redis_url: str
):
    await customer.presses(f"add:{shop.has_goods()}:1")
    await customer.presses("out")
    await customer.sends(ADDRESS)
    assert "Phone number" in customer.screen
    Redis.from_url(redis_url).flushdb()
    await customer.sends(PHONE)
    for label in ("Skip", "Cash on Delivery", "Confirm order"):
        await customer.taps(label)

    assert "is reserved for you" in customer.screen
