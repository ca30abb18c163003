"""Back leads to the screen from which somebody came, and every screen of the shop offers the cart."""

import pytest

from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.model import Json
from bot.sandbox.screen import MessageView
from bot.telegram import callbacks
from bot.telegram.wording import Words
from tests.shop import OWNER_ID, Shop
from tests.telegram.steps import delivers
from tests.telegram.test_every_screen import kind, seeded

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]

DEEPEST = 7
FROM_ELSEWHERE = {("people", "whom"), ("refs", "ref"), ("refs", "refnew"), ("sets", "shut"), ("oedit", "work")}
"""Screens (before, after) whose Back leads to their own list: not to the filter they were opened by."""
CONFIRMATIONS = {
    "cancel?",
    "lang?",
    "out",
    "saved",
    "again",
    "pay",
    "how",
    "keep",
    "bonus",
    "nobonus",
    "nonote",
    "where",
}
"""What asks something and waits for an answer: the rest of the shop is one step back."""
OF_CUSTOMERS = {
    value.__prefix__ for value in vars(callbacks).values() if isinstance(value, type) and hasattr(value, "__prefix__")
}


class Explorer:
    """Somebody who opens every screen from every other, looks around there, and presses Back."""

    def __init__(self, person: Person, shop: Shop, language: str) -> None:
        self.person = person
        self.shop = shop
        self.back = Words(language, "USD").label("back")
        self.cart = Words(language, "USD").label("cart")
        self.seen: set[tuple[str, str]] = set()
        self.opened: set[str] = set()
        self.astray: list[tuple[str, str, str]] = []
        self.without_cart: dict[str, list[str]] = {}

    async def opens(self, data: str) -> MessageView:
        await self.person.presses(data, message=self.shown)
        return self.shown

    @property
    def shown(self) -> MessageView:
        """The newest message that has buttons: a file that was sent has none."""
        return next(message for message in reversed(self.person.bot_messages) if message.rows)

    async def explores(self, data: str, *above: str) -> None:
        """Open every way that leads on from the screen of `data`, which is shown, and come back from each."""
        here = self.shown
        for onward in [each["callback_data"] for each in buttons(here) if self.is_new(data, each)]:
            deeds, child = self.deeds(), await self.opens(onward)
            if self.deeds() == deeds and child.id == here.id and child.body != here.body:
                await self.comes_back(data, onward, child, *above)
            here = await self.opens(data)

    def is_new(self, data: str, button: Json) -> bool:
        onward = button.get("callback_data", "")
        step = (kind(data), kind(onward))
        if (
            not onward
            or button["text"] == self.back
            or step in self.seen
            or onward in ("home", "admin")
            or onward.startswith("lang:")
        ):
            return False
        self.seen.add(step)
        return True

    async def comes_back(self, data: str, onward: str, child: MessageView, *above: str) -> None:
        self.checks_cart(onward, child)
        way = next((each["callback_data"] for each in buttons(child) if each["text"] == self.back), None)
        if kind(onward) not in self.opened and len(above) < DEEPEST:
            self.opened.add(kind(onward))
            await self.explores(onward, kind(data), *above)
        step = prefix(data), prefix(onward)
        # What leads to where somebody has been is a way back itself, and what begins alike is a tab of one screen.
        if way is None or kind(onward) in above or step[0] == step[1] or step in FROM_ELSEWHERE:
            return
        expected = await self.opens(data)
        await self.opens(onward)
        if (await self.opens(way)).body != expected.body:
            self.astray.append((data, onward, way))

    def checks_cart(self, onward: str, child: MessageView) -> None:
        count = self.shop.scalar(
            "SELECT COALESCE(SUM(quantity), 0) FROM shopping_cart WHERE user_id = :id", id=self.person.id
        )
        label = f"{self.cart} ({count})" if count else self.cart
        is_question = [each["text"] for each in buttons(child)][-1:] == [self.back] or self.person.reply_buttons
        if prefix(onward) in OF_CUSTOMERS - CONFIRMATIONS - {"cart"} and not is_question and label not in child.buttons:
            self.without_cart[onward] = child.buttons

    def deeds(self) -> int:
        return int(self.shop.scalar("SELECT COUNT(*) FROM events"))


def prefix(data: str) -> str:
    return data.partition(":")[0]


def buttons(shown: MessageView) -> list[Json]:
    return [button for row in shown.rows for button in row]


@pytest.mark.parametrize(
    ("person_id", "language", "root"), [(101, "en", "home"), (OWNER_ID, "ru", "admin")], ids=["customer", "owner"]
)
async def test_back_leads_to_where_somebody_came_from(
    process: BotProcess, sandbox: Sandbox, shop: Shop, person_id: int, language: str, root: str
):
    seeded(shop, person_id, language)
    person = sandbox.person(person_id, "Pat", language_code=language)
    await person.sends("/start")
    await delivers(process)
    await person.sends("/start")
    explorer = Explorer(person, shop, language)
    async with process.courier._one_at_a_time:
        await explorer.opens(root)
        await explorer.explores(root)

    assert explorer.without_cart == {}
    assert explorer.astray == []
    assert len(explorer.opened) > 10
