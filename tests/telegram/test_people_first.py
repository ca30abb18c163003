"""A press that is being answered goes before what the jobs do."""

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import precedence
from bot.main import BotProcess
from bot.sandbox import Person
from bot.services.queries import browse

pytestmark = pytest.mark.without_jobs
IN_TIME = 10.0


def look(session: Session) -> None:
    """Send one statement."""
    session.execute(text("SELECT 1"))


async def test_what_a_job_asks_waits_until_a_press_is_answered(
    customer: Person, process: BotProcess, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(precedence, "MOST_SECONDS", 30.0)
    reading, go_on = threading.Event(), threading.Event()
    shelves = browse.shelves

    def slow(*args: Any, **options: Any) -> Any:
        reading.set()
        assert go_on.wait(IN_TIME)
        return shelves(*args, **options)

    monkeypatch.setattr(browse, "shelves", slow)
    await customer.presses("shop:0", wait=False)
    assert await asyncio.to_thread(reading.wait, IN_TIME)

    working = asyncio.create_task(process.db.run(look))
    done, _ = await asyncio.wait([working], timeout=0.3)
    assert not done

    go_on.set()
    await asyncio.wait_for(working, IN_TIME)
