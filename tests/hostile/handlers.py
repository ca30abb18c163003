"""Every handler of the bot with something that it takes, found in the dispatcher: a new one cannot be forgotten."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, Literal, get_args, get_origin

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.fsm.state import State, StatesGroup
from magic_filter import MagicFilter
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bot.models import Right
from bot.telegram.admin.router import StaffRouter
from bot.telegram.dispatcher import ROUTERS


@dataclass(frozen=True)
class Door:
    """A handler, and the right that it needs, if any."""

    router: Router
    handler: HandlerObject

    @property
    def name(self) -> str:
        return f"{self.handler.callback.__module__.removeprefix('bot.telegram.')}.{self.handler.callback.__name__}"

    @property
    def needs(self) -> Right | None:
        return self.router.needs if isinstance(self.router, StaffRouter) else None

    @property
    def flags(self) -> dict[str, Any]:
        return self.handler.flags

    @property
    def filters(self) -> list[Any]:
        return [each.callback for each in self.handler.filters or []]


def buttons() -> list[Door]:
    """Return every handler of presses but the last resort."""
    return [Door(router, each) for router in ROUTERS for each in router.callback_query.handlers if each.filters]


def listeners() -> list[Door]:
    """Return every handler of messages but the last resort."""
    observers = ((router, observer) for router in ROUTERS for observer in (router.message, router.edited_message))
    doors = [Door(router, each) for router, observer in observers for each in observer.handlers]
    return [door for door in doors if door.router.name != "fallback"]


def states_of(door: Door) -> list[State]:
    """Return the questions whose answers a handler takes."""
    found: list[State] = []
    for each in door.filters:
        for state in each.states if isinstance(each, StateFilter) else [each]:
            if isinstance(state, State):
                found.append(state)
            elif isinstance(state, type) and issubclass(state, StatesGroup):
                found += state.__all_states__
    return found


def commands_of(door: Door) -> list[str]:
    """Return the commands that a handler takes."""
    return [str(command) for each in door.filters if isinstance(each, Command) for command in each.commands]


def press_for(door: Door, number: int) -> str | None:
    """Return the data of a button that a handler takes, with `number` wherever the number of a thing fits."""
    return next(iter(every_press_for(door, number)), None)


def every_press_for(door: Door, number: int) -> list[str]:
    """Return the data of a button for each word that a handler asks for, and of one where it asks for none."""
    found: dict[str, str] = {}
    for kind in door.filters:
        if not isinstance(kind, CallbackQueryFilter):
            continue
        asked = sorted(set(_words_of(kind.rule)))
        for made in _instances(kind.callback_data, number, (*asked, *ANY)):
            if kind.rule is None or kind.rule.resolve(made):
                said = next((word for word in asked if word in made.model_dump().values()), "")
                found.setdefault(said, made.pack())
    return list(found.values())


ANY = ("timezone", "en", "x")
"""Words where a handler asks for none in particular: a language, a setting, anything."""
A_DAY = 20361231


def _words_of(rule: Any) -> Iterator[str]:
    """Yield every text that the rule of a filter compares with."""
    if isinstance(rule, str):
        yield rule
    elif isinstance(rule, MagicFilter):
        for operation in rule._operations:
            for name in ("args", "right", "value", "kwargs"):
                yield from _words_of(getattr(operation, name, None))
    elif isinstance(rule, Iterable):
        for each in rule:
            yield from _words_of(each)


def _instances(kind: type[CallbackData], number: int, words: tuple[str, ...]) -> Iterator[CallbackData]:
    """Yield callback data of a kind with every choice that its fields allow."""
    choices = [list(_choices(field, number, words)) for field in kind.model_fields.values()]
    for values in product(*choices):
        made = kind(**dict(zip(kind.model_fields, values, strict=True)))
        try:
            made.pack()
        except ValueError:
            continue
        yield made


def _choices(field: FieldInfo, number: int, words: tuple[str, ...]) -> Iterator[Any]:
    is_bounded = bool(field.metadata)
    fits: TypeAdapter[Any] = TypeAdapter(
        Annotated[(field.annotation, *field.metadata)] if is_bounded else field.annotation
    )
    default = () if field.is_required() else (field.default,)
    for value in (number, A_DAY, 0, 1, *words, *_literals(field.annotation), *default, False, True):
        try:
            yield fits.validate_python(value, strict=True)
        except ValidationError:
            continue


def _literals(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()
