"""One customer: who it is, what they bought, their saved details behind a button, and their orders."""

from typing import Any

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton
from markupsafe import Markup

from bot.models import BonusEntry, Right, RoleName, User
from bot.services import details, people
from bot.services.queries import browse, customer_pages, order_views
from bot.services.queries.customer_pages import Glance
from bot.services.queries.customer_profile import Inviter, Movement
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.orders.order_sheet import AT
from bot.telegram.admin.people.customer_callbacks import PersonBonus, PersonDo, PersonOrders, do, person_of
from bot.telegram.admin.people.team_callbacks import ShowMember
from bot.telegram.admin.place import trail, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.customer.order_text import details_text
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import LANGUAGES, Words, cut, lines, paragraphs

router = StaffRouter("customer", Right.CUSTOMERS)

LISTS = ("new", "spent", "banned", "found")
MOST_PAGES = 9999
WHY_UNITS = 400
"""Of a reason for moving a bonus, so that a page of them fits into one message."""


@router.callback_query(staff.Person.filter())
async def open_person(_press: CallbackQuery, callback_data: staff.Person, visit: Visit) -> None:
    """Show one customer."""
    await show(visit, callback_data)


@router.callback_query(PersonDo.filter(F.action == "details"))
async def open_details(_press: CallbackQuery, callback_data: PersonDo, visit: Visit) -> None:
    """Show where to and whom to call, which stands in clear only when it is asked for."""
    t, person = visit.t, person_of(callback_data)
    visit.refuge = way_back(person)
    user = await visit.fetch(people.find, person.id)
    saved = await visit.fetch(details.saved, person.id)
    text = details_text(t, saved) if saved.address or saved.phone else t("person-no-details")
    text = paragraphs(name_text(t, user, t.label("person-details-place")), text)
    await visit.show(Screen(text, [ways_out(visit, person)]))


@router.callback_query(PersonOrders.filter())
async def open_orders(_press: CallbackQuery, callback_data: PersonOrders, visit: Visit) -> None:
    """Show a page of the orders of one customer."""
    t, person = visit.t, person_of(callback_data)
    visit.refuge = way_back(person)
    user = await visit.fetch(people.find, person.id)
    found = await visit.fetch(order_views.mine, person.id, page=callback_data.page, at=callback_data.beside)
    rows: list[Row] = [[_order_button(t, row)] for row in found.rows]
    page = browse.Page(found.number, found.has_next)
    keys = [row.id for row in found.rows]
    to = callback_data.model_copy
    rows.append(turn_beside(t, page, keys, lambda number, at: to(update={"page": number, "beside": at})))
    title = t("person-orders" if found.rows else "person-orders-none")
    text = paragraphs(name_text(t, user, t.label("person-orders-place")), title)
    await visit.show(Screen(text, [*rows, ways_out(visit, person)]))
    # From an order the way would lead in a circle: order, customer, orders, order ...
    came = callback_data if person.way in LISTS else callback_data.model_copy(update={"way": "new", "at": 0})
    await visit.keep(AT, came.pack())


async def show(visit: Visit, person: staff.Person, note: Markup | None = None) -> None:
    """Show one customer, below a note where there is one."""
    visit.refuge = way_back(person)
    seen = await visit.fetch(customer_pages.glance, person.id)
    text = paragraphs(note or "", *_glance_texts(visit.t, seen, await visit.zone()))
    await visit.show(Screen(text, _rows(visit, person, seen)))


def way_back(person: staff.Person) -> CallbackData:
    """Return where Back leads from a customer: to where somebody has come from."""
    if person.way == "job" and person.at:
        return staff.Job(id=person.at)
    if person.way == "asks":
        return staff.Thread(id=person.id)
    if person.way == "ref" and person.at:
        return staff.InvitationUses(id=person.at)
    if person.way == "team":
        return ShowMember(id=person.id)
    return staff.People(which=_list_of(person), page=min(person.at, MOST_PAGES))


def _list_of(person: staff.Person) -> str:
    return person.way if person.way in LISTS else "new"


def name_text(t: Words, user: User, *here: str) -> Markup:
    """Return who it is, as the title of every screen about them."""
    title = trail(t, t.label("people-place"), user.first_name or str(user.telegram_id), *here)
    username = f"@{user.username} · " if user.username else ""
    return lines([title, t("person-id", username=username, id=str(user.telegram_id))])


def marks(t: Words, role: RoleName, *, is_banned: bool, is_away: bool) -> str:
    """Return the signs of somebody who is not a customer like any other."""
    signs = {"person-staff": role.is_staff, "person-banned": is_banned, "person-away": is_away}
    return "".join(f"{t.label(key)} " for key, is_so in signs.items() if is_so)


def entry_text(t: Words, movement: Movement) -> Markup:
    """Return what has moved a bonus, on one line."""
    entry = movement.entry
    return t("bonus-entry", amount=signed(t, entry), kind=t.label(f"entry-{entry.kind}"), why=_why(movement))


def signed(t: Words, entry: BonusEntry) -> str:
    """Return an amount with its sign, also where it is more."""
    return f"{'+' if entry.amount > 0 else '−'}{t.money(abs(entry.amount))}"


def _why(movement: Movement) -> str:
    why = movement.order_code or movement.entry.reason
    return f" · {cut(why, WHY_UNITS)}" if why else ""


def _glance_texts(t: Words, seen: Glance, zone: str) -> list[Markup]:
    user, kept = seen.user, seen.kept
    bonus_lines = [t("person-bonus", balance=kept.bonus_balance), *(entry_text(t, each) for each in seen.ledger)]
    bought = (
        t("person-bought-nothing")
        if not seen.order_count
        else t(
            "person-bought",
            count=seen.order_count,
            open=seen.open_count,
            delivered=kept.completed_orders_count,
            spent=kept.total_spendings,
        )
    )
    return [
        lines([name_text(t, user), *_state_texts(t, seen, zone)]),
        lines(_origin_texts(t, seen, zone)),
        bought,
        lines(bonus_lines),
        t("person-questions", count=seen.questions) if seen.questions else Markup(""),
    ]


def _state_texts(t: Words, seen: Glance, zone: str) -> list[Markup]:
    user, texts = seen.user, []
    if seen.role.is_staff:
        texts.append(t(f"person-is-{seen.role.value.lower()}"))
    if user.is_banned:
        texts.append(t("person-is-banned", reason=user.ban_reason) if user.ban_reason else t("person-is-banned-so"))
    if user.blocked_bot_at:
        texts.append(t("person-is-away", time=t.time(user.blocked_bot_at, zone)))
    return texts


def _origin_texts(t: Words, seen: Glance, zone: str) -> list[Markup]:
    user = seen.user
    texts = [t("person-registered", time=t.time(user.registered_at, zone)), *_inviter_texts(t, seen.inviter)]
    texts.append(t("person-language", language=LANGUAGES.get(user.language, user.language)))
    if seen.friends_count:
        texts.append(t("person-friends", count=seen.friends_count))
    return texts


def _inviter_texts(t: Words, inviter: Inviter) -> list[Markup]:
    if inviter.code is None:
        return []
    if inviter.telegram_id is None:
        return [t("person-by-code", code=inviter.code)]
    name = inviter.first_name or str(inviter.telegram_id)
    return [t("person-by-friend", code=inviter.code, name=name, id=str(inviter.telegram_id))]


def _rows(visit: Visit, person: staff.Person, seen: Glance) -> list[Row]:
    t, to = visit.t, _to(person)
    ban, label = ("unban", "unban-person") if seen.user.is_banned else ("ban", "ban-person")
    return [
        [
            button(t.label("person-orders-button", count=seen.order_count), PersonOrders(**to)),
            button(t.label("person-bonus-button"), PersonBonus(**to)),
        ],
        [
            button(t.label("person-details-button"), do(person, "details")),
            button(t.label("write-person"), do(person, "write")),
        ],
        [button(t.label("open-thread-short"), _way_to_thread(person))],
        [button(t.label(label), do(person, ban))],
        _appointing(visit, person, seen),
        ways_out(visit, way_back(person)),
    ]


def _way_to_thread(person: staff.Person) -> CallbackData:
    """Return the way to the conversation; for whom was opened from there, it is the way back."""
    came_from = way_back(person)
    return came_from if isinstance(came_from, staff.Thread) else staff.PersonThread(**_to(person))


def _to(person: staff.Person) -> dict[str, Any]:
    return {"id": person.id, "way": person.way, "at": person.at}


def _appointing(visit: Visit, person: staff.Person, seen: Glance) -> Row:
    may_be = visit.me.role.may(Right.STAFF) and not seen.role.is_staff and not seen.user.is_banned
    ask = staff.AskAppoint(**_to(person))
    return [button(visit.t.label("appoint-person"), ask)] if may_be else []


def _order_button(t: Words, row: order_views.Row) -> InlineKeyboardButton:
    status = t.label(f"status-{row.order_status}")
    return button(t.label("order-row", code=row.order_code, status=status, total=row.total_price), staff.Job(id=row.id))
