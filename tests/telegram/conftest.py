"""Conversations: people write and press, as everywhere beside the bot, and what only these tests need."""

import pytest

from bot.telegram import screen
from tests.beside import TOKEN as TOKEN
from tests.beside import config as config
from tests.beside import customer as customer
from tests.beside import forget_dispatcher as forget_dispatcher
from tests.beside import fresh_audit as fresh_audit
from tests.beside import guest as guest
from tests.beside import jobs_wait as jobs_wait
from tests.beside import no_rest as no_rest
from tests.beside import one_process as one_process
from tests.beside import owner as owner
from tests.beside import process as process
from tests.beside import quick_goodbye as quick_goodbye
from tests.beside import sandbox as sandbox
from tests.beside import served as served
from tests.beside import storage as storage
from tests.beside import storages as storages
from tests.beside import without_pace as without_pace


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers of tests that put a bug into the shop, and of those in which the jobs run or do not."""
    config.addinivalue_line("markers", "meets_a_bug: the bot makes a mistake in this test, and apologises")
    config.addinivalue_line("markers", "courier_runs: messages leave by themselves, as they do in the shop")
    config.addinivalue_line("markers", "without_jobs: the bot does nothing by itself, so statements can be counted")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only a moment before an edit is repeated."""
    monkeypatch.setattr(screen, "SHORT_PAUSE", 0.05)
