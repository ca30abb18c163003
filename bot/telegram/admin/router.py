"""The router of everything that only some may press: what stands in it is closed to all others, without a word more."""

from typing import Any

from aiogram import Router

from bot.models import Right


class StaffRouter(Router):
    """Handlers that need a right. The gate asks for it before any of them runs."""

    def __init__(self, name: str, needs: Right) -> None:
        """Let in who has the right that it `needs`."""
        super().__init__(name=name)
        self.needs = needs


def needed(data: dict[str, Any]) -> Right | None:
    """Return the right that the handler of an update needs, if it needs one."""
    router = data.get("event_router")
    return router.needs if isinstance(router, StaffRouter) else None
