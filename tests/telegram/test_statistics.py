"""Statistics in Telegram: figures and pictures of a period, in the reader's language and money."""

import asyncio
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from bot.services import people
from bot.telegram.admin.running import charts
from bot.telegram.artist import Artist
from tests.jobs.waiting import until
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import unchanged

CHART: dict[str, Any] = {
    "kind": "columns",
    "title": "Выручка",
    "items": [{"name": "1 Nov", "share": 1.0, "told": "$5.00"}],
    "ticks": [{"share": 0.0, "name": "$0"}, {"share": 1.0, "name": "$5"}],
    "across": "Days",
    "up": "Revenue",
}


def sold(shop: Shop, *, days_ago: int, lines: dict[str, int]) -> None:
    """Deliver an order so many days ago."""
    code = shop.has_order(101, lines, status=OrderStatus.DELIVERED)
    moment = (now() - timedelta(days=days_ago)).replace(tzinfo=None)
    shop.execute(
        "UPDATE orders SET created_at = :moment, completed_at = :moment WHERE order_code = :code",
        moment=moment,
        code=code,
    )
    shop.execute("UPDATE payments SET created_at = :moment WHERE order_id = :id", moment=moment, id=shop.order(code).id)


@pytest.fixture
def history(shop: Shop) -> Shop:
    """Return a shop that has sold something today, some days ago and before."""
    shop.has_customer(101, "Anna")
    shop.has_goods("Green tea", stock=100, price="30.00")
    shop.has_goods("Чашка 🍵 <синяя> $5", stock=100, price="45.50")
    sold(shop, days_ago=0, lines={"Green tea": 2})
    sold(shop, days_ago=3, lines={"Green tea": 1, "Чашка 🍵 <синяя> $5": 2})
    sold(shop, days_ago=9, lines={"Green tea": 1})
    shop.has_order(101, {"Green tea": 1})
    # Nobody is told of these orders: what is shown stays what was asked for.
    shop.execute("UPDATE outbox SET status = 'dropped'")
    return shop


def pictures(config: Config) -> list[Path]:
    """Return the pictures that are kept."""
    return sorted((config.data_dir / "statistics").glob("*.png"))


async def test_the_figures_of_a_period_are_told_with_what_they_were_before(history: Shop, owner: Person):
    await owner.sends("/admin")
    await owner.taps("Statistics")

    assert owner.screen.startswith("Admin › Statistics › 7 days\n\n")
    assert "💰 Revenue: $181.00 (+503%)\n💵 Received: $181.00 (+503%)\n⚖️ Average order: $70.33 (+134%)" in owner.screen
    assert (
        "🧾 Orders: 3 (+200%)\n· Waiting for confirmation: 1\n· Delivered: 2\n📦 Delivered in this time: 2 (+100%)"
        in owner.screen
    )
    assert "· Чашка 🍵 <синяя> $5: 2 × for $91.00\n· Green tea: 3 × for $90.00" in owner.screen
    assert "👋 New customers: 1\n🛒 of whom ordered: 1" in owner.screen
    assert owner.keyboard == [
        ["Today", "• 7 days", "30 days"],
        ["12 months", "Other days"],
        ["• 🔢 Figures", "📈 Revenue"],
        ["🧾 Orders", "🏆 Top goods"],
        ["⬅️ Back"],
    ]
    await owner.taps("Today")
    assert "💰 Revenue: $60.00\n" in owner.screen
    await owner.taps("30 days")
    assert "💰 Revenue: $211.00\n" in owner.screen
    await owner.taps("Back")
    assert "Admin panel" in owner.screen


async def test_pictures_are_shown_in_the_one_message_and_drawn_once(
    history: Shop, owner: Person, config: Config, sandbox: Sandbox
):
    await owner.presses("stats:7:figures::")
    live = owner.last.id
    await owner.taps("Revenue")
    assert owner.last.photo
    assert "💰 Revenue: $181.00 (+503%)\n📦 Delivered in this time: 2 (+100%)" in (owner.last.caption or "")
    for view in ("Orders", "Top goods", "30 days", "12 months", "Today", "Revenue"):
        await owner.taps(view)
        assert owner.last.photo
    drawn = pictures(config)
    await owner.taps("7 days")
    await owner.taps("Today")

    assert len(drawn) == 6
    assert pictures(config) == drawn
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
    assert (owner.last.id, len(owner.bot_messages)) == (live, 1)
    await owner.taps("Figures")
    assert "⚖️ Average order: $45.00" in owner.screen


async def test_russians_see_russian_figures(history: Shop, owner: Person, config: Config):
    history.db.call(people.choose_language, OWNER_ID, "ru", now=now())
    await owner.presses("stats:7:figures::")
    assert "💰 Выручка: 181,00 $ (+503 %)" in owner.screen.replace("\xa0", " ")
    await owner.taps("Топ товаров")

    assert owner.last.photo
    assert "• 🏆 Топ товаров" in owner.buttons
    assert len(pictures(config)) == 1


async def test_days_of_ones_own_are_written_and_stay_while_the_picture_is_switched(history: Shop, owner: Person):
    await owner.presses("stats:7:revenue::")
    await owner.taps("Other days")
    tomorrow, first = now() + timedelta(days=1), now() - timedelta(days=5)
    for wrong in ("", "soon", f"{tomorrow:%Y-%m-%d}", "2026-02-30", "1998-01-01", "2026-01-01 2026-01-02 2026-01-03"):
        with unchanged(history):
            await owner.sends(wrong or "?")
        assert "Please write one or two days that are not still to come" in owner.screen
    await owner.sends(f"{now():%d.%m.%Y} – {first:%d.%m.%Y}")
    assert owner.last.photo
    assert f"{first:%-d %b} – {now():%-d %b %Y} (UTC)" in (owner.last.caption or "")
    await owner.taps("Orders")
    assert "🧾 Orders: 3" in (owner.last.caption or "")
    assert "• Other days" in owner.buttons
    await owner.taps("Figures")
    assert "💰 Revenue: $181.00" in owner.screen

    await owner.presses("stats?:figures")
    await owner.sends(f"{first + timedelta(days=2):%Y-%m-%d}")
    assert f"{first + timedelta(days=2):%-d %b %Y} (UTC)" in owner.screen
    assert "💰 Revenue: $121.00" in owner.screen


async def test_a_shop_in_which_nothing_happened_says_so(owner: Person, shop: Shop, config: Config):
    for view in ("figures", "revenue", "orders", "goods"):
        await owner.presses(f"stats:year:{view}::")
        said = {"orders": "Nobody ordered in this time", "figures": "Orders"}.get(view, "Nothing was delivered")
        assert said in owner.screen

    assert pictures(config) == []


async def test_other_currencies_stand_beside_and_are_never_added_up(history: Shop, owner: Person):
    history.execute("UPDATE orders SET currency = 'EUR' WHERE total_price = 60")
    await owner.presses("stats:7:figures::")

    assert "USD\n\n💰 Revenue: $121.00" in owner.screen
    assert "EUR\n\n💰 Revenue: €60.00" in owner.screen


async def test_strange_periods_change_nothing_and_are_answered(history: Shop, owner: Person):
    for press in (
        *("stats:own:figures::", "stats:own:revenue:x:y", "stats:own:goods:9999-12-31:9999-12-31", "stats:8:figures::"),
        *("stats:7:nonsense::", "stats:own:orders:2026-02-30:2026-02-30", "stats?:nonsense"),
    ):
        with unchanged(history):
            await owner.presses(press)
        assert owner.buttons


@pytest.fixture
def broken(process: BotProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process that draws be one that fails."""
    draw = Artist._draw

    async def fail(artist: Artist, asked: bytes) -> bytes:
        artist._command = (sys.executable, "-c", "import sys; sys.exit('no fonts here')")
        return await draw(artist, asked)

    monkeypatch.setattr(Artist, "_draw", fail)


async def test_where_the_picture_fails_the_text_comes_without_it(
    history: Shop, owner: Person, broken: None, config: Config, caplog: pytest.LogCaptureFixture
):
    await owner.presses("stats:7:revenue::")

    assert "💰 Revenue: $181.00" in owner.screen
    assert "The picture could not be drawn this time" in owner.screen
    assert "no fonts here" in caplog.text
    assert pictures(config) == []


async def test_customers_see_nothing_of_it(customer: Person, history: Shop):
    for press in ("stats:7:figures::", "stats:7:revenue::", "stats?:figures"):
        await customer.presses(press)
        assert customer.last.text == "This is for the people who run the shop."


def lives(process: str) -> bool:
    """Tell whether there is a process with this number."""
    return Path(f"/proc/{process}").exists()


def kept(folder: Path) -> list[Path]:
    """Return the files of a folder."""
    return list(folder.iterdir())


# -- the artist ---------------------------------------------------------------------------------------------------


async def test_a_process_that_takes_too_long_is_ended(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    artist = Artist(tmp_path, (sys.executable, "-c", "import time; time.sleep(60)"), seconds=0.3)

    assert await artist.picture(CHART) is None
    assert "TimeoutError" in caplog.text


async def test_whoever_stops_waiting_leaves_no_process_behind(tmp_path: Path):
    started = tmp_path / "started"
    code = f"import os, pathlib, time; pathlib.Path({str(started)!r}).write_text(str(os.getpid())); time.sleep(60)"
    drawing = asyncio.create_task(Artist(tmp_path, (sys.executable, "-c", code)).picture(CHART))
    await until(lambda: started.exists() and bool(started.read_text()))
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing

    assert not lives(started.read_text())


async def test_what_is_no_picture_is_not_kept(tmp_path: Path):
    assert await Artist(tmp_path, (sys.executable, "-c", "print('hello')")).picture(CHART) is None
    assert kept(tmp_path) == []


async def test_the_process_knows_none_of_the_shops_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN", "42:SECRET")
    code = "import os, sys; sys.exit(' '.join(sorted(os.environ)))"
    with pytest.raises(ValueError, match="exit code 1: ") as failed:
        await Artist(tmp_path, (sys.executable, "-c", code))._draw(b"{}")

    assert "TOKEN" not in str(failed.value)


async def test_only_so_many_pictures_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.telegram.artist.KEPT", 2)
    artist = Artist(tmp_path, (sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\x89PNG\\r\\n')"))
    paths = [await artist.picture({**CHART, "title": str(number)}) for number in range(4)]

    assert {path for path in paths if path and path.exists()} == set(paths[2:])
    assert len(kept(tmp_path)) == 2


def test_the_bot_itself_never_loads_the_library():
    assert not [name for name in sys.modules if name.startswith("matplotlib")]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        ("1", ["0", "1"]),
        ("3", ["0", "1", "2", "3"]),
        ("7", ["0", "2", "4", "6", "8"]),
        ("181.00", ["0", "50", "100", "150", "200"]),
        ("9999999.99", ["0", "5E+6", "1E+7"]),
        ("0.40", ["0", "1"]),
    ],
)
def test_an_axis_counts_by_round_numbers_up_to_the_highest(highest: str, ticks: list[str]):
    assert charts.marks(Decimal(highest)) == [Decimal(tick) for tick in ticks]
