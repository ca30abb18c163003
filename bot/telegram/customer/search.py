"""Searching: the question, what was found for a text, and what comes close when nothing was."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.services.queries import catalog_search
from bot.services.queries.catalog_search import Found
from bot.telegram import callbacks
from bot.telegram.customer.entering import home
from bot.telegram.customer.shop import cart_button, offer_rows
from bot.telegram.screen import Row, Screen, button
from bot.telegram.turning import turn
from bot.telegram.visit import Visit
from bot.telegram.wording import LANGUAGES, Words, cut

router = Router(name="search")

TEXT_UNITS = 60
KEYS = {Words(language, "USD").label(key) for language in LANGUAGES for key in ("back", "share-contact")}
"""What the keys below the text field say: nobody looks for goods of that name."""


class Asked(StatesGroup):
    """What the shop has asked."""

    text = State()


@router.callback_query(callbacks.Search.filter())
async def ask_text(_press: CallbackQuery, visit: Visit) -> None:
    """Ask what somebody is looking for."""
    await _ask(visit)


@router.message(StateFilter(None), F.text.in_(KEYS))
async def left_keyboard(_message: Message, visit: Visit) -> None:
    """Show the first screen for a key that was still below the text field when its question was over."""
    await visit.show(home(visit))


@router.message(StateFilter(Asked.text, None), F.text, ~F.text.startswith("/"), flags={"rate": "searches"})
async def take_text(message: Message, visit: Visit) -> None:
    """Look for what was written; whatever people write while nothing is asked is looked for too."""
    await _show_found(visit, message.text or "", 0)


@router.callback_query(callbacks.Found.filter(), flags={"rate": "searches"})
async def open_found(_press: CallbackQuery, callback_data: callbacks.Found, visit: Visit) -> None:
    """Show a page of what the last search has found; when it is forgotten, ask anew."""
    text = await visit.fact("search")
    await (_show_found(visit, text, callback_data.page) if text else _ask(visit))


async def _ask(visit: Visit) -> None:
    back = button(visit.t.label("back"), callbacks.Shop())
    await visit.ask(Asked.text, Screen(visit.t("ask-search"), [[back]]))


async def _show_found(visit: Visit, text: str, page: int) -> None:
    found = await visit.fetch(catalog_search.search, text, page=page)
    await visit.show(_screen(visit, found))
    await (visit.keep("search", found.words) if found.rows else visit.forget("search"))
    await visit.keep("shelf", callbacks.Found(page=page).pack())


def _screen(visit: Visit, found: Found) -> Screen:
    t = visit.t
    rows: list[Row] = [[button(f"{shelf.name} ›", callbacks.Aisle(id=shelf.id))] for shelf in found.shelves]
    rows += offer_rows(t, found.rows)
    rows.append(turn(t, found.page, lambda number: callbacks.Found(page=number)))
    rows.append([button(t.label("search-again"), callbacks.Search())])
    rows.append([button(t.label("shop"), callbacks.Shop()), cart_button(visit)])
    key = "found-title" if not found.is_close else "found-close" if found.rows or found.shelves else "found-nothing"
    return Screen(t(key, text=cut(found.text, TEXT_UNITS)), rows)
