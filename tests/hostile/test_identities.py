"""Every handler, met by everybody: nobody gets further than they may, and nobody sees what belongs to somebody else.

The handlers come from the dispatcher, each with a press or a message that it takes; whom the gate lets on is noted as
the gate asks for the right of a handler, so that nothing counts as refused that was never reached.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import bindparam, text

from bot import audit
from bot.main import BotProcess
from bot.models import ContentKind, RoleName
from bot.sandbox import Person, Sandbox
from bot.services import broadcasts, people
from bot.services import help as help_desk
from bot.services.broadcasts import Content
from bot.telegram.admin import router
from bot.telegram.dialogue_stores import Storage
from bot.telegram.middlewares import gate
from tests.hostile.handlers import Door, buttons, commands_of, every_press_for, listeners, press_for, states_of
from tests.shop import ADDRESS, OWNER_ID, PHONE, Shop, now
from tests.telegram.steps import apologies, delivers, rows
from tests.telegram.test_every_input import Dialogue, facts

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.timeout(600)]

NAME, QUESTION = "Fritzcanary", "Canary question"
ANNA, ADMIN, BANNED = 99101, 99303, 99505
TABLES = ("categories", "goods", "orders", "reference_codes", "broadcasts", "help_messages", "bitcoin_addresses")
BUTTONS, LISTENERS = buttons(), listeners()
BATCH = 20


@dataclass
class Noted:
    """What the gate was asked, and what was refused."""

    met: set[str] = field(default_factory=set)
    refused: list[tuple[int | str, str, str]] = field(default_factory=list)

    def reasons(self, person: int) -> list[str]:
        return [why for who, _, why in self.refused if who == person]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    """Return what is noted from now on."""
    found = Noted()
    ask: Callable[..., Any] = router.needed

    def needed(data: dict[str, Any], identity: Any) -> Any:
        callback = data["handler"].callback
        found.met.add(f"{callback.__module__.removeprefix('bot.telegram.')}.{callback.__name__}")
        return ask(data, identity)

    monkeypatch.setattr(gate, "needed", needed)
    monkeypatch.setattr(audit, "refused", lambda *line: found.refused.append(line))
    return found


@pytest.fixture
def theirs(shop: Shop) -> int:
    """Return the number of everything that is Fritz's: his own, and that of his order, its goods, his code, his letter.

    So a press with this number is about somebody else's thing, whatever the number is of.
    """
    next_number = (
        "SELECT MAX(AUTO_INCREMENT) FROM information_schema.TABLES "
        "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN :tables"
    )
    tables: Any = bindparam("tables", TABLES, expanding=True)
    number = int(shop.db.read(lambda session: session.scalar(text(next_number).bindparams(tables)))) + 1
    for table in TABLES:
        shop.execute(f"ALTER TABLE {table} AUTO_INCREMENT = {number}")
    shop.has_setting("btc_low_addresses", "0")
    shop.has_addresses(1)
    shop.has_goods("Green tea", stock=50)
    shop.has_customer(number, NAME)
    shop.has_order(number, {"Green tea": 1})
    shop.has_code()
    shop.execute("UPDATE reference_codes SET creator_id = :id, is_admin_code = 0, max_uses = 1", id=number)
    shop.db.call(help_desk.ask, number, QUESTION, now=now())
    shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "News"))
    assert {shop.scalar(f"SELECT MAX(id) FROM {table}") for table in TABLES} == {number}
    return number


def presses_for(doors: Iterable[Door], number: int) -> dict[str, str]:
    """Return what to press for each handler; every one has something."""
    found = {door.name: press_for(door, number) for door in doors}
    assert [name for name, data in found.items() if data is None] == []
    return {name: data for name, data in found.items() if data is not None}


async def presses_all(person: Person, presses: Sequence[str]) -> None:
    """Press everything below one message, without waiting for one before the next."""
    shown = person.last
    for start in range(0, len(presses), BATCH):
        *others, last = presses[start : start + BATCH]
        for data in others:
            await person.presses(data, message=shown, wait=False)
        await person.presses(last, message=shown)


async def says_all(person: Person, doors: Iterable[Door], storage: Storage) -> int:
    """Write every command and an answer to every question of these handlers, and return how much that was."""
    dialogue, kept, said = Dialogue(storage, person), facts(), 0
    for door in doors:
        for state in states_of(door):
            await dialogue.stands_at(state, kept)
            await person.sends("5")
            said += 1
        await dialogue.stands_at(None, {})
        for command in commands_of(door):
            await person.sends(f"/{command}")
            said += 1
    return said


def shown_to(sandbox: Sandbox, person: Person) -> str:
    """Return everything that the bot has ever sent to somebody."""
    return "\n".join(str(call.params) for call in sandbox.calls() if str(call.params.get("chat_id")) == str(person.id))


def leaks(sandbox: Sandbox, person: Person, shop: Shop) -> list[str]:
    """Return what somebody has read of Fritz."""
    secrets = (NAME, QUESTION, ADDRESS, PHONE, shop.orders()[0].order_code)
    return [secret for secret in secrets if secret in shown_to(sandbox, person)]


def changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    """Return the rows that are not as they were."""
    return [(table, row) for table in before for row in {*map(str, before[table])} ^ {*map(str, after[table])}]


STAFF_BUTTONS = [door for door in BUTTONS if door.needs]
STAFF_LISTENERS = [door for door in LISTENERS if door.needs]
OPEN_TO_ALL = {door.name for door in BUTTONS if door.flags.get("always")}


@pytest.mark.parametrize("identity", ["guest", "banned"])
async def test_who_is_not_let_in_meets_no_handler_at_all(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, noted: Noted, theirs: int, identity: str
):
    person = sandbox.person(BANNED, "Bob", language_code="en")
    if identity == "banned":
        shop.has_customer(BANNED, "Bob")
    await person.sends("/start")
    if identity == "banned":
        shop.staff(people.ban, BANNED, reason=None, notify=False)
    noted.met.clear()
    before = rows(shop)
    presses = presses_for(BUTTONS, theirs)
    closed = [data for name, data in presses.items() if name not in OPEN_TO_ALL]
    await presses_all(person, closed)
    said = await says_all(person, [door for door in LISTENERS if not door.flags.get("always")], storage)

    assert (noted.met, changed(before, rows(shop))) == (set(), [])
    assert leaks(sandbox, person, shop) == []
    expected = "Banned" if identity == "banned" else "has not entered"
    # A guest's texts are tried as codes, and /start asks for one.
    assert noted.reasons(BANNED).count(expected) >= len(closed) + (said if identity == "banned" else 0)
    await presses_all(person, [presses[name] for name in OPEN_TO_ALL])
    assert leaks(sandbox, person, shop) == []
    assert changed(before, rows(shop)) == []


@pytest.mark.parametrize("identity", ["customer", "demoted"])
async def test_a_customer_meets_the_staffs_handlers_closed_and_others_things_not_at_all(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, noted: Noted, theirs: int, identity: str
):
    shop.has_customer(ANNA, "Anna")
    person = sandbox.person(ANNA, "Anna", language_code="en")
    if identity == "demoted":
        shop.execute("UPDATE users SET role = :role WHERE telegram_id = :id", role=RoleName.ADMIN, id=ANNA)
    await person.sends("/start")
    if identity == "demoted":
        await person.sends("/admin")  # and the keyboard stays open
        shop.execute("UPDATE users SET role = :role WHERE telegram_id = :id", role=RoleName.USER, id=ANNA)
    noted.met.clear()
    before = rows(shop)
    presses = presses_for(BUTTONS, theirs)
    await presses_all(person, [presses[door.name] for door in STAFF_BUTTONS])
    # The link to an order in /start is for staff, and nobody else's /start gets as far as its handler.
    doors = [door for door in STAFF_LISTENERS if "start" not in commands_of(door)]
    said = await says_all(person, doors, storage)

    assert changed(before, rows(shop)) == []
    assert noted.met >= {door.name for door in STAFF_BUTTONS}
    assert noted.reasons(ANNA).count("Forbidden") == len(STAFF_BUTTONS) + said
    assert leaks(sandbox, person, shop) == []

    if identity == "demoted":
        return  # and is a customer like any other
    others = [door for door in BUTTONS if not door.needs]
    await presses_all(person, [presses[door.name] for door in others])
    await says_all(person, [door for door in LISTENERS if not door.needs], storage)
    await delivers(process)
    assert noted.met >= {door.name for door in others} - OPEN_TO_ALL
    assert leaks(sandbox, person, shop) == []
    assert [each for each in changed(before, rows(shop)) if str(ANNA) not in each[1]] == []
    assert apologies(sandbox) == []


async def test_an_admin_meets_only_those_closed_whose_right_admins_lack(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, noted: Noted, theirs: int
):
    shop.has_customer(ADMIN, "Ada")
    shop.execute("UPDATE users SET role = :role WHERE telegram_id = :id", role=RoleName.ADMIN, id=ADMIN)
    person = sandbox.person(ADMIN, "Ada", language_code="en")
    await person.sends("/start")
    closed = [door for door in STAFF_BUTTONS if door.needs and not RoleName.ADMIN.may(door.needs)]
    assert len(closed) > 5
    before = rows(shop)
    presses = presses_for(STAFF_BUTTONS, theirs)
    await presses_all(person, [presses[door.name] for door in closed])
    said = await says_all(
        person, [door for door in STAFF_LISTENERS if door.needs and not RoleName.ADMIN.may(door.needs)], storage
    )

    assert changed(before, rows(shop)) == []
    assert noted.reasons(ADMIN) == ["Forbidden"] * (len(closed) + said)
    # One of each family: the right is asked of the whole family.
    first_of = {door.router.name: door for door in reversed(STAFF_BUTTONS) if door not in closed}
    await presses_all(person, [presses[door.name] for door in first_of.values()])
    assert noted.reasons(ADMIN).count("Forbidden") == len(closed) + said
    assert noted.met >= {door.name for door in [*closed, *first_of.values()]}
    assert apologies(sandbox) == []


async def test_the_owner_is_let_in_everywhere(
    process: BotProcess, sandbox: Sandbox, shop: Shop, storage: Storage, noted: Noted, theirs: int
):
    person = sandbox.person(OWNER_ID, "Olga", language_code="en")
    await person.sends("/start")
    await presses_all(person, [press for door in BUTTONS for press in every_press_for(door, theirs)])
    await says_all(person, LISTENERS, storage)

    assert "Forbidden" not in noted.reasons(OWNER_ID)
    assert noted.met >= {door.name for door in BUTTONS} - OPEN_TO_ALL
    assert apologies(sandbox) == []
