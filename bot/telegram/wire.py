"""How requests travel to Telegram: as JSON, or as a form where a file goes with them; Telegram reads both."""

from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import TelegramMethod
from aiohttp import BytesPayload, FormData
from aiohttp.payload import Payload


class Session(AiohttpSession):
    """A connection that sends JSON: half the work of a form, whose every field is JSON within an encoding of its own.

    The Bot API, "Making requests": application/json, except for uploading files.
    """

    def __init__(self, **options: Any) -> None:
        """Take what aiogram's own takes; it belongs to one bot."""
        super().__init__(**options)
        self._usuals: dict[str, Any] = {}

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> FormData | Payload:  # type: ignore[override]
        """Return the body of a request: JSON, or a form where something in it is none, such as a file."""
        given = method.model_dump(warnings=False, exclude_none=True)
        for name, value in given.items():
            if isinstance(value, Default):
                given[name] = self._usual(bot, value.name)
        try:
            body = self.json_dumps({name: value for name, value in given.items() if value is not None})
        except TypeError:
            return super().build_form_data(bot, method)
        return BytesPayload(body.encode(), content_type="application/json")

    def _usual(self, bot: Bot, name: str) -> Any:
        """Return what is meant where a method says nothing of its own."""
        if name not in self._usuals:
            self._usuals[name] = self.prepare_value(bot.default[name], bot=bot, files={}, _dumps_json=False)
        return self._usuals[name]
