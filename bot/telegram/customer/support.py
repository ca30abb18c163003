"""Support: the conversation of a customer with the people who run the shop, as the customer sees it."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bot.services import help as help_desk
from bot.services.queries import help_views, order_views
from bot.services.queries.help_views import Line
from bot.telegram import callbacks
from bot.telegram.conversation import NOTHING, WRITTEN, thread_text, written
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

router = Router(name="support")

SHOWN = 6


class Asked(StatesGroup):
    """What support has asked."""

    message = State()


@router.message(Command("help"))
async def help_command(_message: Message, visit: Visit) -> None:
    """Show the conversation, and take what is written next."""
    await show_support(visit)


@router.callback_query(callbacks.Support.filter())
async def open_support(_press: CallbackQuery, visit: Visit) -> None:
    """Show the conversation, and take what is written next."""
    await show_support(visit)


@router.callback_query(callbacks.AskAboutOrder.filter())
async def ask_about_order(_press: CallbackQuery, callback_data: callbacks.AskAboutOrder, visit: Visit) -> None:
    """Show the conversation, and take what is written next for a question about an order."""
    await show_support(visit, order_id=callback_data.id)


@router.message(Asked.message, WRITTEN)
async def take_message(message: Message, visit: Visit) -> None:
    """Hand on what was written; whatever is written next goes the same way, until another button is pressed."""
    await send_to_shop(message, visit, order_id=int(await visit.fact("order") or 0) or None)


@router.message(Asked.message, ~F.text)
async def refuse_other(_message: Message, visit: Visit) -> None:
    """Say what can be sent."""
    await visit.insist(visit.t("file-expected"))


async def send_to_shop(message: Message, visit: Visit, *, order_id: int | None = None) -> None:
    """Hand on what somebody has written, and show the conversation with it; an album is answered once."""
    album = message.media_group_id or ""
    is_told = bool(album) and album == await visit.fact("album")
    automatic = await hand_on(message, visit, order_id=order_id)
    if not is_told:
        await show_support(visit, order_id=order_id, note=automatic, album=album)


async def hand_on(message: Message, visit: Visit, *, order_id: int | None = None) -> Markup:
    """Hand on what somebody has written, and return what the shop says to it at once."""
    text, about = written(message, visit.bot)
    automatic = await visit.run(help_desk.ask, visit.id, text, **about, order_id=order_id, now=visit.now)
    return paragraphs(visit.t("message-sent"), visit.t("automatic-answer", text=automatic) if automatic else "")


async def show_support(visit: Visit, *, order_id: int | None = None, note: Markup = NOTHING, album: str = "") -> None:
    """Show the last messages, a note below them, and ask for the next."""
    t = visit.t
    title = t("support-title")
    if order_id is not None:
        content = await visit.fetch(order_views.own, order_id, buyer_id=visit.id)
        title = t("support-title-order", code=content.order.order_code)
    lines, zone = await visit.fetch(help_views.latest, visit.id, limit=SHOWN)
    ask = t("write-more" if note else "write-to-shop")
    said = thread_text(t, lines, lambda line: _who(visit, line), zone, title, note, ask)
    back = callbacks.ShowOrder(id=order_id) if order_id is not None else callbacks.Home()
    rows: list[Row] = [[button(t.label("back"), back)]]
    # What is written here is sealed in the database, so the dialogue does not keep it.
    shown = Screen(paragraphs(title, said, note, ask), rows)
    await visit.ask(Asked.message, shown, order=order_id or 0, album=album, question=str(ask))


def _who(visit: Visit, line: Line) -> str:
    return visit.t.label("line-you" if line.by_customer else "line-shop")
