"""The unit of work: `Database.call` and `.run` begin, run, commit and retry; the only commit in the project."""

import asyncio
import logging
import math
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import marks, recent, retries
from bot.engines import ANSWER_SECONDS, reading_engine, writing_engine
from bot.errors import Busy, DoneAlready
from bot.precedence import Precedence
from bot.recent import Recent

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[Any], None]
log = logging.getLogger(__name__)


class Database:
    """Two engines on one database: one for writing (READ COMMITTED), one for reading (autocommit)."""

    def __init__(
        self,
        url: str,
        *,
        threads: int = 8,
        info: Mapping[str, Any] | None = None,
        answer_seconds: int = ANSWER_SECONDS,
        recent: Recent | None = None,
        precedence: Precedence | None = None,
    ) -> None:
        """Prepare the engines; nothing connects yet. `info` is handed to every session as `session.info`.

        MariaDB may take `answer_seconds` for a statement. The process that serves people has `recent`, what it has read
        for them in the last moment, and `precedence`, which lets them pass.
        """
        self.url = url
        self.listeners: list[Listener] = []
        self.recent = recent
        self._changed_at = -math.inf
        self._info = dict(info or {})
        self._writer = writing_engine(url, threads, answer_seconds, serves_people=recent is not None)
        self._reader = reading_engine(url, threads, answer_seconds)
        self._precedence = precedence
        if precedence is not None:
            precedence.heed(self.engines)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="db")

    @property
    def info(self) -> Mapping[str, Any]:
        """Return what every session is handed."""
        return self._info

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """Return the writing and the reading engine, for instruments such as statement counters."""
        return self._writer, self._reader

    def call(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one operation as one transaction and return what it returns.

        A deadlock, a lock time-out, a lost connection, a broken key (somebody else was faster) or a `Conflict`
        rolls everything back and runs the whole operation again, at most five times. What the operation recorded goes
        to the listeners after the commit.

        Raises:
            Busy: the database could not do it in time; nothing was changed, unless it says that it may be done.
        """
        return self._carry_out(lambda session: operation(session, *args, **kwargs))

    def call_once(
        self, key: str, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do `call`, unless what was done under this key, 32 characters that no other deed has, is there already.

        Only an operation that records an event leaves its key behind; any other may be done twice without harm.

        Raises:
            DoneAlready: an earlier call with this key has been committed; nothing was changed now.
            Busy: as `call` does.
        """
        return self._carry_out(lambda session: operation(session, *args, **kwargs), key)

    def rehearse(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one operation as `call` does and return what it returns, but leave no trace of it: nobody is told.

        Raises:
            Busy: the database could not do it in time.
        """

        def try_out() -> T:
            with self._writing_session(uuid.uuid4().hex) as session:
                result = operation(session, *args, **kwargs)
                session.flush()
                # Closed without a commit: whatever was written is taken back.
                return result

        return retries.patiently(try_out)

    def read(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an operation that only reads, without a transaction, and return what it returns.

        Raises:
            Busy: the database does not answer.
        """

        def look() -> T:
            with Session(self._reader, expire_on_commit=False, autoflush=False, info=dict(self._info)) as session:
                return operation(session, *args, **kwargs)

        return retries.patiently(look)

    @contextmanager
    def stream(
        self, operation: Callable[Concatenate[Session, P], Iterable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[Iterable[T]]:
        """Hand out what an operation that only reads yields, row by row, as long as the block lasts.

        Raises:
            Busy: the database does not answer, or went away in the middle.
        """
        with Session(self._reader, expire_on_commit=False, autoflush=False, info=dict(self._info)) as session:
            driver = session.connection().connection.driver_connection
            try:
                yield operation(session, *args, **kwargs)
            except DBAPIError as error:
                if not retries.is_worth_another_run(error):
                    raise
                raise Busy(is_away=retries.is_lost(error)) from error
            finally:
                if _forget_rest(driver):
                    session.invalidate()

    async def run(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `call` on a worker thread."""
        return await self._on_a_thread(lambda: self.call(operation, *args, **kwargs))

    async def run_once(
        self, key: str, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do `call_once` on a worker thread."""
        return await self._on_a_thread(lambda: self.call_once(key, operation, *args, **kwargs))

    async def fetch(self, operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `read` on a worker thread."""
        return await self._on_a_thread(lambda: self.read(operation, *args, **kwargs))

    def close(self) -> None:
        """Wait for what is running, and until it is seen wherever people are served; then close every connection."""
        self._threads.shutdown(wait=True)
        self.settle()
        self._writer.dispose()
        self._reader.dispose()

    def settle(self) -> None:
        """Wait until nobody uses any more what was read before this process has changed it, a moment at most."""
        time.sleep(max(self._changed_at + recent.LEASE_SECONDS - time.monotonic(), 0.0))

    async def _on_a_thread(self, work: Callable[[], T]) -> T:
        if self._precedence is not None:
            work = self._precedence.on_thread(work)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _announce(self, recorded: list[Any]) -> None:
        for each in recorded:
            for listener in self.listeners:
                try:
                    listener(each)
                except Exception:
                    # It is done and committed: whoever only listens (logs, metrics) cannot make it fail.
                    log.exception("a listener failed at %s", type(each).__name__)

    def _carry_out(self, operation: Callable[[Session], T], key: str | None = None) -> T:
        result, recorded = retries.patiently(lambda: self._unit_of_work(operation, key))
        self._announce(recorded)
        return result

    def _unit_of_work(self, operation: Callable[[Session], T], key: str | None) -> tuple[T, list[Any]]:
        unit = key or uuid.uuid4().hex
        with self._writing_session(unit) as session:
            if key and session.execute(text("SELECT 1 FROM events WHERE unit = :unit LIMIT 1"), {"unit": key}).first():
                raise DoneAlready
            result = operation(session)
            session.flush()
            is_marked = session.in_transaction() and marks.are_due(session.connection())
            try:
                session.commit()
            except DBAPIError as error:
                if not (retries.is_lost(error) and self._has_landed(unit)):
                    raise
            finally:
                if is_marked:
                    self._note_change()
            return result, session.info["recorded"]

    def _note_change(self) -> None:
        if self.recent is None:
            self._changed_at = time.monotonic()
        else:
            self.recent.forget()

    def _writing_session(self, unit: str) -> Session:
        info = {**self._info, "unit": unit, "recorded": []}
        return Session(self._writer, expire_on_commit=False, autoflush=False, info=info)

    def _has_landed(self, unit: str) -> bool:
        """Tell whether a unit is in the database although its COMMIT was never answered.

        Every event carries the key of its unit. The shared lock waits for a commit that is still on its way. A unit
        that recorded nothing is one that may be repeated without effect, and counts as not landed.

        Raises:
            Busy: the database stays away, so nobody knows yet.
        """

        def look() -> bool:
            suffix = "" if self.url.startswith("sqlite") else " LOCK IN SHARE MODE"
            with self._reader.connect() as connection:
                query = text(f"SELECT 1 FROM events WHERE unit = :unit LIMIT 1{suffix}")  # noqa: S608 - a constant
                return connection.execute(query, {"unit": unit}).first() is not None

        try:
            return retries.patiently(look)
        except Busy as busy:
            raise Busy(may_be_done=True, is_away=busy.is_away) from busy


def _forget_rest(driver: Any) -> bool:
    """Tell whether rows of a list are still on their way; PyMySQL would wait for all, even from a lost connection."""
    if not hasattr(driver, "_result"):
        return _is_out_of_step(driver)
    result = driver._result
    if result is None or not result.unbuffered_active:
        return False
    result.unbuffered_active = False
    return True


def _is_out_of_step(driver: Any) -> bool:
    """Tell whether mysqlclient would refuse the next command, as it does while rows are on their way."""
    try:
        if hasattr(driver, "ping"):
            driver.ping()
    except Exception:
        return True
    return False
