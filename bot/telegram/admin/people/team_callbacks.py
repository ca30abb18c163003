"""What the buttons below the staff carry."""

from aiogram.filters.callback_data import CallbackData

from bot.telegram.callbacks import Id


class ShowMember(CallbackData, prefix="member"):
    """To one admin."""

    id: Id


class ChooseAdmin(CallbackData, prefix="hire"):
    """Who is to be appointed?"""


class Appoint(CallbackData, prefix="hire!"):
    """Let somebody run the shop."""

    id: Id


class AskDismiss(CallbackData, prefix="fire?"):
    """Really dismiss this admin?"""

    id: Id


class Dismiss(CallbackData, prefix="fire!"):
    """Dismiss this admin."""

    id: Id
