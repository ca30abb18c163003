import math

import pytest
from prometheus_client import CollectorRegistry, Histogram

from bot.web import timings


def test_quantiles_are_reckoned_within_their_bucket():
    buckets = [(0.1, 50.0), (0.2, 100.0), (math.inf, 100.0)]

    assert timings.quantile(buckets, 0.5) == pytest.approx(0.1)
    assert timings.quantile(buckets, 0.75) == pytest.approx(0.15)
    assert timings.quantile(buckets, 0.25) == pytest.approx(0.05)


def test_what_took_longer_than_every_limit_is_told_as_the_last_limit():
    assert timings.quantile([(0.1, 0.0), (1.0, 0.0), (math.inf, 3.0)], 0.99) == 1.0


def test_what_took_the_most_time_in_all_stands_first_and_what_never_happened_nowhere():
    histogram = Histogram("h", "h", ["family"], buckets=(0.1, 1.0), registry=CollectorRegistry())
    for _ in range(10):
        histogram.labels("often").observe(0.05)
    histogram.labels("long").observe(0.9)
    histogram.labels("never")

    found = timings.of(histogram, "family")

    assert [(each.name, each.count) for each in found] == [("long", 1), ("often", 10)]
    assert found[1].mean == pytest.approx(0.05)
