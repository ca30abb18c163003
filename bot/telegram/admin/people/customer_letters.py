"""Writing to one customer; their answer comes through Support."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.models import Right
from bot.services import help_messages, letters
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people import customer_card
from bot.telegram.admin.people.customer_callbacks import PersonDo, person_of
from bot.telegram.admin.place import way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Screen
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("customer letters", Right.CUSTOMERS)


class Asked(StatesGroup):
    """What has been asked about a letter."""

    letter = State()


@router.callback_query(PersonDo.filter(F.action == "write"))
async def ask_letter(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ask what to write."""
    t, person = visit.t, person_of(callback_data)
    visit.refuge = person
    user = await visit.fetch(help_messages.reachable, person.id)
    text = paragraphs(customer_card.name_text(t, user), t("ask-person-letter"))
    await visit.ask(Asked.letter, Screen(text, [way_back(t, person)]), person=person.pack())


@router.message(Asked.letter, F.text, ~F.text.startswith("/"))
async def take_letter(message: Message, visit: Visit) -> None:
    """Send the letter on its way."""
    person = staff.Person.unpack(str(await visit.fact("person")))
    await visit.run(letters.write, person.id, message.text or "", actor=visit.me.actor, now=visit.now)
    await customer_card.show(visit, person, visit.t("letter-sent"))
