"""A small Telegram Bot API server with a chat page: the demo and the conversation tests talk to it.

It imports nothing else of the project.
"""

from bot.sandbox.person import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.screen import Impossible, MessageView
from bot.sandbox.updates import Delivery, NotHandled

__all__ = ["Delivery", "Impossible", "MessageView", "NotHandled", "Person", "Sandbox"]
