"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Rounds of everything, seconds a round of browsing, buyers a round of checkouts, and how large the large shop is.

    `lines` are those of the address file, `visitors` how many people come for the figure of the memory, and `times` how
    often a quick operation is done in a round. `many` orders end at once and so many messages wait, watched for `long`
    seconds.
    """

    rounds: int
    seconds: float
    buyers: int
    people: int
    orders: int
    goods: int
    lines: int
    visitors: int
    times: int
    many: int
    long: float


FULL = Effort(
    rounds=7,
    seconds=1.5,
    buyers=100,
    people=1_000_000,
    orders=1_000_000,
    goods=100_000,
    lines=200_000,
    visitors=2000,
    times=100,
    many=10_000,
    long=20.0,
)
QUICK = Effort(
    rounds=1,
    seconds=0.3,
    buyers=8,
    people=2000,
    orders=20_000,
    goods=200,
    lines=300,
    visitors=40,
    times=2,
    many=20,
    long=0.4,
)
"""Shows that the suite works; the figures mean nothing."""
