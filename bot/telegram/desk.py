"""The desk: a press goes straight to the routers that know its kind of button, not past all the others."""

from collections.abc import Iterator, Sequence
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, TelegramObject


class Desk(Router):
    """Routers in their order. Of a press, those are asked that have a handler for its kind, or for any kind."""

    def __init__(self, routers: Sequence[Router]) -> None:
        """Stand before these routers, whose handlers are all there."""
        super().__init__(name="desk")
        self.include_routers(*routers)
        known = {kind for router in routers for kind in _kinds(router) if kind is not None}
        self._for_kind = {kind: [router for router in routers if _asks(router, kind)] for kind in known}
        self._for_others = [router for router in routers if _asks(router, None)]

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """Hand an update on until a router handles it."""
        if not isinstance(event, CallbackQuery):
            return await super().propagate_event(update_type, event, **kwargs)
        for router in self.asked_for((event.data or "").partition(":")[0]):
            response = await router.propagate_event(update_type=update_type, event=event, **kwargs)
            if response is not UNHANDLED:
                return response
        return UNHANDLED

    def asked_for(self, kind: str) -> Sequence[Router]:
        """Return the routers that may handle a press of a kind of button."""
        return self._for_kind.get(kind, self._for_others)


def _asks(router: Router, kind: str | None) -> bool:
    """Tell whether a router has a handler for a kind of button, or one that takes any."""
    return any(each in (kind, None) for each in _kinds(router))


def _kinds(router: Router) -> Iterator[str | None]:
    """Yield the kind of button that each handler of presses takes, None for one that may take any."""
    if router.sub_routers:
        yield None
    for handler in router.callback_query.handlers:
        kinds = [
            each.callback.callback_data.__prefix__
            for each in handler.filters or ()
            if isinstance(each.callback, CallbackQueryFilter)
        ]
        yield kinds[0] if kinds else None
