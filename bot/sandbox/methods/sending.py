"""Methods that put a new message into a chat."""

from typing import Any

from bot.sandbox.markup import checked_markup
from bot.sandbox.methods import content
from bot.sandbox.methods.registry import method
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.text import checked
from bot.sandbox.world import World

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def target(world: World, params: Params) -> Chat:
    """Return the chat that a message is for, and count the message against the pace.

    Raises:
        Refusal: The bot may not write there, or not so soon.
    """
    chat = world.open_chat(params.text("chat_id"))
    world.pace.check(chat.id)
    return chat


def send(world: World, chat: Chat, params: Params, shown: Json, context: Json | None = None) -> Message:
    """Post what the bot says, with its keyboard and what it answers to."""
    markup = checked_markup(params.json("reply_markup"))
    about = content.reply_context(chat, params) | (context or {})
    return world.post(chat, world.bot, shown, markup=markup, context=about)


@method("sendMessage")
async def send_message(world: World, params: Params) -> Json:
    """Send a text."""
    chat = target(world, params)
    return send(world, chat, params, content.of_text(params)).json()


@method("sendLocation")
async def send_location(world: World, params: Params) -> Json:
    """Send a point on the map."""
    chat = target(world, params)
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise bad_request("wrong latitude or longitude specified")
    return send(world, chat, params, {"location": {"latitude": latitude, "longitude": longitude}}).json()


@method("sendContact")
async def send_contact(world: World, params: Params) -> Json:
    """Send a phone number and a name."""
    chat = target(world, params)
    phone, first_name = checked(params.text("phone_number")), checked(params.text("first_name"))
    if not phone:
        raise bad_request("phone number is empty")
    if not first_name:
        raise bad_request("first name is empty")
    return send(world, chat, params, {"contact": {"phone_number": phone, "first_name": first_name}}).json()


@method("copyMessage")
async def copy_message(world: World, params: Params) -> Json:
    """Send what another message shows, without a link to it."""
    chat = target(world, params)
    original = _original(world, params, "message to copy not found")
    shown = dict(original.content)
    if "caption" in params and original.kind in ("photo", "document"):
        shown = {k: v for k, v in shown.items() if not k.startswith("caption")} | content.of_caption(params)
    return {"message_id": send(world, chat, params, shown).id}


@method("forwardMessage")
async def forward_message(world: World, params: Params) -> Json:
    """Send another message and say whose it was."""
    chat = target(world, params)
    original = _original(world, params, "message to forward not found")
    return send(world, chat, Params(), original.content, forward_origin(original)).json()


def forward_origin(message: Message) -> Json:
    """Return the context of a forwarded message."""
    if message.sender is None:
        origin: dict[str, Any] = {"type": "channel", "chat": message.chat.json(), "message_id": message.id}
    else:
        origin = {"type": "user", "sender_user": message.sender.json()}
    return {"forward_origin": {**origin, "date": message.date}}


def _original(world: World, params: Params, missing: str) -> Message:
    source = world.find_chat(params.text("from_chat_id"))
    return content.visible_message(source, params, bad_request(missing))


@method("sendChatAction")
async def send_chat_action(world: World, params: Params) -> bool:
    """Show that the bot is busy writing."""
    chat = world.open_chat(params.text("chat_id"))
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.changes.publish("action", chat.id, params.text("action"))
    return True
