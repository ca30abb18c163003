"""The web server inside the bot process: health, metrics and the dashboard, all on one port."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics
from bot.config import Config
from bot.db import Database
from bot.web import exposition as expose
from bot.web import guard, health, last_figures
from bot.web.exposition import Exposition
from bot.web.guard import Guard
from bot.web.health import Doctor, Surroundings
from bot.web.pages import Pages
from bot.web.pulse import Pulse
from bot.web.readings import Readings
from bot.web.views import Board

LARGEST_FORM = 4096

log = logging.getLogger(__name__)

Stop = Callable[[], Awaitable[None]]


async def start(config: Config, db: Database, around: Surroundings) -> Stop:
    """Serve on MONITORING_HOST:MONITORING_PORT and return what ends that.

    An address that cannot be had is logged, and the shop goes on without monitoring.
    """
    token = config.monitoring_token.get_secret_value() if config.monitoring_token else None
    readings = Readings(db)
    doctor = Doctor(readings, around)
    exposition = Exposition(db, readings, doctor)
    runner = web.AppRunner(_application(Board(db, readings, doctor, Pulse()), exposition, token), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.monitoring_host, config.monitoring_port).start()
    except OSError as error:
        place = f"{config.monitoring_host}:{config.monitoring_port}"
        log.error("No monitoring: %s cannot be had (%s)", place, error.strerror or error)

    async def stop() -> None:
        await last_figures.leave(exposition, config.data_dir)
        await runner.cleanup()

    return stop


@web.middleware
async def _note_bugs(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with the id of a bug, and nothing else of it."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        # The last place before aiohttp, which would answer without an id.
        error_id = secrets.token_hex(4)
        log.exception("error %s while answering a monitor", error_id)
        metrics.met(error_id, error)
        return web.Response(status=500, text=f"Something went wrong. Look for error {error_id} in bot.log.\n")


def _application(board: Board, exposition: Exposition, token: str | None) -> web.Application:
    keeper = Guard(token)
    app = web.Application(middlewares=[_note_bugs, guard.middleware(keeper)], client_max_size=LARGEST_FORM)
    app.on_response_prepare.append(guard.add_headers)
    app.add_routes(health.routes(board.doctor))
    app.add_routes(expose.routes(exposition))
    app.add_routes(Pages(board, keeper).routes())
    app.cleanup_ctx.append(board.pulse.beside)
    return app
