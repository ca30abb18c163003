"""A day of an operator beside the running bot: every command there is does its work once and prints its JSON."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from tests.beside import config, customer, jobs_wait, no_rest, process, quick_goodbye, sandbox
from tests.cli.test_shell import EVERY
from tests.shop import BITCOIN_ADDRESSES, Shop
from tests.telegram.steps import delivers

TIME = "2036-12-20 14:30"
NOT_BESIDE_THE_BOT = {"completion", "order watch", "backup restore"}
"""One prints a script, one goes on until Ctrl-C (test_order_watch.py), one wants the bot stopped (test_backup.py)."""

Json = Callable[..., Any]


class Day:
    """What anna has typed; each command runs on a thread of its own, as another process would."""

    def __init__(self, cli: Json) -> None:
        self._cli = cli
        self.typed: set[str] = set()

    async def types(self, *words: Any, stdin: str | None = None) -> Any:
        """Type a command with --json and return what it printed."""
        result = await asyncio.to_thread(self._cli, *words, "--json", stdin=stdin)
        assert result.exit_code == 0, (words, result.stderr)
        self.typed.add(_name(words))
        return json.loads(result.stdout)


def _name(words: tuple[Any, ...]) -> str:
    """Return the command that a command line calls."""
    known = [name for name in EVERY if words[: len(name.split())] == tuple(name.split())]
    return max(known, key=len)


async def test_every_command_does_its_work_beside_the_bot(
    cli: Json,
    process: BotProcess,
    customer: Person,
    sandbox: Sandbox,
    shop: Shop,
    tmp_path: Path,
):
    day = Day(cli)
    await _fills_the_shelves(day, tmp_path)
    await _looks_after_orders(day, shop, customer)
    await _looks_after_people(day, process, customer, sandbox)
    await _looks_after_the_shop(day, shop, tmp_path)
    await delivers(process)

    leaves = {words for words, command in EVERY.items() if not isinstance(command, click.Group)}
    assert leaves - day.typed == NOT_BESIDE_THE_BOT
    assert await day.types("outbox", "list", "--status", "dead") == []


async def _fills_the_shelves(day: Day, folder: Path) -> None:
    await day.types("category", "add", "Tea")
    await day.types("category", "add", "Green")
    await day.types("category", "move", "Green", "--into", "Tea")
    await day.types("category", "rename", "Green", "Green teas")
    await day.types("goods", "add", "Sencha", "--category", "Green teas", "--price", "30", "--stock", "100")
    await day.types("goods", "edit", "Sencha", "--description", "First flush")
    (folder / "sencha.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    for words in (["add", "Sencha", folder / "sencha.png"], ["move", "Sencha", "1", "1"], ["list", "Sencha"]):
        assert len((await day.types("goods", "photo", *words))["photos"]) == 1
    assert (await day.types("goods", "photo", "remove", "Sencha", "1"))["photos"] == []
    await day.types("category", "add", "Empty")
    await day.types("category", "remove", "Empty")
    for noun, name in (("goods", "Sencha"), ("category", "Tea")):
        await day.types(noun, "archive", name)
        await day.types(noun, "restore", name)
    await day.types("inventory", "Sencha", "--add", "5")
    (folder / "count.csv").write_text("name,counted\nSencha,104\n")
    counted = await day.types("inventory", "count", folder / "count.csv")
    assert counted["differences"][0]["difference"] == -1
    await day.types("catalog", "export", folder / "shop.yaml")
    assert (await day.types("catalog", "import", folder / "shop.yaml"))["changes"] == []
    assert (await day.types("goods", "show", "Sencha"))["available"] == 104
    for words in (["goods", "list"], ["category", "list"], ["inventory", "list"], ["inventory", "log", "Sencha"]):
        assert await day.types(*words)


async def _looks_after_orders(day: Day, shop: Shop, customer: Person) -> None:
    kept, lost, late = (shop.has_order(customer.id, {"Sencha": 2}) for _ in range(3))
    await day.types("order", "edit", kept, "--add", "Sencha=1", "--note", "Ring twice")
    await day.types("order", "--order-code", kept, "--update-address", "14 Harbour Street")
    await day.types("order", "confirm", kept, "--delivery-time", TIME)
    assert await day.types("order", "picklist")
    assert await day.types("order", "slip", kept)
    await day.types("order", "deliver", kept)
    await day.types("order", "cancel", "-", stdin=f"{lost}  # changed their mind\n")
    shop.expires(late)
    await day.types("order", "revive", late)
    shown = await day.types("order", "show", kept)

    assert (shown["order_status"], shown["total_price"]) == (OrderStatus.DELIVERED, "90.00")
    assert len(await day.types("order", "list")) == 3
    assert (await day.types("payment", "list", "--order", kept))[0]["amount"] == "90.00"
    assert (await day.types("stats"))["orders"]


async def _looks_after_people(day: Day, process: BotProcess, customer: Person, sandbox: Sandbox) -> None:
    await customer.sends("/help")
    await customer.sends("Where is my tea?")
    words = ("--text", "News", "--segment", "everyone", "--at", TIME)
    number = (await day.types("broadcast", "new", *words))["id"]
    for verb in ("show", "pause", "resume", "cancel"):
        assert (await day.types("broadcast", verb, number))["id"] == number
    assert len(await day.types("broadcast", "list")) == 1
    [question] = await day.types("question", "list", "--open")
    [message] = (await day.types("question", "show", question["user_id"]))["messages"]
    assert message["text"] == "Where is my tea?"
    await day.types("question", "answer", question["user_id"], "On its way.")
    await customer.sends("/help")
    await customer.sends("Thank you!")
    assert (await day.types("question", "close", customer.id))["state"] == "closed"
    await day.types("customer", "message", customer.id, "Thank you for waiting.")
    await day.types("customer", "bonus", customer.id, "--add", "5", "--reason", "Waited long", "--notify")
    await delivers(process)
    assert "On its way." in " ".join(message.text or "" for message in customer.messages)
    assert "Thank you for waiting." in " ".join(message.text or "" for message in customer.messages)

    await day.types("staff", "add", customer.id)
    await customer.sends("/admin")
    assert "Admin panel" in customer.screen
    assert await day.types("staff", "list")
    await day.types("staff", "remove", customer.id)
    await day.types("ban", customer.id)
    await day.types("unban", customer.id)
    assert (await day.types("customer", "show", customer.id))["bonus_balance"] == "5.00"
    assert await day.types("customer", "ledger", customer.id)
    assert await day.types("customer", "list")

    code = (await day.types("refcode", "create"))["code"]
    assert await day.types("refcode", "show", code)
    await day.types("refcode", "disable", code)
    assert await day.types("refcode", "list")


async def _looks_after_the_shop(day: Day, shop: Shop, folder: Path) -> None:
    await day.types("btc", "add", "--address", BITCOIN_ADDRESSES[0])
    (folder / "btc_addresses.txt").write_text(BITCOIN_ADDRESSES[1])
    await day.types("btc", "sync")
    assert await day.types("btc", "show", BITCOIN_ADDRESSES[0])
    assert len(await day.types("btc", "list")) == 2
    await day.types("settings", "set", "timezone", "Europe/Berlin")
    assert (await day.types("settings", "get", "timezone"))["value"] == "Europe/Berlin"
    await day.types("settings", "reset", "timezone")
    assert await day.types("settings", "list")

    shop.has_customer(909, "Erika")
    assert (await day.types("customer", "export", 909, "--output", folder / "erika.json"))["bytes"]
    assert (await day.types("customer", "erase", 909, "--yes"))["pseudonym"]
    newest = (await day.types("event", "list"))[0]
    assert (await day.types("event", "show", newest["id"]))["kind"] == newest["kind"]
    shop.execute("UPDATE outbox SET status = 'dead' ORDER BY id LIMIT 2")
    first, second = (message["id"] for message in await day.types("outbox", "list", "--status", "dead"))
    assert await day.types("outbox", "show", first)
    await day.types("outbox", "retry", first)
    await day.types("outbox", "drop", second, "--reason", "Too late")

    assert await day.types("export", "--all", "--output-dir", folder / "books")
    assert await day.types("doctor")
    made = await day.types("backup", "create")
    assert (await day.types("backup", "list"))[0]["name"] == made["name"]
    assert (await day.types("backup", "verify", "latest"))["is_good"]
    assert (await day.types("db", "status"))["is_up_to_date"]
    assert await day.types("db", "upgrade")
    # The bot that runs beside has noticed the new key before anything was sealed with it.
    rotated = await day.types("db", "rotate-key", "--yes")
    assert (rotated["left"], rotated["sealed_anew"] > 0) == (0, True)
