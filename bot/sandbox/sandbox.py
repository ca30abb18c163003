"""The sandbox as tests and the demo hold it: start it, make people, let things go wrong, look at what happened."""

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.sandbox.faults import Delay, Fault, Faults, Limits, Status
from bot.sandbox.guard import LOOPBACK, guard
from bot.sandbox.model import Account, Chat, Json
from bot.sandbox.pages import ChatPage
from bot.sandbox.person import Person
from bot.sandbox.screen import MessageView, view
from bot.sandbox.server import BotApi, application
from bot.sandbox.transcript import Call, Transcript
from bot.sandbox.updates import Delivery, Updates
from bot.sandbox.world import World

FOR_TESTS = "42:TEST"
PATIENCE = 10.0  # seconds that a person waits for the bot to handle something
FIRST_GROUP = -1_001_000_000_001  # supergroups have such ids
GOODBYE = 0.2  # seconds that an open request gets when the server stops


class Sandbox:
    """A Bot API server for one bot, with the people who use it."""

    def __init__(
        self,
        token: str = FOR_TESTS,
        *,
        username: str = "sandbox_bot",
        name: str = "Sandbox",
        patience: float = PATIENCE,
        first_id: int | None = None,
    ) -> None:
        bot = Account(int(token.split(":")[0]), name, username=username, is_bot=True)
        # A bot that outlives its sandbox remembers ids: a new sandbox must not use those of an earlier one again.
        first = first_id or int(time.time() * 10) % 10**9
        self.world = World(token, bot, Updates(first, patience), last_message_id=first)
        self.transcript = Transcript()
        self.faults = Faults()
        self.api = BotApi(self.world, self.transcript, self.faults)
        self.url = ""
        self.roles: dict[int, str] = {}
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; port 0 takes any free one. The state of an earlier run is still there.

        Raises:
            ValueError: The host is not of this machine alone.
            OSError: The port is taken.
        """
        if host not in LOOPBACK:
            raise ValueError(f"the sandbox listens on this machine only, not on {host}")
        app = application()
        app.middlewares.append(guard)
        self.api.add_to(app)
        ChatPage(self).add_to(app)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=GOODBYE)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close every connection and listen no more."""
        if self.world.webhook is not None:
            await self.world.webhook.stop()
            self.world.webhook = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # People and places

    def person(
        self,
        person_id: int,
        first_name: str | None = None,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        is_bot: bool = False,
    ) -> Person:
        """Return the person with this id; what is given about them is remembered."""
        account = self.world.accounts.get(person_id)
        if account is None:
            account = Account(person_id, first_name or f"Person {person_id}", is_bot=is_bot)
            self.world.accounts[person_id] = account
            self._people[person_id] = Person(self, person_id)
        account.first_name = first_name or account.first_name
        account.last_name = last_name or account.last_name
        account.username = username or account.username
        account.language_code = language_code or account.language_code
        self.world.changes.publish("person", person_id)
        return self._people[person_id]

    @property
    def people(self) -> list[Person]:
        """Everybody, in the order in which they came."""
        return list(self._people.values())

    def find_person(self, person_id: int) -> Person | None:
        """Return the person with this id, None when there is nobody."""
        return self._people.get(person_id)

    def group(
        self,
        chat_id: int,
        title: str = "Group",
        members: Iterable[Person] = (),
        *,
        username: str | None = None,
        kind: str = "supergroup",
        bot_status: str = "member",
    ) -> Chat:
        """Return a group of people and the bot; `kind` is "group", "supergroup" or "channel"."""
        chat = self.world.chats.get(chat_id)
        if chat is None:
            chat = self.world.chats[chat_id] = Chat(chat_id, kind, title=title, username=username)
        chat.members |= {self.world.bot.id: bot_status} | {person.id: "member" for person in members}
        self.world.changes.publish("group", chat_id)
        return chat

    @property
    def groups(self) -> list[Chat]:
        """The groups, in the order in which they were made."""
        chats = self.world.chats.values()
        return [chat for chat in chats if chat.type in ("group", "supergroup") and chat.migrated_to is None]

    def adds_the_bot(self, person: Person) -> Chat:
        """Return the group to which somebody adds the bot by its link: the first that there is, else one of theirs."""
        known = next(iter(self.groups), None)
        return self.group(known.id if known else FIRST_GROUP, f"{person.name}'s group", [person])

    def channel(self, chat_id: int, title: str = "Channel", *, username: str | None = None) -> Chat:
        """Return a channel that the bot administers."""
        return self.group(chat_id, title, username=username, kind="channel", bot_status="administrator")

    def becomes(self, chat: Chat, person: Person | None, status: str) -> None:
        """Let somebody, or the bot, be a `ChatMember` with this status; "restricted and left" is one of them."""
        chat.members[person.id if person else self.world.bot.id] = status
        self.world.changes.publish("group", chat.id)

    def upgrades(self, chat: Chat, chat_id: int) -> Chat:
        """Turn a group into a supergroup, which has another id; nothing reaches the old one from then on."""
        chat.migrated_to = chat_id
        upgraded = self.world.chats[chat_id] = Chat(chat_id, "supergroup", title=chat.title)
        upgraded.members |= chat.members
        return upgraded

    def posts(self, chat: Chat, text: str) -> Delivery:
        """Publish a text in a channel; await the result to wait for the bot."""
        message = self.world.post(chat, None, {"text": text}, context={"sender_chat": chat.json()})
        return self.world.updates.add("channel_post", message.json())

    def messages(self, chat: Chat) -> list[MessageView]:
        """Return the visible messages of a group or channel, oldest first."""
        return [view(message) for message in chat.messages.values() if not message.deleted]

    # What goes wrong

    def fail(
        self,
        method: str,
        *,
        status: Status = 500,
        retry_after: int | None = None,
        times: int | None = 1,
        chat_id: int | None = None,
        body: str | None = None,
        description: str | None = None,
        after_delivery: bool = False,
    ) -> Fault:
        """Let the next calls of a method fail; see `Fault`.

        `status` is an HTTP code, "reset" (the connection is cut) or "timeout" (no answer ever). 502 answers with a
        proxy's HTML page. `times=None` fails until `cancel()`. "*" means every method except getUpdates.
        """
        fault = Fault(method, status, retry_after, times, chat_id, body, description, after_delivery)
        self.faults.faults.append(fault)
        return fault

    def delay(self, method: str, seconds: float, *, times: int | None = 1, after_delivery: bool = False) -> Delay:
        """Let the next calls of a method take longer, before or after they take effect."""
        delay = Delay(method, seconds, times, after_delivery)
        self.faults.delays.append(delay)
        return delay

    def heal(self) -> None:
        """Let everything work again."""
        self.faults.heal()

    @property
    def pace(self) -> Limits:
        """Telegram's limits on pace; `sandbox.pace.enforced = True` switches them on."""
        return self.world.pace

    def redeliver(self, update: Json | Delivery) -> Delivery:
        """Send the content of an update again under a new id, as Telegram does with presses."""
        original = update.update if isinstance(update, Delivery) else update
        kind = next(name for name in original if name != "update_id")
        return self.world.updates.add(kind, original[kind])

    def skips(self, seconds: float) -> None:
        """Move the sandbox's clock: presses grow too old to answer, messages too old to delete."""
        self.world.skipped_seconds += seconds

    # What happened

    def calls(self, method: str | None = None) -> list[Call]:
        """Return the calls of a method, or all except the polling, in the order of their arrival."""
        return self.transcript.of(method)

    def count(self, method: str | None = None) -> int:
        """Return how many calls of a method came in, or how many at all except the polling."""
        return len(self.calls(method))

    @property
    def counts(self) -> dict[str, int]:
        """How often each method was called, without the polling."""
        return self.transcript.counts()

    @property
    def updates(self) -> list[Json]:
        """Every update, in order, whether or not the bot has fetched it."""
        return self.world.updates.history

    @property
    def unanswered(self) -> list[Json]:
        """The presses that the bot has never answered."""
        return [query.payload for query in self.world.callbacks.values() if query.answer is None]
