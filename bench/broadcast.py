"""A broadcast to a hundred thousand people, of which the beginning is watched: its pace, and what it costs others.

`python -m bench.broadcast` beside the servers that TEST_DATABASE_URL and others name measures this alone. All of it
takes more than an hour at the pace that Telegram allows; it goes on behind the last person whom it has reached, so the
batch in the middle is asked for beside the first.
"""

import os
import time

from sqlalchemy.orm import Session

from bench.child import Child
from bench.evening import SENDING, STROLLERS, Evening, evening
from bench.figures import Figure, Sample, figure, percentiles, table
from bench.names import FIRST_BROWSER_ID
from bot.models import Broadcast, ContentKind
from bot.services import broadcast_run, broadcasts, clock
from bot.services.broadcasts import PER_SECOND, Content

FIRST_ID = 10_000_000
NEAR = 5000
"""So many know the bot: those whom it can reach while it is watched."""
FIRST = 5
SETTLING_SECONDS = 0.5
"""After a pause: what had been begun is sent, and whoever has not pressed for a while finds the caches warm."""
TIMES = 5
ACTOR = "cli:bench"


def measure(server_url: str, *, people: int, looks: int, seconds: float) -> list[Figure]:
    """Let a broadcast to so many begin, and look a few times at what it does, without and with people who press.

    Each takes so many seconds in all; in the calm before each look the broadcast is paused.
    """
    with evening(server_url, 0) as night:
        _invite(night, people)
        number = night.shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "A sale, only today")).id
        batches = {"first": _queueing(night, number, 0), "middle": _queueing(night, number, FIRST_ID + people // 2)}
        bot = night.begin()
        night.town.ask("fill", people=STROLLERS)
        night.town.ask("know", first_id=FIRST_ID, people=min(people, NEAR))
        night.town.ask("enforce")
        _begin(night, number)
        rounds = [_look(night, bot, number, seconds / looks) for _ in range(looks)]
        taken = night.taken()
    name = f"broadcast to {people:,}"
    quiet, busy = ([(sides[which], SENDING) for sides in rounds] for which in ("quiet", "busy"))
    felt = [(sides["busy"], sides["calm"]) for sides in rounds]
    sending = broadcast_run.BATCH / PER_SECOND * 1000
    return [
        figure(name, "messages/s", quiet, "rate", target=">= 0.99"),
        figure(name, "messages/s, people press", busy, "rate"),
        figure(name, "ms CPU/message", quiet, "cpu"),
        figure(name, "% not refused", [(taken, SENDING)], "taken", target=">= 1"),
        figure(name, "p99 of a press, ms", felt, "p99"),
        figure(name, "MB", felt, "mb"),
        *(
            Figure(f"{name}, {which} batch", "ms, beside sending it", took, [sending] * TIMES)
            for which, took in batches.items()
        ),
    ]


def _look(night: Evening, bot: Child, number: int, seconds: float) -> dict[str, Sample]:
    """Return what people feel and what the bot sends: paused, by itself, and while people press."""
    night.shop.staff(broadcasts.pause, number)
    night.stroll(SETTLING_SECONDS)
    calm = {**percentiles(night.stroll(seconds)), "mb": bot.memory()}
    night.shop.staff(broadcasts.resume, number)
    night.wait_for_messages(FIRST)
    quiet = night.sent(bot, lambda: time.sleep(seconds))
    waits: list[float] = []
    busy = night.sent(bot, lambda: waits.extend(night.stroll(seconds)))
    return {"calm": calm, "quiet": quiet, "busy": {**busy, **percentiles(waits), "mb": bot.memory()}}


def _invite(night: Evening, people: int) -> None:
    """Have so many customers, who all get broadcasts."""
    columns = "telegram_id, first_name, language, role, is_banned, registered_at"
    values = f"{FIRST_ID} + seq - 1, 'Anna', 'en', 'USER', 0, '2024-11-20' FROM seq_1_to_{people}"
    night.shop.execute(f"INSERT INTO users ({columns}) SELECT {values}")


def _queueing(night: Evening, number: int, after: int) -> list[float]:
    """Return how many milliseconds it takes to queue the next batch behind somebody; nothing is left of it."""
    return [night.shop.db.rehearse(_queue, number, after) for _ in range(TIMES)]


def _queue(session: Session, number: int, after: int) -> float:
    broadcasts.confirm(session, number, 1, actor=ACTOR, now=clock.now())
    session.get_one(Broadcast, number).last_user_id = after
    session.flush()
    began = time.perf_counter()
    broadcast_run.advance(session, number, now=clock.now())
    session.flush()
    return (time.perf_counter() - began) * 1000


def _begin(night: Evening, number: int) -> None:
    """Confirm it, for all but those who press, and wait until it has found its pace."""
    off = "UPDATE users SET broadcasts_off_at = '2024-11-20' WHERE telegram_id BETWEEN :first AND :last"
    night.shop.execute(off, first=FIRST_BROWSER_ID, last=FIRST_BROWSER_ID + STROLLERS)
    night.shop.staff(broadcasts.confirm, number, 1)
    night.wait_for_messages(FIRST)


if __name__ == "__main__":
    print(table(measure(os.environ["TEST_DATABASE_URL"], people=100_000, looks=3, seconds=25)))
