"""What exists in the sandbox: accounts, chats and the messages in them."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MEDIA = ("photo", "document", "sticker", "video", "voice")


@dataclass(eq=False)
class Account:
    """A person or a bot; `started` once they have written to the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        """Return the `User` object."""
        known = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        found = {name: value for name, value in known.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **found}


@dataclass(eq=False)
class Chat:
    """A private chat (its id is the person's), a group or a channel."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    account: Account | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: "dict[int, Message]" = field(default_factory=dict, repr=False)
    reply_keyboard: Json | None = None
    pinned: int | None = None
    migrated_to: int | None = None

    def json(self) -> Json:
        """Return the `Chat` object."""
        if self.account is None:
            named = {"title": self.title, "username": self.username}
        else:
            account = self.account
            named = {
                "username": account.username,
                "first_name": account.first_name,
                "last_name": account.last_name,
            }
        return {"id": self.id, "type": self.type, **{name: value for name, value in named.items() if value}}


@dataclass(eq=False)
class Message:
    """One message; `content` holds the fields of Telegram's `Message` that say what it shows."""

    id: int
    chat: Chat = field(repr=False)
    sender: Account | None
    date: int
    content: Json
    markup: Json | None = None
    context: Json = field(default_factory=dict)
    edit_date: int | None = None
    deleted: bool = False

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The rows of buttons under the message."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def kind(self) -> str:
        """What the message is: text, photo, document, contact, location, ..."""
        return next(
            (name for name in (*MEDIA, "contact", "users_shared", "location", "invoice") if name in self.content),
            "text",
        )

    @property
    def body(self) -> str:
        """The plain text or caption."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """The formatting of the text or caption."""
        found: list[Json] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    def json(self) -> Json:
        """Return the `Message` object."""
        message: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        if self.sender is not None:
            message["from"] = self.sender.json()
        message |= self.context | self.content
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if self.inline_keyboard:
            message["reply_markup"] = {"inline_keyboard": self.inline_keyboard}
        return message
