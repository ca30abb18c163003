"""What the buttons below a broadcast carry."""

from aiogram.filters.callback_data import CallbackData

from bot.telegram.callbacks import Id


class Steer(CallbackData, prefix="castdo"):
    """Do with a broadcast: "pause", "resume" or "cancel"; with a question mark, ask first."""

    id: Id
    action: str
