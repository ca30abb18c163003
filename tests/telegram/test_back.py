"""Back leads to the screen from which somebody came, and the last row of a screen leads out of it."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from bot.main import BotProcess
from bot.models import RoleName
from bot.sandbox import Person, Sandbox
from bot.sandbox.model import Json
from bot.sandbox.screen import MessageView
from bot.telegram import callbacks, customer
from bot.telegram.wording import Words
from tests.shop import OWNER_ID, Shop
from tests.telegram.steps import delivers
from tests.telegram.test_every_screen import closed_to, kind, seeded

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]

DEEPEST = 7
TABS = {"people", "refs", "stats", "asks"}
"""Screens with several faces: the newest or the banned customers, the open or all codes, another period or picture, the
questions that wait or all. Changing the face is no step, so that Back leads out of the whole screen."""
ASKING = {
    *("ofind", "oadd", "oline", "oday", "ofield", "gfind", "ge", "gq", "gpa", "gt", "gtp", "gn", "gns", "ca"),
    *("whom", "refnew", "reftype", "cast+", "castgo", "reply", "shut?", "stats?", "hire", "hire?", "fire?"),
}
"""What asks staff something wherever it is pressed; some other buttons do so too:"""
ASKING_TO = {
    "work": {"confirm", "move", "amend", "deliver?", "cancel?", "revive?", "write"},
    "cd": {"rename", "remove?"},
    "castdo": {"cancel?"},
    "castset": {"time", "anew"},
    "refdo": {"disable", "no-reason"},
    "pdo": {"add", "take", "write"},
}
"""Nobody may ban the owner, whose card it is here: tests/telegram/test_staff_in_russian.py bans somebody else."""
SAME = {"pthread": "thread"}
"""What opens a screen that is known by another name."""
CONFIRMATIONS = {
    "erase?",
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
CUSTOMER_MODULES = [import_module(f"{customer.__name__}.{each.name}") for each in iter_modules(customer.__path__)]
OF_CUSTOMERS = {
    value.__prefix__
    for module in (callbacks, *CUSTOMER_MODULES)
    for value in vars(module).values()
    if isinstance(value, type) and hasattr(value, "__prefix__") and "admin" not in value.__module__
}
ORIGINS: dict[str, set[tuple[str, str]]] = {
    "home": {("goods:#", "cart:#")},
    "admin": {
        *(("people:spent:#", "whom:spent:#"), ("people:spent:#", "person")),
        *(("refs:all:#", "ref:#"), ("refs:all:#", "refnew::")),
        *(("sets:other", "shut:#"), ("oedit:#:#", "work:#:amend"), ("person", "pthread")),
    },
}
"""Steps (before, after) that are taken for sure: from a face of a screen that is not its first, or from elsewhere."""
OF_STAFF = closed_to(RoleName.USER)


class Explorer:
    """Somebody who opens every screen from every other, looks around there, and presses Back."""

    def __init__(self, person: Person, shop: Shop, language: str) -> None:
        self.person = person
        self.shop = shop
        self.back = Words(language, "USD").label("back")
        self.panel = Words(language, "USD").label("admin-panel")
        self.cart = Words(language, "USD").label("cart")
        self.seen: set[tuple[str, str]] = set()
        self.opened: set[str] = set()
        self.astray: list[tuple[str, str, str]] = []
        self.ends: dict[str, list[str]] = {}
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
        self.checks_end(onward, child)
        way = next((each["callback_data"] for each in buttons(child) if each["text"] == self.back), None)
        if kind(onward) not in self.opened and len(above) < DEEPEST:
            self.opened.add(kind(onward))
            await self.explores(onward, kind(data), *above)
        screens = [SAME.get(each, each) for each in (prefix(data), prefix(onward))]
        is_page = kind(data) == kind(onward) or screens == ["thread", "thread"]
        is_tab = screens[0] == screens[1] and (is_page or screens[0] in TABS)
        # What leads to where somebody has been is a way back itself, and another page is no step.
        if way is None or kind(onward) in above or is_tab:
            return
        expected = await self.opens(data)
        await self.opens(onward)
        found = await self.opens(way)
        if (found.body, buttons(found)) != (expected.body, buttons(expected)):
            self.astray.append((data, onward, way))

    def checks_cart(self, onward: str, child: MessageView) -> None:
        count = self.shop.scalar(
            "SELECT COALESCE(SUM(quantity), 0) FROM shopping_cart WHERE user_id = :id", id=self.person.id
        )
        label = f"{self.cart} ({count})" if count else self.cart
        is_question = [each["text"] for each in buttons(child)][-1:] == [self.back] or self.person.reply_buttons
        if prefix(onward) in OF_CUSTOMERS - CONFIRMATIONS - {"cart"} and not is_question and label not in child.buttons:
            self.without_cart[onward] = child.buttons

    def checks_end(self, onward: str, child: MessageView) -> None:
        """Hold the rule of bot/telegram/admin/place.py."""
        if prefix(onward) not in OF_STAFF:
            return
        last = {each["text"]: each.get("callback_data") for each in child.rows[-1]}
        leads_to_panel = last.get(self.back) == "admin"
        expected = [self.back] if leads_to_panel or asks(onward) else [self.back, self.panel]
        if list(last) != expected:
            self.ends[onward] = list(last)

    def deeds(self) -> int:
        return int(self.shop.scalar("SELECT COUNT(*) FROM events"))


def prefix(data: str) -> str:
    return data.partition(":")[0]


def asks(data: str) -> bool:
    """Tell whether a button of the staff opens a question."""
    if prefix(data) == "set":
        return not data.endswith("enabled")  # a switch has nothing but its buttons
    return prefix(data) in ASKING or data.rpartition(":")[2] in ASKING_TO.get(prefix(data), set())


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
    assert explorer.ends == {}
    assert len(explorer.opened) > 10
    assert ORIGINS[root] - explorer.seen == set()
