"""A customer's bonus: what has moved it, and moving it by hand: how much, why, and once more before it is done."""

from decimal import Decimal

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.models import Right, User
from bot.services import bonus, cleaning, money, people
from bot.services.queries import customer_pages
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people.customer_callbacks import PersonBonus, PersonDo, do, person_of
from bot.telegram.admin.people.customer_card import entry_text, name_text
from bot.telegram.admin.place import way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, lines, paragraphs

router = StaffRouter("customer bonus", Right.CUSTOMERS)

LONGEST_REASON = 500


class Asked(StatesGroup):
    """What has been asked about a bonus."""

    bonus_amount = State()
    bonus_reason = State()


@router.callback_query(PersonBonus.filter())
async def open_bonus(_press: CallbackQuery, callback_data: PersonBonus, visit: Visit) -> None:
    """Show the balance, and a page of what has moved it."""
    await _show(visit, callback_data)


@router.callback_query(PersonDo.filter(F.action.in_({"add", "take"})))
async def ask_amount(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Ask how much."""
    t, action = visit.t, callback_data.action
    visit.refuge = bonus_of(callback_data)
    seen = await visit.fetch(customer_pages.ledger, callback_data.id, number=0)
    asked = lines([t(f"ask-bonus-to-{action}"), t("person-bonus", balance=seen.balance)])
    screen = Screen(paragraphs(_title(t, seen.user), asked), [way_back(t, visit.refuge)])
    await visit.ask(Asked.bonus_amount, screen, person=person_of(callback_data).pack(), action=action)


@router.message(Asked.bonus_amount, F.text, ~F.text.startswith("/"))
async def take_amount(message: Message, visit: Visit) -> None:
    """Take the amount, and ask why."""
    t, person = visit.t, await _person(visit)
    action = str(await visit.fact("action"))
    typed = money.parse(message.text or "", visit.guide.currency, what="amount")
    amount = typed if action == "add" else -typed
    after = await visit.fetch(bonus.balance_after, person.id, amount)
    text = lines([t(f"bonus-to-{action}", amount=typed, after=after), t("ask-bonus-reason")])
    rows = [way_back(t, do(person, action))]
    facts = {"action": action, "amount": str(amount), "after": str(after)}
    await visit.ask(Asked.bonus_reason, Screen(text, rows), person=person.pack(), **facts)


@router.message(Asked.bonus_reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Take the reason, and ask once more; whatever is written then is another reason."""
    t, person = visit.t, await _person(visit)
    kept = {name: str(await visit.fact(name)) for name in ("action", "amount", "after")}
    why = cleaning.line("reason", message.text or "", longest=LONGEST_REASON)
    user = await visit.fetch(people.find, person.id)
    amount, after = Decimal(kept["amount"]), Decimal(kept["after"])
    told = t("bonus-told" if user.blocked_bot_at is None else "bonus-not-told")
    text = paragraphs(
        _title(t, user),
        lines([t(f"bonus-to-{kept['action']}", amount=abs(amount), after=after), t("notice-reason", reason=why)]),
        told,
    )
    rows: list[Row] = [
        [button(t.label(f"bonus-{kept['action']}-yes", amount=abs(amount)), do(person, "adjust"))],
        way_back(t, do(person, kept["action"])),
    ]
    await visit.ask(Asked.bonus_reason, Screen(text, rows), person=person.pack(), bonus_why=why, **kept)


@router.callback_query(PersonDo.filter(F.action == "adjust"))
async def adjust(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Move the bonus as it was shown; where the question is over, show how the bonus stands."""
    visit.refuge = bonus_of(callback_data)
    why = await visit.fact("bonus_why")
    if not why or await visit.fact("person") != person_of(callback_data).pack():
        await _show(visit, bonus_of(callback_data))
        return
    amount, after = Decimal(await visit.fact("amount")), Decimal(await visit.fact("after"))
    await visit.run(
        bonus.adjust,
        callback_data.id,
        amount,
        reason=str(why),
        notify=True,
        actor=visit.me.actor,
        now=visit.now,
        seen=after - amount,
    )
    await _show(visit, bonus_of(callback_data), note="bonus-moved")


def bonus_of(data: staff.Person) -> PersonBonus:
    """Return the way to the bonus of the customer whom a button is about."""
    return PersonBonus(id=data.id, way=data.way, at=data.at)


def _title(t: Words, user: User) -> Markup:
    return name_text(t, user, t.label("person-bonus-place"))


async def _person(visit: Visit) -> staff.Person:
    person = staff.Person.unpack(str(await visit.fact("person")))
    visit.refuge = bonus_of(person)
    return person


async def _show(visit: Visit, of: PersonBonus, note: str | None = None) -> None:
    t, person = visit.t, person_of(of)
    visit.refuge = person
    seen = await visit.fetch(customer_pages.ledger, of.id, number=of.page, at=of.beside)
    entries = lines(entry_text(t, each) for each in seen.rows) if seen.rows else t("bonus-entries-none")
    balance = lines([_title(t, seen.user), t("person-bonus", balance=seen.balance)])
    keys = [each.entry.id for each in seen.rows]
    rows: list[Row] = [
        [button(t.label("bonus-add"), do(person, "add")), button(t.label("bonus-take"), do(person, "take"))],
        turn_beside(t, seen.page, keys, lambda number, at: of.model_copy(update={"page": number, "beside": at})),
        ways_out(visit, person),
    ]
    await visit.show(Screen(paragraphs(t(note) if note else "", balance, entries), rows))
