"""One press or one message of one person: what a handler needs to answer it."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec, TypeVar

from aiogram import Bot
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.db import Database
from bot.errors import Busy, Forgotten
from bot.services import clock, settings
from bot.services.arrivals import Door, Outcome, Reading
from bot.services.people import Identity
from bot.telegram import activity, callbacks, screen
from bot.telegram.dialogues import Dialogue
from bot.telegram.guide import Guide
from bot.telegram.screen import Screen
from bot.telegram.wording import Words, paragraphs

P = ParamSpec("P")
T = TypeVar("T")

LASTING = (
    *("search", "shelf", "linked"),
    *("orders_at", "orders_found", "goods_at", "goods_found", "people", "people_at", "codes_at", "casts_at", "asks_at"),
)
"""Facts that outlive the next question: what was searched for and the list a card was opened from, so that Back finds
the way there, whose link a guest has followed, and the lists of staff, or whom they were looking for."""

ANSWERED = "answered_ids"
"""The fact that says which messages have their answer: brought once more, they must not answer the next question."""
MOST_ANSWERED = 20
"""So many of a person are remembered; after a crash Telegram brings what was handled in the last moment."""


@dataclass
class Visit:
    """The person, their language, the shop behind the counter, and the one live message of the chat."""

    event: Message | CallbackQuery
    bot: Bot
    db: Database
    state: Dialogue
    guide: Guide
    t: Words
    identity: Identity | None
    asked: str | None
    """The state in which an earlier question left the dialogue."""
    is_on_notice: bool = False
    """Whether the button of a notice was pressed, which stays as it is."""
    has_changed: bool = False
    """Whether something was done already on this visit."""
    deeds: Counter[str] = field(default_factory=Counter)
    """How often each operation was done on this visit."""
    is_busy: bool = False
    """Whether the person is shown that something takes long."""
    closed_because: str = ""
    """Why the shop is closed for customers, empty while it is open."""
    door: Door = field(default_factory=Door)
    """What the settings said when the person came."""
    outcome: Outcome | None = None
    """What was read together with who this is."""
    refuge: CallbackData | None = None
    """Where Back leads from a refusal, where the handler knows it."""

    @property
    def is_shut_out(self) -> bool:
        """Tell whether the shop is closed for this person; it never is for who runs it or answers its customers."""
        who = self.identity
        return bool(self.closed_because) and not (who and (who.role.is_staff or who.is_helper))

    @property
    def closed_note(self) -> Markup:
        """Return what reminds the staff, who go on, that the shop is closed for all others."""
        return self.t("closed-note", reason=self.closed_because) if self.closed_because else Markup("")

    @property
    def me(self) -> Identity:
        """Return who this is; only people who have entered get as far as a handler that asks."""
        if self.identity is None:
            raise RuntimeError("a handler for people who have entered met somebody who has not")
        return self.identity

    @property
    def id(self) -> int:
        """Return the person's Telegram id."""
        return self.me.telegram_id

    def adds_to_cart(self, pieces: int) -> None:
        """Count what was just put into the cart, so that the screen that follows tells the truth."""
        self.identity = replace(self.me, cart_count=self.me.cart_count + pieces)

    @property
    def now(self) -> datetime:
        """Return the time."""
        return clock.now()

    async def run(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do an operation that changes something, once for this press or message, however often Telegram brings it.

        Raises:
            DoneAlready: it was done when Telegram brought the same press or message before.
        """
        with self._honest():
            async with self._waiting():
                result = await self.db.run_once(self._key(operation), operation, *args, **kwargs)
        self.has_changed = True
        return result

    async def settle(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do an operation that itself returns what was done when it is asked a second time."""
        with self._honest():
            async with self._waiting():
                result = await self.db.run(operation, *args, **kwargs)
        self.has_changed = True
        return result

    async def fetch(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do an operation that only reads, unless that was done when the person came."""
        outcome, self.outcome = self.outcome, None
        if outcome and not self.has_changed and outcome.reading == Reading(operation, args, kwargs):
            return outcome.found  # type: ignore[no-any-return]
        with self._honest():
            async with self._waiting():
                return await self.db.fetch(operation, *args, **kwargs)

    @asynccontextmanager
    async def busy(self, action: str = "typing") -> AsyncIterator[None]:
        """Show the person an action of Telegram, such as "upload_photo", while something takes longer than a moment.

        Reading and writing the database shows "typing" by itself.
        """
        self.is_busy = True
        try:
            async with activity.shown(self.bot, self.chat_id, action):
                yield
        finally:
            self.is_busy = False

    async def zone(self) -> str:
        """Return the shop's time zone."""
        # What was done on this visit may have changed it.
        return str(await self.db.fetch(settings.get, "timezone")) if self.has_changed else self.door.zone

    async def show(self, shown: Screen) -> None:
        """Show a screen; whatever was asked before is over."""
        await self._replace(shown)

    async def leave(self, shown: Screen) -> int:
        """Show a screen in a message that stays, and return its number; the next screen opens below it.

        It is a text in any case: a message that has once shown a picture would keep the text below it short.
        """
        pressed = self.event.message if isinstance(self.event, CallbackQuery) and not self.is_on_notice else None
        if isinstance(pressed, Message) and not pressed.photo:
            left = await screen.replace(self.bot, pressed, shown)
        else:
            left = await self._send(shown)
        kept = await self.state.get_data()
        if kept.get("keyboard"):
            await screen.take_keyboard_away(self.bot, self.chat_id, self.t.label("keyboard-gone"))
        for message_id in {int(each) for each in (kept.get("live"), pressed and pressed.message_id) if each}:
            if message_id != left.message_id:
                await screen.remove(self.bot, self.chat_id, message_id)
        await self.state.turn(None, self._answered(kept))
        return left.message_id

    async def ask(self, state: State, shown: Screen, **facts: int | str) -> None:
        """Show a screen that asks for a text; the answer goes to the handlers of `state`, which find `facts`.

        After a wrong answer its buttons, the last of which is the way back, and its text come once more, unless
        a fact `question` says it without what a dialogue's storage should not hold.
        """
        rows = [[[each.text, each.callback_data] for each in row if each.callback_data] for row in shown.rows]
        await self._replace(
            shown, state, **({"ways": json.dumps([row for row in rows if row]), "question": str(shown.text)} | facts)
        )

    async def insist(self, text: Markup) -> None:
        """Say what was wrong with an answer, and ask again with the same buttons."""
        kept = await self.state.get_data()
        ways = json.loads(kept.get("ways", "[]")) or [[[self.t.label("home"), callbacks.Home().pack()]]]
        rows = [[InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in ways]
        question = Markup(kept.get("question", ""))  # noqa: S704 - a screen's own text
        live = await self._send(Screen(paragraphs(text, question), rows))
        if kept.get("live"):
            await screen.remove(self.bot, self.chat_id, int(kept["live"]))
        await self.state.set_data({**kept, "live": live.message_id, **self._answered(kept)})

    async def interrupt(self, shown: Screen) -> None:
        """Show a screen that ends nothing: what was asked stays open, and what is known about it is kept."""
        pressed = self.event.message if isinstance(self.event, CallbackQuery) and not self.is_on_notice else None
        if isinstance(pressed, Message):
            live = await screen.replace(self.bot, pressed, shown)
            if live.message_id == pressed.message_id:
                return
        else:
            live = await self._send(shown)
        kept = await self.state.get_data()
        if kept.get("live") and int(kept["live"]) != live.message_id:
            await screen.remove(self.bot, self.chat_id, int(kept["live"]))
        await self.state.set_data({**kept, "live": live.message_id})

    async def fact(self, name: str) -> Any:
        """Return a fact that was kept when the question was asked.

        Raises:
            Forgotten: nothing is known about the question any more.
        """
        kept = await self.state.get_data()
        if self.asked and "question" not in kept:
            raise Forgotten
        return kept.get(name)

    async def keep(self, name: str, value: int | str) -> None:
        """Keep a fact: one of `LASTING` until it is forgotten, any other until the next question."""
        await self.state.update_data({name: value})

    async def forget(self, name: str) -> None:
        """Forget a fact."""
        kept = await self.state.get_data()
        if kept.pop(name, None) is not None:
            await self.state.set_data(kept)

    async def _replace(self, shown: Screen, state: State | None = None, **facts: int | str) -> None:
        """Put a screen into the chat's one live message, or into a new one that becomes it; `state` is what it asks."""
        pressed = self.event.message if isinstance(self.event, CallbackQuery) and not self.is_on_notice else None
        is_editable = isinstance(pressed, Message) and shown.keyboard is None
        if isinstance(pressed, Message) and is_editable and not self.asked and not facts:
            live = await screen.replace(self.bot, pressed, shown)
            if live.message_id != pressed.message_id:
                await self.state.update_data(live=live.message_id)
            return
        kept = await self.state.get_data()
        if kept.get("keyboard"):
            await screen.take_keyboard_away(self.bot, self.chat_id, self.t.label("keyboard-gone"))
        if isinstance(pressed, Message) and is_editable:
            live = await screen.replace(self.bot, pressed, shown)
        else:
            live = await self._send(shown)
        served = [kept.get("live"), pressed.message_id if pressed else None]
        for message_id in {int(each) for each in served if each} - {live.message_id}:
            await screen.remove(self.bot, self.chat_id, message_id)
        # Last, because it says that the message is answered.
        lasting = {name: kept[name] for name in LASTING if name in kept} | self._answered(kept)
        about = {**lasting, "live": live.message_id, "keyboard": shown.keyboard is not None, **facts}
        await self.state.turn(state, about)

    def _answered(self, kept: dict[str, Any]) -> dict[str, list[int]]:
        """Return which messages of the chat have their answer, with this one."""
        numbers = [*kept.get(ANSWERED, ()), *([self.event.message_id] if isinstance(self.event, Message) else ())]
        return {ANSWERED: numbers[-MOST_ANSWERED:]}

    def _waiting(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self.is_busy else activity.shown(self.bot, self.chat_id, "typing")

    def _key(self, operation: Callable[..., Any]) -> str:
        """Return the name of one deed of this press or message, the same whenever Telegram brings that again."""
        event, deed = self.event, f"{operation.__module__}.{operation.__qualname__}"
        which = f"press {event.id}" if isinstance(event, CallbackQuery) else f"{event.chat.id} {event.message_id}"
        self.deeds[deed] += 1
        return blake2b(f"{self.bot.id} {which} {deed} {self.deeds[deed]}".encode(), digest_size=16).hexdigest()

    @contextmanager
    def _honest(self) -> Iterator[None]:
        """Say that something may be done where it was done and only the rest is not possible now."""
        try:
            yield
        except Busy as busy:
            raise Busy(may_be_done=busy.may_be_done or self.has_changed, is_away=busy.is_away) from busy

    async def _send(self, shown: Screen) -> Message:
        return await screen.unhurried(partial(screen.send, self.bot, self.chat_id, shown))

    @property
    def chat_id(self) -> int:
        """Return the private chat, which has the id of the person."""
        return self.event.chat.id if isinstance(self.event, Message) else self.event.from_user.id
