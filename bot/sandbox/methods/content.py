"""What a message is going to show, read from the parameters of a request and checked."""

import re
from typing import Any

from bot.sandbox.files import StoredFile, Upload
from bot.sandbox.formatting import parse_html
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.params import Params
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.text import CAPTION_LIMIT, SOURCE_LIMIT, TEXT_LIMIT, checked, cut, is_blank, trimmed, units
from bot.sandbox.world import World, caption_content, text_content

ENTITY_FIELDS = ("type", "offset", "length", "url", "user", "language", "custom_emoji_id")


def formatted(source: str, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """Return plain text and entities of what a bot wrote.

    Raises:
        Refusal: The formatting cannot be read.
    """
    text = checked(source)
    if parse_mode.lower() == "html":
        return trimmed(*parse_html(text))
    if parse_mode:
        raise bad_request(f"unsupported parse_mode: the sandbox reads HTML only, not {parse_mode}")
    return trimmed(text, [_entity(entity, text) for entity in entities or []])


def _entity(entity: Any, text: str) -> Json:
    if not isinstance(entity, dict) or {"type", "offset", "length"} - entity.keys():
        raise bad_request("can't parse MessageEntity: object with type, offset and length expected")
    if not cut(text, entity["offset"], entity["length"]):
        raise bad_request("entity beyond the text")
    return {name: entity[name] for name in ENTITY_FIELDS if entity.get(name) is not None}


def of_text(params: Params, too_long: str = "message is too long") -> Json:
    """Return the content of a text message."""
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    if len(source) > SOURCE_LIMIT:
        raise bad_request("text is too long")
    text, entities = formatted(source, params.text("parse_mode"), params.json("entities"))
    if is_blank(text):
        raise bad_request("text must be non-empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request(too_long)
    return text_content(text, entities)


def of_caption(values: Params, too_long: str = "message caption is too long") -> Json:
    """Return the caption of a media message."""
    caption, entities = formatted(values.text("caption"), values.text("parse_mode"), values.json("caption_entities"))
    if units(caption) > CAPTION_LIMIT:
        raise bad_request(too_long)
    return caption_content(caption, entities)


def of_media(world: World, kind: str, values: Params, files: dict[str, Upload]) -> Json:
    """Return a photo or document with its caption; `values` names the file under `kind`."""
    stored = _stored(world, kind, values.text(kind), files)
    if kind == "photo":
        shown: Json = {"photo": world.files.photo_sizes(stored)}
    else:
        named = {"file_name": stored.filename, "mime_type": stored.content_type}
        shown = {kind: {**stored.described(), **named}}
    return shown | of_caption(values)


def _stored(world: World, kind: str, value: str, files: dict[str, Upload]) -> StoredFile:
    """Return the file that was uploaded under its own name, by attach:// or long ago."""
    name = value.removeprefix("attach://") if value.startswith("attach://") else kind
    if name in files and (not value or value.startswith("attach://")):
        return world.files.keep(kind, files[name])
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if re.match(r"https?://", value):
        raise bad_request("failed to get HTTP URL content")
    return world.files.find(value, kind)


def reply_context(chat: Chat, params: Params) -> Json:
    """Return the message that a new one answers, if it answers one.

    Raises:
        Refusal: That message does not exist and must.
    """
    wanted = params.json("reply_parameters") or {}
    message_id = wanted.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return {}
    replied = chat.messages.get(int(message_id))
    if replied is None or replied.deleted:
        if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {k: v for k, v in replied.json().items() if k != "reply_to_message"}}


def visible_message(chat: Chat, params: Params, refusal: Refusal) -> Message:
    """Return the message that `message_id` names, or raise the refusal."""
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(params.integer("message_id"))
    if message is None or message.deleted:
        raise refusal
    return message
