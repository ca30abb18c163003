"""Figures: what was measured, side by side with its limit, as a table and as JSON."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

Sample = Mapping[str, float]
"""What one round measured, by name."""
Pair = tuple[Sample, Sample]
"""A round of ours, and the round of the limit right before or after it."""

COLUMNS = ("figure", "unit", "shop", "limit", "ratio", "lowest..highest", "target")


@dataclass(frozen=True)
class Figure:
    """One line of the table. The ratio is the median of the ratios of the rounds, because neighbours share the noise.

    `ours` and `limit` hold a value a round; `target` is what the ratio has to be.
    """

    name: str
    unit: str
    ours: Sequence[float]
    limit: Sequence[float]
    target: str = ""

    @property
    def ratios(self) -> list[float]:
        """Return the ratio of every round."""
        return [ours / limit for ours, limit in zip(self.ours, self.limit, strict=True)]

    @property
    def ratio(self) -> float:
        """Return the ratio that counts."""
        return median(self.ratios)

    def row(self) -> tuple[str, ...]:
        """Return the cells of the table."""
        ends = f"{min(self.ratios):.2f}..{max(self.ratios):.2f}"
        shop, limit = _short(median(self.ours)), _short(median(self.limit))
        return self.name, self.unit, shop, limit, f"{self.ratio:.2f}", ends, self.target

    def as_json(self) -> dict[str, Any]:
        """Return everything that was measured."""
        return {
            "name": self.name,
            "unit": self.unit,
            "shop": list(self.ours),
            "limit": list(self.limit),
            "ratio": self.ratio,
            "lowest": min(self.ratios),
            "highest": max(self.ratios),
            "target": self.target,
        }


def percentiles(waits: Sequence[float]) -> Sample:
    """Return the p50 and the p99 of what each had to wait, two of them at least."""
    parts = quantiles(waits, n=100, method="inclusive")
    return {"p50": parts[49], "p99": parts[98]}


def interleave(rounds: int, ours: Callable[[], Sample], limit: Callable[[], Sample]) -> list[Pair]:
    """Measure both in turn, so many rounds, each of them first in every other round."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            second = limit()
            pairs.append((ours(), second))
        else:
            pairs.append((ours(), limit()))
    return pairs


def figure(name: str, unit: str, pairs: Sequence[Pair], key: str, *, target: str = "") -> Figure:
    """Return one value of all rounds as a figure."""
    return Figure(name, unit, [ours[key] for ours, _ in pairs], [limit[key] for _, limit in pairs], target)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table that also reads well in a terminal."""
    rows = [COLUMNS, *(each.row() for each in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows)


def report(figures: Sequence[Figure], *, rounds: int) -> dict[str, Any]:
    """Return what the JSON file holds."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
    return {"machine": machine, "rounds": rounds, "figures": [each.as_json() for each in figures]}


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
