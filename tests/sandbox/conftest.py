"""A sandbox for every test, a raw client of its Bot API, and two people."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Person, Sandbox


class Api:
    """Calls the Bot API as any HTTP client would."""

    def __init__(self, sandbox: Sandbox, client: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.client = client

    async def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        url = f"{self.sandbox.url}/bot{self.sandbox.world.token}/{method}"
        async with self.client.post(url, json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def result(self, method: str, **params: Any) -> Any:
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        answer = await self(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(patience=2) as sandbox:
        yield sandbox


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as client:
        yield Api(sandbox, client)


@pytest.fixture
async def anna(sandbox: Sandbox) -> Person:
    """Somebody who has pressed Start."""
    anna = sandbox.person(101, first_name="Anna", username="anna", language_code="en")
    await anna.sends("/start", wait=False)
    return anna


@pytest.fixture
def stranger(sandbox: Sandbox) -> Person:
    """Somebody who has never written to the bot."""
    return sandbox.person(102, first_name="Boris", language_code="ru")
