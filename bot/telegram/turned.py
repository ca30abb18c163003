"""What the buttons carry that lead to a page of a long list, or back to it."""

from typing import Self

from aiogram.filters.callback_data import CallbackData


class Turned(CallbackData, prefix="turned"):
    """Data whose last field, `beside`, is the row that its page begins behind, or below 0 ends before.

    It is left out where it is 0, as in what older buttons carry.
    """

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Read what a button carries."""
        is_short = value.count(cls.__separator__) == len(cls.model_fields) - 1
        return super().unpack(f"{value}{cls.__separator__}0" if is_short else value)

    def pack(self) -> str:
        """Write what a button carries."""
        return super().pack().removesuffix(f"{self.__separator__}0")
