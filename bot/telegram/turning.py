"""Turning the pages of long lists: the next page begins beside a row of this one, however deep that lies."""

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData

from bot.services.queries.browse import Page
from bot.telegram.screen import Row, button
from bot.telegram.wording import Words

LAST = 9999
"""The last page that a button leads to, counted from 0."""


def turn(t: Words, page: Page, to: Callable[[int], CallbackData]) -> Row:
    """Return the buttons that turn the pages of a list."""
    row = [button(t.label("page-back"), to(page.number - 1))] if page.number else []
    has_next = page.has_next and page.number < LAST
    return [*row, button(t.label("page-next"), to(page.number + 1))] if has_next else row


def turn_beside(t: Words, page: Page, keys: Sequence[int], to: Callable[[int, int], CallbackData]) -> Row:
    """Return the buttons that turn the pages of a list whose rows have these keys; the first page has its own way."""

    def beside(number: int) -> CallbackData:
        if not number or not keys:
            return to(number, 0)
        return to(number, keys[-1] if number > page.number else -keys[0])

    return turn(t, page, beside)
