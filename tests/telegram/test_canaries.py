"""Canaries: unmistakable names, addresses, letters and secrets go through everything, and are found nowhere outside."""

import contextlib
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import text

from bot import logs
from bot.cli import root
from bot.config import Config, load_config
from bot.jobs import expire_reservations
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import Upload
from bot.services import checkout, orders
from tests.conftest import VAULT_KEY
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.conftest import config as plain_config
from tests.telegram.steps import delivers, puts_in_cart

TOKEN = "4242424242:CANARYtokenABCDEFGHIJKLMNOPQRSTUV"
MONITORING = "canary-monitoring-token-1234567890"
PASSWORD = "canary-database-password"
ADDRESS = "77 Canarystreet, Birdtown"
PHONE = "+4915199988877"
CANARIES = (
    ("first name", "Zyxcanaria"),
    ("username", "zyx_canary"),
    ("address", "Canarystreet"),
    ("phone", "99988877"),
    ("note", "Canarynote"),
    ("letter", "Canaryletter"),
    ("answer", "Canaryanswer"),
    ("caption", "Canarycaption"),
    ("file name", "Canaryfile"),
    ("search", "Canarysearch"),
    ("token", "CANARYtoken"),
    ("monitoring token", MONITORING),
    ("database password", PASSWORD),
    ("data key", VAULT_KEY.hex()),
    ("data key in bytes", VAULT_KEY.decode()),
)
IN_CLEAR = ("first name", "username")
"""What the table of users keeps as it is: staff look for people by it."""

pytestmark = [pytest.mark.usefixtures("without_pace"), pytest.mark.meets_a_bug]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Return Telegram, which knows the bot by a token that nobody may see."""
    async with Sandbox(TOKEN, username="tea_shop_bot", name="Tea shop") as telegram:
        yield telegram


@pytest.fixture
def printed() -> io.StringIO:
    """Return what the bot process says on its stdout."""
    return io.StringIO()


@pytest.fixture
def config(
    sandbox: Sandbox,
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    worker_id: str,
    unused_tcp_port: int,
    printed: io.StringIO,
) -> Iterator[Config]:
    """Return a configuration that tells as much as it can, with secrets that nobody may see."""
    made = plain_config.__wrapped__(sandbox, database_url, redis_url, tmp_path, worker_id)  # type: ignore[attr-defined]
    secrets = {"token": SecretStr(TOKEN), "monitoring_token": SecretStr(MONITORING), "db_password": SecretStr(PASSWORD)}
    more = {"debug": True, "log_to_stdout": True, "monitoring_port": unused_tcp_port}
    shown: Config = made.model_copy(update={**secrets, **more})
    with contextlib.redirect_stdout(printed):
        logs.setup(shown)
    yield shown
    logs.close()


def found(where: str, shown: str, but: tuple[str, ...] = ()) -> list[str]:
    """Return which canaries are seen somewhere."""
    return [f"{name} in {where}" for name, word in CANARIES if name not in but and word.lower() in shown.lower()]


def everything_kept(shop: Shop) -> dict[str, str]:
    return {table: json.dumps(rows, default=str, ensure_ascii=False) for table, rows in shop.rows().items()}


async def seen_by_monitors(config: Config) -> str:
    texts = []
    async with aiohttp.ClientSession(f"http://{config.monitoring_host}:{config.monitoring_port}") as session:
        for path in ("/health", "/ready", "/metrics", "/metrics/prometheus", "/metrics/json", "/nonsense"):
            for headers in ({}, {"Authorization": f"Bearer {MONITORING}"}):
                async with session.get(path, headers=headers) as answer:
                    texts.append(f"{answer.headers}{await answer.text()}")
    return "\n".join(texts)


async def lives(anna: Person, owner: Person, process: BotProcess, sandbox: Sandbox, shop: Shop) -> None:
    """Let Anna do everything that a customer can, with words that nobody may see."""
    await anna.sends(f"/start {shop.has_code()}")
    await anna.sends("Canarysearch")
    await puts_in_cart(anna, shop.goods("Green tea").id)
    await anna.sends("/cart")
    await anna.taps("Proceed to Checkout")
    await anna.sends("x")
    await anna.sends(ADDRESS)
    await anna.sends("99988877 is my number")
    await anna.sends(PHONE)
    await anna.sends("Canarynote: ring thrice")
    await anna.taps("Cash on Delivery")
    await anna.taps("Confirm order")
    await anna.sends("/help")
    await anna.sends("Canaryletter: where is it?")
    file = sandbox.world.files.keep("document", Upload("Canaryfile.txt", "text/plain", b"Canaryfile inside"))
    document = {**file.described(), "file_name": "Canaryfile.txt", "mime_type": "text/plain"}
    await anna.says({"document": document, "caption": "Canarycaption"})
    await delivers(process)
    await owner.taps("Answer")
    await owner.sends("Canaryanswer: at the door")
    await owner.sends("/admin")
    await owner.taps("Customers")
    await owner.sends("Zyxcanaria")
    await delivers(process)
    await anna.sends("/mydata")
    await anna.sends("/privacy")


async def meets_bugs(anna: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be bugs in the middle of a checkout, which speak of what Anna has written, and SQL that is wrong."""

    def explains(_session: Any, _user_id: int, written: str, **_options: Any) -> None:
        raise ValueError(f"cannot make anything of {written!r}")

    def asks_wrongly(session: Any, _user_id: int, written: str, **_options: Any) -> None:
        session.execute(text("SELECT nothing FROM nowhere WHERE phone = :phone"), {"phone": written})

    await puts_in_cart(anna, shop.goods("Green tea").id)
    await anna.sends("/cart")
    await anna.taps("Proceed to Checkout")
    await anna.taps("Update Info")
    with monkeypatch.context() as patch:
        patch.setattr(checkout, "set_address", explains)
        await anna.sends(ADDRESS)
        patch.setattr(checkout, "set_address", asks_wrongly)
        await anna.sends(ADDRESS)


async def test_no_canary_is_seen_outside(
    process: BotProcess,
    sandbox: Sandbox,
    shop: Shop,
    config: Config,
    redis_url: str,
    owner: Person,
    monkeypatch: pytest.MonkeyPatch,
    printed: io.StringIO,
):
    shop.has_goods(stock=50)
    anna = sandbox.person(7700112233, "Zyxcanaria", language_code="en", username="zyx_canary")

    await lives(anna, owner, process, sandbox, shop)
    dialogues = "".join(str(value) for value in _redis_values(redis_url))
    await meets_bugs(anna, shop, monkeypatch)
    await _a_job_crashes(shop, monkeypatch)
    told = _the_shell_fails(config)
    monitors = await seen_by_monitors(config)

    written = {
        path.name: path.read_text(encoding="utf-8") for path in config.log_dir.iterdir() if path.suffix == ".log"
    }
    assert "Traceback" in written["bot.log"]
    assert "cannot make anything of" in written["bot.log"]
    assert "nowhere" in written["bot.log"]
    assert "shop_" in monitors
    seen = [each for name, shown in written.items() for each in found(name, shown)]
    assert "cannot make anything of" in printed.getvalue()
    seen += found("stdout", printed.getvalue())
    seen += found("the shell", told)
    seen += found("monitoring", monitors)
    seen += found("Redis", dialogues + "".join(str(value) for value in _redis_values(redis_url)))
    for table, rows in everything_kept(shop).items():
        seen += found(table, rows, IN_CLEAR if table == "users" else ())
    assert seen == []


def _redis_values(url: str) -> list[Any]:
    with Redis.from_url(url) as redis:
        values = [(key, redis.get(key)) for key in redis.scan_iter()]
    assert values
    return values


async def _a_job_crashes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.execute("UPDATE orders SET reserved_until = :past", past=(now() - timedelta(minutes=1)).replace(tzinfo=None))
    with monkeypatch.context() as patch:
        patch.setattr(orders, "expire", lambda session, code, *, now: session.execute(text("SELECT 1 FROM nowhere")))
        with pytest.raises(Exception, match="could not be handled"):
            await expire_reservations.run(shop.db, now)


def _the_shell_fails(config: Config) -> str:
    """Let the shell meet a server that is not there, a wrong URL and a bug, and return all that it says."""
    quiet = {"LOG_DIR": str(config.log_dir), "DATA_DIR": str(config.data_dir), "OWNER_ID": str(OWNER_ID)}
    secrets = {"TOKEN": TOKEN, "DATA_KEY": VAULT_KEY.hex(), "MONITORING_TOKEN": MONITORING, "DB_PASSWORD": PASSWORD}
    urls = (f"mysql+pymysql://shop:{PASSWORD}@127.0.0.1:1/shop", f"mysql+nonsense://shop:{PASSWORD}@127.0.0.1/shop")
    said = []
    for url in urls:
        for command in (["customer", "list"], ["doctor"], ["settings", "list"]):
            result = CliRunner(env={**quiet, **secrets, "DATABASE_URL": url}).invoke(root.cli, command)
            assert result.exit_code != 0
            said.append(result.output + result.stderr + repr(result.exception))
    return "\n".join(said)


def test_a_canary_is_found_where_there_is_one():
    """The control: whoever looks for them sees them."""
    assert found("here", f"sent to {ADDRESS.upper()}, {PHONE}") == ["address in here", "phone in here"]
    assert found("here", "nothing") == []


def test_what_is_private_is_taken_out_of_a_traceback(tmp_path: Path):
    logs.setup(load_config(_env_file=None, log_dir=tmp_path, log_to_stdout=False))
    try:
        try:
            raise ValueError(f"{ADDRESS.split(',')[0]!r} is no number")
        except ValueError:
            logging.getLogger("bot.test").exception(
                "a bug with %s", "Canarynote", extra={"private": (ADDRESS, "Canarynote")}
            )
    finally:
        logs.close()

    written = (tmp_path / "bot.log").read_text(encoding="utf-8")
    assert re.search(r"a bug with \[personal\]", written)
    assert re.search(r"ValueError: .*\[personal\].* is no number", written)
    assert found("bot.log", written.replace("test_canaries", "")) == []
