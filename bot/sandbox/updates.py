"""The queue of updates between people and the bot, by long polling."""

import asyncio
from collections.abc import Callable, Generator

from bot.sandbox.model import Json
from bot.sandbox.refusals import OTHER_POLLER, WEBHOOK_IS_SET, conflict

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
POLL_LIMIT = 100


class NotHandled(AssertionError):
    """The bot did not confirm an update in time."""


class Delivery:
    """One update on its way to the bot; awaiting it waits until the bot has handled it.

    Handled means that a later getUpdates confirmed it, that the webhook answered with 2xx, or that the bot did not
    ask for updates of this kind.
    """

    def __init__(self, update: Json, seconds: float) -> None:
        self.update = update
        self.seconds = seconds
        self.handled = asyncio.Event()

    def __await__(self) -> Generator[object, None, Json]:
        return self.wait().__await__()

    async def wait(self, seconds: float | None = None) -> Json:
        """Wait until the bot has handled the update, and return it.

        Raises:
            NotHandled: It took longer than `seconds`.
        """
        limit = self.seconds if seconds is None else seconds
        try:
            await asyncio.wait_for(self.handled.wait(), limit)
        except TimeoutError:
            raise NotHandled(f"The bot did not handle this update within {limit:g} s: {self.update}") from None
        return self.update


class Updates:
    """Updates wait here until the bot confirms them."""

    def __init__(self, first_id: int, seconds: float) -> None:
        self.history: list[Json] = []
        self.pending: dict[int, Delivery] = {}
        self.seconds = seconds
        self.allowed: list[str] = []
        self.to_webhook: Callable[[Delivery], None] | None = None
        self._next_id = first_id
        self._arrived = asyncio.Event()
        self._poller: asyncio.Event | None = None

    def add(self, kind: str, payload: Json) -> Delivery:
        """Queue an update of one kind, such as "message"."""
        delivery = Delivery({"update_id": self._next_id, kind: payload}, self.seconds)
        self._next_id += 1
        self.history.append(delivery.update)
        if not self.is_wanted(kind):
            delivery.handled.set()
            return delivery
        self.pending[delivery.update["update_id"]] = delivery
        self._arrived.set()
        if self.to_webhook is not None:
            self.to_webhook(delivery)
        return delivery

    def is_wanted(self, kind: str) -> bool:
        """Say whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def confirm(self, update_id: int) -> None:
        """Take an update out of the queue: the bot has handled it."""
        delivery = self.pending.pop(update_id, None)
        if delivery is not None:
            delivery.handled.set()

    def drop(self) -> None:
        """Forget everything that waits."""
        for update_id in list(self.pending):
            self.confirm(update_id)

    def ask_for(self, kinds: list[str] | None) -> None:
        """Remember which updates the bot wants; None keeps the earlier wish."""
        if kinds is not None:
            self.allowed = list(kinds)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Return what waits from `offset` on, waiting up to `seconds` for something to arrive.

        Raises:
            Refusal: A webhook is set, or a newer getUpdates has taken over.
        """
        if self.to_webhook is not None:
            raise conflict(WEBHOOK_IS_SET)
        taken_over = self._take_over()
        self._confirm_below(offset)
        try:
            await self._wait_for_updates(taken_over, seconds)
        finally:
            if self._poller is taken_over:
                self._poller = None
        if taken_over.is_set():
            raise conflict(OTHER_POLLER)
        return [delivery.update for delivery in list(self.pending.values())[: limit or POLL_LIMIT]]

    def _take_over(self) -> asyncio.Event:
        if self._poller is not None:
            self._poller.set()
            self._arrived.set()
        self._poller = asyncio.Event()
        return self._poller

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            waiting = list(self.pending)
            offset = waiting[offset] if len(waiting) >= -offset else 0
        for update_id in [waiting for waiting in self.pending if waiting < offset]:
            self.confirm(update_id)

    async def _wait_for_updates(self, taken_over: asyncio.Event, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.pending and not taken_over.is_set():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                return
