"""What a press costs: statements and calls, counted."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from tests.shop import Shop
from tests.telegram.steps import reviews

TRIES = 3
"""The jobs of the bot work at the same time; the cheapest of three presses is one without them."""


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
        ("profile", "me"),
    ],
)
async def test_a_browse_press_costs_three_statements_and_two_calls_at_most(
    customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop, what: str, data: str
):
    for number in range(20):
        goods = shop.has_goods(f"Tea {number:02}")
        await customer.presses(f"add:{goods}:1")
    category = shop.goods("Tea 00").category_id

    shown = customer.last

    async def press() -> None:
        await customer.presses(data.format(goods=goods, category=category), message=shown)

    async def fresh() -> tuple[list[str], list[str]]:
        # Something else is shown first, because a screen that is there already is not sent again.
        await customer.presses("rules", message=shown)
        return await cost(process, sandbox, press)

    seen, calls = min([await fresh() for _ in range(TRIES)], key=lambda each: len(each[0]))

    assert len(seen) <= 3, seen
    assert calls in (["answerCallbackQuery", "editMessageText"], ["editMessageText", "answerCallbackQuery"])


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
    assert counts[0] <= 20, f"a confirmation takes {counts[0]} statements"
