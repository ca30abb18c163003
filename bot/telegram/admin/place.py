"""Where staff stand: the line at the top of their screens, such as "Admin › Goods › Green tea"."""

from markupsafe import Markup

from bot.telegram import wording
from bot.telegram.wording import Words


def trail(t: Words, *places: Markup | str) -> Markup:
    """Return the title of a staff screen: the way from the panel to it, and its own name in bold."""
    return wording.trail(t.label("admin"), *places)
