"""What goes wrong around the bot: Redis, MariaDB, Telegram, our own bugs; and what the logs may know."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import logs
from bot.config import Config
from bot.errors import Busy
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.faults import Status
from bot.services import arrivals, cart, orders
from bot.services.queries import browse
from bot.telegram import screen
from tests.crowd import has_crowd
from tests.jobs.waiting import until
from tests.line import Line
from tests.shop import ADDRESS, BITCOIN_ADDRESSES, OWNER_ID, PHONE, Shop, now
from tests.telegram.conftest import served
from tests.telegram.steps import apologies, checks_out, delivers, puts_in_cart, unchanged


@pytest.fixture
def log_dir(config: Config) -> Iterator[Path]:
    """Write the log files."""
    logs.setup(config)
    yield config.log_dir
    logs.close()


@pytest.fixture
async def line(config: Config) -> AsyncIterator[Line]:
    """Return a line to Redis."""
    made = Line(config.redis_host or "", config.redis_port)
    await made.opens()
    yield made
    await made.breaks()


async def test_without_redis_the_shop_serves_and_a_checkout_is_finished(config: Config, sandbox: Sandbox, shop: Shop):
    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    async with served(config, redis_host="127.0.0.1", redis_port=1):
        await anna.sends("/start")
        await puts_in_cart(anna, shop.has_goods(), 2)
        began = time.monotonic()
        await checks_out(anna, note="Ring twice")
        seconds = time.monotonic() - began

    assert "is reserved for you" in anna.screen
    assert seconds < 5, f"a checkout of seven steps took {seconds:.1f} s without Redis"


async def test_a_redis_that_never_answers_does_not_make_people_wait_for_long(
    config: Config, sandbox: Sandbox, shop: Shop
):
    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    silence = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
    async with served(config, redis_host="127.0.0.1", redis_port=silence.sockets[0].getsockname()[1]):
        await anna.sends("/start")
        waited = []
        for press in ("shop:0", "cart:0"):
            began = time.monotonic()
            await anna.presses(press)
            waited.append(time.monotonic() - began)
        goods_id = shop.has_goods()
        began = time.monotonic()
        await anna.presses(f"ask:{goods_id}")
        await anna.sends("2")
        waited.append(time.monotonic() - began)
    silence.close()

    assert "Added. In your cart: 2" in anna.screen
    assert max(waited) < 4, f"without an answer from Redis people waited {waited}"


async def test_redis_that_breaks_in_mid_flow_costs_no_answer(config: Config, line: Line, sandbox: Sandbox, shop: Shop):
    shop.has_customer(101, "Anna")
    anna = sandbox.person(101, "Anna", language_code="en")
    async with served(config, redis_host="127.0.0.1", redis_port=line.port):
        await anna.sends("/start")
        await puts_in_cart(anna, shop.has_goods(), 2)
        await anna.presses("out")
        assert "Delivery address" in anna.screen
        await line.breaks()
        await anna.sends("12 Harbour Street")
        assert "Phone number" in anna.screen
        await anna.sends(PHONE)
        await anna.taps("Skip")
        await anna.taps("Cash on Delivery")
        await anna.taps("Confirm order")
        assert "is reserved for you" in anna.screen
        await line.opens()
        await anna.sends("/cart")
        await puts_in_cart(anna, shop.goods("Green tea").id)

    assert len(shop.orders()) == 1
    assert "Added. In your cart: 1" in anna.screen


@pytest.mark.meets_a_bug
async def test_a_bug_is_apologised_for_with_an_id_that_stands_in_the_log(
    log_dir: Path, customer: Person, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("a bug for this test")

    monkeypatch.setattr(browse, "shelves", broken)
    with unchanged(shop):
        await customer.taps("Shop")

    found = re.search(r"tell us this number: (\w{8})\n", customer.screen)
    assert found is not None
    assert customer.buttons == ["🏠 Home"]
    log = (log_dir / "bot.log").read_text()
    assert f"error {found[1]} while answering user:101" in log
    assert "a bug for this test" in log
    monkeypatch.undo()
    await customer.taps("Home")
    await customer.taps("Shop")
    assert "shelves are empty" in customer.screen


@pytest.mark.meets_a_bug
async def test_a_wrong_statement_is_apologised_for_and_changes_nothing(
    customer: Person, sandbox: Sandbox, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    goods_id = shop.has_goods()
    add = cart.add

    def adds_and_breaks(session: Any, *args: Any, **options: Any) -> Any:
        add(session, *args, **options)
        session.flush()
        session.connection().exec_driver_sql("SELECT nonsense FROM nowhere")

    monkeypatch.setattr(cart, "add", adds_and_breaks)
    with unchanged(shop):
        await customer.presses(f"add:{goods_id}:1")

    assert len(apologies(sandbox)) == 1


async def test_a_busy_database_is_told_to_the_customer_and_the_press_is_answered(
    customer: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_args: Any, **_options: Any) -> None:
        raise Busy

    monkeypatch.setattr(arrivals, "arrive", busy)
    await customer.taps("Shop")
    assert "The shop is very busy right now" in customer.screen
    monkeypatch.undo()
    await customer.taps("Home")

    assert "Hello, Anna" in customer.screen


@pytest.mark.meets_a_bug
async def test_a_message_that_cannot_be_edited_is_replaced(customer: Person, sandbox: Sandbox):
    sandbox.fail("editMessageText", status=400, description="Bad Request: message can't be edited")
    await customer.taps("Shop")

    assert "shelves are empty" in customer.screen


@pytest.mark.parametrize("status", [429, 500, 502, "reset"])
async def test_an_edit_that_telegram_did_not_take_is_repeated_once(
    customer: Person, sandbox: Sandbox, shop: Shop, status: Status
):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    fault = sandbox.fail("editMessageText", status=status, retry_after=1 if status == 429 else None)
    await customer.taps("Add to Cart")

    assert fault.hits == 1
    assert "Added. In your cart: 1" in customer.screen
    assert shop.scalar("SELECT quantity FROM shopping_cart") == 1
    assert len(customer.bot_messages) == 1


@pytest.mark.parametrize("status", [500, 502, "reset"])
async def test_an_edit_whose_answer_was_lost_is_repeated_without_harm(
    customer: Person, sandbox: Sandbox, status: Status
):
    fault = sandbox.fail("editMessageText", status=status, after_delivery=True)
    await customer.taps("Shop")

    assert fault.hits == 1
    assert "shelves are empty" in customer.screen
    assert len(customer.bot_messages) == 1


async def test_a_long_pause_that_telegram_asks_for_is_not_waited_out(customer: Person, sandbox: Sandbox):
    sandbox.fail("editMessageText", status=429, retry_after=4)
    began = time.monotonic()
    await customer.taps("Shop")
    assert time.monotonic() - began < 1
    assert "Hello, Anna" in customer.screen

    await customer.taps("Shop")

    assert "shelves are empty" in customer.screen


async def test_a_message_for_which_telegram_asks_a_short_pause_comes_once(customer: Person, sandbox: Sandbox):
    fault = sandbox.fail("sendMessage", status=429, retry_after=1)
    await customer.sends("/shop")

    assert fault.hits == 1
    assert "shelves are empty" in customer.screen
    assert len(customer.bot_messages) == 1


async def test_everybody_is_answered_who_comes_in_the_same_second_as_too_many_others(
    process: BotProcess, sandbox: Sandbox, shop: Shop
):
    sandbox.pace.enforced = True
    crowd = [sandbox.person(each, "Anna", language_code="en") for each in has_crowd(shop, 75)]
    await asyncio.gather(*(person.sends("/start") for person in crowd))
    await until(lambda: all(person.bot_messages for person in crowd), seconds=20)

    assert any(call.status == 429 for call in sandbox.calls("sendMessage"))
    assert [len(person.bot_messages) for person in crowd] == [1] * 75


@pytest.mark.parametrize("status", [429, 500, 502, "reset"])
async def test_a_telegram_that_takes_no_answer_can_be_asked_again(
    customer: Person, sandbox: Sandbox, status: Status, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(screen, "PATIENCE_SECONDS", 1.5)
    sandbox.fail("editMessageText", status=status, retry_after=1 if status == 429 else None, times=2)
    await customer.taps("Shop")
    assert "Hello, Anna" in customer.screen

    await customer.taps("Shop")

    assert "shelves are empty" in customer.screen


@pytest.mark.parametrize("status", [429, 500, 502, "reset"])
async def test_a_telegram_that_is_broken_at_the_start_is_waited_for(
    config: Config, sandbox: Sandbox, shop: Shop, status: int
):
    fault = sandbox.fail("setMyCommands", status=status, retry_after=1 if status == 429 else None)
    shop.has_customer(101, "Anna")
    async with served(config):
        anna = sandbox.person(101, "Anna", language_code="en")
        await anna.sends("/start")

    assert fault.hits == 1
    assert "Hello, Anna" in anna.screen


@pytest.mark.parametrize("status", [429, 500, 502, "reset"])
async def test_a_message_that_cannot_be_removed_leaves_the_question_open(
    customer: Person, sandbox: Sandbox, shop: Shop, status: int
):
    await puts_in_cart(customer, shop.has_goods(price="30.00"))
    await customer.sends("/cart")
    await customer.taps("Proceed to Checkout")
    sandbox.fail("deleteMessage", status=status, retry_after=1 if status == 429 else None, times=None)
    await customer.sends(ADDRESS)
    assert "Phone number" in customer.screen
    await customer.sends(PHONE)

    assert "Skip" in customer.screen


async def test_a_press_that_a_broken_proxy_leaves_unanswered_is_still_handled(
    customer: Person, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
):
    fault = sandbox.fail("answerCallbackQuery", status=502, after_delivery=True)
    await customer.taps("Shop")

    assert fault.hits == 1
    assert "shelves are empty" in customer.screen
    assert "could not be handled" not in caplog.text


async def test_a_customer_who_blocks_the_bot_in_mid_flow_stops_nothing(
    customer: Person, owner: Person, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    customer.blocks()
    await customer.presses(f"add:{goods_id}:1")
    await owner.sends("/shop")

    assert "Choose a category" in owner.screen
    assert shop.scalar("SELECT quantity FROM shopping_cart") == 1


async def test_who_unblocks_the_bot_and_presses_something_is_told_again(
    customer: Person, process: BotProcess, shop: Shop
):
    shop.has_goods("Green tea")
    code = shop.has_order(101, {"Green tea": 1})
    customer.blocks()
    shop.staff(orders.confirm, code, delivery_time=now() + timedelta(days=1))
    await delivers(process)
    assert shop.user(101).blocked_bot_at is not None
    customer.unblocks()
    await customer.taps("Shop")
    assert shop.user(101).blocked_bot_at is None
    shop.staff(orders.deliver, code)
    await delivers(process)

    assert "has been delivered" in customer.last.text


SECRET_TOKEN = "4242:CANARYxTOKENxCANARYxTOKENxCANARYx01"


async def test_the_logs_hold_no_personal_data_and_no_secret(config: Config, shop: Shop):
    canaries = ("Canary Lane 17", "+4915198765432", "4915198765432", "Canary gate code", "canary question")
    async with Sandbox(SECRET_TOKEN, username="tea_shop_bot") as telegram:
        changed = config.model_copy(
            update={"token": SecretStr(SECRET_TOKEN), "telegram_api_url": telegram.url, "debug": True}
        )
        logs.setup(changed)
        shop.has_addresses(1)
        shop.has_customer(101, "Anna")
        anna, olga = telegram.person(101, "Anna", language_code="en"), telegram.person(OWNER_ID, "Olga")
        async with served(changed) as process:
            await olga.sends("/start")
            await anna.sends("/start")
            await puts_in_cart(anna, shop.has_goods(), 2)
            await anna.presses("out")
            await anna.sends("x")
            await anna.sends(canaries[0])
            await anna.sends("+49 canary question")
            await anna.shares_contact(canaries[2])
            await anna.sends(canaries[3])
            await anna.taps("Bitcoin")
            telegram.fail("editMessageText", status="reset")
            await anna.taps("Confirm order")
            telegram.fail("sendMessage", status=502)
            await delivers(process)
            await anna.sends("/help")
            await anna.sends(canaries[4])
            telegram.fail("getUpdates", status=502)
            await telegram.world.updates.add("message", {"message_id": "x", "text": canaries[0]})
            await anna.sends("/orders")
            await delivers(process)
        logs.close()

    assert len(shop.orders()) == 1
    written = "\n".join(path.read_text() for path in sorted(config.log_dir.iterdir()))
    assert "order.reserved" in written
    for canary in (*canaries, SECRET_TOKEN, SECRET_TOKEN.partition(":")[2], BITCOIN_ADDRESSES[0]):
        assert canary not in written
    assert "shop:shop@" not in written


async def test_a_refusal_that_telegram_does_not_take_is_no_crash(
    customer: Person, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
):
    sandbox.fail("editMessageText", status=502, body="<html>Bad Gateway</html>")
    await customer.presses("out")
    await customer.presses("out")

    assert "Your cart is empty" in customer.screen
    assert "could not be handled" not in caplog.text
