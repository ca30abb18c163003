"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Rounds of everything, how many people browse together, and for how many seconds a round.

    `buyers` are those of a round of checkouts, `people`, `orders` and `goods` those of the large shop. `lines` are
    those of the address file, `visitors` the people who come for the figure of the memory, and `times` how often a
    quick operation is done in a round. `many` orders end and so many messages wait; what lasts is
    watched in so many `parts`, for `long` seconds; so many people come and stay for an `hour`, in seconds.
    """

    rounds: int
    crowds: tuple[int, ...]
    seconds: float
    buyers: int
    people: int
    orders: int
    goods: int
    lines: int
    visitors: int
    times: int
    many: int
    parts: int
    long: float
    hour: float


FULL = Effort(
    rounds=5,
    crowds=(1, 20, 100),
    seconds=1.5,
    buyers=100,
    people=1_000_000,
    orders=1_000_000,
    goods=100_000,
    lines=200_000,
    visitors=1000,
    times=100,
    many=10_000,
    parts=3,
    long=12.0,
    hour=3600.0,
)
QUICK = Effort(
    rounds=1,
    crowds=(1, 3),
    seconds=0.3,
    buyers=8,
    people=2000,
    orders=20_000,
    goods=200,
    lines=300,
    visitors=8,
    times=2,
    many=20,
    parts=2,
    long=0.4,
    hour=1.0,
)
"""Shows that the suite works; the figures mean nothing."""
