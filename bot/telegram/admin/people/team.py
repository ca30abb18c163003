"""Who runs the shop: everybody with since when and by whom, appointing by whatever names a person, and dismissing."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    Message,
    MessageOriginUser,
    ReplyKeyboardMarkup,
)
from markupsafe import Markup

from bot.errors import BadValue
from bot.models import Right, RoleName, User
from bot.services import roles
from bot.services.roles import Board, Member
from bot.telegram import menu
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people.customer_callbacks import person_of
from bot.telegram.admin.people.team_callbacks import Appoint, AskDismiss, ChooseAdmin, Dismiss, ShowMember
from bot.telegram.admin.place import named, trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, fitting, lines, paragraphs

router = StaffRouter("team", Right.STAFF)

NOTHING = Markup("")


class Asked(StatesGroup):
    """What has been asked about the staff."""

    new_admin = State()


@router.callback_query(staff.Team.filter())
async def open_team(_press: CallbackQuery, callback_data: staff.Team, visit: Visit) -> None:
    """Show a page of who runs the shop."""
    await _show_team(visit, page=callback_data.page)


@router.callback_query(ShowMember.filter())
async def open_member(_press: CallbackQuery, callback_data: ShowMember, visit: Visit) -> None:
    """Show one admin, and what can be done."""
    t, telegram_id = visit.t, callback_data.id
    visit.refuge = staff.Team()
    board = await visit.fetch(roles.board_of, telegram_id)
    about = [_about(t, each, board, await visit.zone()) for each in board.members]
    rows: list[Row] = [
        [button(t.label("member-profile"), staff.Person(id=telegram_id, way="team"))],
        [button(t.label("dismiss-admin"), AskDismiss(id=telegram_id))],
        ways_out(visit, staff.Team(page=board.page.number)),
    ]
    await visit.show(Screen(paragraphs(trail(t, t.label("team-place")), *about), rows))


@router.callback_query(ChooseAdmin.filter())
async def ask_whom(_press: CallbackQuery, visit: Visit) -> None:
    """Ask who is to be appointed."""
    t = visit.t
    wish = KeyboardButtonRequestUsers(request_id=1, user_is_bot=False, max_quantity=1)
    keyboard = ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text=t.label("choose-person"), request_users=wish)],
            [KeyboardButton(text=t.label("back"))],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
    rows = [way_back(t, staff.Team())]
    await visit.ask(Asked.new_admin, Screen(t("ask-new-admin"), rows, keyboard=keyboard))


@router.message(Asked.new_admin, F.users_shared)
async def take_chosen(message: Message, visit: Visit) -> None:
    """Take whom somebody has chosen with Telegram's own button."""
    chosen = message.users_shared.users if message.users_shared else []
    await _take(visit, chosen[0].user_id if chosen else None)


@router.message(Asked.new_admin, F.contact)
async def take_contact(message: Message, visit: Visit) -> None:
    """Take the person of a shared contact."""
    await _take(visit, message.contact.user_id if message.contact else None)


@router.message(Asked.new_admin, F.forward_origin)
async def take_forwarded(message: Message, visit: Visit) -> None:
    """Take the person who wrote a forwarded message, where they let Telegram say who they are."""
    origin = message.forward_origin
    await _take(visit, origin.sender_user.id if isinstance(origin, MessageOriginUser) else None)


@router.message(Asked.new_admin, F.text, ~F.text.startswith("/"))
async def take_name(message: Message, visit: Visit) -> None:
    """Take an id or @username."""
    if message.text == visit.t.label("back"):
        await _show_team(visit)
    else:
        await _ask_appoint(visit, message.text or "", staff.Team())


@router.callback_query(staff.AskAppoint.filter())
async def ask_appoint(_press: CallbackQuery, callback_data: staff.AskAppoint, visit: Visit) -> None:
    """Ask once more before somebody of the customers is appointed."""
    visit.refuge = person_of(callback_data)
    await _ask_appoint(visit, str(callback_data.id), visit.refuge)


@router.callback_query(Appoint.filter())
async def appoint(_press: CallbackQuery, callback_data: Appoint, visit: Visit) -> None:
    """Let somebody run the shop, and put the panel into their menu."""
    visit.refuge = staff.Team()
    actor, now = visit.me.actor, visit.now
    user = await visit.run(roles.appoint, callback_data.id, RoleName.ADMIN, actor=actor, now=now)
    await _show_team(visit, visit.t("admin-appointed", name=_called(user)))
    await menu.offer_panel(visit.bot, user.telegram_id, Words(user.language, visit.guide.currency))


@router.callback_query(AskDismiss.filter())
async def ask_dismiss(_press: CallbackQuery, callback_data: AskDismiss, visit: Visit) -> None:
    """Ask once more before an admin is dismissed."""
    t, telegram_id = visit.t, callback_data.id
    visit.refuge = staff.Team()
    board = await visit.fetch(roles.board_of, telegram_id)
    name = _name_of(board.members[0])
    rows: list[Row] = [
        [button(t.label("dismiss-yes"), Dismiss(id=telegram_id))],
        way_back(t, ShowMember(id=telegram_id)),
    ]
    await visit.show(Screen(paragraphs(trail(t, t.label("team-place"), name), t("ask-dismiss")), rows))


@router.callback_query(Dismiss.filter())
async def dismiss(_press: CallbackQuery, callback_data: Dismiss, visit: Visit) -> None:
    """Make an admin a customer like any other, and take the panel out of their menu."""
    visit.refuge = staff.Team()
    user = await visit.run(roles.dismiss, callback_data.id, actor=visit.me.actor, now=visit.now)
    await _show_team(visit, visit.t("admin-dismissed", name=_called(user)))
    await menu.withdraw_panel(visit.bot, user.telegram_id)


async def _take(visit: Visit, telegram_id: int | None) -> None:
    if telegram_id is None:
        raise BadValue("person", "", "Telegram does not say who this is; write the id or @username")
    await _ask_appoint(visit, str(telegram_id), staff.Team())


async def _ask_appoint(visit: Visit, name: str, back: CallbackData) -> None:
    t = visit.t
    user = await visit.fetch(roles.appointable, name)
    rows: list[Row] = [
        [button(t.label("appoint-yes"), Appoint(id=user.telegram_id))],
        way_back(t, back),
    ]
    username = f"@{user.username} · " if user.username else ""
    who = lines(
        [
            trail(t, t.label("team-place"), user.first_name or str(user.telegram_id)),
            t("person-id", username=username, id=str(user.telegram_id)),
        ]
    )
    await visit.show(Screen(paragraphs(who, t("ask-appoint")), rows))


async def _show_team(visit: Visit, note: Markup = NOTHING, *, page: int = 0) -> None:
    t, zone = visit.t, await visit.zone()
    board = await visit.fetch(roles.board, page=page)
    about = [_about(t, each, board, zone) for each in board.members]
    admins = [each for each in board.members if each.role is RoleName.ADMIN]
    rows: list[Row] = [
        *([button(t.label("member-row", name=_name_of(each)), ShowMember(id=each.telegram_id))] for each in admins),
        turn(t, board.page, lambda number: staff.Team(page=number)),
        [button(t.label("new-admin"), ChooseAdmin())],
        ways_out(visit, staff.Admin()),
    ]
    title = trail(t, t.label("team-place"))
    told = fitting(t, [Markup("{}\n").format(each) for each in about], note, title)
    await visit.show(Screen(paragraphs(note, title, told.rstrip()), rows))


def _about(t: Words, member: Member, board: Board, zone: str) -> Markup:
    texts = [t(f"member-{member.role.value.lower()}", name=_name_of(member), id=str(member.telegram_id))]
    if member.since and member.named_by:
        by = named(t, member.named_by, board.names.get(member.named_by))
        texts.append(t("member-since", time=t.time(member.since, zone), by=by))
    if member.user is None:
        texts.append(t("member-not-entered"))
    elif member.user.blocked_bot_at:
        texts.append(t("member-away"))
    return lines(texts)


def _name_of(member: Member) -> str:
    return _called(member.user) if member.user else str(member.telegram_id)


def _called(user: User) -> str:
    username = f" @{user.username}" if user.username else ""
    return f"{user.first_name}{username}".strip() or str(user.telegram_id)
