"""The table of Bot API methods that the sandbox answers."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.params import Params
from bot.sandbox.world import World

Method = Callable[[World, Params], Awaitable[Any]]

_methods: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Enter a function into the table under the Bot API's name; names are compared without regard to case."""

    def enter(function: Method) -> Method:
        _methods[name.lower()] = function
        return function

    return enter


def find(name: str) -> Method | None:
    """Return the method of this name."""
    return _methods.get(name.lower())
