"""The bot process: puts everything together, runs until it is told to stop, and stops all in reverse."""

import asyncio
import faulthandler
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType, RequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from redis.asyncio import Redis

from bot import logs, metrics, one_core
from bot.backups import upgrading
from bot.config import Config, ConfigError
from bot.db import Database
from bot.errors import AlreadyRunning, Busy
from bot.jobs import keep_count, schedule
from bot.jobs.beat import Tenure
from bot.jobs.timetable import Timetable
from bot.liveness import Liveness, Poller
from bot.precedence import Precedence
from bot.recent import Recent
from bot.services import clock, context, settings, vault
from bot.services.kept import Kept
from bot.systemd import Supervisor
from bot.telegram import dispatcher as telegram
from bot.telegram.courier import Courier
from bot.telegram.guide import Channel, Guide
from bot.telegram.intake import Intake
from bot.telegram.outage import Outage
from bot.web import server
from bot.web.health import Surroundings

log = logging.getLogger(__name__)

SILENT_SECONDS = 3.0
"""So long the database may say nothing to who asks whether this process is still the bot before it tells somebody."""


@dataclass
class BotProcess:
    """A running shop."""

    config: Config
    db: Database
    bot: Bot
    courier: Courier
    tenure: Tenure
    timetable: Timetable
    stopped: asyncio.Event
    username: str
    poller: Poller


@asynccontextmanager
async def running(
    config: Config, *, with_backup: bool = True, does: Callable[[str], object] = lambda _what: None
) -> AsyncIterator[BotProcess]:
    """Run the shop as long as the block lasts. Before its schema is brought up to date, it is put away.

    `does` hears what takes long at the start.

    Raises:
        ConfigError: Telegram refuses the token.
        AlreadyRunning: another bot process works on this database.
        SchemaMismatch: the database is newer than this code.
        NoUpgrade: it is older, and could not be put away.
    """
    async with AsyncExitStack() as stack:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        does("Bringing the database up to date, after a backup")
        await asyncio.to_thread(upgrading.upgrade, config, with_backup=with_backup)
        does("Waiting for Telegram")
        shop = context.Shop(vault.open_vault(config.key_text, config.data_dir), **config.for_services)
        precedence, info = Precedence(), {**shop.as_info, **Kept().as_info}
        db = Database(config.sqlalchemy_url, info=info, recent=Recent(), precedence=precedence)
        stack.callback(db.close)
        logs.use_zone(await db.fetch(settings.get, "timezone"))
        db.listeners.append(logs.event_log)
        stack.callback(metrics.time_queries(db.engines))
        yield await _start(stack, config, db, precedence)


async def _start(stack: AsyncExitStack, config: Config, db: Database, precedence: Precedence) -> BotProcess:
    bot = telegram.connect(_token(config), config.telegram_api_url, db)
    stack.push_async_callback(bot.session.close)
    guide = await _guide(config, bot)
    # Only now: the wait for Telegram may be long, and a lease is kept by the heartbeat, which begins below.
    holder = f"{socket.gethostname()}:{os.getpid()}"
    stopped = asyncio.Event()
    tenure = Tenure(db, holder, stopped.set)
    await tenure.begin()
    stack.push_async_callback(tenure.end)
    bot.session.middleware(_only_while(tenure))
    redis = Redis.from_url(config.redis_url, socket_timeout=2, socket_connect_timeout=2) if config.redis_url else None
    if redis is not None:
        stack.push_async_callback(redis.aclose)
    courier = Courier(bot, db, guide, lambda: tenure.is_sure)
    stack.push_async_callback(_keep_count, db)
    outage = Outage(db)
    handlers = telegram.dispatcher(db, guide, redis, outage)

    async def serve(update: Update) -> None:
        with precedence.person():
            await handlers.feed_update(bot, update)

    intake = Intake(bot, serve, outage, tenure.holds)
    timetable = schedule.start(
        db,
        config,
        courier,
        tenure=tenure,
        on_zone=logs.use_zone,
        catches_up=intake.catches_up,
        forget=partial(telegram.forget, handlers["dialogues"], bot.id),
    )
    stack.push_async_callback(timetable.stop)
    stack.push_async_callback(await server.start(config, db, _surroundings(config, redis, timetable)))

    poller = asyncio.create_task(intake.run())
    stack.push_async_callback(intake.stop, poller)
    log.info("Serving as @%s", guide.bot_username)
    seen = Poller(lambda: not poller.done() and intake.moves, metrics.silent_seconds)
    return BotProcess(config, db, bot, courier, tenure, timetable, stopped, guide.bot_username, seen)


def _only_while(tenure: Tenure) -> RequestMiddlewareType:
    """Return what stands before every call of Telegram: a process that hung says nothing once another is the bot."""

    async def fence(make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]) -> Any:
        if not tenure.is_sure and not await tenure.holds(within=SILENT_SECONDS):
            raise TelegramNetworkError(method, "this process is not the bot any more")
        return await make_request(bot, method)

    return cast(RequestMiddlewareType, fence)


async def _keep_count(db: Database) -> None:
    """Write down what was counted in the last minute."""
    with suppress(Busy):
        await keep_count.run(db, clock.now)


def _surroundings(config: Config, redis: Redis | None, timetable: Timetable) -> Surroundings:
    async def ping() -> object:
        assert redis is not None  # noqa: S101 - only handed on where there is one
        return await redis.get("shop")

    return Surroundings(config.data_dir, ping if redis else None, metrics.silent_seconds, timetable.overdue)


async def _guide(config: Config, bot: Bot) -> Guide:
    """Meet Telegram; wait while the network is away, or Telegram broken or asking for a pause."""
    pause = 1.0
    while True:
        try:
            username = (await bot.get_me()).username or ""
            await telegram.announce(bot, config.bot_locale)
        except TelegramUnauthorizedError:
            raise ConfigError("TOKEN: Telegram does not know this token; copy it again from BotFather.") from None
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError) as error:
            pause = max(pause, getattr(error, "retry_after", 0))
            why = str(error).partition("\n")[0]
            log.warning("Telegram cannot be reached (%s); trying again in %.0f s", why, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30)
        else:
            return Guide(
                currency=config.pay_currency,
                default_language=config.bot_locale,
                bot_username=username,
                data_dir=config.data_dir,
                rules=config.rules,
                channels=tuple(Channel(chat, url) for chat, url in config.channels),
                log_files=tuple(config.log_dir / name for name in _log_names()),
            )


def _log_names() -> Iterator[str]:
    """Yield the name of every log file, each with those that it was rotated into."""
    for name in dict.fromkeys(logs.FILES.values()):
        yield name
        yield from (f"{name}.{number}" for number in range(1, logs.KEPT_FILES + 1))


def _token(config: Config) -> str:
    if config.token is None:
        raise ConfigError("TOKEN is missing. See .env.example, or try the demo: make demo")
    return config.token.get_secret_value()


async def serve(config: Config, *, with_backup: bool = True) -> None:
    """Run the shop until SIGTERM or SIGINT, or until another process takes over.

    Raises:
        AlreadyRunning: another process has taken over.
    """
    supervisor = Supervisor.of_environment()
    async with AsyncExitStack() as stack:
        async with supervisor.has_patience():
            begun = running(config, with_backup=with_backup, does=supervisor.does)
            process = await stack.enter_async_context(begun)
        stop_on_signals(process)
        settle()
        well = f"Serving as @{process.username}"
        supervisor.does(well)
        supervisor.serves()
        liveness = Liveness(supervisor, process.db, process.poller, well)
        watch = asyncio.create_task(liveness.run())
        await process.stopped.wait()
        watch.cancel()
        supervisor.stops()
        supervisor.does("Stopping: finishing what was begun")
        log.info("Stopping: finishing what was begun")
    if process.tenure.lost_to is not None:
        raise AlreadyRunning(process.tenure.lost_to)


def tune() -> None:
    """Have the threads of this process share it as suits a bot; for before any of them begins."""
    # Database threads hand the interpreter back sooner, which halves the lag of the event loop (measured: p99 5 ms).
    sys.setswitchinterval(0.001)
    one_core.keep()


def settle() -> None:
    """Keep what is there after the start out of the search for garbage, which would look through it again and again."""
    gc.freeze()


def stop_on_signals(process: BotProcess) -> None:
    """Let SIGTERM and SIGINT stop the process in good order."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, process.stopped.set)


def run(config: Config, work: Callable[[Config], Coroutine[None, None, None]] = serve) -> None:
    """Set the logs up and serve."""
    tune()
    # When the watchdog ends this process the loop says where it hung. Not all threads: those that run meanwhile may
    # crash whoever looks at them.
    faulthandler.enable(all_threads=False)
    logs.setup(config)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(work(config))
    finally:
        logs.close()
