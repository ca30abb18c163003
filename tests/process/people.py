"""People who shop without end and keep count of what they have done, so that what is lost or done twice is seen."""

import asyncio
from collections import Counter

from bot.errors import Busy
from bot.sandbox import Person, Sandbox
from bot.sandbox.screen import Impossible
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop

MOST_STEPS = 40
"""So many presses and messages suffice for a checkout, however often the bot dies."""


class Shopper:
    """Somebody who enters, fills a cart, asks for help, orders, cancels, and begins again."""

    def __init__(self, person: Person, shop: Shop, code: str, goods_id: int) -> None:
        self.person = person
        self.done: Counter[str] = Counter()
        self._shop = shop
        self._code = code
        self._goods_id = goods_id

    async def shops(self, is_open: asyncio.Event, enough: asyncio.Event) -> None:
        """Come in, and go on as long as the shop is open until it is enough; the last message gets its answer."""
        await self.person.sends(f"/start {self._code}")
        self.done["entered"] += 1
        while not enough.is_set():
            await is_open.wait()
            await self._fills_the_cart()
            await self._asks_for_help()
            await self._orders()
            await self._cancels()
        await self.person.sends("/cart")
        await self.person.waits_for("Your cart is empty")

    async def _fills_the_cart(self) -> None:
        for _ in range(2):
            await self.person.presses(f"add:{self._goods_id}:1")
            self.done["pieces"] += 1

    async def _asks_for_help(self) -> None:
        self.done["questions"] += 1
        for _ in range(MOST_STEPS):
            await self.person.sends("/help")
            if "Write to us here" in self.person.screen or "You can go on writing" in self.person.screen:
                break
        await self.person.sends(f"question {self.person.id} {self.done['questions']}")

    async def _orders(self) -> None:
        self.done["orders"] += 1
        for _ in range(MOST_STEPS):
            if await self._asks("SELECT COUNT(*) FROM orders WHERE buyer_id = :id") == self.done["orders"]:
                return
            await self._takes_a_step()
        raise AssertionError(f"{self.person.id} got no order and sees:\n{self.person.screen}")

    async def _takes_a_step(self) -> None:
        """Do what somebody does who sees this screen."""
        screen, person = self.person.screen, self.person
        try:
            if "Delivery address" in screen:
                await person.sends(ADDRESS)
            elif "Phone number" in screen:
                await person.sends(PHONE)
            elif label := next((each for each in STEPS if any(each in button for button in person.buttons)), None):
                await person.taps(label)
            else:
                await person.sends("/cart")
                await person.taps("Proceed to Checkout")
        except Impossible:
            # A screen that has changed meanwhile; the next look shows what it is now.
            await asyncio.sleep(0.05)

    async def _cancels(self) -> None:
        order = await self._asks("SELECT MAX(id) FROM orders WHERE buyer_id = :id")
        await self.person.presses(f"cancel!:{order}")
        self.done["cancelled"] += 1

    async def _asks(self, sql: str) -> int:
        """Return what the database says, as soon as it is there."""
        while True:
            try:
                return int(await asyncio.to_thread(self._shop.scalar, sql, id=self.person.id))
            except Busy:
                await asyncio.sleep(0.5)

    def found(self) -> Counter[str]:
        """Return what the shop knows of all that."""
        queries = {
            "entered": "SELECT COUNT(*) FROM reference_code_usages WHERE user_id = :id",
            "pieces": "SELECT SUM(quantity) FROM order_items JOIN orders ON orders.id = order_id WHERE buyer_id = :id",
            "questions": "SELECT COUNT(*) FROM help_messages WHERE user_id = :id",
            "orders": "SELECT COUNT(*) FROM orders WHERE buyer_id = :id",
            "cancelled": "SELECT COUNT(*) FROM orders WHERE buyer_id = :id AND order_status = 'cancelled'",
        }
        return Counter({what: int(self._shop.scalar(sql, id=self.person.id) or 0) for what, sql in queries.items()})


STEPS = ("Use Saved Info", "Skip", "Cash on Delivery", "Confirm order", "Review again", "Proceed to Checkout")
"""What somebody taps on the way to an order, wherever it stands."""


def has_shoppers(sandbox: Sandbox, shop: Shop, count: int) -> list[Shopper]:
    """Let people come to a shop that has enough for all."""
    for key in ("presses_per_minute", "messages_per_minute", "checkouts_per_minute"):
        shop.has_setting(key, "0")
    shop.has_setting("max_orders_per_day", "10000")
    goods_id, code = shop.has_goods(stock=100_000), shop.has_code()
    sandbox.person(OWNER_ID, "Olga", language_code="en").account.started = True
    people = [sandbox.person(2001 + number, f"Person {number}", language_code="en") for number in range(count)]
    return [Shopper(person, shop, code, goods_id) for person in people]


def lost_and_twice(shoppers: list[Shopper]) -> tuple[Counter[str], Counter[str]]:
    """Return what people have sent without effect, and what had its effect twice."""
    lost: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    for shopper in shoppers:
        found = shopper.found()
        lost += shopper.done - found
        twice += found - shopper.done
    return lost, twice
