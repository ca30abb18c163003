"""What a press costs: statements and calls, counted."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio.connection import Connection
from sqlalchemy import event

from bot import recent
from bot.config import Config
from bot.db import Database
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import sample_photo
from bot.sandbox.screen import MessageView
from bot.services import catalog, orders, photos
from tests.shop import Shop, now
from tests.telegram.steps import delivers, reviews

pytestmark = pytest.mark.without_jobs
TRIES = 3
BUDGET = {"home": 1, "shop": 1, "aisle": 2, "page": 2, "card": 2, "cart": 2, "orders": 2, "order": 4, "profile": 3}
"""Statements of a press: the first says who presses, and which copies still hold."""
MESSAGE_BUDGET = 8
"""Statements of a message about an order: three claim it, four are what it says, and one notes that it was sent."""


@pytest.fixture(autouse=True)
def nothing_is_recent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every press read what it shows, as the first of some time does."""
    monkeypatch.setattr(recent, "LEASE_SECONDS", 0.0)


@contextmanager
def statements(process: BotProcess) -> Iterator[list[str]]:
    """Collect the SQL statements of the bot process."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in process.db.engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in process.db.engines:
        event.remove(engine, "before_cursor_execute", note)


async def cost(
    process: BotProcess, sandbox: Sandbox, press: Callable[[], Awaitable[object]]
) -> tuple[list[str], list[str]]:
    """Return the statements and the calls of a press."""
    before = sandbox.count()
    with statements(process) as seen:
        await press()
    return seen, [call.method for call in sandbox.calls()[before:]]


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("home", "home"),
        ("shop", "shop:0"),
        ("aisle", "aisle:{category}:0"),
        ("page", "aisle:{category}:1"),
        ("card", "goods:{goods}"),
        ("cart", "cart:0"),
        ("orders", "orders:0"),
        ("order", "order:{order}:0"),
        ("profile", "me"),
    ],
)
async def test_a_browse_press_costs_few_statements_and_two_calls(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, what: str, data: str
):
    for number in range(20):
        goods = shop.has_goods(f"Tea {number:02}")
        await customer.presses(f"add:{goods}:1")
    category = shop.goods("Tea 00").category_id
    order = shop.order(shop.has_order(customer.id, {"Tea 00": 1})).id

    shown = customer.last

    async def press() -> None:
        await customer.presses(data.format(goods=goods, category=category, order=order), message=shown)

    async def fresh() -> tuple[list[str], list[str]]:
        # Something else is shown first, because a screen that is there already is not sent again.
        await customer.presses("rules", message=shown)
        return await cost(process, sandbox, press)

    seen, calls = min([await fresh() for _ in range(TRIES)], key=lambda each: len(each[0]))

    assert len(seen) <= BUDGET[what], seen
    assert calls in (["answerCallbackQuery", "editMessageText"], ["editMessageText", "answerCallbackQuery"])


@pytest.mark.usefixtures("without_pace")
async def test_a_browse_press_goes_to_the_database_once_and_nowhere_else_but_for_its_pace(
    customer: Person, process: BotProcess, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    goods = shop.has_goods()
    aisle = f"aisle:{shop.goods('Green tea').category_id}:0"
    for press in ("home", "shop:0", aisle, f"goods:{goods}", aisle):
        await customer.presses(press)
    ways: list[str] = []
    on_a_thread, send = Database._on_a_thread, Connection.send_packed_command

    async def to_database(*args: Any, **options: Any) -> Any:
        ways.append("database")
        return await on_a_thread(*args, **options)

    async def to_redis(*args: Any, **options: Any) -> Any:
        ways.append("redis")
        return await send(*args, **options)

    monkeypatch.setattr(Database, "_on_a_thread", to_database)
    monkeypatch.setattr(Connection, "send_packed_command", to_redis)
    for press in ("shop:0", aisle, f"goods:{goods}"):
        ways.clear()
        await customer.presses(press)
        assert ways == ["database"], press


SHOP_WIDTH = 1280
"""What tells the shop's own picture from those of the goods."""


def mixed_catalogue(shop: Shop, config: Config, folder: Path) -> tuple[list[str], dict[str, int | None]]:
    """Fill two pages with goods, some with a picture; return every press that browses, and whose picture is whose.

    A picture is told by its width; None stands for the shop's own, or for none at all.
    """
    widths: dict[str, int | None] = {}
    for number in range(12):
        name = f"Tea {number:02}"
        goods_id = shop.has_goods(name)
        long = "🌿" * 3000 if number % 2 else "From the first harvest."
        shop.staff(catalog.edit_goods, name, description=long)
        widths[f"goods:{goods_id}"] = None
        if number in (1, 2):
            source = folder / f"{number}.png"
            source.write_bytes(sample_photo(40 + number, 30))
            shop.staff(catalog.edit_goods, name, photos=[photos.keep(source, config.data_dir)])
            widths[f"goods:{goods_id}"] = 40 + number
    cards = list(widths)[:4]
    tea = shop.goods("Tea 00").category_id
    lists = [f"aisle:{tea}:0", f"aisle:{tea}:1"]
    asked = cards[1].replace("goods", "ask")
    return [*cards, *lists, asked, "home", "shop:0", "cart:0"], widths


def width(shown: MessageView) -> int | None:
    """Return how wide the picture of a message is, None for text and for the shop's own picture."""
    found = shown.content["photo"][-1]["width"] if shown.photo else SHOP_WIDTH
    return None if found == SHOP_WIDTH else found


@pytest.mark.usefixtures("without_pace")
async def test_browsing_between_pictures_and_text_costs_no_more_in_any_direction(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, config: Config, tmp_path: Path
):
    presses, widths = mixed_catalogue(shop, config, tmp_path)
    for press in presses:
        if press.startswith("goods"):
            await customer.presses(press.replace("goods", "add") + ":2")
    first = customer.last.id
    costs: dict[tuple[str, str], tuple[int, int]] = {}
    wrong = []
    for before in presses:
        for after in presses:
            for _ in range(TRIES):
                await customer.presses(before)
                seen, calls = await cost(process, sandbox, partial(customer.presses, after))
                known = costs.get((before, after), (len(seen), len(calls)))
                costs[before, after] = min(known, (len(seen), len(calls)))
                if len(seen) <= 3:
                    break
            if width(customer.last) != widths.get(after):
                wrong.append((before, after))

    assert {pair: spent for pair, spent in costs.items() if spent[0] > 3 or spent[1] > 2} == {}
    assert wrong == []
    assert (customer.last.id, len(customer.bot_messages)) == (first, 1)


async def test_a_picture_is_uploaded_once_and_sent_again_only_where_another_was(
    customer: Person, sandbox: Sandbox, shop: Shop, config: Config, tmp_path: Path
):
    presses, _ = mixed_catalogue(shop, config, tmp_path)
    plain, pictured, *_ = presses
    for press in (pictured, "shop:0", "home", plain, pictured, "shop:0", "cart:0"):
        await customer.presses(press)

    changed = sandbox.calls("editMessageMedia")
    assert [("attach" in str(call)) for call in changed] == [True, True, False, False]
    assert sandbox.count("editMessageCaption") == 3


async def statements_of_confirm(customer: Person, process: BotProcess, shop: Shop, names: list[str]) -> int:
    """Order these goods and return how many statements the confirmation took."""
    counts = []
    for _ in range(TRIES):
        for name in names:
            await customer.presses(f"add:{shop.goods(name).id}:1")
        await (again(customer) if shop.orders() else reviews(customer))
        with statements(process) as seen:
            await customer.taps("Confirm order")
        assert "is reserved for you" in customer.screen
        counts.append(len(seen))
    return min(counts)


async def test_a_message_to_a_customer_costs_few_statements(customer: Person, process: BotProcess, shop: Shop):
    shop.has_goods()
    code = shop.has_order(customer.id, {"Green tea": 1})
    shop.staff(orders.confirm, code, delivery_time=now() + timedelta(days=1))
    await delivers(process)
    shop.staff(orders.deliver, code)

    with statements(process) as seen:
        await delivers(process)

    assert "delivered" in customer.last.text
    sent = next(count for count, statement in enumerate(seen, 1) if "sent_at=" in statement)
    assert sent <= MESSAGE_BUDGET, seen


async def again(customer: Person) -> None:
    """Go to the review with what was saved."""
    for press in ("out", "saved", "pay:cash"):
        await customer.presses(press)


async def test_a_confirmation_costs_the_same_however_many_lines_it_has(
    customer: Person, process: BotProcess, shop: Shop
):
    names = [f"Tea {number:02}" for number in range(20)]
    for name in names:
        shop.has_goods(name, stock=100)

    counts = [await statements_of_confirm(customer, process, shop, names[:lines]) for lines in (1, 5, 20)]

    assert counts == [counts[0]] * 3, f"statements of a confirmation with 1, 5 and 20 lines: {counts}"
    assert counts[0] <= 19, f"a confirmation takes {counts[0]} statements"
