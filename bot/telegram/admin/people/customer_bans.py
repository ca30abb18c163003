"""Shutting a customer out and letting them in again: why, once more, and whether they are told."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.models import Right
from bot.services import cleaning, people
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people import customer_card
from bot.telegram.admin.people.customer_callbacks import PersonDo, do, person_of
from bot.telegram.admin.people.customer_card import name_text
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("customer bans", Right.CUSTOMERS)

LONGEST_REASON = 500


class Asked(StatesGroup):
    """What has been asked about a ban."""

    ban_reason = State()


@router.callback_query(PersonDo.filter(F.action == "ban"))
async def ask_reason(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ask why."""
    await _ask_reason(visit, person_of(callback_data))


@router.message(Asked.ban_reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Take the reason, and ask once more; whatever is written then is another reason."""
    person = staff.Person.unpack(str(await visit.fact("person")))
    await _ask_once_more(visit, person, cleaning.line("reason", message.text or "", longest=LONGEST_REASON))


@router.callback_query(PersonDo.filter(F.action == "no-reason"))
async def skip_reason(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ask once more, without a reason."""
    await _ask_once_more(visit, person_of(callback_data), "")


@router.callback_query(PersonDo.filter(F.action.in_({"ban-tell", "ban-quiet"})))
async def ban(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ban them for the reason that was shown; where the question is over, begin anew."""
    person = visit.refuge = person_of(callback_data)
    why = await visit.fact("ban_why")
    if why is None or await visit.fact("person") != person.pack():
        await _ask_reason(visit, person)
        return
    is_told = callback_data.action == "ban-tell"
    reason = str(why) or None
    await visit.run(people.ban_newly, person.id, reason=reason, notify=is_told, actor=visit.me.actor, now=visit.now)
    await customer_card.show(visit, person, visit.t("banned-told" if is_told else "banned-quietly"))


@router.callback_query(PersonDo.filter(F.action == "unban"))
async def ask_unban(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ask whether they are to be told."""
    t, person = visit.t, person_of(callback_data)
    visit.refuge = person
    user = await visit.fetch(people.find, person.id)
    rows: list[Row] = [
        [button(t.label("unban-and-tell"), do(person, "un-tell"))],
        [button(t.label("unban-quietly"), do(person, "un-quiet"))],
        way_back(t, person),
    ]
    await visit.show(Screen(paragraphs(name_text(t, user), t("ask-unban")), rows))


@router.callback_query(PersonDo.filter(F.action.in_({"un-tell", "un-quiet"})))
async def unban(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Let them in again."""
    person = visit.refuge = person_of(callback_data)
    is_told = callback_data.action == "un-tell"
    await visit.run(people.unban, person.id, notify=is_told, actor=visit.me.actor, now=visit.now)
    await customer_card.show(visit, person, visit.t("unbanned-told" if is_told else "unbanned-quietly"))


async def _ask_reason(visit: Visit, person: staff.Person) -> None:
    t = visit.t
    visit.refuge = person
    user = await visit.fetch(people.bannable, person.id)
    rows: list[Row] = [[button(t.label("no-reason"), do(person, "no-reason"))], way_back(t, person)]
    screen = Screen(paragraphs(name_text(t, user), t("ask-ban-reason")), rows)
    await visit.ask(Asked.ban_reason, screen, person=person.pack())


async def _ask_once_more(visit: Visit, person: staff.Person, why: str) -> None:
    t = visit.t
    visit.refuge = person
    user = await visit.fetch(people.bannable, person.id)
    reason = t("notice-reason", reason=why) if why else t("ban-without-reason")
    rows: list[Row] = [
        [button(t.label("ban-and-tell"), do(person, "ban-tell"))],
        [button(t.label("ban-quietly"), do(person, "ban-quiet"))],
        way_back(t, do(person, "ban")),
    ]
    screen = Screen(paragraphs(name_text(t, user), t("ask-ban"), reason), rows)
    await visit.ask(Asked.ban_reason, screen, person=person.pack(), ban_why=why)
