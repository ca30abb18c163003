"""Photos, documents and albums, and the way back to their bytes."""

import secrets
from typing import Any

from bot.sandbox.files import DOWNLOAD_LIMIT
from bot.sandbox.methods import content
from bot.sandbox.methods.registry import method
from bot.sandbox.methods.sending import send, target
from bot.sandbox.model import Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.world import World

ALBUM_KINDS = ("photo", "document")


@method("sendPhoto")
async def send_photo(world: World, params: Params) -> Json:
    """Send a picture."""
    chat = target(world, params)
    return send(world, chat, params, content.of_media(world, "photo", params, params.files)).json()


@method("sendDocument")
async def send_document(world: World, params: Params) -> Json:
    """Send a file."""
    chat = target(world, params)
    return send(world, chat, params, content.of_media(world, "document", params, params.files)).json()


@method("sendMediaGroup")
async def send_media_group(world: World, params: Params) -> list[Json]:
    """Send two to ten photos or documents as one album."""
    chat = target(world, params)
    album = params.json("media")
    if not isinstance(album, list) or not 2 <= len(album) <= 10:
        raise bad_request("there must be 2-10 items in the album")
    contents = [of_input_media(world, media, params) for media in album]
    group = {"media_group_id": str(secrets.randbits(60))}
    return [send(world, chat, params, shown, group).json() for shown in contents]


def of_input_media(world: World, media: Any, params: Params) -> Json:
    """Return the content that an `InputMedia` object describes.

    Raises:
        Refusal: It is of a kind that the sandbox does not keep, or its file cannot be found.
    """
    if not isinstance(media, dict) or media.get("type") not in ALBUM_KINDS:
        raise bad_request("can't parse InputMedia: the sandbox keeps photos and documents only")
    kind = str(media["type"])
    return content.of_media(world, kind, Params({**media, kind: media.get("media")}), params.files)


@method("getFile")
async def get_file(world: World, params: Params) -> Json:
    """Return where a file can be downloaded."""
    try:
        stored = world.files.find(params.text("file_id"))
    except Refusal:
        raise bad_request("invalid file_id") from None
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {**stored.described(), "file_path": stored.path}
