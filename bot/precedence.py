"""People go first: while somebody waits for an answer, whatever else uses the database rests before its next statement.

Only one thread runs Python at a time, and a press asks for that some ten times until it is answered. Jobs with a lot to
do, such as the end of thousands of reservations, would let it wait for a part of a statement of theirs each time.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Engine, event

T = TypeVar("T")

MOST_SECONDS = 0.02
"""So long a unit of work rests at most, in all: longer than nearly every press takes.

So long it holds its locks longer, perhaps one that the person waits for.
"""

_is_for_person: ContextVar[bool] = ContextVar("is_for_person", default=False)


class Precedence:
    """Who is served now, and how long each thread that works for nobody in particular still lets them pass."""

    def __init__(self) -> None:
        """Serve nobody yet."""
        self._served = 0
        self._nobody = threading.Event()
        self._nobody.set()
        self._thread = threading.local()

    @contextmanager
    def person(self) -> Iterator[None]:
        """Serve a person in this block, on the event loop: what is done for them waits for nobody."""
        before = _is_for_person.set(True)
        self._served += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._served -= 1
            if not self._served:
                self._nobody.set()
            _is_for_person.reset(before)

    def on_thread(self, work: Callable[[], T]) -> Callable[[], T]:
        """Return what a thread has to do for whom the event loop is working now."""
        most = 0.0 if _is_for_person.get() else MOST_SECONDS

        def begin() -> T:
            self._thread.left = most
            return work()

        return begin

    def heed(self, engines: Iterable[Engine]) -> None:
        """Have every statement of these engines let people pass."""
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._let_pass)

    def _let_pass(self, *_statement: Any) -> None:
        left = getattr(self._thread, "left", 0.0)
        if left > 0 and not self._nobody.is_set():
            began = time.monotonic()
            self._nobody.wait(left)
            self._thread.left = left - (time.monotonic() - began)
