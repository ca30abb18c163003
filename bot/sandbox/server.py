"""The HTTP side of the Bot API: /bot<TOKEN>/<method> and /file/bot<TOKEN>/<path>."""

import asyncio
import re
import time
from typing import Any

from aiohttp import web

from bot.sandbox import methods, params
from bot.sandbox.faults import BAD_GATEWAY_PAGE, Fault, Faults
from bot.sandbox.files import UPLOAD_LIMIT
from bot.sandbox.model import Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import Refusal, no_such_method, unauthorized
from bot.sandbox.transcript import Call, Transcript
from bot.sandbox.world import World

TOKEN = re.compile(r"\d+:[\w-]+")
FOR_EVER = 3600  # seconds; longer than any client waits


class BotApi:
    """Answers the bot's requests."""

    def __init__(self, world: World, transcript: Transcript, faults: Faults) -> None:
        self.world = world
        self.transcript = transcript
        self.faults = faults
        world.carry_out = self.carry_out

    def add_to(self, application: web.Application) -> None:
        """Enter the routes of the Bot API."""
        application.router.add_route("*", "/bot{token:[^/]+}/{method}", self.handle)
        application.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, with the faults and delays that it meets."""
        began = time.perf_counter()
        call = self.transcript.begin(request.match_info["method"], {})
        try:
            return await self._answer(request, call)
        except Refusal as refusal:
            return _refused(call, refusal)
        except Exception as error:
            call.status, call.error = 500, f"Internal Server Error: {error!r}"
            raise
        finally:
            call.seconds = time.perf_counter() - began

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        self._check_token(request)
        given = await params.of_request(request)
        call.params = given.plain()
        delay = self.faults.next_delay(call.method)
        if delay and not delay.after_delivery:
            await asyncio.sleep(delay.seconds)
        fault = self.faults.next_fault(call.method, given.text("chat_id"))
        if fault and not fault.after_delivery:
            return await _strike(request, call, fault)
        call.result = await self.carry_out(call.method, given)
        if delay and delay.after_delivery:
            await asyncio.sleep(delay.seconds)
        if fault:
            return await _strike(request, call, fault)
        call.status = 200
        return web.json_response({"ok": True, "result": call.result})

    async def carry_out(self, name: str, given: Params) -> Any:
        """Do what a method says, and return its result.

        Raises:
            Refusal: Telegram would not do it, or there is no such method here.
        """
        method = methods.find(name)
        if method is None:
            raise no_such_method()
        return await method(self.world, given)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Return the bytes of a file."""
        try:
            self._check_token(request)
        except Refusal as refusal:
            return web.json_response(refusal.json(), status=refusal.code)
        stored = self.world.files.at(request.match_info["path"])
        if stored is None:
            return web.json_response(Refusal(404, "Not Found").json(), status=404)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN.fullmatch(token):
            raise Refusal(404, "Not Found")
        if token != self.world.token:
            raise unauthorized()


def application() -> web.Application:
    """Return an empty application that takes uploads as large as Telegram's."""
    return web.Application(client_max_size=UPLOAD_LIMIT + 1024 * 1024)


def _refused(call: Call, refusal: Refusal) -> web.Response:
    call.status, call.error = refusal.code, refusal.description
    body: Json = refusal.json()
    return web.json_response(body, status=refusal.code)


async def _strike(request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
    """Answer as the fault says: a refusal, a page of a proxy, silence, or a cut connection."""
    call.status = fault.status
    call.error = f"injected {fault.status}"
    if fault.status == "timeout":
        await asyncio.sleep(FOR_EVER)
    if fault.status == "reset":
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    body = fault.body or (BAD_GATEWAY_PAGE if fault.status == 502 else None)
    if body is not None:
        return web.Response(status=int(fault.status), text=body, content_type="text/html")
    return _refused(call, fault.refusal())
