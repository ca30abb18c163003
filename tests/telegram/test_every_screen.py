"""A walk over every button that can be reached: no dead end, no press without an answer, no apology."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from aiogram.filters.callback_data import CallbackQueryFilter

from bot.main import BotProcess
from bot.models import ContentKind, FileKind, OrderStatus, RoleName
from bot.sandbox import Person, Sandbox
from bot.services import broadcasts, cart, goods_photos, orders, people, reference_codes, roles
from bot.services import help as help_desk
from bot.services.broadcasts import Content
from bot.telegram.admin.router import StaffRouter
from bot.telegram.dispatcher import ROUTERS
from tests import edits
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import apologies, delivers

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]

OFTEN = 2
"""How often the first button of a kind is pressed: the second time, what it asks for is answered."""
MOST = 12
"""So many buttons of a kind are pressed once: the same screen with other goods, orders or days."""
ROUNDS = 3
"""Notices come by themselves and change what is pressed next, so that a way may be closed before it is gone."""
LAST = {"gd", "cd", "gtp", "gpc", "clear", "drop", "lang", "news", "!news"}
"""What leaves too little to press or nobody to write to, or speaks another language from then on."""
ALIKE = (
    {"buy", "more", "fewer", "drop", "ask"}
    | {"oday", "ohour", "oadd", "oline", "ohold"}
    | {"set", "setto", "unset", "stats"}
    | {"person", "porders", "pbonus", "pthread"}
)
"""What is no other screen when the same is done to other goods, days or settings."""
NUMBER = re.compile(r"\d+")
CATALOGUE = (
    {"g", "gs", "gfind", "gfound", "ge", "gw", "gq", "gd", "gv", "gl", "gp", "gpa", "gpc"}
    | {"gt", "gtp", "gn", "gns", "gsell"}
    | {"c", "ca", "cd"}
)
REACHED_BY_CUSTOMERS = (
    {
        "home",
        "shop",
        "aisle",
        "along",
        "past",
        "goods",
        "add",
        "ask",
        "cart",
        "more",
        "fewer",
        "drop",
        "clear",
        "out",
        "saved",
        "update",
    }
    | {"where", "keep", "phone", "note", "how"}
    | {"nonote", "bonus", "nobonus", "pay", "buy", "orders", "order", "cancel?", "cancel!", "codes", "newcode", "qr"}
    | {"await", "noawait", "again!"}
    | {"news"}
    | {"photo"}
    | {"me", "rules", "privacy", "lang?", "lang", "help", "longer", "where?", "note?", "note!", "find", "found"}
    | {"help?"}
    | {"mydata", "erase?"}
)
REACHED_BY_THE_OWNER = REACHED_BY_CUSTOMERS | (
    {"link", "admin", "queue", "job", "work"}
    | {"reply", "asks", "thread", "noreply", "file", "listen"}
    | {"sets", "set", "setto", "unset", "shut", "shut?", "unshut", "stats", "stats?", "logs"}
    | {"ofind", "ofound", "oday", "ohour", "pushes", "push"}
    | {"oedit", "oadd", "oline", "ohold", "ofield"}
    | {"casts", "cast", "cast+", "castto", "castset", "castgo", "castdo"}
    | CATALOGUE
    | {"people", "whom", "person", "porders", "pbonus", "pthread", "pdo"}
    | {"team", "member", "hire", "hire?", "hire!", "fire?", "fire!"}
    | {"refs", "ref", "refuses", "refdo", "refnew", "reftype", "refmake"}
)


def seeded(shop: Shop, person_id: int, language: str) -> None:
    """Fill a shop in which everything has happened at least once."""
    shop.has_setting("reference_bonus_percent", "50")
    shop.has_addresses()
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    for number in range(9):
        shop.has_goods(f"Tea {number}", stock=1000, price="7.00")
    shop.has_goods("Sold out", stock=0)
    shop.staff(goods_photos.add_all, "Tea 4", ["a.png", "b.png"])
    shop.has_customer(person_id, "Pat")
    shop.has_customer(404, "Fritz", referrer_id=person_id)
    shop.db.call(people.choose_language, person_id, language, now=now())
    shop.has_order(404, {"Tea 1": 4}, status=OrderStatus.DELIVERED)
    shop.db.call(reference_codes.enter, people.Newcomer(405, "Ida"), shop.has_code(), now=now())
    for status in OrderStatus:
        if status is not OrderStatus.PENDING:
            shop.has_order(person_id, {"Tea 0": 1, "Tea 2": 2}, status=status)
    for _ in range(3):
        code = shop.has_order(person_id, {"Tea 3": 3})
        shop.db.call(orders.remind, code, now=now())
        shop.staff(edits.change_note, code, "Ring twice")
    for number in range(3):
        number = shop.staff(broadcasts.draft, Content(ContentKind.TEXT, f"Offer {number}")).id
        shop.staff(broadcasts.confirm, number, 1)
        shop.staff(broadcasts.pause, number)
    asked_a_lot(shop, 404)
    asked_a_lot(shop, person_id)
    for number in range(8):
        shop.db.call(cart.add, person_id, shop.goods(f"Tea {number}").id, 9, now=now())


def kind(data: str) -> str:
    """Return what a button does, whatever it does it to."""
    prefix = data.partition(":")[0]
    if prefix == "pdo":
        # Wherever somebody has come from, the same is done for the customer.
        return f"{prefix}:{data.rpartition(':')[2]}"
    return prefix if prefix in ALIKE else NUMBER.sub("#", data)


def asked_a_lot(shop: Shop, user_id: int) -> None:
    """Let somebody write more than one page, with a photo at the end."""
    for number in range(9):
        file = FileKind.PHOTO if number == 8 else None
        shop.db.call(help_desk.ask, user_id, f"Question {number}", file=file, now=now())


class Walk:
    """Somebody who presses every button once and again, breadth first, and answers what they are asked."""

    def __init__(self, person: Person, sandbox: Sandbox) -> None:
        self.person = person
        self.sandbox = sandbox
        self.waiting: list[str] = []
        self.planned: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.pressed: Counter[str] = Counter()
        self.dead_ends: list[str] = []
        self.screens: set[str] = set()

    @property
    def reached(self) -> set[str]:
        """Return the prefixes of the buttons that were pressed."""
        return {data.partition(":")[0] for data in self.pressed}

    async def goes_everywhere_until(self, expected: set[str]) -> None:
        """Press on until nothing new is seen; once more from the start where a notice came in between the screens."""
        for _ in range(ROUNDS):
            await self.person.sends("/start")
            await self.goes_everywhere()
            if expected <= self.reached:
                return
            self.planned.clear()
            self.kinds.clear()

    async def goes_everywhere(self) -> None:
        """Press on until nothing new is seen."""
        self.looks()
        while self.waiting:
            data = next((data for data in self.waiting if data.partition(":")[0] not in LAST), self.waiting[0])
            self.waiting.remove(data)
            await self.person.presses(data)
            self.pressed[data] += 1
            self.looks()
            if self.pressed[data] == OFTEN or self.kinds[kind(data)] > 1 or self.person.reply_buttons:
                await self.answers(data)

    def looks(self) -> None:
        """Note what is on the screen."""
        shown = self.person.last
        self.screens.add(shown.text or shown.caption or "")
        if not shown.rows and not self.person.reply_buttons:
            self.dead_ends.append(shown.screen)
        for button in (button for row in shown.rows for button in row):
            data = button.get("callback_data", "")
            if data and self.kinds[kind(data)] < (OFTEN if data.partition(":")[0] in ALIKE else MOST):
                self.plans(data)

    def plans(self, data: str) -> None:
        """Press this button once; twice if it is the first of its kind."""
        if data in self.planned:
            return
        self.planned.add(data)
        self.waiting += [data] * (1 if self.kinds[kind(data)] else OFTEN)
        self.kinds[kind(data)] += 1

    async def answers(self, data: str) -> None:
        """Write what the screen asks for, as far as it goes."""
        last = data.rpartition(":")[2]
        texts = {
            "ask": ["2"],
            "find": ["tea"],
            "out": [ADDRESS, PHONE, "Ring twice"],
            "update": [ADDRESS, PHONE],
            "phone": [PHONE, "Ring twice"],
            "help": ["Where is it?"],
            "help?": ["Where is it?"],
            "where?": [ADDRESS],
            "note?": ["Ring twice"],
            "reply": ["Here."],
            "ofind": ["Pat"],
            "gfind": ["Tea"],
            "ge": {"name": ["Other tea"], "price": ["8"], "low": ["3"], "description": ["Mild"]}.get(last, []),
            "gq": ["1000", "counted"] if last in ("set", "add") else ["1", "broken"],
            "gn": ["New tea", f">gtp:new:0:{last}", "5", "3", "Fine", ">gns:preview:0", ">gsell"]
            if last != "0"
            else [],
            "ca": ["Cups"],
            "cd": ["Other teas"] if last == "rename" else [],
            "oadd": ["tea"],
            "oline": ["2"],
            "ofield": [PHONE],
            "set": ["1"],
            "shut?": ["We move house"],
            "stats?": [f"{now():%Y-%m-%d}"],
            "cast+": ["A sale"],
            "castset": [(now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")] if data.endswith("time") else [],
            "whom": ["Fritz"],
            "hire": ["405"],
            "reftype": ["5"],
            "refdo": ["Leaked"] if data.endswith(":disable") else [],
            "pdo": {"add": ["2", "A gift"], "take": ["1", "Too much"], "ban": ["Rude"], "write": ["Hello"]}.get(
                data.rpartition(":")[2], []
            ),
            "work": [(now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")]
            if data.endswith(("confirm", "amend"))
            else [],
        }
        for text in texts.get(data.partition(":")[0], []):
            if text.startswith(">"):
                self.pressed[text[1:]] += 1
                await self.person.presses(text[1:])
            else:
                await self.person.sends(text)
            self.looks()


def closed_to(role: RoleName) -> set[str]:
    """Return the prefixes of the buttons that need a right which a role does not have."""
    closed = [router for router in ROUTERS if isinstance(router, StaffRouter) and not role.may(router.needs)]
    handlers = [handler for router in closed for handler in router.callback_query.handlers]
    filters = [each.callback for handler in handlers for each in handler.filters or []]
    return {each.callback_data.__prefix__ for each in filters if isinstance(each, CallbackQueryFilter)}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("person_id", "role"),
    [(101, RoleName.USER), (303, RoleName.ADMIN), (OWNER_ID, RoleName.OWNER)],
    ids=["customer", "admin", "owner"],
)
async def test_every_screen_leads_on(
    process: BotProcess, sandbox: Sandbox, shop: Shop, language: str, person_id: int, role: RoleName
):
    seeded(shop, person_id, language)
    person = sandbox.person(person_id, "Pat", language_code=language)
    await person.sends("/start")
    if role is RoleName.ADMIN:
        shop.staff(roles.appoint, person_id, RoleName.ADMIN)
    await delivers(process)
    if role.is_staff:
        await person.sends("/help")
        await person.sends("A question to myself")
        await delivers(process)
    walk = Walk(person, sandbox)
    expected = REACHED_BY_THE_OWNER - closed_to(role) if role.is_staff else REACHED_BY_CUSTOMERS
    await walk.goes_everywhere_until(expected)

    assert walk.dead_ends == []
    assert apologies(sandbox) == []
    assert expected - walk.reached == set()
    assert walk.reached & closed_to(role) == set()
    assert len(walk.screens) > 40


PROMPTS = {
    "en": ("send your reference code", "Press /start", "send it again"),
    "ru": ("код приглашения", "Нажмите /start", "пришлите ещё раз"),
}
GUESTS_SAY = (
    "/start",
    "/start g_1",
    "/shop",
    "/cart",
    "/orders",
    "/help",
    "/privacy",
    "/mydata",
    "/admin",
    "/nonsense",
)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_screen_of_a_guest_leads_in(process: BotProcess, sandbox: Sandbox, shop: Shop, language: str):
    shop.has_goods()
    code = shop.has_code()
    guest = sandbox.person(202, "Greta", language_code=language)
    for text in GUESTS_SAY:
        await guest.sends(text)
        assert PROMPTS[language][0] in guest.screen, (text, guest.screen)
    await guest.sends("tea")
    assert PROMPTS[language][2] in guest.screen
    shop.has_setting("maintenance", "We move house.")
    for text in (*GUESTS_SAY, code):
        await guest.sends(text)
        assert "We move house." in guest.screen
    for label in guest.buttons:
        await guest.taps(label)
        assert "We move house." in guest.screen
    shop.has_setting("maintenance", "off")
    shop.has_setting("reference_codes_enabled", "false")
    for text in GUESTS_SAY[2:]:
        await guest.sends(text)
        assert PROMPTS[language][1] in guest.screen, (text, guest.screen)
    await guest.sends("/start")

    assert guest.buttons
    assert apologies(sandbox) == []
