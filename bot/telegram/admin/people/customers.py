"""Customers: the newest, the big spenders and the banned by pages, and the search."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.models import Right
from bot.services.queries import customer_pages
from bot.services.queries.customer_pages import Sheet
from bot.services.queries.customers import Listed, Sort, Wanted
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people import customer_card
from bot.telegram.admin.people.customer_callbacks import FindPerson
from bot.telegram.admin.place import kept_way, trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn, turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, paragraphs

router = StaffRouter("customers", Right.CUSTOMERS)

LISTS = {
    "new": (Wanted(), Sort.REGISTERED),
    "spent": (Wanted(has_bought=True), Sort.SPENT),
    "banned": (Wanted(is_banned=True), Sort.REGISTERED),
}
NAME_UNITS = 24
AT = "people_at"
"""Kept in the dialogue: the page of a list that was shown last, and where it lies."""


class Asked(StatesGroup):
    """What the customers' list has asked."""

    person_to_find = State()


@router.callback_query(staff.People.filter(F.which.in_(set(LISTS))))
async def open_list(_press: CallbackQuery, callback_data: staff.People, visit: Visit) -> None:
    """Show a page of a list."""
    await _show_list(visit, await _place(visit, callback_data))


@router.callback_query(staff.People.filter(F.which == "found"))
async def open_found(_press: CallbackQuery, callback_data: staff.People, visit: Visit) -> None:
    """Show a page of what the last search has found; when it is forgotten, show the newest."""
    text = await visit.fact("people")
    found = await visit.fetch(customer_pages.search, text, number=callback_data.page) if text else None
    await (_show_found(visit, found, text) if found else _show_list(visit, staff.People()))


@router.callback_query(FindPerson.filter())
async def ask_whom(_press: CallbackQuery, callback_data: FindPerson, visit: Visit) -> None:
    """Ask who is looked for."""
    back = staff.People(which=callback_data.which, page=callback_data.page, beside=callback_data.beside)
    screen = Screen(visit.t("ask-person"), [way_back(visit.t, back)])
    await visit.ask(Asked.person_to_find, screen, came_from=back.pack())


@router.message(Asked.person_to_find, F.text, ~F.text.startswith("/"))
async def take_whom(message: Message, visit: Visit) -> None:
    """Show whom a name, an id or a phone number means: one at once, several as a list."""
    text = message.text or ""
    found = await visit.fetch(customer_pages.search, text)
    if not found.rows:
        await visit.insist(visit.t("person-not-found", text=cut(text, 60)))
    elif len(found.rows) == 1:
        came_from = staff.People.unpack(str(await visit.fact("came_from")))
        person = staff.Person(id=found.rows[0].telegram_id, way=came_from.which, at=came_from.page)
        await customer_card.show(visit, person)
    else:
        await _show_found(visit, found, text)
        # A phone number is kept nowhere in clear.
        await (visit.forget("people") if found.is_by_phone else visit.keep("people", text[: customer_pages.LONGEST]))


async def _show_list(visit: Visit, of: staff.People) -> None:
    t = visit.t
    wanted, sort = LISTS[of.which]
    found = await visit.fetch(customer_pages.sheet, wanted, number=of.page, at=of.beside, sort=sort)
    lists = [button(t.label(f"people-{which}"), staff.People(which=which)) for which in LISTS if which != of.which]
    text = t(f"people-{of.which}-title" if found.rows else "people-none")
    keys = [row.telegram_id for row in found.rows]
    turns = turn_beside(t, found.page, keys, lambda number, at: staff.People(which=of.which, page=number, beside=at))
    rows = [*_rows(t, found, of.which), turns, lists, [_find(t, of)], ways_out(visit, staff.Admin())]
    await visit.show(Screen(paragraphs(trail(t, t.label("people-place")), text), rows))
    if of.beside:
        await visit.keep(AT, of.pack())


async def _place(visit: Visit, of: staff.People) -> staff.People:
    """Return the page where it lay when it was shown last: the way back from a customer tells its number alone."""
    last = of if of.beside or not of.page else await kept_way(visit, AT, of)
    return last if (last.which, last.page) == (of.which, of.page) else of


async def _show_found(visit: Visit, found: Sheet, text: str) -> None:
    t = visit.t
    title = t("people-found-title", text=cut(text, 60))
    if found.is_by_phone:
        title = t("people-by-phone-title" if not found.page.has_next else "people-by-phone-many")
    which = "new" if found.is_by_phone else "found"
    title = paragraphs(trail(t, t.label("people-place")), title)
    rows = _rows(t, found, which)
    if not found.is_by_phone:
        rows.append(turn(t, found.page, lambda number: staff.People(which=which, page=number)))
    rows += [[_find(t, staff.People(which=which, page=found.page.number))], ways_out(visit, staff.People())]
    await visit.show(Screen(title, rows))


def _rows(t: Words, found: Sheet, which: str) -> list[Row]:
    at = found.page.number
    return [[button(_label(t, row), staff.Person(id=row.telegram_id, way=which, at=at))] for row in found.rows]


def _label(t: Words, row: Listed) -> str:
    name = cut(row.first_name, NAME_UNITS) or str(row.telegram_id)
    marks = customer_card.marks(t, row.role, is_banned=row.is_banned, is_away=row.blocked_bot_at is not None)
    username = f" @{row.username}" if row.username else ""
    return t.label("person-row", marks=marks, name=f"{name}{username}", spent=row.total_spendings)


def _find(t: Words, of: staff.People) -> InlineKeyboardButton:
    return button(t.label("find-person"), FindPerson(which=of.which, page=of.page, beside=of.beside))
