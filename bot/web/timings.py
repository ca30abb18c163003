"""What the process knows since its start, as tables: how long things took, and how often they happened."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from bot import metrics


@dataclass(frozen=True)
class Timing:
    """How long one kind of work took, in seconds: on average, and for half, 95 and 99 of a hundred."""

    name: str
    count: int
    mean: float
    half: float
    most: float
    nearly_all: float


@dataclass(frozen=True)
class JobState:
    """How one job does; times in seconds, moments in seconds since 1970, None before the first."""

    name: str
    worked_at: float | None
    took: float | None
    runs: int
    failures: int


Buckets = Sequence[tuple[float, float]]
"""Upper limits, each with how many were at most so much; the last limit is infinite."""


def of(histogram: Histogram, label: str) -> list[Timing]:
    """Return the timings of a histogram, those that took the most time in all first."""
    found = [(_timing(name, buckets, total), total) for name, buckets, total in _series(histogram, label)]
    return [timing for timing, total in sorted(found, key=lambda each: -each[1]) if timing.count]


def counts(counter: Counter, *labels: str) -> list[tuple[tuple[str, ...], int]]:
    """Return how often each set of labels was counted, the most frequent first."""
    samples = [sample for metric in counter.collect() for sample in metric.samples]
    found = [(tuple(sample.labels[label] for label in labels), int(sample.value)) for sample in samples]
    return sorted((each for each in found if each[1]), key=lambda each: (-each[1], each[0]))


def jobs(others: Iterable[str] = ()) -> list[JobState]:
    """Return every job that has run, and those others, by name."""
    worked, took = _values(metrics.JOB_WORKED), _values(metrics.JOB_TOOK)
    failures = {labels[0]: count for labels, count in counts(metrics.JOB_FAILURES, "name")}
    runs = {timing.name: timing.count for timing in of(metrics.JOBS, "name")}
    names = sorted({*worked, *failures, *others})
    return [
        JobState(name, worked.get(name), took.get(name), runs.get(name, 0), failures.get(name, 0)) for name in names
    ]


def quantile(buckets: Buckets, share: float) -> float:
    """Return how long so great a share took at most, as Prometheus reckons: evenly within each bucket."""
    wanted = buckets[-1][1] * share
    lower, below = 0.0, 0.0
    for limit, up_to in buckets:
        if up_to >= wanted:
            if math.isinf(limit):
                return lower
            return lower + (limit - lower) * (wanted - below) / max(up_to - below, 1)
        lower, below = limit, up_to
    return lower


def _timing(name: str, buckets: Buckets, total: float) -> Timing:
    count = int(buckets[-1][1])
    return Timing(name, count, total / max(count, 1), *(quantile(buckets, share) for share in (0.5, 0.95, 0.99)))


def _series(histogram: Histogram, label: str) -> Iterator[tuple[str, Buckets, float]]:
    buckets: dict[str, list[tuple[float, float]]] = {}
    totals: dict[str, float] = {}
    for sample in (sample for metric in histogram.collect() for sample in metric.samples):
        name = sample.labels.get(label, "")
        if sample.name.endswith("_bucket"):
            buckets.setdefault(name, []).append((float(sample.labels["le"]), sample.value))
        elif sample.name.endswith("_sum"):
            totals[name] = sample.value
    return ((name, found, totals[name]) for name, found in buckets.items())


def _values(gauge: Gauge) -> dict[str, float]:
    return {sample.labels["name"]: sample.value for metric in gauge.collect() for sample in metric.samples}
