"""What this process counts since its start, as Prometheus reads it: everybody may count here, only `bot/web` reads.

Like the loggers of the standard library these stand in one place, so that nobody has to hand them round. A label is
one of few words that stand in the code: never an id, a name, or anything else of a person. Counting costs a press some
microseconds; nothing here waits, and nothing fails.
"""

import functools
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import Engine, event

disable_created_metrics()  # type: ignore[no-untyped-call]  # another series for each, which nobody reads
REGISTRY = CollectorRegistry()
GCCollector(REGISTRY)
ProcessCollector(registry=REGISTRY)

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper limits in seconds."""

STARTED = Gauge("shop_started_seconds", "When the process started, in seconds since 1970.", registry=REGISTRY)
UPDATES = Counter("shop_updates", "What Telegram brought.", ["kind"], registry=REGISTRY)
HANDLING = Histogram(
    "shop_handler_seconds",
    "How long handlers took, by the family of screens.",
    ["family"],
    buckets=QUICK,
    registry=REGISTRY,
)
REFUSALS = Counter("shop_refusals", "What was refused, by the kind of refusal.", ["reason"], registry=REGISTRY)
ERRORS = Counter("shop_errors", "Bugs that were met, by where.", ["where"], registry=REGISTRY)
QUERIES = Histogram(
    "shop_query_seconds",
    "How long the database took for a statement.",
    ["verb"],
    buckets=QUICK,
    registry=REGISTRY,
)
QUERY_ERRORS = Counter("shop_query_errors", "Statements that the database refused.", ["error"], registry=REGISTRY)
CALLS = Counter("shop_telegram_calls", "Requests to Telegram.", ["method", "outcome"], registry=REGISTRY)
CALLING = Histogram(
    "shop_telegram_seconds", "How long Telegram took to answer.", ["method"], buckets=QUICK, registry=REGISTRY
)
POLLED = Gauge("shop_polled_seconds", "When Telegram last answered a poll, since 1970.", registry=REGISTRY)
LOOP_LAG = Histogram(
    "shop_loop_lag_seconds", "How much too late the event loop woke up.", buckets=QUICK, registry=REGISTRY
)
JOBS = Histogram(
    "shop_job_seconds", "How long jobs took that worked.", ["name"], buckets=(*QUICK, 30.0, 60.0), registry=REGISTRY
)
JOB_WORKED = Gauge("shop_job_worked_seconds", "When a job last worked, since 1970.", ["name"], registry=REGISTRY)
JOB_TOOK = Gauge("shop_job_took_seconds", "How long a job took the last time.", ["name"], registry=REGISTRY)
JOB_FAILURES = Counter("shop_job_failures", "How often a job failed.", ["name"], registry=REGISTRY)

STARTED.set(time.time())

M = TypeVar("M", Counter, Gauge, Histogram)
VERBS = ("select", "insert", "update", "delete")
_by_verb = {verb: QUERIES.labels(verb) for verb in (*VERBS, "other")}
_tally: dict[str, int] = {}
OURS = str(Path(__file__).resolve().parent)
MOST_MISTAKES = 30
"""Of a flood of bugs the database need not hold every one; the log does."""


class Met(NamedTuple):
    """A bug: its id in the log, the class of the exception, the line of ours, and when. Never what was said."""

    error_id: str
    what: str
    place: str
    at: datetime


_met: deque[Met] = deque(maxlen=MOST_MISTAKES)


@functools.cache
def child(metric: M, *labels: str) -> M:
    """Return a metric with its labels; known ones are at hand in a fifth of the time that the library takes."""
    return metric.labels(*labels)


def count(name: str, times: int = 1) -> None:
    """Count what is to survive a restart; the job "keep count" writes it down. A name is one of few words."""
    _tally[name] = _tally.get(name, 0) + times


def met(error_id: str, error: BaseException) -> None:
    """Note a bug under the id by which it stands in the log; the job "keep count" writes it down."""
    place = place_of(error)
    ERRORS.labels(place.partition(":")[0]).inc()
    count("mistake")
    _met.append(Met(error_id, type(error).__name__, place, datetime.now(UTC)))


def place_of(error: BaseException) -> str:
    """Return the last line of ours on the way to an error, such as "telegram/customer/shop.py:61"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)]
    if not ours:
        return "elsewhere"
    return f"{Path(ours[-1].filename).relative_to(OURS)}:{ours[-1].lineno}"


def take_mistakes() -> list[Met]:
    """Return the bugs that were met since the last time, as many as are kept, and begin anew."""
    taken = list(_met)
    _met.clear()
    return taken


def take_tally() -> dict[str, int]:
    """Return what was counted since the last time, and begin anew."""
    taken = dict(_tally)
    _tally.clear()
    return taken


def put_back(tally: dict[str, int], mistakes: Iterable[Met]) -> None:
    """Count again what could not be written down."""
    for name, times in tally.items():
        count(name, times)
    _met.extend(mistakes)


@contextmanager
def job(name: str) -> Iterator[None]:
    """Note how a job does while the block lasts; whatever it raises counts as a failure."""
    started = time.perf_counter()
    try:
        yield
    except Exception:
        # Whatever it is, it goes on to whoever handles it; a cancellation is no failure.
        JOB_FAILURES.labels(name).inc()
        raise
    took = time.perf_counter() - started
    JOBS.labels(name).observe(took)
    JOB_TOOK.labels(name).set(took)
    job_lives(name)


def job_lives(name: str) -> None:
    """Note that a job works at this moment."""
    JOB_WORKED.labels(name).set_to_current_time()
    JOB_FAILURES.labels(name)


def silent_seconds() -> float:
    """Return how long ago Telegram answered a poll; before the first answer, how long the process has run."""
    return time.time() - max(value_of("shop_polled_seconds"), value_of("shop_started_seconds"))


def value_of(name: str) -> float:
    """Return a number that has no labels."""
    return REGISTRY.get_sample_value(name) or 0.0


def time_queries(engines: Iterable[Engine]) -> Callable[[], None]:
    """Time every statement of these engines; return what ends that."""
    heard = [
        (engine, name, listener)
        for engine in engines
        for name, listener in (
            ("before_cursor_execute", _begin_query),
            ("after_cursor_execute", _end_query),
            ("handle_error", _note_query_error),
        )
    ]
    for each in heard:
        event.listen(*each)

    def stop() -> None:
        for each in heard:
            event.remove(*each)

    return stop


def _begin_query(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    context.begun_at = time.perf_counter()


def _end_query(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    begun_at = getattr(context, "begun_at", None)  # missing when the statement began before anybody listened
    if begun_at is not None:
        _by_verb.get(statement[:6].lower(), _by_verb["other"]).observe(time.perf_counter() - begun_at)


def _note_query_error(context: Any) -> None:
    QUERY_ERRORS.labels(type(context.original_exception).__name__).inc()


def total_of(counter: Counter) -> float:
    """Return what a counter has come to, over all labels."""
    return sum(sample.value for metric in counter.collect() for sample in metric.samples)


def count_of(histogram: Histogram) -> float:
    """Return how often a histogram was fed, over all labels."""
    samples = (sample for metric in histogram.collect() for sample in metric.samples)
    return sum(sample.value for sample in samples if sample.name.endswith("_count"))
