"""Making a reference code: how long, how often, what for; then the code with its link and picture to pass on."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.errors import BadValue
from bot.models import Right
from bot.services import reference_codes
from bot.services.reference_codes import LARGEST_USES, LONGEST_HOURS
from bot.telegram.admin.people import codes
from bot.telegram.admin.people.code_callbacks import MakeInvitation, NewInvitation, TypeNumber
from bot.telegram.admin.place import trail, way_back
from bot.telegram.admin.router import StaffRouter
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = StaffRouter("new code", Right.SHOP)

HOURS = (24, 48, 168, 0)
USES = (1, 10, 0)


class Asked(StatesGroup):
    """What has been asked about a new code."""

    code_hours = State()
    code_uses = State()
    code_note = State()


@router.callback_query(NewInvitation.filter())
async def go_on(_press: CallbackQuery, callback_data: NewInvitation, visit: Visit) -> None:
    """Ask for what is not yet known: how long, how often, what for."""
    await _go_on(visit, callback_data)


@router.callback_query(TypeNumber.filter())
async def ask_number(_press: CallbackQuery, callback_data: TypeNumber, visit: Visit) -> None:
    """Ask for another number of hours, or of uses."""
    hours = callback_data.hours
    back = way_back(visit.t, NewInvitation(hours=hours))
    if hours is None:
        await visit.ask(Asked.code_hours, Screen(visit.t("ask-code-hours-number"), [back]))
    else:
        await visit.ask(Asked.code_uses, Screen(visit.t("ask-code-uses-number"), [back]), hours=hours)


@router.message(Asked.code_hours, F.text, ~F.text.startswith("/"))
async def take_hours(message: Message, visit: Visit) -> None:
    """Take a number of hours."""
    await _go_on(visit, NewInvitation(hours=_number(message, "number of hours", LONGEST_HOURS)))


@router.message(Asked.code_uses, F.text, ~F.text.startswith("/"))
async def take_uses(message: Message, visit: Visit) -> None:
    """Take a number of uses."""
    uses = _number(message, "number of uses", LARGEST_USES)
    await _go_on(visit, NewInvitation(hours=int(await visit.fact("hours")), uses=uses))


@router.message(Asked.code_note, F.text, ~F.text.startswith("/"))
async def take_note(message: Message, visit: Visit) -> None:
    """Make the code, with a note."""
    await _make(visit, message.text)


@router.callback_query(MakeInvitation.filter())
async def skip_note(_press: CallbackQuery, visit: Visit) -> None:
    """Make the code, without a note; where the question is over, begin anew."""
    if await visit.fact("uses") is None:
        await _go_on(visit, NewInvitation())
    else:
        await _make(visit, None)


async def _go_on(visit: Visit, known: NewInvitation) -> None:
    if known.hours is None:
        await _ask_hours(visit)
    elif known.uses is None:
        await _ask_uses(visit, known.hours)
    else:
        await _ask_note(visit, known.hours, known.uses)


async def _ask_hours(visit: Visit) -> None:
    t = visit.t
    choices = [button(t.label("code-hours", hours=hours), NewInvitation(hours=hours)) for hours in HOURS]
    other = button(t.label("other-quantity"), TypeNumber())
    await _show_choices(visit, "ask-code-hours", [*choices, other], await codes.way_to_list(visit))


async def _ask_uses(visit: Visit, hours: int) -> None:
    t = visit.t
    choices = [button(t.label("code-uses", uses=uses), NewInvitation(hours=hours, uses=uses)) for uses in USES]
    other = button(t.label("other-quantity"), TypeNumber(hours=hours))
    await _show_choices(visit, "ask-code-uses", [*choices, other], NewInvitation())


async def _show_choices(visit: Visit, question: str, choices: Row, back: CallbackData) -> None:
    t = visit.t
    rows: list[Row] = [choices[start : start + 2] for start in range(0, len(choices), 2)]
    text = paragraphs(_title(visit), t(question))
    await visit.show(Screen(text, [*rows, way_back(t, back)]))


async def _ask_note(visit: Visit, hours: int, uses: int) -> None:
    t = visit.t
    rows: list[Row] = [
        [button(t.label("without-note"), MakeInvitation())],
        way_back(t, NewInvitation(hours=hours)),
    ]
    chosen = t("code-chosen", hours=t.label("code-hours", hours=hours), uses=t.label("code-uses", uses=uses))
    text = paragraphs(_title(visit), chosen, t("ask-code-note"))
    await visit.ask(Asked.code_note, Screen(text, rows), hours=hours, uses=uses)


async def _make(visit: Visit, note: str | None) -> None:
    hours, uses = int(await visit.fact("hours")), int(await visit.fact("uses"))
    code = await visit.run(
        reference_codes.create_for_staff,
        expires_hours=hours,
        max_uses=uses,
        note=note,
        actor=visit.me.actor,
        now=visit.now,
    )
    await codes.show_code(visit, code.id, visit.t("invitation-made-now"))
    await codes.pass_on(visit, code)


def _title(visit: Visit) -> Markup:
    return trail(visit.t, visit.t.label("invitations-place"), visit.t.label("new-invitation-place"))


def _number(message: Message, what: str, largest: int) -> int:
    text = (message.text or "").strip()
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(largest))
    if not is_number or not 1 <= int(text) <= largest:
        raise BadValue(what, text[:20], f"use 1 to {largest}")
    return int(text)
