"""Counting what comes in, how long it takes and how Telegram answers; nothing about who it is."""

import time
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import TelegramObject, Update

from bot import metrics
from bot.telegram.customer import search, shop
from bot.telegram.middlewares.visits import Handler

VIEWS = {
    shop.open_shop: "view.shop",
    shop.shop_command: "view.shop",
    shop.open_aisle: "view.category",
    shop.turn_aisle: "view.category",
    shop.open_card: "view.goods",
    search.open_found: "view.goods",
}
"""What the funnel counts although nothing is written down of it."""
OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (TelegramRetryAfter, "too many"),
    (TelegramForbiddenError, "blocked"),
    (TelegramServerError, "server error"),
    (TelegramNetworkError, "no answer"),
    (Exception, "refused"),
)


class Updates(BaseMiddleware):
    """Counts what Telegram brings."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Count an update by its kind."""
        assert isinstance(event, Update)  # noqa: S101 - registered for updates only
        kind = "press" if event.callback_query else "message"
        metrics.child(metrics.UPDATES, kind).inc()
        metrics.count(f"update.{kind}")
        return await handler(event, data)


class Handling(BaseMiddleware):
    """Times handlers, with the gate before them; the label is the file in which a handler stands."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Time one handler, also one that fails."""
        callback = data["handler"].callback
        if view := VIEWS.get(callback):
            metrics.count(view)
        started = time.perf_counter()
        try:
            return await handler(event, data)
        finally:
            family = callback.__module__.removeprefix("bot.telegram.")
            metrics.child(metrics.HANDLING, family).observe(time.perf_counter() - started)


class Calls(BaseRequestMiddleware):
    """Counts and times requests to Telegram; a poll waits by itself, so it is only counted."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Note how Telegram answered one request."""
        name = method.__api_method__[0].upper() + method.__api_method__[1:]
        started = time.perf_counter()
        try:
            answer = await make_request(bot, method)
        except Exception as error:
            # Each goes on to whoever sends; OUTCOMES ends with a word for what nobody expects.
            outcome = next(word for kind, word in OUTCOMES if isinstance(error, kind))
            metrics.child(metrics.CALLS, name, outcome).inc()
            metrics.count("telegram.failed")
            raise
        metrics.child(metrics.CALLS, name, "ok").inc()
        if isinstance(method, GetUpdates):
            metrics.POLLED.set_to_current_time()
        else:
            metrics.child(metrics.CALLING, name).observe(time.perf_counter() - started)
        return answer
