"""What the owner is told without having asked: few addresses, a bad address file, a dead message, a failing job."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Config
from bot.jobs import check_invariants, run_broadcasts
from bot.jobs.alarm import Alarm
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import bitcoin, job_alerts, people
from tests.jobs.waiting import until
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import delivers


async def test_the_owner_is_told_of_few_addresses_and_of_a_bad_address_file(
    owner: Person, process: BotProcess, config: Config, shop: Shop
):
    shop.has_addresses(3)
    shop.db.call(bitcoin.warn_when_low, now=now())
    await delivers(process)
    assert "⚠️ Only 3 free bitcoin addresses are left." in owner.last.text

    config.btc_addresses_file.write_text("# mine\nnonsense\nmore nonsense\n")
    await until(lambda: shop.events("bitcoin.bad_lines"), seconds=20)
    await delivers(process)

    assert "⚠️ In the bitcoin address file, line 2 and 1 more line are no addresses." in owner.last.text


@pytest.mark.meets_a_bug
async def test_the_owner_is_told_of_a_message_that_telegram_never_takes(
    owner: Person, customer: Person, process: BotProcess, sandbox: Sandbox, shop: Shop
):
    sandbox.fail("sendMessage", status=400, chat_id=101, description="Bad Request: nonsense")
    shop.staff(people.ban, 101, reason="x", notify=True)
    await delivers(process)
    number = shop.messages(101)[-1].id

    assert f"⚠️ A message could not be delivered (number {number}): " in owner.last.text
    assert "nonsense" in owner.last.text


@pytest.fixture
def failing_broadcasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sending of broadcasts fail, whenever it is due."""

    async def fail(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr(run_broadcasts, "run", fail)


@pytest.mark.courier_runs
async def test_the_owner_is_told_of_a_job_that_fails_with_what_to_do(
    failing_broadcasts: None, owner: Person, shop: Shop
):
    await until(lambda: "has failed" in owner.last.text)

    told = owner.last
    assert told.text.startswith("⚠️ Sending broadcasts has failed.\nIt is tried again by itself")
    [event] = shop.events("job.failed")
    assert (event.actor, event.facts["job"]) == ("job:watch", "run broadcasts")
    assert f"look for {event.facts['error']} in bot.log" in told.text
    assert told.buttons == ["📄 Log files"]
    await owner.taps("Log files", message=told)
    assert "Admin › Log files" in owner.screen
    assert told.text in [message.text for message in owner.bot_messages]


class Minutes:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed * 60


async def test_a_streak_is_told_once_and_its_end_after_a_while_also_across_a_restart(
    owner: Person, process: BotProcess, shop: Shop
):
    def clock() -> datetime:
        return now()

    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    minutes = Minutes()
    alarm = Alarm(process.db, clock, minutes)
    await alarm.worked("expire reservations")
    for _ in range(3):
        await alarm.failed("expire reservations", "ab12cd34")
        minutes.passed += 1
        await alarm.worked("expire reservations")
    await delivers(process)
    assert "Сбой: завершение броней, время которых вышло." in owner.last.text
    assert "найдите ab12cd34 в bot.log" in owner.last.text

    alarm = Alarm(process.db, clock, minutes)
    await alarm.failed("expire reservations", "ef56ab78")
    await alarm.worked("expire reservations")
    minutes.passed += 4
    await alarm.worked("expire reservations")
    assert shop.db.read(job_alerts.failing) == {"expire reservations"}
    minutes.passed += 1
    for _ in range(2):
        await alarm.worked("expire reservations")
    await delivers(process)
    assert "Снова работает: завершение броней, время которых вышло." in owner.last.text
    assert owner.last.buttons == []
    await alarm.failed("expire reservations", "12345678")

    assert [event.kind for event in shop.events() if event.kind.startswith("job.")] == [
        "job.failed",
        "job.recovered",
        "job.failed",
    ]


async def test_what_cannot_be_told_while_the_database_is_away_is_told_later(
    owner: Person, process: BotProcess, shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    alarm = Alarm(process.db, now)
    with monkeypatch.context() as away:

        async def refuse(*_: object, **__: object) -> None:
            raise OSError("away")

        away.setattr(process.db, "run", refuse)
        await alarm.failed("remind customers", "ab12cd34")
    assert shop.events("job.failed") == []
    assert "cannot be told that the job remind customers fails" in caplog.text
    await alarm.failed("remind customers", "ab12cd34")

    assert len(shop.events("job.failed")) == 1


@pytest.mark.broken_on_purpose
async def test_the_owner_is_told_what_the_nightly_check_found_and_when_it_is_well_again(
    owner: Person, process: BotProcess, shop: Shop
):
    shop.has_goods()
    shop.has_code()
    shop.execute("UPDATE goods SET reserved_quantity = 2")
    night = datetime(2026, 11, 10, 4, 5, tzinfo=UTC)
    await check_invariants.run(shop.db, lambda: night)
    await delivers(process)
    assert "⚠️ Tonight's check found something that does not add up." in owner.last.text
    assert "• Stock: what is on the shelf or promised does not agree" in owner.last.text
    assert "(since 10 Nov, 04:05)" in owner.last.text
    assert "bot_cli.py doctor says what exactly" in owner.last.text

    shop.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    shop.execute("UPDATE reference_codes SET current_uses = 2")
    await check_invariants.run(shop.db, lambda: night + timedelta(days=1))
    await delivers(process)
    assert "• Склад: остаток или бронь не сходится с журналом или с заказами (с 10 нояб., 04:05)" in owner.last.text
    assert "• Коды приглашения: код использован не столько раз, сколько записано (с 11 нояб., 04:05)" in owner.last.text

    shop.execute("UPDATE goods SET reserved_quantity = 0")
    shop.execute("UPDATE reference_codes SET current_uses = 0")
    await check_invariants.run(shop.db, lambda: night + timedelta(days=2))
    await delivers(process)
    assert owner.last.text == "✅ Ночная проверка: теперь снова всё сходится."
