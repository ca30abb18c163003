"""Where staff stand, as the line at the top of their screens says it: "Admin › Goods › Green tea"; and who did what."""

from markupsafe import Markup

from bot.telegram import wording
from bot.telegram.wording import Words

SHELL, JOB = "cli:", "job:"


def trail(t: Words, *places: Markup | str) -> Markup:
    """Return the title of a staff screen: the way from the panel to it, and its own name in bold."""
    return wording.trail(t.label("admin"), *places)


def named(t: Words, actor: str, name: str | None) -> str:
    """Return who did something, in a word or two; `name` is whom `services.actors` knows by it."""
    if actor.startswith(SHELL):
        return t.label("actor-shell", name=actor.removeprefix(SHELL))
    return t.label("actor-clock") if actor.startswith(JOB) else name or actor
