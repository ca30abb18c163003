"""The courier: thousands of messages wait, and Telegram refuses whoever sends too fast.

`python -m bench.courier` beside the servers that TEST_DATABASE_URL and others name sends all 10,000, in seven minutes.
"""

import os
import time

from bench import reservations
from bench.evening import SENDING, evening
from bench.figures import Figure, figure, table
from bot.services.broadcasts import PER_SECOND

MESSAGES = 10_000
FIRST = 5
"""Messages; from then on it counts, because the first ones make good for the start."""


def measure(server_url: str, *, messages: int, looks: int, seconds: float) -> list[Figure]:
    """Let the bot find so many messages, and look a few times at what it sends, for so many seconds in all."""
    with evening(server_url, messages) as night:
        reservations.tell_all(night.shop)
        night.town.ask("know", first_id=reservations.FIRST_ID, people=messages)
        night.town.ask("enforce")
        bot = night.begin()
        night.wait_for_messages(FIRST)
        pairs = [(night.sent(bot, lambda: time.sleep(seconds / looks)), SENDING) for _ in range(looks)]
        taken = night.taken()
    name = f"courier, {messages:,} messages"
    return [
        figure(name, "messages/s", pairs, "rate", target=">= 0.99"),
        figure(name, "ms CPU/message", pairs, "cpu"),
        figure(name, "% not refused", [(taken, SENDING)], "taken", target=">= 1"),
    ]


if __name__ == "__main__":
    whole = MESSAGES / PER_SECOND
    print(table(measure(os.environ["TEST_DATABASE_URL"], messages=MESSAGES, looks=10, seconds=whole)))
