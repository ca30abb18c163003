"""What the bot tells Telegram about itself: commands by scope and language, descriptions, name, menu button."""

import json
from dataclasses import dataclass, field

from bot.sandbox.model import Json

DEFAULT_SCOPE: Json = {"type": "default"}


@dataclass
class Profile:
    """The bot's own page; texts and commands are kept per language, "" for everybody else."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[str, Json] = field(default_factory=dict)
    _commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def set_commands(self, scope: Json | None, language: str, commands: list[Json]) -> None:
        """Replace the commands of one scope and language."""
        self._commands[self._key(scope, language)] = commands

    def delete_commands(self, scope: Json | None, language: str) -> None:
        """Forget the commands of one scope and language."""
        self._commands.pop(self._key(scope, language), None)

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """Return the commands of exactly one scope and language."""
        return self._commands.get(self._key(scope, language), [])

    def commands_shown_to(self, person_id: int, language: str) -> list[Json]:
        """Return what a person sees in the menu: the narrowest scope first, their language before none."""
        for scope in ({"type": "chat", "chat_id": person_id}, {"type": "all_private_chats"}, DEFAULT_SCOPE):
            for code in (language, ""):
                found = self.commands(scope, code)
                if found:
                    return found
        return []

    @staticmethod
    def _key(scope: Json | None, language: str) -> tuple[str, str]:
        named = {name: str(value) for name, value in (scope or DEFAULT_SCOPE).items() if value is not None}
        return json.dumps(named, sort_keys=True), language
