"""The bot process dies at every point of its work while people shop: nothing is lost, nothing is done twice."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.models import OrderStatus
from bot.sandbox import Sandbox
from bot.services import invariants
from tests.crowd import has_broadcast
from tests.jobs.waiting import until
from tests.process import mortal
from tests.process.conftest import Births, Bot, time_passes
from tests.process.mortal import Fate
from tests.process.people import Shopper, has_shoppers, lost_and_twice
from tests.shop import OWNER_ID, Shop, now

ROUNDS = int(os.environ.get("PROCESS_ROUNDS", "0"))
"""How often the process dies at every point; 0 is a quick look at some of them."""
pytestmark = pytest.mark.timeout(300 * max(1, ROUNDS))
PEOPLE = 4
KILLED, STOPPED = -signal.SIGKILL, 0
TERM = signal.SIGTERM
QUICK = (
    Fate(mortal.RECEIVED, nth=4),
    Fate(mortal.COMMITTED, nth=3),
    Fate(mortal.ANSWERED, nth=6),
    Fate(mortal.HANDLER, nth=5, signal=TERM),
    Fate(mortal.SENT, nth=2),
    Fate(mortal.EXPIRED, nth=1),
    Fate(mortal.POSTED, nth=2),
)
FATES = (
    *QUICK,
    Fate(mortal.BEGUN, nth=7),
    Fate(mortal.HANDLER, nth=5),
    # A job's commit counts as well.
    Fate(mortal.COMMITTING, nth=9),
    Fate(mortal.COMMITTED, nth=6),
    Fate(mortal.COMMITTED, nth=4, signal=TERM),
    Fate(mortal.ANSWERED, nth=3, signal=TERM),
    Fate(mortal.CLAIMED, nth=2),
    Fate(mortal.CLAIMED, nth=2, signal=TERM),
    Fate(mortal.NOTED, nth=2),
    Fate(mortal.EXPIRING, nth=2),
    Fate(mortal.EXPIRING, nth=1, signal=TERM),
    Fate(mortal.QUEUED, nth=1),
    Fate(mortal.POSTED, nth=3),
    Fate(mortal.POSTED, nth=1, signal=TERM),
)


def an_order_is_overdue(shop: Shop, buyer_id: int) -> str:
    """Let somebody's reservation be over."""
    code = shop.has_order(buyer_id, {"Green tea": 1})
    past = (now() - timedelta(minutes=1)).replace(tzinfo=None)
    shop.execute("UPDATE orders SET reserved_until = :past WHERE order_code = :code", past=past, code=code)
    return code


class Story:
    """What happens beside the people who shop, so that every point is reached."""

    def __init__(self, shop: Shop, births: Births) -> None:
        self.deaths = 0
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.overdue: list[str] = []
        self.broadcasts: list[int] = []
        self._shop = shop
        self._births = births

    async def goes_through(self, fates: tuple[Fate, ...]) -> Bot:
        """Let one process after the other meet its fate, and return one that lives."""
        for fate in fates:
            self._brings_about(fate.point)
            bot = self._births(fate)
            how = await bot.ends()
            assert f"reached: {fate.point}" in bot.said, f"{fate} was never reached:\n{bot.said}"
            assert how == (KILLED if fate.signal == signal.SIGKILL else STOPPED), bot.said
            time_passes(self._shop)
            self.deaths += 1
        self.is_open.set()
        return self._births()

    def _brings_about(self, point: str) -> None:
        if point in (mortal.EXPIRING, mortal.EXPIRED):
            self.overdue += [an_order_is_overdue(self._shop, 3001) for _ in range(3)]
        if point in (mortal.QUEUED, mortal.POSTED):
            self.broadcasts.append(has_broadcast(self._shop, f"Sale {len(self.broadcasts)}!"))
            # Broadcasts go when nothing else is to be sent.
            self.is_open.clear()
        else:
            self.is_open.set()


async def test_whenever_the_process_dies_nothing_is_lost_or_done_twice(
    births: Births, sandbox: Sandbox, shop: Shop, record_property: Callable[[str, object], None]
):
    shoppers = has_shoppers(sandbox, shop, PEOPLE)
    shop.has_customer(3001, "Late")
    story, enough = Story(shop, births), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for shopper in shoppers:
            tasks.create_task(shopper.shops(story.is_open, enough))
        bot = await story.goes_through(FATES * ROUNDS or QUICK)
        enough.set()
    await until(lambda: is_quiet(shop), seconds=60)
    assert await bot.stops() == STOPPED

    lost, twice = lost_and_twice(shoppers)
    record_property("trials", len(sandbox.updates))
    record_property("faults", story.deaths)
    record_property("losses", lost.total() + twice.total())
    assert (lost, twice) == ({}, {}), f"of {len(sandbox.updates)} updates"
    assert sandbox.world.updates.pending == {}
    assert shop.db.read(invariants.check, now=now()) == []
    assert {shop.order(code).order_status for code in story.overdue} == {OrderStatus.EXPIRED}
    for number in range(len(story.broadcasts)):
        everybody_is_told_once(sandbox, shop, f"Sale {number}!", [shopper.person.id for shopper in shoppers])
    the_owner_is_told_of_every_cancellation(sandbox, shop, shoppers)


def is_quiet(shop: Shop) -> bool:
    """Tell whether nothing is to be sent any more, no broadcast runs and no reservation is overdue."""
    queries = (
        "SELECT COUNT(*) FROM outbox WHERE status IN ('pending', 'sending')"
        " OR (status = 'uncertain' AND uncertain_count < 2)",
        "SELECT COUNT(*) FROM broadcasts WHERE state <> 'done'",
        "SELECT COUNT(*) FROM orders WHERE order_status = 'reserved'",
    )
    return not any(shop.scalar(query) for query in queries)


def told(sandbox: Sandbox, chat_id: int, words: str) -> int:
    """Return how many messages with these words a chat got, whatever they show by now."""
    sent = [call for call in sandbox.calls("sendMessage") if str(call.params.get("chat_id")) == str(chat_id)]
    return sum(words in call.result["text"] for call in sent if call.result is not None)


def everybody_is_told_once(sandbox: Sandbox, shop: Shop, words: str, people: list[int]) -> None:
    """Assert that everybody got a broadcast, and only those twice of whom nobody knew whether they got it."""
    for person in people:
        uncertain = "SELECT MAX(uncertain_count) FROM outbox WHERE recipient = :id AND broadcast_id IS NOT NULL"
        again = int(shop.scalar(uncertain, id=person) or 0)
        assert told(sandbox, person, words) in ({1} if not again else {0, 1, 2}), (person, words, again)


def the_owner_is_told_of_every_cancellation(sandbox: Sandbox, shop: Shop, shoppers: list[Shopper]) -> None:
    """Assert that the owner got every note, and only those twice of which nobody knew whether they arrived."""
    rows = shop.messages(OWNER_ID)
    uncertain = {row.facts["order_code"] for row in rows if row.uncertain_count and "order_code" in row.facts}
    for code in (order.order_code for order in shop.orders() if order.order_status is OrderStatus.CANCELLED):
        times = told(sandbox, OWNER_ID, f"Order {code} was cancelled by the customer")
        assert times == 1 or (times == 2 and code in uncertain), (code, times)
    assert len(shop.orders()) >= len(shoppers)
