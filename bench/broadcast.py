"""A broadcast to a hundred thousand people, of which the beginning is watched: its pace, and what it costs others.

`python -m bench.broadcast` beside the servers that TEST_DATABASE_URL and others name measures this alone. All of it
takes more than an hour at the pace that Telegram allows; it goes on behind the last person whom it has reached, so the
batch in the middle is asked for beside the first.
"""

import os
import time
from collections.abc import Callable
from statistics import median, quantiles

from sqlalchemy.orm import Session

from bench.child import Child
from bench.evening import Evening, evening
from bench.figures import Figure, Sample, figure, table
from bench.names import FIRST_BROWSER_ID
from bot.models import Broadcast, ContentKind
from bot.services import broadcast_run, broadcasts, clock
from bot.services.broadcasts import PER_SECOND, Content

PEOPLE = 20
"""Who browse meanwhile."""
PRESSES = 10
"""A second, of all of them together."""
FIRST_ID = 10_000_000
NEAR = 5000
"""So many know the bot: those whom it can reach while it is watched."""
FIRST = 5
PATIENCE = 60.0  # seconds
TIMES = 5
ACTOR = "cli:bench"


def measure(server_url: str, *, people: int, seconds: float) -> list[Figure]:
    """Let a broadcast to so many begin, and watch it for a while without and with people who press."""
    with evening(server_url, 0) as night:
        _invite(night, people)
        number = night.shop.staff(broadcasts.draft, Content(ContentKind.TEXT, "A sale, only today")).id
        batches = {"first": _queueing(night, number, 0), "middle": _queueing(night, number, FIRST_ID + people // 2)}
        bot = night.begin()
        night.town.ask("fill", people=PEOPLE)
        night.town.ask("know", first_id=FIRST_ID, people=min(people, NEAR))
        _stroll(night, min(seconds, 5.0))
        calm, memory = _stroll(night, seconds), bot.memory()
        night.town.ask("enforce")
        _begin(night, number)
        quiet = _watched(night, bot, lambda: time.sleep(seconds))
        waits: list[float] = []
        busy = _watched(night, bot, lambda: waits.extend(_stroll(night, seconds)))
        after = bot.memory()
        sent = night.town.ask("sent")
    name = f"broadcast to {people}"
    limit = {"rate": float(PER_SECOND), "cpu": 1000 / PER_SECOND}
    share = sent["messages"] / (sent["messages"] + sent["refused"]) * 100
    sending = broadcast_run.BATCH / PER_SECOND * 1000
    return [
        figure(name, "messages/s", [(quiet, limit)], "rate", target=">= 0.99"),
        figure(name, "messages/s, people press", [(busy, limit)], "rate"),
        figure(name, "ms CPU/message", [(quiet, limit)], "cpu"),
        figure(name, "% not refused", [({"taken": share}, {"taken": 100.0})], "taken", target=">= 1"),
        figure(name, "p99 of a press, ms", [(_percentile(waits), _percentile(calm))], "p99"),
        figure(name, "MB", [({"mb": after}, {"mb": memory})], "mb"),
        *(
            figure(f"{name}, {which} batch", "ms, beside sending it", [({"ms": took}, {"ms": sending})], "ms")
            for which, took in batches.items()
        ),
    ]


def _invite(night: Evening, people: int) -> None:
    """Have so many customers, who all get broadcasts."""
    columns = "telegram_id, first_name, language, role, is_banned, registered_at"
    values = f"{FIRST_ID} + seq - 1, 'Anna', 'en', 'USER', 0, '2024-11-20' FROM seq_1_to_{people}"
    night.shop.execute(f"INSERT INTO users ({columns}) SELECT {values}")


def _queueing(night: Evening, number: int, after: int) -> float:
    """Return how many milliseconds it takes to queue the next batch behind somebody; nothing is left of it."""
    return median(night.shop.db.rehearse(_queue, number, after) for _ in range(TIMES))


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
    night.shop.execute(off, first=FIRST_BROWSER_ID, last=FIRST_BROWSER_ID + PEOPLE)
    night.shop.staff(broadcasts.confirm, number, 1)
    until = time.perf_counter() + PATIENCE
    while night.town.ask("sent")["messages"] < PEOPLE + FIRST and time.perf_counter() < until:
        time.sleep(0.05)


def _stroll(night: Evening, seconds: float) -> list[float]:
    return list(night.town.ask("stroll", per_second=PRESSES, seconds=seconds))


def _percentile(waits: list[float]) -> Sample:
    return {"p99": quantiles(waits, n=100, method="inclusive")[98]}


def _watched(night: Evening, bot: Child, meanwhile: Callable[[], object]) -> dict[str, float]:
    """Return how many messages a second arrive while something is done, and what each costs the bot."""
    cpu, began, before = bot.cpu(), time.perf_counter(), night.town.ask("sent")
    meanwhile()
    count = night.town.ask("sent")["messages"] - before["messages"]
    took, used = time.perf_counter() - began, bot.cpu() - cpu
    return {"rate": count / took, "cpu": used / count * 1000}


if __name__ == "__main__":
    print(table(measure(os.environ["TEST_DATABASE_URL"], people=100_000, seconds=25)))
