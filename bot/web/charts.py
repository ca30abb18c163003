"""A chart as the page carries it: data in an attribute, which `live.js` draws with uPlot, and a table for the rest."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Series:
    """One line or row of bars; money comes as text, so that it stays exact until it is drawn."""

    name: str
    values: Sequence[int | float | str]
    kind: str = "line"
    unit: str = ""


@dataclass(frozen=True)
class Chart:
    """Values over the parts of a period."""

    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing but zeros to draw."""
        return not any(float(value) for each in self.series for value in each.values)

    def as_json(self) -> str:
        """Return it as the script reads it."""
        return json.dumps(asdict(self))

    def rows(self) -> Iterator[tuple[str, Sequence[int | float | str]]]:
        """Yield each part with its values, the latest first."""
        for index in range(len(self.labels) - 1, -1, -1):
            yield self.labels[index], [each.values[index] for each in self.series]
