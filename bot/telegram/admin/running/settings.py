"""Settings: each of them in words, with its value and its default, and changed by a button or by writing."""

from aiogram import F
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup

from bot.errors import BadValue, WrongState
from bot.models import Right
from bot.services import maintenance, settings
from bot.services.settings import Value
from bot.telegram.admin import callbacks as staff
from bot.telegram.admin.place import trail, way_back, ways_out
from bot.telegram.admin.router import StaffRouter
from bot.telegram.admin.running import setting_words as words
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import cut, paragraphs

router = StaffRouter("settings", Right.SETTINGS)

GROUPS = {
    "orders": (
        "cash_order_timeout_hours",
        "bitcoin_order_timeout_hours",
        "reservation_reminder_minutes",
        "reservation_extension_hours",
        "max_open_orders",
        "max_pieces_per_goods",
        "max_orders_per_day",
        "max_unpaid_bitcoin_orders",
        "btc_low_addresses",
        "low_stock",
    ),
    "people": (
        "reference_codes_enabled",
        "reference_bonus_percent",
        "help_auto_message",
        "presses_per_minute",
        "messages_per_minute",
        "searches_per_minute",
        "checkouts_per_minute",
    ),
    "privacy": (
        "order_details_days",
        "conversation_days",
        "checkout_days",
        "message_days",
        "press_days",
        "log_days",
    ),
}
"""What belongs together; a setting that is not named here stands in the last group."""
CHOICES = {
    "yes/no": ("true", "false"),
    "days": ("0", "30", "90", "365"),
    "hours": ("1", "12", "24", "48", "72"),
    "minutes": ("0", "30", "60", "120"),
    "percent": ("0", "5", "10", "15"),
    "count": ("1", "5", "10", "20"),
}
"""What is often wanted, by the first word of a setting's kind; anything else is written."""
BUTTON_UNITS = 24


class OpenSetting(CallbackData, prefix="set"):
    """To one setting."""

    key: str


class Choose(CallbackData, prefix="setto"):
    """Give a setting one of the values that are often wanted."""

    key: str
    value: str


class Reset(CallbackData, prefix="unset"):
    """Give a setting its default back."""

    key: str


class Asked(StatesGroup):
    """What the settings have asked."""

    value = State()


def group_of(key: str) -> str:
    """Return the group in which a setting stands."""
    return next((name for name, keys in GROUPS.items() if key in keys), staff.LAST_GROUP)


@router.callback_query(staff.Settings.filter(F.group.in_({*GROUPS, staff.LAST_GROUP})))
async def open_group(_press: CallbackQuery, callback_data: staff.Settings, visit: Visit) -> None:
    """Show the settings of a group with their values."""
    t, group = visit.t, callback_data.group
    rows: list[Row] = [[_way(visit, each)] for each in await visit.fetch(settings.listed) if _is_in(each, group)]
    title = trail(t, t.label("place-settings"), t.label(f"settings-{group}"))
    await visit.show(Screen(title, [*rows, ways_out(visit, staff.Settings())]))


@router.callback_query(staff.Settings.filter())
async def open_settings(_press: CallbackQuery, visit: Visit) -> None:
    """Show the groups."""
    t = visit.t
    groups = (*GROUPS, staff.LAST_GROUP)
    rows: list[Row] = [[button(t.label(f"settings-{each}"), staff.Settings(group=each))] for each in groups]
    title = paragraphs(trail(t, t.label("place-settings")), t("settings-hint"))
    await visit.show(Screen(title, [*rows, ways_out(visit, staff.Admin())]))


@router.callback_query(OpenSetting.filter())
async def open_setting(_press: CallbackQuery, callback_data: OpenSetting, visit: Visit) -> None:
    """Show a setting, and take another value for it."""
    await _show(visit, await visit.fetch(settings.shown, callback_data.key))


@router.callback_query(Choose.filter())
async def choose(_press: CallbackQuery, callback_data: Choose, visit: Visit) -> None:
    """Give a setting the value of the button."""
    await _change(visit, callback_data.key, callback_data.value)


@router.callback_query(Reset.filter())
async def reset(_press: CallbackQuery, callback_data: Reset, visit: Visit) -> None:
    """Give a setting its default back; a second tap finds that done."""
    try:
        changed = await visit.run(settings.reset, callback_data.key, actor=visit.me.actor, now=visit.now)
    except WrongState:
        changed = await visit.fetch(settings.shown, callback_data.key)
    await _show(visit, changed, visit.t("setting-saved"))


@router.message(Asked.value, F.text, ~F.text.startswith("/"))
async def take_value(message: Message, visit: Visit) -> None:
    """Take what was written for the setting that was asked for."""
    key = str(await visit.fact("key"))
    try:
        await _change(visit, key, message.text or "")
    except BadValue:
        await visit.insist(visit.t("setting-wrong"))


async def _change(visit: Visit, key: str, text: str) -> None:
    changed = await visit.run(settings.change, key, text, actor=visit.me.actor, now=visit.now)
    await _show(visit, changed, visit.t("setting-saved"))


async def _show(visit: Visit, value: Value, note: Markup | str = "") -> None:
    t, definition = visit.t, value.definition
    way = (t.label("place-settings"), t.label(f"settings-{group_of(definition.key)}"), words.name(t, definition))
    shown = paragraphs(note, trail(t, *way), words.about(t, value))
    rows = [*_choices(visit, value), *_reset(visit, value)]
    back = staff.Settings(group=group_of(definition.key))
    if words.unit(definition) == words.SWITCH:
        await visit.show(Screen(shown, [*rows, ways_out(visit, back)]))
        return
    asked = paragraphs(shown, words.how_to_write(t, definition))
    await visit.ask(Asked.value, Screen(asked, [*rows, way_back(t, back)]), key=definition.key)


def _choices(visit: Visit, value: Value) -> list[Row]:
    """Return the values that are often wanted and fit, but for the one that it has."""
    definition = value.definition
    wanted = CHOICES.get(words.unit(definition), ())
    if words.takes_off(definition):
        wanted = (*wanted, words.OFF)
    found = [
        button(words.value(visit.t, definition, each), Choose(key=definition.key, value=each))
        for each in wanted
        if each != value.text and words.fits(definition, each)
    ]
    return [found[at : at + 2] for at in range(0, len(found), 2)]


def _reset(visit: Visit, value: Value) -> list[Row]:
    if value.is_default:
        return []
    default = cut(words.value(visit.t, value.definition, value.definition.default), BUTTON_UNITS)
    return [[button(visit.t.label("setting-reset", value=default), Reset(key=value.definition.key))]]


def _is_in(value: Value, group: str) -> bool:
    return group_of(value.definition.key) == group


def _way(visit: Visit, value: Value) -> InlineKeyboardButton:
    """Return the button that leads to a setting, with what it is now."""
    t, definition = visit.t, value.definition
    now = cut(words.value(t, definition, value.text), BUTTON_UNITS)
    label = t.label("setting-row", name=words.name(t, definition), value=now)
    way = (
        staff.Maintenance(is_from_settings=True)
        if definition.key == maintenance.KEY
        else OpenSetting(key=definition.key)
    )
    return button(label, way)
