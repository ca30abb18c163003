"""The web server inside the bot process: health, metrics and the dashboard, all on one port."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.config import Config
from bot.db import Database
from bot.web import exposition, guard, health
from bot.web.exposition import Exposition
from bot.web.guard import Guard
from bot.web.health import Doctor, Surroundings
from bot.web.readings import Readings

LARGEST_FORM = 4096

log = logging.getLogger(__name__)

Stop = Callable[[], Awaitable[None]]


async def start(config: Config, db: Database, around: Surroundings) -> Stop:
    """Serve on MONITORING_HOST:MONITORING_PORT and return what ends that.

    An address that cannot be had is logged, and the shop goes on without monitoring.
    """
    token = config.monitoring_token.get_secret_value() if config.monitoring_token else None
    runner = web.AppRunner(application(db, around, token), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.monitoring_host, config.monitoring_port).start()
    except OSError as error:
        place = f"{config.monitoring_host}:{config.monitoring_port}"
        log.error("No monitoring: %s cannot be had (%s)", place, error.strerror or error)
    return runner.cleanup


def application(db: Database, around: Surroundings, token: str | None) -> web.Application:
    """Return the web application that answers about this database."""
    readings = Readings(db)
    doctor = Doctor(readings, around)
    app = web.Application(middlewares=[guard.middleware(Guard(token))], client_max_size=LARGEST_FORM)
    app.on_response_prepare.append(guard.add_headers)
    app.add_routes(health.routes(doctor))
    app.add_routes(exposition.routes(Exposition(db, readings, doctor)))
    return app
