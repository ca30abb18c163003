"""What the buttons below reference codes carry."""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.services.reference_codes import LARGEST_USES, LONGEST_HOURS
from bot.telegram.callbacks import Id

Hours = Annotated[int, Field(ge=0, le=LONGEST_HOURS)]
Uses = Annotated[int, Field(ge=0, le=LARGEST_USES)]


class Invitation(CallbackData, prefix="ref"):
    """To one reference code."""

    id: Id


class InvitationDo(CallbackData, prefix="refdo"):
    """Do something with a reference code."""

    id: Id
    action: Literal["picture", "disable", "no-reason", "disable-now"]


class NewInvitation(CallbackData, prefix="refnew"):
    """Make a reference code: what is not yet known is asked for. 0 means for ever, and as often as wanted."""

    hours: Hours | None = None
    uses: Uses | None = None


class TypeNumber(CallbackData, prefix="reftype"):
    """Another number of hours, or of uses once the hours are known, to be typed."""

    hours: Hours | None = None


class MakeInvitation(CallbackData, prefix="refmake"):
    """Make the reference code that was asked for, without a note."""
