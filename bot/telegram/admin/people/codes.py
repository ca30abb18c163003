"""Reference codes as staff see them: the lists, one code with who came by it, its picture, and disabling it."""

from functools import partial
from typing import Literal

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup

from bot.models import CodeState, ReferenceCode, Right
from bot.services import actors, cleaning, reference_codes
from bot.services.queries import reference_code_lists
from bot.services.queries.reference_code_lists import Use, Wanted, Whole
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.people.code_callbacks import Invitation, InvitationDo, NewInvitation
from bot.telegram.admin.place import kept_way, named, trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.customer.codes import send_picture
from bot.telegram.screen import Row, Screen, button, notice_button
from bot.telegram.turning import turn_beside
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, cut, lines, paragraphs

router = StaffRouter("staff codes", Right.SHOP)

AT = "codes_at"
"""Kept in the dialogue: the list that was shown last."""
NOTE_UNITS = 20
LONGEST_REASON = 500


class Asked(StatesGroup):
    """What has been asked about a code."""

    disable_reason = State()


@router.callback_query(staff.Invitations.filter())
async def open_list(_press: CallbackQuery, callback_data: staff.Invitations, visit: Visit) -> None:
    """Show a page of the codes."""
    t, which = visit.t, callback_data.which
    wanted = Wanted(redeemable_at=visit.now if which == "open" else None)
    found = await visit.fetch(reference_code_lists.sheet, wanted, number=callback_data.page, at=callback_data.beside)
    keys = [code.id for code in found.rows]
    other: Literal["open", "all"] = "all" if which == "open" else "open"
    rows: list[Row] = [
        *([button(_label(visit, code), Invitation(id=code.id))] for code in found.rows),
        turn_beside(t, found.page, keys, lambda number, at: staff.Invitations(which=which, page=number, beside=at)),
        [button(t.label("new-invitation"), NewInvitation())],
        [button(t.label(f"invitations-{other}"), staff.Invitations(which=other))],
        ways_out(visit, staff.Admin()),
    ]
    text = t(f"invitations-{which}-title" if found.rows else "invitations-none")
    await visit.show(Screen(paragraphs(trail(t, t.label("invitations-place")), text), rows))
    await visit.keep(AT, callback_data.pack())


@router.callback_query(Invitation.filter())
async def open_code(_press: CallbackQuery, callback_data: Invitation, visit: Visit) -> None:
    """Show one code."""
    await show_code(visit, callback_data.id)


@router.callback_query(staff.InvitationUses.filter())
async def open_uses(_press: CallbackQuery, callback_data: staff.InvitationUses, visit: Visit) -> None:
    """Show a page of who came by a code."""
    t, code_id = visit.t, callback_data.id
    visit.refuge = staff.Invitations()
    found = await visit.fetch(reference_code_lists.uses, code_id, number=callback_data.page, at=callback_data.beside)
    rows: list[Row] = [[_use_button(t, use, code_id)] for use in found.rows]
    keys = [use.telegram_id for use in found.rows]
    to = partial(staff.InvitationUses, id=code_id)
    rows.append(turn_beside(t, found.page, keys, lambda number, at: to(page=number, beside=at)))
    rows.append(ways_out(visit, Invitation(id=code_id)))
    text = t("invitation-uses-title" if found.rows else "invitation-uses-none")
    await visit.show(Screen(paragraphs(_title(t, found.code), text), rows))


@router.callback_query(InvitationDo.filter(F.action == "picture"))
async def share(_press: CallbackQuery, callback_data: InvitationDo, visit: Visit) -> None:
    """Send a picture of the code's link; of a code that lets nobody in any more, show that."""
    visit.refuge = staff.Invitations()
    code = await visit.fetch(reference_code_lists.find, callback_data.id)
    if code.state(visit.now) is CodeState.ACTIVE:
        await pass_on(visit, code)
    else:
        await show_code(visit, code.id)


@router.callback_query(InvitationDo.filter(F.action == "disable"))
async def ask_reason(_press: CallbackQuery, callback_data: InvitationDo, visit: Visit) -> None:
    """Ask why the code is to let nobody in any more."""
    await _ask_reason(visit, callback_data.id)


@router.message(Asked.disable_reason, F.text, ~F.text.startswith("/"))
async def take_reason(message: Message, visit: Visit) -> None:
    """Take the reason, and ask once more; whatever is written then is another reason."""
    why = cleaning.line("reason", message.text or "", longest=LONGEST_REASON)
    await _ask_once_more(visit, int(await visit.fact("code")), why)


@router.callback_query(InvitationDo.filter(F.action == "no-reason"))
async def skip_reason(_press: CallbackQuery, callback_data: InvitationDo, visit: Visit) -> None:
    """Ask once more, without a reason."""
    await _ask_once_more(visit, callback_data.id, "")


@router.callback_query(InvitationDo.filter(F.action == "disable-now"))
async def disable(_press: CallbackQuery, callback_data: InvitationDo, visit: Visit) -> None:
    """Disable it for the reason that was shown; where the question is over, begin anew."""
    visit.refuge = Invitation(id=callback_data.id)
    why = await visit.fact("disable_why")
    if why is None or await visit.fact("code") != callback_data.id:
        await _ask_reason(visit, callback_data.id)
        return
    code = await visit.fetch(reference_code_lists.find, callback_data.id)
    reason = str(why) or None
    await visit.run(reference_codes.disable, code.code, reason=reason, actor=visit.me.actor, now=visit.now)
    await show_code(visit, code.id, visit.t("invitation-disabled"))


async def show_code(visit: Visit, code_id: int, note: Markup | None = None) -> None:
    """Show one code with its link and what came by it, below a note where there is one."""
    visit.refuge = staff.Invitations()
    t, whole = visit.t, await visit.fetch(reference_code_lists.by_id, code_id)
    names = await visit.fetch(actors.names, {whole.code.created_by})
    text = _whole_text(visit, whole, names.get(whole.code.created_by), await visit.zone())
    rows = [*_rows(visit, whole.code), ways_out(visit, await way_to_list(visit))]
    await visit.show(Screen(paragraphs(note or "", _title(t, whole.code), text), rows))


async def way_to_list(visit: Visit) -> CallbackData:
    """Return the way back to the list of codes that was shown last."""
    return await kept_way(visit, AT, staff.Invitations())


async def pass_on(visit: Visit, code: ReferenceCode) -> None:
    """Send a picture of a code's link with what it is good for; it stays in the chat."""
    t = visit.t
    many = t("invite-many", count=code.max_uses - code.current_uses) if code.max_uses else t("invite-anybody")
    until = t("invite-until", until=t.time(code.expires_at, await visit.zone())) if code.expires_at else ""
    ways = [notice_button(t.label("invitations"), staff.Invitations())]
    await send_picture(visit, code, lines(text for text in (many, until) if text), ways)


async def _ask_reason(visit: Visit, code_id: int) -> None:
    t = visit.t
    visit.refuge = Invitation(id=code_id)
    code = await visit.fetch(reference_codes.disablable, code_id)
    rows: list[Row] = [
        [button(t.label("no-reason"), InvitationDo(id=code_id, action="no-reason"))],
        way_back(t, visit.refuge),
    ]
    await visit.ask(
        Asked.disable_reason, Screen(paragraphs(_title(t, code), t("ask-disable-reason")), rows), code=code_id
    )


async def _ask_once_more(visit: Visit, code_id: int, why: str) -> None:
    t = visit.t
    visit.refuge = Invitation(id=code_id)
    code = await visit.fetch(reference_codes.disablable, code_id)
    reason = t("notice-reason", reason=why) if why else t("ban-without-reason")
    rows: list[Row] = [
        [button(t.label("disable-yes"), InvitationDo(id=code_id, action="disable-now"))],
        way_back(t, InvitationDo(id=code_id, action="disable")),
    ]
    screen = Screen(paragraphs(_title(t, code), t("ask-disable"), reason), rows)
    await visit.ask(Asked.disable_reason, screen, code=code_id, disable_why=why)


def _title(t: Words, code: ReferenceCode) -> Markup:
    return trail(t, t.label("invitations-place"), code.code)


def _label(visit: Visit, code: ReferenceCode) -> str:
    t = visit.t
    sign = t.label(f"code-sign-{_state(visit, code)}")
    note = f" · {cut(code.note, NOTE_UNITS)}" if code.note else ""
    return t.label("invitation-row", sign=sign, code=code.code, uses=_used(code), note=note)


def _state(visit: Visit, code: ReferenceCode) -> str:
    return code.state(visit.now).replace(" ", "-")


def _used(code: ReferenceCode) -> str:
    return f"{code.current_uses}/{code.max_uses or '∞'}"


def _use_button(t: Words, use: Use, code_id: int) -> InlineKeyboardButton:
    label = t.label("invitation-use", name=cut(use.first_name, NOTE_UNITS) or str(use.telegram_id), spent=use.spent)
    return button(label, staff.Person(id=use.telegram_id, way="ref", at=code_id))


def _whole_text(visit: Visit, whole: Whole, maker: str | None, zone: str) -> Markup:
    t, code = visit.t, whole.code
    disabled = t("notice-reason", reason=code.disabled_reason) if code.disabled_reason else ""
    until = t.time(code.expires_at, zone) if code.expires_at else t.label("code-for-ever")
    by = whole.creator_name or named(t, code.created_by, maker)
    about = [
        t("invitation-uses", uses=_used(code)),
        t("invitation-until", until=until),
        t("invitation-made", by=by, time=t.time(code.created_at, zone)),
        t("invitation-note", note=code.note) if code.note else "",
    ]
    brought = t("invitation-brought", count=whole.orders, spent=whole.spent, earned=whole.earned)
    return paragraphs(
        lines(text for text in (t(f"code-is-{_state(visit, code)}"), disabled) if text),
        lines(text for text in about if text),
        brought,
        t("invitation-link", link=visit.guide.link(code.code)),
    )


def _rows(visit: Visit, code: ReferenceCode) -> list[Row]:
    t, rows = visit.t, list[Row]()
    if visit.me.role.may(Right.CUSTOMERS) and code.current_uses:
        rows.append([button(t.label("invitation-who", count=code.current_uses), staff.InvitationUses(id=code.id))])
    if code.state(visit.now) is CodeState.ACTIVE:
        rows.append([button(t.label("invitation-picture"), InvitationDo(id=code.id, action="picture"))])
    if code.is_active:
        rows.append([button(t.label("disable-invitation"), InvitationDo(id=code.id, action="disable"))])
    return rows
