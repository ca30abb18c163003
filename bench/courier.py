"""The courier: thousands of messages wait, and Telegram refuses whoever sends too fast.

`python -m bench.courier` beside the servers that TEST_DATABASE_URL and others name sends all 10,000, in seven minutes.
"""

import os
import time

from bench import reservations
from bench.child import Child
from bench.evening import evening
from bench.figures import Figure, figure, table
from bot.services.broadcasts import PER_SECOND

MESSAGES = 10_000
FIRST = 5
"""Messages; from then on it counts, because the first ones make good for the start."""
PATIENCE = 60.0  # seconds


def measure(server_url: str, *, messages: int, seconds: float) -> list[Figure]:
    """Let the bot find so many messages, and watch it for a while."""
    with evening(server_url, messages) as night:
        reservations.tell_all(night.shop)
        night.town.ask("know", first_id=reservations.FIRST_ID, people=messages)
        night.town.ask("enforce")
        bot = night.begin()
        _wait_for_the_first(night.town)
        cpu, began, before = bot.cpu(), time.perf_counter(), night.town.ask("sent")
        time.sleep(seconds)
        after = night.town.ask("sent")
        took, used = time.perf_counter() - began, bot.cpu() - cpu
    count = after["messages"] - before["messages"]
    limit = {"rate": float(PER_SECOND), "cpu": 1000 / PER_SECOND}
    pairs = [({"rate": count / took, "cpu": used / count * 1000}, limit)]
    name = f"courier, {messages} messages"
    all_calls = after["messages"] + after["refused"]
    taken = [({"taken": after["messages"] / all_calls * 100}, {"taken": 100.0})]
    return [
        figure(name, "messages/s", pairs, "rate", target=">= 0.99"),
        figure(name, "ms CPU/message", pairs, "cpu"),
        figure(name, "% not refused", taken, "taken", target=">= 1"),
    ]


def _wait_for_the_first(town: Child) -> None:
    """Wait until the courier has found its pace: the first messages make good for the start."""
    until = time.perf_counter() + PATIENCE
    while town.ask("sent")["messages"] < FIRST and time.perf_counter() < until:
        time.sleep(0.05)


if __name__ == "__main__":
    whole = MESSAGES / PER_SECOND
    print(table(measure(os.environ["TEST_DATABASE_URL"], messages=MESSAGES, seconds=whole)))
