"""Redis, which keeps dialogues and limits, where the shop uses it."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.cli.checks.finding import Finding, Patient

SECONDS = 3
OLDEST = 6
FULL = 0.9


def look(patient: Patient) -> Iterator[Finding]:
    """Look whether Redis answers, and whether it keeps what it is given."""
    url = patient.config.redis_url
    if url is None:
        yield Finding("redis", "pass", "not configured; dialogues are kept in the bot's memory")
        return
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            client.ping()
            found = cast("Mapping[str, Any]", client.info())
    except redis.AuthenticationError:
        yield Finding("redis", "fail", "it refuses the password", "Set REDIS_PASSWORD.")
    except redis.RedisError as error:
        yield Finding("redis", "fail", f"does not answer ({error})", "See REDIS_* and whether Redis runs.")
    else:
        ill = list(troubles(found))
        yield from ill
        if not ill:
            yield Finding("redis", "pass", f"version {found['redis_version']} answers, and forgets nothing by itself")


def troubles(found: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is not as it should be with a Redis, by what INFO says of it."""
    version, policy, most = str(found["redis_version"]), found.get("maxmemory_policy"), found.get("maxmemory", 0)
    if int(version.split(".")[0]) < OLDEST:
        yield Finding("redis", "warn", f"version {version} is old", f"Install Redis {OLDEST} or newer.")
    if most and policy != "noeviction":
        text = f"it forgets dialogues when its memory is full ({policy})"
        yield Finding("redis", "warn", text, "Set maxmemory-policy noeviction.")
    if most and found["used_memory"] > FULL * most:
        yield Finding("redis", "warn", f"{found['used_memory']} of {most} bytes are used", "Set maxmemory higher.")
    if found.get("rdb_last_bgsave_status") == "err":
        yield Finding("redis", "warn", "it could not write to its disk", "See its log and whether the disk is full.")
