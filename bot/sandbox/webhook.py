"""Delivery of updates to the bot's own address, with the secret header and retries."""

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.sandbox import params as parameters
from bot.sandbox.model import Json
from bot.sandbox.refusals import Refusal
from bot.sandbox.updates import Delivery

if TYPE_CHECKING:
    from bot.sandbox.world import World

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts; Telegram's own grow much longer
ANSWER_SECONDS = 60


class Webhook:
    """Posts updates to one address until each is answered with 2xx."""

    def __init__(self, world: "World", url: str, secret: str, connections: int) -> None:
        self.world = world
        self.url = url
        self.headers = {HEADER: secret} if secret else {}
        self.connections = connections
        self.last_error: Json = {}
        self._free = asyncio.Semaphore(min(max(connections, 1), 100))
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))

    def start(self) -> None:
        """Deliver what waits already, and everything that comes."""
        self.world.updates.to_webhook = self.deliver
        for delivery in list(self.world.updates.pending.values()):
            self.deliver(delivery)

    def deliver(self, delivery: Delivery) -> None:
        """Begin to deliver one update."""
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Deliver nothing any more; what was not taken goes back to getUpdates."""
        self.world.updates.to_webhook = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.close()

    def json(self) -> Json:
        """Return what getWebhookInfo says about this address."""
        return {"url": self.url, "max_connections": self.connections, **self.last_error}

    async def _deliver(self, delivery: Delivery) -> None:
        update_id = delivery.update["update_id"]
        pause = FIRST_PAUSE
        async with self._free:
            while update_id in self.world.updates.pending:
                if await self._post(delivery.update):
                    self.world.updates.confirm(update_id)
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, update: Json) -> bool:
        """Return whether the bot took the update."""
        try:
            async with self._client.post(self.url, json=update, headers=self.headers) as response:
                if not 200 <= response.status < 300:
                    self._note(f"Wrong response from the webhook: {response.status} {response.reason}")
                    return False
                await self._obey(await parameters.of_response(response))
                return True
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(f"Connection failed: {error}")
            return False

    async def _obey(self, params: parameters.Params) -> None:
        """Carry out the method call that came as the answer; its result is not told to the bot."""
        method = params.text("method")
        if method and self.world.carry_out is not None:
            with contextlib.suppress(Refusal):
                await self.world.carry_out(method, params)

    def _note(self, message: str) -> None:
        about: dict[str, Any] = {"last_error_date": int(self.world.now()), "last_error_message": message}
        self.last_error = about
