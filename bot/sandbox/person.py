"""People for tests and for the chat page: they write, tap, share, and read their screen."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.messages import Sharing
from bot.sandbox.methods.payments import CHECKOUT_SECONDS
from bot.sandbox.model import Json
from bot.sandbox.screen import Impossible, MessageView, match, view
from bot.sandbox.updates import Delivery
from bot.sandbox.world import Query

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

BERLIN = (52.52, 13.405)


class Person(Sharing):
    """Somebody with a Telegram account.

    Every verb that reaches the bot waits until the bot has handled it, unless `wait=False`, and returns the update.
    """

    def __init__(self, sandbox: "Sandbox", account_id: int) -> None:
        super().__init__(sandbox.world, sandbox.world.accounts[account_id])
        self.sandbox = sandbox
        self.opened: list[str] = []

    # What they see

    @property
    def messages(self) -> list[MessageView]:
        """The visible messages of both sides, oldest first."""
        return [view(message) for message in self.chat.messages.values() if not message.deleted]

    @property
    def bot_messages(self) -> list[MessageView]:
        """The visible messages of the bot, oldest first."""
        return [message for message in self.messages if message.from_bot]

    def newest_first(self) -> Iterator[MessageView]:
        """Yield the visible messages of the bot, newest first, without drawing those that nobody looks at."""
        for message in reversed(list(self.chat.messages.values())):
            if not message.deleted and message.sender is self.world.bot:
                yield view(message)

    def _newest(self) -> MessageView | None:
        return next(self.newest_first(), None)

    @property
    def last(self) -> MessageView:
        """The newest visible message of the bot."""
        newest = self._newest()
        if newest is None:
            raise Impossible(f"{self.name} has no message from the bot")
        return newest

    @property
    def screen(self) -> str:
        """The newest visible message of the bot with its buttons on lines below, "" when there is none."""
        newest = self._newest()
        return newest.screen if newest else ""

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message of the bot."""
        newest = self._newest()
        return newest.buttons if newest else []

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels under the newest message of the bot, by rows."""
        newest = self._newest()
        return newest.keyboard if newest else []

    @property
    def reply_buttons(self) -> list[str]:
        """The labels of the reply keyboard below the text field."""
        return [button["text"] for button in self._reply_keyboard()]

    @property
    def toasts(self) -> list[str]:
        """The texts that answered this person's presses and payments, oldest first."""
        return [toast.text for toast in self.world.toasts if toast.account is self.account]

    @property
    def commands(self) -> list[str]:
        """The commands in this person's menu, without the slash."""
        return [command["command"] for command in self.menu]

    @property
    def menu(self) -> list[Json]:
        """The commands in this person's menu with their descriptions."""
        return self.world.profile.commands_shown_to(self.id, self.account.language_code or "")

    # What they press

    async def taps(self, label: str, *, message: MessageView | None = None, wait: bool = True) -> Json | None:
        """Press the button with this label.

        Without `message` it is looked for under the bot's messages, newest first, and on the reply keyboard. With
        `message` the press carries the data that this message showed when it was read, even if it has changed since.

        Raises:
            Impossible: There is no such button, or several could be meant.
        """
        shown, button = self._find_button(label, message)
        if shown is None:
            return await self._use_reply_button(button, wait=wait)
        return await self.uses(button, shown, wait=wait)

    async def uses(self, button: Json, message: MessageView, *, wait: bool = True) -> Json | None:
        """Do what an inline button is for: press it, pay, or open its link."""
        if "callback_data" in button:
            return await self.presses(button["callback_data"], message=message, wait=wait)
        if button.get("pay"):
            await self.pays_invoice(message=message)
            return None
        return await self.opens(button["url"], wait=wait) if "url" in button else None

    async def presses(self, data: str, *, message: MessageView | None = None, wait: bool = True) -> Json:
        """Press a button with this callback data, whether or not the bot ever offered it."""
        shown = message or self.last
        return await self._sent(self.world.press(self.account, shown.message, data), wait=wait)

    async def opens(self, url: str, *, wait: bool = True) -> Json | None:
        """Open a link; a deep link to the bot presses Start with its parameter, any other is only noted.

        One with `startgroup` adds the bot to a group, in which Telegram's app then writes its /start.
        """
        self.opened.append(url)
        parts = urlsplit(url)
        start, startgroup = (parse_qs(parts.query).get(name) for name in ("start", "startgroup"))
        is_bot = parts.hostname in ("t.me", "telegram.me") and parts.path.strip("/") == self.world.bot.username
        if not is_bot:
            return None
        if startgroup:
            group = self.sandbox.adds_the_bot(self)
            return await self.sends(f"/start@{self.world.bot.username} {startgroup[0]}", chat=group, wait=wait)
        return await self.sends(f"/start {start[0]}" if start else "/start", wait=wait)

    async def pays_invoice(self, *, message: MessageView | None = None) -> bool:
        """Pay the newest invoice, and say whether the bot agreed; when it did not, its words are a toast."""
        invoice = message or next(m for m in self.newest_first() if "invoice" in m.content)
        query = self.world.ask_to_pay(self.account, invoice.message)
        await self.world.updates.add("pre_checkout_query", query.payload)
        answer = await self._answer_to(query)
        if not answer["ok"]:
            return False
        about = invoice.content["invoice"]
        payment = {"currency": about["currency"], "total_amount": about["total_amount"]}
        ids = {"telegram_payment_charge_id": f"tg{query.id}", "provider_payment_charge_id": f"test{query.id}"}
        payload = {"invoice_payload": query.payload["invoice_payload"]}
        await self.says({"successful_payment": payment | payload | ids})
        return True

    async def _answer_to(self, query: Query) -> Json:
        with self.world.changes.listening() as changes:
            while query.answer is None:
                try:
                    await asyncio.wait_for(changes.get(), CHECKOUT_SECONDS)
                except TimeoutError:
                    raise AssertionError("the bot did not answer the pre-checkout query in time") from None
        return query.answer

    def _find_button(self, label: str, message: MessageView | None) -> tuple[MessageView | None, Json]:
        if message is not None:
            found = match([button for row in message.rows for button in row], label)
            if found is None:
                raise Impossible(f"{self.name} sees no button {label!r} there, only {message.buttons}")
            return message, found
        with_buttons = [shown for shown in self.newest_first() if shown.rows]
        reply_keyboard = self._reply_keyboard()
        places = [(shown, [button for row in shown.rows for button in row]) for shown in with_buttons]
        attempts = [
            *((shown, match(buttons, label, whole=True)) for shown, buttons in places[:1]),
            (None, match(reply_keyboard, label, whole=True)),
        ]
        for shown, button in attempts:
            if button is not None:
                return shown, button
        for shown, buttons in [*places, (None, reply_keyboard)]:
            button = match(buttons, label)
            if button is not None:
                return shown, button
        labels = [*self.buttons, *self.reply_buttons]
        raise Impossible(f"{self.name} sees no button {label!r}, only {labels} under:\n{self.screen}")

    def _reply_keyboard(self) -> list[Json]:
        return [button for row in (self.chat.reply_keyboard or {}).get("keyboard", []) for button in row]

    async def _use_reply_button(self, button: Json, *, wait: bool) -> Json:
        if (self.chat.reply_keyboard or {}).get("one_time_keyboard"):
            self.chat.reply_keyboard = None
            self.world.changes.publish("keyboard", self.id)
        if button.get("request_contact"):
            return await self.shares_contact(wait=wait)
        if wish := button.get("request_users"):
            # Whoever comes first in the list; a test that wants another calls `shares_users`.
            other = next((each.id for each in self.sandbox.people if each.id != self.id), self.id)
            return await self.shares_users(other, request_id=wish["request_id"], wait=wait)
        if button.get("request_location"):
            return await self.shares_location(*BERLIN, wait=wait)
        return await self.sends(button["text"], wait=wait)

    # What they wait for

    async def waits_for(self, text: str, timeout: float = 5) -> MessageView:  # noqa: ASYNC109 - reads as a sentence
        """Wait until a visible message of the bot contains a text, and return it.

        Raises:
            AssertionError: None did in time; the error shows the screen.
        """
        try:
            return await asyncio.wait_for(self._first_with(text), timeout)
        except TimeoutError:
            raise AssertionError(f"{self.name} waited for {text!r} and saw:\n{self.screen}") from None

    async def _first_with(self, text: str) -> MessageView:
        with self.world.changes.listening() as changes:
            while True:
                for message in self.newest_first():
                    if text in message.screen:
                        return message
                await changes.get()

    # What they do with the bot itself

    def blocks(self) -> Delivery:
        """Block the bot; await the result to wait until the bot knows."""
        self.account.blocked = True
        return self._membership_changes("member", "kicked")

    def unblocks(self) -> Delivery:
        """Let the bot write again; await the result to wait until the bot knows."""
        self.account.blocked = False
        return self._membership_changes("kicked", "member")

    def deactivates(self) -> None:
        """Delete the account; Telegram tells the bot nothing."""
        self.account.deactivated = True

    def _membership_changes(self, before: str, after: str) -> Delivery:
        self.world.changes.publish("person", self.id)
        return self.world.updates.add("my_chat_member", self.world.membership(self.account, before, after))
