"""The state of the sandbox: who exists, what was said, and which presses still wait for an answer."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.faults import Limits
from bot.sandbox.files import Files
from bot.sandbox.model import Account, Chat, Json, Message
from bot.sandbox.params import Params
from bot.sandbox.profile import Profile
from bot.sandbox.refusals import bad_request, forbidden, upgraded
from bot.sandbox.text import units, with_detected
from bot.sandbox.updates import Delivery, Updates
from bot.sandbox.webhook import Webhook

ANONYMOUS_ADMIN = Account(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
RESTRICTED_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
CALLBACK_SECONDS = 60  # Telegram does not say how long; a bot must answer at once


@dataclass
class Query:
    """A press or a checkout that the bot has to answer."""

    id: str
    account: Account
    at: float
    payload: Json
    answer: Json | None = None


@dataclass(frozen=True)
class Toast:
    """Words that the bot shows over a chat, in passing or (`alert`) until they are closed."""

    account: Account
    text: str
    alert: bool = False


@dataclass
class World:
    """Everything that the server knows about one bot."""

    token: str
    bot: Account
    updates: Updates
    accounts: dict[int, Account] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    callbacks: dict[str, Query] = field(default_factory=dict)
    checkouts: dict[str, Query] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    payloads: dict[int, str] = field(default_factory=dict)
    webhook: Webhook | None = None
    carry_out: Callable[[str, Params], Awaitable[Any]] | None = None
    changes: Changes = field(default_factory=Changes)
    profile: Profile = field(default_factory=Profile)
    skipped_seconds: float = 0.0
    last_message_id: int = 0

    def __post_init__(self) -> None:
        self.files = Files(self.token)
        self.pace = Limits(self.now)

    def now(self) -> float:
        """Return the sandbox's time: the real one and what tests have skipped."""
        return time.time() + self.skipped_seconds

    def private_chat(self, account: Account) -> Chat:
        """Return the chat of a person with the bot."""
        chat = self.chats.get(account.id)
        if chat is None:
            chat = self.chats[account.id] = Chat(account.id, "private", account=account)
        return chat

    def find_chat(self, identifier: str) -> Chat:
        """Return the chat that a bot names by id or @username.

        Raises:
            Refusal: There is none.
        """
        if not identifier:
            raise bad_request("chat_id is empty")
        for chat in self.chats.values():
            public = chat.account is None and chat.username
            if identifier == str(chat.id) or (public and identifier.lower() == f"@{public.lower()}"):
                return chat
        raise bad_request("chat not found")

    def open_chat(self, identifier: str) -> Chat:
        """Return the chat that a bot names, into which it may write now.

        Raises:
            Refusal: There is none, or the person does not want the bot's messages.
        """
        chat = self.find_chat(identifier)
        person = chat.account
        if chat.migrated_to is not None:
            raise upgraded(chat.migrated_to)
        if person is None:
            if chat.members.get(self.bot.id, "left") in ("left", "kicked"):
                raise forbidden(f"bot is not a member of the {chat.type} chat")
            return chat
        if person.is_bot:
            raise forbidden("bots can't send messages to bots")
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def post(
        self,
        chat: Chat,
        sender: Account | None,
        content: Json,
        *,
        markup: Json | None = None,
        context: Json | None = None,
    ) -> Message:
        """Put a new message into a chat."""
        self.last_message_id += 1
        message = Message(
            self.last_message_id, chat, sender, int(self.now()), content, markup=markup, context=context or {}
        )
        chat.messages[message.id] = message
        self._turn_reply_keyboard(chat, markup or {})
        self.changes.publish("message", chat.id, message)
        return message

    def _turn_reply_keyboard(self, chat: Chat, markup: Json) -> None:
        if "keyboard" in markup or markup.get("remove_keyboard"):
            chat.reply_keyboard = markup if "keyboard" in markup else None
            self.changes.publish("keyboard", chat.id)

    def edit(self, message: Message, content: Json, markup: Json | None) -> None:
        """Replace what a message shows."""
        message.content = content
        message.markup = markup
        message.edit_date = int(self.now())
        self.changes.publish("message", message.chat.id, message)

    def delete(self, message: Message) -> None:
        """Take a message out of everybody's sight."""
        message.deleted = True
        self.changes.publish("deleted", message.chat.id, message)

    def answer(self, query: Query, answer: Json, text: str, *, alert: bool = False) -> None:
        """Record how the bot answered, and show its words if there are any."""
        query.answer = answer
        if text:
            self.toasts.append(Toast(query.account, text, alert))
            self.changes.publish("toast", query.account.id, self.toasts[-1])
        self.changes.publish("answered", query.account.id, query)

    def press(self, account: Account, message: Message, data: str) -> Delivery:
        """Tell the bot that a person pressed an inline button."""
        shown = message.json()
        if message.deleted:
            shown = {"message_id": message.id, "chat": message.chat.json(), "date": 0}
        instance = str(int.from_bytes(f"{message.chat.id}".encode()) % 10**18)
        query = Query(str(secrets.randbits(63)), account, self.now(), {})
        query.payload = {
            "id": query.id,
            "from": account.json(),
            "message": shown,
            "chat_instance": instance,
            "data": data,
        }
        self.callbacks[query.id] = query
        return self.updates.add("callback_query", query.payload)

    def ask_to_pay(self, account: Account, message: Message) -> Query:
        """Begin the checkout of an invoice."""
        invoice = message.content["invoice"]
        query = Query(str(secrets.randbits(63)), account, self.now(), {})
        query.payload = {
            "id": query.id,
            "from": account.json(),
            "currency": invoice["currency"],
            "total_amount": invoice["total_amount"],
            "invoice_payload": self.payloads[message.id],
        }
        self.checkouts[query.id] = query
        return query

    def membership(self, account: Account, before: str, after: str) -> Json:
        """Return the `ChatMemberUpdated` of a person who blocks or unblocks the bot."""
        return {
            "chat": self.private_chat(account).json(),
            "from": account.json(),
            "date": int(self.now()),
            "old_chat_member": member(self.bot, before),
            "new_chat_member": member(self.bot, after),
        }


def member(person: Account, status: str) -> Json:
    """Return a `ChatMember` with the fields that its status must have."""
    about: Json = {"status": status, "user": person.json()}
    if status == "kicked":
        return {**about, "until_date": 0}
    if status == "creator":
        return {**about, "is_anonymous": False}
    if status == "administrator":
        return {**about, "can_be_edited": False, "is_anonymous": False, **dict.fromkeys(ADMINISTRATOR_RIGHTS, True)}
    if status in ("restricted", "restricted and left"):
        rights = dict.fromkeys(RESTRICTED_RIGHTS, False)
        return {**about, "status": "restricted", "is_member": status == "restricted", "until_date": 0, **rights}
    return about


def text_content(text: str, entities: list[Json] | None = None) -> Json:
    """Return the content of a text message, with what Telegram marks by itself."""
    content: Json = {"text": text}
    found = with_detected(text, entities or [])
    if found:
        content["entities"] = found
    return content


def caption_content(caption: str, entities: list[Json] | None = None) -> Json:
    """Return the caption of a photo or document, nothing when there is none."""
    if not units(caption):
        return {}
    found = with_detected(caption, entities or [])
    return {"caption": caption, "caption_entities": found} if found else {"caption": caption}
