"""The one place in Telegram where errors end: refusals are worded, bugs are logged with an id and apologised for."""

import contextlib
import logging
import secrets
from collections.abc import Sequence
from typing import Any

from aiogram import BaseMiddleware
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import Message, TelegramObject, Update

from bot import metrics
from bot.errors import (
    AlreadyExists,
    BadValue,
    Banned,
    Busy,
    CheckoutOutdated,
    DetailsMissing,
    InsufficientStock,
    NoBitcoinAddress,
    ShopError,
    TooFast,
    TooManyChanges,
    TooManyOpenOrders,
    TooManyOrders,
    TooManyPieces,
    TooManyUnpaid,
)
from bot.services import arrivals
from bot.telegram import callbacks, deeds
from bot.telegram.admin.place import ways_out
from bot.telegram.customer import entering
from bot.telegram.customer.shop import cart_button
from bot.telegram.middlewares.visits import Handler
from bot.telegram.outage import Outage
from bot.telegram.screen import Row, Screen, button, send
from bot.telegram.visit import Visit
from bot.telegram.wording import paragraphs

log = logging.getLogger(__name__)


class Errors(BaseMiddleware):
    """Nobody is left without an answer, whatever goes wrong."""

    def __init__(self, outage: Outage) -> None:
        """Let people wait for the end of `outage`."""
        self._outage = outage

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Turn an error into a screen.

        Raises:
            Busy: the database is away, and the update waits for it.
        """
        visit: Visit = data["visit"]
        try:
            return await self._worded(visit, handler, event, data)
        except Busy:
            raise
        except TelegramForbiddenError:
            log.info("user:%s has blocked the bot", visit.chat_id)
        except (TelegramRetryAfter, TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            # The first line only: the rest of an answer that cannot be decoded is what was sent.
            log.warning("Telegram did not take the answer to user:%s: %s", visit.chat_id, str(error).splitlines()[0])
        except Exception as error:
            if await _is_gone(visit):
                await entering.show_code_prompt(visit)
                return None
            error_id = secrets.token_hex(4)
            said = {"private": _said(visit)}
            log.exception("error %s while answering user:%s", error_id, visit.chat_id, extra=said)
            await _apologise(visit, error_id)
            metrics.met(error_id, error)
        return None

    async def _worded(self, visit: Visit, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        try:
            if self._outage.is_on:
                raise Busy(is_away=True)
            return await handler(event, data)
        except ShopError as error:
            update: Update = data["event_update"]
            if isinstance(error, Busy) and error.is_away and self._outage.lets_wait(update.update_id):
                await self._ask_for_patience(visit)
                raise
            await _refuse(visit, error)
            return None

    async def _ask_for_patience(self, visit: Visit) -> None:
        """Tell somebody once that what they have sent is done later; what was asked before stays asked."""
        if not self._outage.is_news_for(visit.chat_id):
            return
        with contextlib.suppress(AiogramError):
            await visit.interrupt(Screen(visit.t("outage")))


def _said(visit: Visit) -> Sequence[str]:
    """Return what somebody has just written and is called, so that it is kept out of the traceback of a bug."""
    event, who = visit.event, visit.event.from_user
    texts = [who.full_name, who.first_name, who.last_name, who.username] if who else []
    if isinstance(event, Message):
        texts += [event.text, event.caption]
        texts += [event.contact.phone_number, event.contact.first_name] if event.contact else []
        texts += [event.document.file_name] if event.document else []
    return [text for text in texts if text]


async def _is_gone(visit: Visit) -> bool:
    """Tell whether somebody was erased while they pressed: then there is no mistake, only nobody any more."""
    if visit.identity is None:
        return False
    try:
        return await visit.db.fetch(arrivals.identify, visit.id) is None
    except Exception:
        return False


async def _refuse(visit: Visit, error: ShopError) -> None:
    metrics.REFUSALS.labels(type(error).__name__).inc()
    deeds.note_refusal(visit, type(error).__name__)
    text = visit.t.refusal(error)
    if visit.asked and isinstance(visit.event, Message) and _is_correctable(error):
        # The question stays open: people correct what they wrote and go on.
        await visit.insist(text)
        return
    # A guest has nowhere to go but the code prompt, unless it is only unknown who they are.
    is_guest = visit.identity is None and not isinstance(error, Busy)
    await visit.show(Screen(text, () if is_guest else _ways_on(visit, error)))


def _is_correctable(error: ShopError) -> bool:
    """Tell whether writing something else helps; a question that was answered meanwhile is no wrong answer."""
    return isinstance(error, InsufficientStock | AlreadyExists | TooFast) or (
        isinstance(error, BadValue) and error.what != "help request"
    )


def _ways_on(visit: Visit, error: ShopError) -> list[Row]:
    t = visit.t
    home = button(t.label("home"), callbacks.Home())
    if visit.refuge is not None:
        return [ways_out(visit, visit.refuge)]
    cart = cart_button(visit)
    match error:
        case Banned():
            return []
        case TooManyOpenOrders() | TooManyChanges() | TooManyOrders():
            support = button(t.label("support"), callbacks.Support())
            return [[button(t.label("my-orders"), callbacks.Orders())], [support], [home]]
        case InsufficientStock() | TooManyPieces():
            return [[cart], [home]]
        case CheckoutOutdated():
            return [[button(t.label("review-again"), callbacks.ReviewAgain())], [cart], [home]]
        case DetailsMissing():
            return [[button(t.label("proceed-to-checkout"), callbacks.Checkout())], [cart], [home]]
        case NoBitcoinAddress() | TooManyUnpaid():
            return [[button(t.label("pay-cash"), callbacks.Pay(method="cash"))], [cart], [home]]
        case _:
            return [[button(t.label("shop"), callbacks.Shop()), cart], [home]]


async def _apologise(visit: Visit, error_id: str) -> None:
    text = paragraphs(visit.t("apology"), visit.t("apology-id", id=error_id))
    try:
        await send(visit.bot, visit.chat_id, Screen(text, [[button(visit.t.label("home"), callbacks.Home())]]))
    except Exception:
        log.exception("error %s: nor could the apology be sent", error_id)
