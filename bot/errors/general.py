"""What any refusal is made of, and those that fit everything: names, values, states and limits."""

from dataclasses import dataclass
from typing import Any


class ShopError(Exception):
    """The shop refuses, and nothing has changed. Telegram words it by class name, the shell prints `str(error)`."""

    sentence = "The shop refuses this."

    @property
    def facts(self) -> dict[str, Any]:
        """Return the attributes by name, ready to be worded."""
        return {name: getattr(self, name) for name in getattr(self, "__dataclass_fields__", ())}

    def __str__(self) -> str:
        return self.sentence


class Conflict(Exception):
    """Somebody else was faster; `Database.call` runs the whole unit of work again."""


class DoneAlready(ShopError):
    """What reached the shop a second time was done the first time."""

    sentence = "This was done already."


class Forgotten(ShopError):
    """An answer came to a question whose facts are no longer known."""

    sentence = "What was asked is forgotten by now; please begin again."


@dataclass(eq=False)
class NotFound(ShopError):
    """What was named does not exist."""

    what: str
    name: str
    close: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(repr(name) for name in self.close)}?" if self.close else ""
        return f"There {'are' if self.what == 'goods' else 'is'} no {self.what} {self.name!r}.{hint}"


@dataclass(eq=False)
class AlreadyExists(ShopError):
    """The name is taken."""

    what: str
    name: str

    def __str__(self) -> str:
        there_is = "There are already goods" if self.what == "goods" else f"There is already a {self.what}"
        return f"{there_is} {self.name!r}; choose another name."


@dataclass(eq=False)
class BadValue(ShopError):
    """A value does not fit; `expected` says what would."""

    what: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.value!r} is not a valid {self.what}: {self.expected}."


@dataclass(eq=False)
class WrongState(BadValue):
    """Something is so that what was asked makes no sense; `expected` says how it is, and `word` names it for texts."""

    word: str = ""

    def __str__(self) -> str:
        return f"{self.what.capitalize()} {self.value!r}: {self.expected}."


@dataclass(eq=False)
class LimitReached(ShopError):
    """There are as many of something as there may be; `sentence` says of what."""

    limit: int

    def __str__(self) -> str:
        return self.sentence.format(limit=self.limit)
