import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from bot import metrics
from bot.config import load_config
from bot.db import Database
from bot.errors import AlreadyRunning, Busy
from bot.jobs import beat, follow_time_zone, schedule, warn_low_addresses
from bot.jobs.beat import Tenure
from bot.jobs.failures import Failures
from bot.jobs.timetable import Job, Timetable
from bot.services import leases, settings
from tests.jobs.waiting import until
from tests.shop import OWNER_ID, Shop, now

LONG = timedelta(hours=1)


class Count:
    """A job that counts how often it ran."""

    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> None:
        self.runs += 1

    async def reaches(self, runs: int) -> None:
        await until(lambda: self.runs >= runs)


Start = Callable[..., Timetable]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Return a function that starts a timetable of the given jobs, which is stopped after the test."""
    started: list[Timetable] = []

    def start(*jobs: Job, look_at_clock_every: float = 0.05) -> Timetable:
        timetable = Timetable(look_at_clock_every=look_at_clock_every)
        timetable.start(jobs)
        started.append(timetable)
        return timetable

    yield start
    for timetable in started:
        await timetable.stop()


async def forgets(chat_id: int) -> None:
    raise AssertionError(f"nobody was erased, but the dialogue in {chat_id} is forgotten")


async def fails() -> None:
    raise ValueError("boom")


def errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR and record.name.startswith("bot.")]


async def test_a_job_runs_again_and_again(start: Start):
    count = Count()

    start(Job("count", count, 0.02))

    await count.reaches(3)


async def test_a_job_waits_for_its_first_time(start: Start):
    count = Count()

    start(Job("count", count, 0.02, after=60))
    await asyncio.sleep(0.1)

    assert count.runs == 0


async def test_a_job_runs_once_at_a_time(start: Start):
    begun = Count()

    async def slow() -> None:
        await begun()
        await asyncio.sleep(60)

    start(Job("slow", slow, 0.02))
    await asyncio.sleep(0.2)

    assert begun.runs == 1


async def test_a_failing_job_is_logged_with_an_id_and_never_stops_the_others(
    start: Start, caplog: pytest.LogCaptureFixture
):
    count = Count()

    start(Job("fails", fails, 0.02), Job("count", count, 0.02))
    await count.reaches(5)

    assert len(errors(caplog)) == 1
    assert errors(caplog)[0].getMessage().startswith("The job fails failed (error ")
    assert errors(caplog)[0].exc_info is not None


async def test_a_job_that_broke_off_is_begun_again(start: Start):
    begun = Count()

    async def breaks_once() -> None:
        await begun()
        if begun.runs == 1:
            raise ValueError("boom")
        await asyncio.sleep(60)

    start(Job("endless", breaks_once, 0.02))

    await begun.reaches(2)


def test_a_job_that_goes_on_failing_is_reported_once_a_minute_and_when_it_works_again(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO)
    clock = [0.0]
    failures = Failures(lambda: clock[0])

    for second in range(61):
        clock[0] = second
        failures.report("send outbox", ValueError("boom"))
    failures.forget("send outbox")
    failures.forget("send outbox")

    told = [record.getMessage().split(" (error")[0] for record in caplog.records]
    assert told == [
        "The job send outbox failed",
        "The job send outbox failed, and 59 times before",
        "The job send outbox works again",
    ]


def test_a_database_that_is_away_is_no_bug_and_needs_no_traceback(caplog: pytest.LogCaptureFixture):
    Failures().report("beat", Busy())

    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]


class Ear:
    """Hears how the jobs do."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def failed(self, job: str, error_id: str) -> None:
        assert len(error_id) == 8
        self.heard.append(f"{job} failed")

    async def worked(self, job: str) -> None:
        self.heard.append(f"{job} worked")


async def test_whoever_listens_hears_how_each_job_does_but_nothing_of_a_database_that_is_away():
    async def waits() -> None:
        raise Busy

    async def never_ends() -> None:
        await asyncio.Event().wait()

    ear = Ear()
    timetable = Timetable(listener=ear)
    jobs = [Job("good", Count(), 60), Job("bad", fails, 60), Job("waits", waits, 60)]
    timetable.start([*jobs, Job("lasts", never_ends, 0.05, lasts=True)])
    await until(lambda: {"good worked", "bad failed", "lasts worked"} <= set(ear.heard))
    await timetable.stop()

    assert [heard for heard in ear.heard if heard.startswith("waits")] == []


@pytest.mark.parametrize("step", [-LONG, LONG], ids=["back", "forward"])
async def test_jobs_go_on_when_the_clock_is_set_by_an_hour(start: Start, step: timedelta):
    count = Count()
    start(Job("count", count, 0.02))
    await count.reaches(2)

    with time_machine.travel(datetime.now(UTC) + step, tick=True):
        await count.reaches(count.runs + 5)


async def test_without_a_look_at_the_clock_jobs_would_stand_still(start: Start):
    count = Count()
    start(Job("count", count, 0.02), look_at_clock_every=60)
    await count.reaches(2)

    with time_machine.travel(datetime.now(UTC) - LONG, tick=True):
        await asyncio.sleep(0.1)
        before = count.runs
        await asyncio.sleep(0.3)

        assert count.runs == before


async def test_what_is_planned_anew_runs_as_after_a_start(start: Start):
    soon, later = Count(), Count()
    timetable = start(Job("soon", soon, 60), Job("later", later, 60, 60))
    await soon.reaches(1)

    timetable.plan_anew()

    await soon.reaches(2)
    assert later.runs == 0


async def test_stopping_waits_for_a_message_and_breaks_the_rest_off(start: Start, caplog: pytest.LogCaptureFixture):
    ended: list[str] = []

    def work(name: str, seconds: float) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                ended.append(f"{name} broken off")
                raise
            ended.append(f"{name} finished")

        return work

    timetable = start(Job("send", work("send", 0.2), 60, finishes=True), Job("watch", work("watch", 60), 60))
    await asyncio.sleep(0.05)
    await timetable.stop()

    assert ended == ["watch broken off", "send finished"]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_nothing_runs_after_the_stop(start: Start):
    count = Count()
    timetable = start(Job("count", count, 0.01))
    await count.reaches(1)

    await timetable.stop()
    before = count.runs
    await asyncio.sleep(0.1)

    assert count.runs == before
    await timetable.stop()


class Courier:
    """A courier who counts how often it is sent."""

    def __init__(self) -> None:
        self.calls = self.looks = 0

    async def deliver_due(self, keep_going: Callable[[], bool] = lambda: True) -> int:
        self.calls += 1
        return int(keep_going())

    async def show_broadcasts(self) -> None:
        self.looks += 1


async def test_the_heartbeat_says_that_the_bot_lives(db: Database):
    moment = now() - timedelta(days=1)
    tenure = Tenure(db, "me", lambda: pytest.fail("nobody took the lease"), lambda: moment)

    await tenure.renew()

    assert db.read(leases.last_seen, leases.BOT) == moment
    assert tenure.is_sure


async def test_who_has_lost_the_lease_ends_and_does_nothing_more(db: Database, caplog: pytest.LogCaptureFixture):
    lost: list[bool] = []
    tenure, count = Tenure(db, "me", lambda: lost.append(True)), Count()
    db.call(leases.take, leases.BOT, "another", now=now())
    timetable = Timetable(may_run=tenure.holds)
    timetable.start([Job("count", count, 0.02)])
    await until(lambda: lost)
    await asyncio.sleep(0.1)
    await timetable.stop()

    assert count.runs == 0
    assert not tenure.is_sure
    assert tenure.lost_to == "another"
    assert caplog.text.count("another holds the lease") == 1


async def test_who_hung_asks_before_going_on(db: Database, monkeypatch: pytest.MonkeyPatch):
    tenure = Tenure(db, "me")
    await tenure.begin()
    assert await tenure.holds()
    db.call(leases.give_back, leases.BOT, "me")
    db.call(leases.take, leases.BOT, "another", now=now())
    assert await tenure.holds()
    hung = beat.awake() + 26
    monkeypatch.setattr(beat, "awake", lambda: hung)

    assert not tenure.is_sure
    assert not await tenure.holds()


async def test_a_database_that_says_nothing_is_asked_once_for_all_who_want_to_go_on(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    tenure = Tenure(db, "me")
    await tenure.begin()
    asked = itertools.count()
    hung = beat.awake() + 26
    monkeypatch.setattr(beat, "awake", lambda: hung)
    monkeypatch.setattr(tenure, "_now", lambda: now() + timedelta(microseconds=next(asked)))
    with db.engines[0].begin() as silent:
        silent.exec_driver_sql("UPDATE leases SET holder = 'another', seen_at = UTC_TIMESTAMP(6)")
        waiting = asyncio.create_task(tenure.holds())
        may_speak = await asyncio.gather(*(tenure.holds(within=0.1) for _ in range(20)))
        assert not waiting.done()

    assert may_speak == [True] * 20
    assert not await waiting
    assert next(asked) == 1
    assert tenure.lost_to == "another"


async def test_a_lease_that_was_seen_in_the_future_is_taken_when_nobody_renews_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(leases, "LIFETIME", timedelta(seconds=0.3))
    later = now() + LONG
    db.call(leases.take, leases.BOT, "dead", now=later)
    await Tenure(db, "me").begin()
    assert (db.read(leases.last_seen, leases.BOT) or later) < later

    db.call(leases.take, leases.BOT, "living", now=later, unless_seen_since=db.read(leases.last_seen, leases.BOT))
    monkeypatch.setattr(leases, "LIFETIME", timedelta(seconds=1.5))
    beats = asyncio.create_task(beating(db, later))
    with pytest.raises(AlreadyRunning, match="living"):
        await Tenure(db, "other").begin()
    beats.cancel()


async def beating(db: Database, later: datetime) -> None:
    """Beat without end, each time a second later on a clock of its own."""
    seconds = itertools.count(1)
    tenure = Tenure(db, "living", now=lambda: later + timedelta(seconds=next(seconds)))
    while True:
        await tenure.renew()
        await asyncio.sleep(0.05)


async def test_the_owner_is_warned_once_when_addresses_run_low(shop: Shop):
    shop.has_addresses(3)

    await warn_low_addresses.run(shop.db, now)
    await warn_low_addresses.run(shop.db, now)

    assert [message.kind for message in shop.messages(OWNER_ID)] == ["bitcoin-low"]


async def test_a_changed_time_zone_is_handed_on(shop: Shop):
    zones: list[str] = []

    await follow_time_zone.run(shop.db, zones.append)
    shop.db.call(settings.change, "timezone", "Asia/Tokyo", actor="cli:test", now=now())
    await follow_time_zone.run(shop.db, zones.append)

    assert zones == ["UTC", "Asia/Tokyo"]


async def test_the_whole_timetable_starts_works_and_stops(shop: Shop, tmp_path: Path):
    file = tmp_path / "addresses.txt"
    file.write_text("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu\n")
    config = load_config(_env_file=None, btc_addresses_file=file)
    courier = Courier()
    zones: list[str] = []

    timetable = schedule.start(
        shop.db,
        config,
        courier,
        tenure=Tenure(shop.db, "me", lambda: pytest.fail("nobody took the lease")),
        on_zone=zones.append,
        forget=forgets,
    )
    await until(lambda: shop.events("bitcoin.added") and zones and courier.calls and courier.looks)
    await timetable.stop()

    assert shop.db.read(leases.last_seen, leases.BOT) is not None


async def test_a_job_that_hangs_is_overdue_and_one_that_lasts_never_is(start: Start, monkeypatch: pytest.MonkeyPatch):
    async def hangs() -> None:
        await asyncio.Event().wait()

    timetable = start(Job("hangs", hangs, 0.01), Job("lasts", hangs, 0.01, lasts=True), Job("rare", Count(), 3600))

    assert timetable.overdue() == []
    monkeypatch.setattr("bot.jobs.timetable.OVERDUE_SECONDS", 0.05)
    await until(lambda: timetable.overdue() == ["hangs"])


async def test_how_jobs_do_is_counted(start: Start):
    def counted(name: str, job: str) -> float:
        return metrics.REGISTRY.get_sample_value(name, {"name": job}) or 0.0

    before = counted("shop_job_failures_total", "counted bad")
    start(Job("counted good", Count(), 0.01), Job("counted bad", fails, 0.01))

    await until(lambda: counted("shop_job_failures_total", "counted bad") > before)
    await until(lambda: counted("shop_job_seconds_count", "counted good") > 0)
    assert counted("shop_job_worked_seconds", "counted good") > 0
    assert counted("shop_job_worked_seconds", "counted bad") == 0
