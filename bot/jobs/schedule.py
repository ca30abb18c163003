"""The whole timetable: what the bot does by itself, and how often."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.config import Config
from bot.db import Database
from bot.jobs import (
    check_invariants,
    discard_photos,
    erase_old_data,
    expire_reservations,
    follow_clock,
    follow_time_zone,
    forget_erased,
    keep_count,
    remind_customers,
    run_broadcasts,
    send_outbox,
    warn_low_addresses,
    watch_backups,
)
from bot.jobs.alarm import Alarm
from bot.jobs.beat import Tenure
from bot.jobs.send_outbox import Courier
from bot.jobs.timetable import Job, Timetable
from bot.jobs.watch_btc_addresses import Watch
from bot.services import clock, leases

SECOND = 1.0
MINUTE = 60.0
HOUR = 3600.0
A_LITTLE_LATER = 5 * SECOND


def start(
    db: Database,
    config: Config,
    courier: Courier,
    *,
    tenure: Tenure,
    on_zone: follow_time_zone.OnZone,
    forget: forget_erased.Forget,
    catches_up: expire_reservations.CatchesUp = expire_reservations.at_once,
    now: Callable[[], datetime] = clock.now,
) -> Timetable:
    """Run every job from now on; call it on the running event loop, and `await timetable.stop()` in the end.

    `tenure` has begun already; nothing is begun when it is over. `on_zone` gets the shop's time zone every minute.
    Nothing expires before `catches_up` says that people's updates had their turn. `forget` leaves nothing of the
    dialogue in a chat.
    """
    timetable = Timetable(listener=Alarm(db, now), may_run=tenure.holds)
    beat_seconds = leases.LIFETIME.total_seconds() / leases.BEATS
    timetable.start(
        [
            Job("beat", tenure.renew, beat_seconds, beat_seconds),
            Job("follow the clock", partial(follow_clock.run, db, now), 10 * SECOND),
            Job("send outbox", partial(send_outbox.run, courier, timetable.goes_on), SECOND, finishes=True),
            Job("run broadcasts", partial(run_broadcasts.run, db, now), SECOND),
            Job("show broadcasts", courier.show_broadcasts, 3 * SECOND),
            Job("expire reservations", partial(expire_reservations.run, db, now, catches_up), MINUTE, A_LITTLE_LATER),
            Job("remind customers", partial(remind_customers.run, db, now), MINUTE, MINUTE),
            Job("warn low addresses", partial(warn_low_addresses.run, db, now), MINUTE, 10 * SECOND),
            Job("discard photos", partial(discard_photos.run, db, config.data_dir, now), HOUR, MINUTE),
            Job("check invariants", partial(check_invariants.run, db, now), 5 * MINUTE, MINUTE),
            Job("erase old data", partial(erase_old_data.run, db, config.log_dir, now), HOUR, MINUTE),
            Job("forget erased", partial(forget_erased.run, db, forget), MINUTE, SECOND),
            Job("watch backups", partial(watch_backups.run, db, config.backup_folder, now), HOUR, MINUTE),
            Job("follow time zone", partial(follow_time_zone.run, db, on_zone), MINUTE),
            Job("keep count", partial(keep_count.run, db, now), 10 * SECOND, 10 * SECOND),
            # Never ends by itself; the timetable begins it again should it break.
            Job("watch btc addresses", Watch(db, config.btc_addresses_file, now).run, MINUTE, lasts=True),
        ]
    )
    return timetable
