"""The router of everything that only some may press: what stands in it is closed to all others, without a word more."""

from typing import Any

from aiogram import Router

from bot.models import Right
from bot.services.people import Identity


class StaffRouter(Router):
    """Handlers that need a right. The gate asks for it before any of them runs."""

    def __init__(self, name: str, needs: Right, *, is_for_helper: bool = False) -> None:
        """Let in who has the right that it `needs`, and whom HELPER_ID names where it `is_for_helper`."""
        super().__init__(name=name)
        self.needs = needs
        self.is_for_helper = is_for_helper


def needed(data: dict[str, Any], identity: Identity) -> Right | None:
    """Return the right that the handler of an update needs of somebody, if it needs one."""
    router = data.get("event_router")
    if not isinstance(router, StaffRouter) or (router.is_for_helper and identity.is_helper):
        return None
    return router.needs
