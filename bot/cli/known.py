"""Words that the shop knows, such as order codes and names of goods: what Tab offers for an argument or an option."""

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import Any

import click
from click.shell_completion import CompletionItem

from bot.cli import Shell

Found = Iterable[tuple[str, str]]


class Known(click.ParamType[str]):
    """A word that the shop knows. Anything may be typed: the services say what is wrong with it."""

    name = "text"

    def __init__(self, find: Callable[[Shell, str], Found]) -> None:
        """`find` returns words that begin like the one that is being typed, each with a word about it."""
        self._find = find

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """Return the words that begin like this; a shop that cannot be asked offers none, and says nothing."""
        try:
            with closing(Shell("cli:completion")) as shell:
                return [CompletionItem(value, help=about) for value, about in self._find(shell, incomplete)]
        except Exception:
            return []


def order_in(*statuses: str) -> Known:
    """Return the type of an order code that Tab completes with orders in these statuses."""
    return Known(partial(_orders, statuses))


def _orders(statuses: tuple[str, ...], shell: Shell, begin: str) -> Found:
    from bot.models import OrderStatus
    from bot.services.queries import completions

    return shell.db.read(completions.orders, begin, statuses=[OrderStatus(status) for status in statuses])


def _stored(what: str, shell: Shell, begin: str) -> Found:
    from bot.services.queries import completions

    find: Callable[..., Found] = getattr(completions, what)
    return shell.db.read(find, begin)


def _settings(_shell: Shell, begin: str) -> Found:
    from bot.services.settings import DEFINITIONS

    return [(key, definition.meaning) for key, definition in DEFINITIONS.items() if key.startswith(begin)]


ORDER = order_in()
GOODS = Known(partial(_stored, "goods"))
CATEGORY = Known(partial(_stored, "categories"))
CUSTOMER = Known(partial(_stored, "customers"))
BROADCAST = Known(partial(_stored, "broadcasts"))
REFERENCE_CODE = Known(partial(_stored, "reference_codes"))
BITCOIN_ADDRESS = Known(partial(_stored, "bitcoin_addresses"))
SETTING = Known(_settings)
