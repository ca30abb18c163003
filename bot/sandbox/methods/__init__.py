"""The methods of the Bot API, a file per subject; importing this package fills the table."""

from bot.sandbox.methods import callbacks, chats, editing, media, payments, polling, profile, sending
from bot.sandbox.methods.registry import find

__all__ = ["callbacks", "chats", "editing", "find", "media", "payments", "polling", "profile", "sending"]
