"""The messages that people write and share."""

from typing import Any

from bot.sandbox.files import Upload, sample_photo
from bot.sandbox.methods.sending import forward_origin
from bot.sandbox.model import Account, Chat, Json
from bot.sandbox.screen import Impossible, MessageView
from bot.sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, cleaned, cut, units
from bot.sandbox.updates import Delivery
from bot.sandbox.world import ANONYMOUS_ADMIN, World, caption_content, text_content

PHONE = "+4915112345678"


class Sharing:
    """Somebody who writes into the chat with the bot, or into a group."""

    def __init__(self, world: World, account: Account) -> None:
        self.world = world
        self.account = account
        self.chat = world.private_chat(account)

    @property
    def id(self) -> int:
        """The person's Telegram id, which is also the id of their chat with the bot."""
        return self.account.id

    @property
    def name(self) -> str:
        """The person's first name."""
        return self.account.first_name

    async def sends(self, text: str, *, chat: Chat | None = None, anonymous: bool = False, wait: bool = True) -> Json:
        """Write a text; one that is too long goes out in several messages, as Telegram's apps do it.

        Returns the last update.

        Raises:
            Impossible: Nothing is left of it that Telegram would send.
        """
        pieces = in_pieces(text)
        if not pieces:
            raise Impossible("Telegram sends no empty message")
        deliveries = [self._say(text_content(piece), chat=chat, anonymous=anonymous) for piece in pieces]
        updates = [await self._sent(delivery, wait=wait) for delivery in deliveries]
        return updates[-1]

    async def shares_contact(
        self,
        phone: str = PHONE,
        user_id: int | None = None,
        *,
        first_name: str | None = None,
        chat: Chat | None = None,
        wait: bool = True,
    ) -> Json:
        """Share a contact: their own, somebody else's by `user_id`, or with 0 that of somebody without Telegram."""
        owner = self.id if user_id is None else user_id
        contact: Json = {"phone_number": phone, "first_name": first_name or self.name}
        return await self.says({"contact": contact | ({"user_id": owner} if owner else {})}, chat=chat, wait=wait)

    async def shares_users(self, *ids: int, request_id: int = 1, wait: bool = True) -> Json:
        """Share people whom they have chosen with a `request_users` button."""
        users = [{"user_id": each} for each in ids]
        return await self.says({"users_shared": {"request_id": request_id, "users": users}}, wait=wait)

    async def shares_location(
        self, latitude: float, longitude: float, *, chat: Chat | None = None, wait: bool = True
    ) -> Json:
        """Share a point on the map."""
        return await self.says({"location": {"latitude": latitude, "longitude": longitude}}, chat=chat, wait=wait)

    async def shares_photo(
        self, data: bytes | None = None, caption: str | None = None, *, chat: Chat | None = None, wait: bool = True
    ) -> Json:
        """Send a picture; without `data` a small sample."""
        stored = self.world.files.keep("photo", Upload("photo.png", "image/png", data or sample_photo(64, 40)))
        shown = {"photo": self.world.files.photo_sizes(stored)} | _caption(caption)
        return await self.says(shown, chat=chat, wait=wait)

    async def shares_document(
        self,
        data: bytes = b"Hello",
        filename: str = "note.txt",
        caption: str | None = None,
        *,
        content_type: str = "text/plain",
        chat: Chat | None = None,
        wait: bool = True,
    ) -> Json:
        """Send a file."""
        stored = self.world.files.keep("document", Upload(filename, content_type, data))
        about = {**stored.described(), "file_name": filename, "mime_type": content_type}
        return await self.says({"document": about} | _caption(caption), chat=chat, wait=wait)

    async def sends_sticker(self, emoji: str = "👍", *, chat: Chat | None = None, wait: bool = True) -> Json:
        """Send a sticker."""
        stored = self.world.files.keep("sticker", Upload("sticker.webp", "image/webp", emoji.encode()))
        kind = {"type": "regular", "is_animated": False, "is_video": False, "emoji": emoji}
        return await self.says(
            {"sticker": {**stored.described(), **kind, "width": 512, "height": 512}}, chat=chat, wait=wait
        )

    async def forwards(self, message: MessageView, *, chat: Chat | None = None, wait: bool = True) -> Json:
        """Forward a message to the bot, or into a group."""
        return await self.says(message.content, chat=chat, context=forward_origin(message.message), wait=wait)

    async def edits(self, message: MessageView, text: str, *, wait: bool = True) -> Json:
        """Change the text of a message that this person has sent."""
        if message.message.sender is not self.account:
            raise Impossible("people edit only what they wrote themselves")
        self.world.edit(message.message, text_content(cleaned(text).strip()), None)
        return await self._sent(self.world.updates.add("edited_message", message.message.json()), wait=wait)

    async def says(
        self, content: Json, *, chat: Chat | None = None, context: Json | None = None, wait: bool = True
    ) -> Json:
        """Send a message with any content of Telegram's `Message`."""
        return await self._sent(self._say(content, chat=chat, context=context), wait=wait)

    def _say(
        self,
        content: Json,
        *,
        chat: Chat | None = None,
        context: Json | None = None,
        anonymous: bool = False,
    ) -> Delivery:
        chat = chat or self.chat
        if self.account.deactivated:
            raise Impossible(f"{self.name} has no account any more")
        if chat is self.chat:
            if self.account.blocked:
                raise Impossible(f"{self.name} has blocked the bot and must unblock it to write")
            self._start()
        sender: Account = self.account
        about: dict[str, Any] = dict(context or {})
        if anonymous:
            sender, about["sender_chat"] = ANONYMOUS_ADMIN, chat.json()
        message = self.world.post(chat, sender, content, context=about)
        return self.world.updates.add("message", message.json())

    def _start(self) -> None:
        if not self.account.started:
            self.account.started = True
            self.world.changes.publish("person", self.id)

    async def _sent(self, delivery: Delivery, *, wait: bool) -> Json:
        return await delivery if wait else delivery.update


def in_pieces(text: str) -> list[str]:
    """Return a text as the messages that Telegram's apps make of it."""
    rest = cleaned(text.encode(errors="replace").decode()).strip()
    pieces = []
    while rest:
        piece = cut(rest, 0, TEXT_LIMIT).rstrip("\ufffd") if units(rest) > TEXT_LIMIT else rest
        rest = rest[len(piece) :].strip()
        pieces.append(piece.strip())
    return [piece for piece in pieces if piece]


def _caption(caption: str | None) -> Json:
    text = cleaned(caption or "").strip()
    if units(text) > CAPTION_LIMIT:
        raise Impossible("Telegram's apps send no caption that long")
    return caption_content(text)
