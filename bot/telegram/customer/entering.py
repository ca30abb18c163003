"""Entering: the code prompt, /start with and without a code, and the first screen."""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram.types import User as TelegramUser

from bot.errors import CodeExpired, CodeNeeded, CodeUnknown, CodeUsedUp
from bot.models import RoleName
from bot.services import arrivals, people, reference_codes, settings
from bot.services.reference_codes import Entered
from bot.telegram import callbacks, menu
from bot.telegram.admin import callbacks as staff
from bot.telegram.channels import Channels
from bot.telegram.customer.shop import GOODS_LINK, NOTHING, cart_button, show_linked_card
from bot.telegram.guide import Channel
from bot.telegram.limits import Limits
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, paragraphs

router = Router(name="entering")

TRIES = 5
WINDOW_SECONDS = 60


@router.message(CommandStart(), flags={"guests": True})
async def start(_message: Message, command: CommandObject, visit: Visit, limits: Limits, channels: Channels) -> None:
    """Let somebody in, or ask for the code."""
    await _enter(visit, limits, channels, command.args)


@router.callback_query(callbacks.Home.filter())
async def go_home(_press: CallbackQuery, visit: Visit) -> None:
    """Show the first screen."""
    await visit.show(home(visit))


@router.callback_query(callbacks.Joined.filter(), flags={"joining": True})
async def look_again(_press: CallbackQuery, visit: Visit, channels: Channels) -> None:
    """Ask Telegram whether the person has joined by now."""
    if missing := await still_to_join(visit, channels, afresh=True):
        await ask_to_join(visit, missing, note="not-joined")
    else:
        await _show_first(visit, "joined")


async def try_code(message: Message, visit: Visit, limits: Limits, channels: Channels) -> None:
    """Take what a guest wrote for a reference code."""
    await _enter(visit, limits, channels, message.text)


guests = Router(name="guests")
guests.message.register(
    try_code, F.text & ~F.text.startswith("/"), lambda _message, visit: visit.identity is None, flags={"guests": True}
)


async def show_code_prompt(visit: Visit) -> None:
    """Ask for a reference code, or only for /start where the shop wants no codes."""
    wants_code = await visit.fetch(settings.get, "reference_codes_enabled")
    await visit.show(Screen(paragraphs(visit.t("welcome"), visit.t("code-prompt" if wants_code else "start-prompt"))))


async def still_to_join(visit: Visit, channels: Channels, *, afresh: bool = False) -> Sequence[Channel]:
    """Return the channels that a customer has still to join; staff need none."""
    return [] if visit.me.role.is_staff else await channels.missing(visit.bot, visit.id, afresh=afresh)


async def ask_to_join(visit: Visit, missing: Sequence[Channel], note: str | None = None) -> None:
    """Show the way into the channels, and the way on."""
    t = visit.t
    rows: list[Row] = [[way_into(t, channel)] for channel in missing]
    rows.append([button(t.label("i-have-joined"), callbacks.Joined())])
    await visit.show(Screen(paragraphs(t(note) if note else "", t("ask-to-join", count=len(missing))), rows))


def way_into(t: Words, channel: Channel) -> InlineKeyboardButton:
    """Return the button that opens a channel."""
    label = t.label("channel-named", name=channel.name) if channel.name else t.label("channel")
    return InlineKeyboardButton(text=label, url=channel.url)


def home(visit: Visit, note: str | None = None) -> Screen:
    """Return the first screen."""
    t = visit.t
    hello = t("home-hello", name=visit.me.first_name)
    in_cart = t("home-cart", count=visit.me.cart_count) if visit.me.cart_count else ""
    return Screen(paragraphs(t(note) if note else "", visit.closed_note, hello, in_cart), _home_rows(visit, t))


def _home_rows(visit: Visit, t: Words) -> list[Row]:
    rows: list[Row] = [
        [button(t.label("shop"), callbacks.Shop()), cart_button(visit)],
        [button(t.label("my-orders"), callbacks.Orders()), button(t.label("profile"), callbacks.Profile())],
        [button(t.label("reference-codes"), callbacks.Codes())],
        [button(t.label("rules"), callbacks.Rules()), button(t.label("support"), callbacks.Support())],
        [button(t.label("language"), callbacks.AskLanguage())],
    ]
    if visit.me.is_helper and not visit.me.role.is_staff:
        rows.append([button(t.label("questions-helper"), staff.Questions())])
    if visit.me.role is not RoleName.USER:
        rows.append([button(t.label("admin-panel"), staff.Admin())])
    return rows


async def _enter(visit: Visit, limits: Limits, channels: Channels, code: str | None) -> None:
    guest = visit.event.from_user
    if guest is None:
        return
    entered = await _let_in(visit, limits, guest, await _code_of(visit, code))
    if entered is None:
        await show_code_prompt(visit)
        return
    visit.identity = await visit.fetch(arrivals.identify, entered.user.telegram_id)
    visit.t = Words(visit.me.language, visit.guide.currency)
    note = "entered" if entered.is_new else None
    if missing := await still_to_join(visit, channels):
        await ask_to_join(visit, missing, note)
    else:
        await _show_first(visit, note)
    if visit.me.role.is_staff:
        await menu.offer_panel(visit.bot, visit.chat_id, visit.t)


async def _code_of(visit: Visit, text: str | None) -> str | None:
    """Return what was sent, unless it is the link of some goods.

    Whoever has not entered gets to those after the code, however often that is mistyped.
    """
    link = GOODS_LINK.match(text) if text else None
    if link is None:
        return text
    await visit.keep("linked", int(link["id"] or 0))
    return None


async def _let_in(visit: Visit, limits: Limits, guest: TelegramUser, code: str | None) -> Entered | None:
    """Return who has entered, None while a code is needed for it; wrong ones are counted."""
    newcomer = people.Newcomer(guest.id, guest.first_name, guest.username, guest.language_code)
    key = f"code:{guest.id}"
    if visit.identity is None and code:
        await limits.require(key, TRIES, WINDOW_SECONDS)
    try:
        return await visit.settle(reference_codes.enter, newcomer, code, now=visit.now)
    except CodeNeeded:
        return None
    except (CodeUnknown, CodeExpired, CodeUsedUp):
        await limits.count(key, WINDOW_SECONDS)
        raise


async def _show_first(visit: Visit, note: str | None) -> None:
    """Show the goods whose link somebody has followed, or the first screen."""
    goods_id = await visit.fact("linked")
    if goods_id is None:
        await visit.show(home(visit, note))
        return
    await visit.forget("linked")
    await show_linked_card(visit, int(goods_id), visit.t(note) if note else NOTHING)
