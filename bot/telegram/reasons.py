"""Why something is not done, as Telegram or the machine has said it in English, in the reader's own words."""

from markupsafe import Markup

from bot.telegram.posts import PICTURE_GONE, SOURCE_GONE
from bot.telegram.wording import Words

KNOWN = {
    "blocked": ("bot was blocked by the user",),
    "deactivated": ("user is deactivated",),
    "kicked": ("bot was kicked",),
    "no-member": ("bot is not a member",),
    "group-gone": ("the group chat was deleted", "group is deactivated"),
    "chat-gone": ("chat not found", "PEER_ID_INVALID"),
    "members-unseen": ("member list is inaccessible",),
    "no-rights": (
        *("not enough rights", "have no rights", "need administrator rights"),
        *("CHAT_ADMIN_REQUIRED", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED"),
    ),
    "topic-closed": ("TOPIC_CLOSED",),
    "no-copy": ("message can't be copied",),
    "message-gone": SOURCE_GONE,
    "picture-gone": (PICTURE_GONE,),
    "no-picture": ("IMAGE_PROCESS_FAILED", "PHOTO_INVALID", "PHOTO_EXT_INVALID"),
    "too-long": ("message is too long", "caption is too long", "CAPTION_TOO_LONG"),
    "too-large": ("file is too big", "Request Entity Too Large"),
    "empty": ("text is empty", "text must be non-empty"),
    "file-closed": ("it cannot be opened",),
    "file-strange": ("it is not a regular file",),
    "file-encoded": ("it is not UTF-8", "it is UTF-16"),
    "file-large": ("it is larger than",),
}
"""By the end of the key of their words; the first that fits counts. Telegram's are those of tdlib/telegram-bot-api."""
BEGINNINGS = ("Bad Request: ", "Forbidden: ", "Telegram server says - ")


def worded(t: Words, said: str) -> Markup:
    """Return a reason in the reader's language; what is not known is quoted, so that it can be looked for."""
    key = next((key for key, texts in KNOWN.items() if any(text in said for text in texts)), None)
    if key is not None:
        return t(f"reason-{key}")
    for beginning in BEGINNINGS:
        said = said.removeprefix(beginning)
    return t("reason-quoted", text=said) if said else t("reason-none")
