"""Methods that change, remove or pin a message that is there."""

from typing import Any

from bot.sandbox.markup import checked_markup
from bot.sandbox.methods import content
from bot.sandbox.methods.media import of_input_media
from bot.sandbox.methods.registry import method
from bot.sandbox.model import MEDIA, Chat, Json, Message
from bot.sandbox.params import Params
from bot.sandbox.refusals import NOT_MODIFIED, Refusal, bad_request
from bot.sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
DELETED_AT_ONCE_LIMIT = 100


@method("editMessageText")
async def edit_message_text(world: World, params: Params) -> Json:
    """Replace the text of a message."""
    message = _own_message(world, params)
    shown = content.of_text(params, too_long="MESSAGE_TOO_LONG")
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _change(world, message, shown, params)


@method("editMessageCaption")
async def edit_message_caption(world: World, params: Params) -> Json:
    """Replace the words under a photo or document."""
    message = _own_message(world, params)
    if message.kind not in MEDIA:
        raise bad_request("there is no caption in the message to edit")
    kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    caption = content.of_caption(params, too_long="MEDIA_CAPTION_TOO_LONG")
    return _change(world, message, kept | caption, params)


@method("editMessageMedia")
async def edit_message_media(world: World, params: Params) -> Json:
    """Replace the photo or document of a message, or turn a text into one."""
    message = _own_message(world, params)
    if message.kind not in (*MEDIA, "text"):
        raise bad_request("message can't be edited")
    return _change(world, message, of_input_media(world, params.json("media"), params), params)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Replace the buttons under a message."""
    message = _own_message(world, params)
    return _change(world, message, message.content, params)


def _own_message(world: World, params: Params) -> Message:
    """Return the bot's own message that is to be edited."""
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.open_chat(params.text("chat_id"))
    message = content.visible_message(chat, params, bad_request("message to edit not found"))
    if message.sender is not world.bot or "forward_origin" in message.context:
        raise bad_request("message can't be edited")
    if message.markup and "inline_keyboard" not in message.markup:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, shown: Json, params: Params) -> Json:
    markup = checked_markup(params.json("reply_markup"), inline_only=True)
    if (shown, markup) == (message.content, message.markup):
        raise bad_request(NOT_MODIFIED)
    world.edit(message, shown, markup)
    return message.json()


@method("deleteMessage")
async def delete_message(world: World, params: Params) -> bool:
    """Take a message away for everybody."""
    chat = world.find_chat(params.text("chat_id"))
    message = content.visible_message(chat, params, bad_request("message to delete not found"))
    refusal = _why_it_stays(world, message)
    if refusal is not None:
        raise refusal
    world.delete(message)
    return True


@method("deleteMessages")
async def delete_messages(world: World, params: Params) -> bool:
    """Take up to a hundred messages away, skipping those that are gone or must stay."""
    chat = world.find_chat(params.text("chat_id"))
    message_ids: Any = params.json("message_ids") or []
    if not 1 <= len(message_ids) <= DELETED_AT_ONCE_LIMIT:
        raise bad_request("there must be 1-100 message identifiers")
    for message_id in message_ids:
        message = chat.messages.get(int(message_id))
        if message is not None and not message.deleted and _why_it_stays(world, message) is None:
            world.delete(message)
    return True


def _why_it_stays(world: World, message: Message) -> Refusal | None:
    """Return the refusal to delete a message: it is too old, or a group's member wrote it and the bot is no admin."""
    if world.now() - message.date > DELETABLE_SECONDS:
        return bad_request("message can't be deleted for everyone")
    is_own = message.sender is world.bot
    administers = message.chat.members.get(world.bot.id) in ("administrator", "creator")
    if not is_own and message.chat.type != "private" and not administers:
        return bad_request("message can't be deleted")
    return None


@method("pinChatMessage")
async def pin_chat_message(world: World, params: Params) -> bool:
    """Fix a message at the top of its chat."""
    chat = world.open_chat(params.text("chat_id"))
    message = content.visible_message(chat, params, bad_request("message to pin not found"))
    return _pin(world, chat, message.id)


@method("unpinChatMessage")
async def unpin_chat_message(world: World, params: Params) -> bool:
    """Release the message at the top of a chat."""
    chat = world.open_chat(params.text("chat_id"))
    if chat.pinned is None or params.integer("message_id", chat.pinned) != chat.pinned:
        raise bad_request("message to unpin not found")
    return _pin(world, chat, None)


def _pin(world: World, chat: Chat, message_id: int | None) -> bool:
    chat.pinned = message_id
    world.changes.publish("pinned", chat.id, message_id)
    return True
