"""Memory: thousands of people come and browse for an hour; what each of them costs, and whether it goes on growing.

`python -m bench.hour` beside the servers that TEST_DATABASE_URL and others name measures this alone.
"""

import os

from bench.evening import evening
from bench.figures import Figure, table

LOOKS = 60
"""So often the memory is looked at while the time passes."""
SHARE = 6
"""The first of so many shares of the looks are compared with the last, one by one."""


def measure(server_url: str, *, people: int, seconds: float) -> list[Figure]:
    """Let so many people come, and browse for so long."""
    with evening(server_url, 0) as night:
        bot = night.begin()
        empty = bot.memory()
        night.town.ask("fill", people=people)
        came = bot.memory()
        looks = []
        for _ in range(LOOKS):
            night.stroll(seconds / LOOKS)
            looks.append(bot.memory())
    first, last = looks[: LOOKS // SHARE], looks[-(LOOKS // SHARE) :]
    return [
        Figure(f"memory, {people:,} people come", "MB", [came], [empty]),
        Figure(f"memory, they browse for {seconds / 60:.0f} minutes", "MB", last, first, "<= 1.05"),
    ]


if __name__ == "__main__":
    print(table(measure(os.environ["TEST_DATABASE_URL"], people=10_000, seconds=3600)))
