"""Operators type while the bot runs: each command is a process of its own, and people see its effect in their chats."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from bot.config import ROOT, VARIABLES, Config
from bot.main import BotProcess
from bot.models import OrderStatus
from bot.sandbox import Person, Sandbox
from tests.conftest import VAULT_KEY
from tests.shop import OWNER_ID, Shop
from tests.telegram.steps import checks_out, delivers, puts_in_cart, unchanged

TIME = "2036-12-20 14:30"
Types = Callable[..., Awaitable[str]]


@pytest.fixture
def types(config: Config, process: BotProcess) -> Types:
    """Return a function with which anna runs a command line beside the bot; the bot then sends what there is to say."""
    variables = {
        **{name: value for name, value in os.environ.items() if name not in VARIABLES},
        "DATABASE_URL": config.sqlalchemy_url,
        "DATA_KEY": VAULT_KEY.hex(),
        "DATA_DIR": str(config.data_dir),
        "LOG_DIR": str(config.log_dir),
        "OWNER_ID": str(OWNER_ID),
        "BTC_ADDRESSES_FILE": str(config.btc_addresses_file),
    }

    def run(*words: Any, exit_code: int) -> str:
        command = [sys.executable, "bot_cli.py", "--as", "anna", *(str(word) for word in words)]
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60)
        assert done.returncode == exit_code, done.stderr
        assert "Warning" not in done.stderr, "the bot runs, so nobody must be told that it does not"
        return done.stderr if exit_code else done.stdout

    async def type_in(*words: Any, exit_code: int = 0) -> str:
        printed = await asyncio.to_thread(partial(run, *words, exit_code=exit_code))
        await delivers(process)
        return printed

    return type_in


async def test_an_order_is_followed_from_the_cart_to_the_door(customer: Person, types: Types, shop: Shop):
    tea = shop.has_goods("Green tea", stock=5)
    await puts_in_cart(customer, tea, 2)
    await checks_out(customer)
    [row] = json.loads(await types("order", "list", "--json"))
    code = row["order_code"]

    await types("order", "--order-code", code.lower(), "--status-confirmed", "--delivery-time", TIME)
    assert "confirmed" in customer.last.text
    await types("order", "--order-code", code, "--add-item", "Green tea", "--quantity", 1, "--notify")
    assert "1 × Green tea added. New total: $90.00" in customer.last.text
    await types("order", "--order-code", code, "--status-delivered")

    assert "delivered" in customer.last.text
    assert shop.order(code).order_status is OrderStatus.DELIVERED
    assert (shop.goods("Green tea").stock_quantity, shop.goods("Green tea").reserved_quantity) == (2, 0)


async def test_a_change_of_the_catalogue_is_seen_at_the_next_press(customer: Person, types: Types, shop: Shop):
    tea = shop.has_goods("Green tea", price="30.00", stock=5)
    await customer.presses(f"goods:{tea}")
    assert "$30.00" in customer.screen

    await types("goods", "edit", "Green tea", "--price", "31.50")
    await types("inventory", "Green tea", "--set", "1")
    await customer.presses(f"goods:{tea}")

    assert "$31.50" in customer.screen
    assert "1" in customer.screen

    await types("goods", "archive", "Green tea")
    await customer.presses(f"goods:{tea}")

    assert "$31.50" not in customer.screen


async def test_what_the_bot_keeps_of_categories_and_settings_is_never_older_than_the_last_command(
    customer: Person, types: Types, shop: Shop
):
    tea = shop.has_goods("Green tea")
    aisle = f"aisle:{shop.goods('Green tea').category_id}:0"
    for press in ("shop:0", aisle, f"goods:{tea}"):
        await customer.presses(press)
    assert "Shop › Tea" in customer.screen

    await types("category", "rename", "Tea", "Infusions")
    await customer.presses(f"goods:{tea}")
    assert "Shop › Infusions" in customer.screen

    await types("category", "archive", "Infusions")
    await customer.presses(f"goods:{tea}")
    assert "Infusions" not in customer.screen
    await customer.presses("shop:0")
    assert "Infusions" not in " ".join(customer.buttons)

    await types("settings", "set", "maintenance", "Stocktaking")
    await customer.presses("shop:0")
    assert "Stocktaking" in customer.screen

    await types("settings", "set", "maintenance", "off")
    await types("category", "restore", "Infusions")
    await customer.presses("shop:0")
    assert "Infusions" in " ".join(customer.buttons)


async def test_a_code_from_the_shell_lets_somebody_in_and_a_ban_puts_them_out(
    guest: Person, types: Types, sandbox: Sandbox
):
    code = json.loads(await types("refcode", "create", "--json"))["code"]
    await guest.sends(f"/start {code}")
    assert "Shop" in " ".join(guest.buttons)

    await types("ban", guest.id, "--reason", "Never pays", "--notify")
    await guest.sends("/shop")

    assert "Never pays" in " ".join(message.text or "" for message in guest.messages)
    assert "Shop" not in " ".join(guest.buttons)

    await types("unban", guest.id, "--notify")
    await guest.sends("/start")

    assert "Shop" in " ".join(guest.buttons)


async def test_a_setting_counts_for_the_running_bot_at_once(guest: Person, types: Types):
    await guest.sends("/start")
    assert "code" in guest.last.text

    await types("settings", "set", "reference_codes_enabled", "false")
    await guest.sends("/start")

    assert "Shop" in " ".join(guest.buttons)


async def test_who_is_made_or_unmade_in_the_shell_meets_it_at_the_next_press(
    customer: Person, types: Types, shop: Shop
):
    shop.has_customer(102, "Boris")
    await customer.presses("people:new:0")
    assert customer.last.text == "This is for the people who run the shop."

    await types("staff", "add", 101)
    await customer.presses("people:new:0")
    assert "Admin › Customers" in customer.screen
    await customer.taps("Boris")
    await customer.taps("🚫 Ban")
    await customer.sends("Never pays")
    assert "Really ban them?" in customer.screen

    await types("staff", "remove", 101)
    question = next(each for each in customer.bot_messages if "Really ban them?" in (each.text or ""))
    with unchanged(shop):
        await customer.taps("Ban quietly", message=question)
    assert "This is for the people who run the shop." in [each.text for each in customer.bot_messages]

    await types("ban", 101)
    await customer.presses("home")
    assert customer.last.text == "You cannot use this shop."

    await types("unban", 101)
    await customer.presses("home")
    assert "Hello, Anna" in customer.screen


async def test_who_is_made_or_unmade_in_telegram_is_so_for_the_shell_at_once(
    owner: Person, customer: Person, types: Types
):
    await owner.presses("hire?:101:new:0")
    await owner.taps("Yes, appoint")

    [_, admin] = json.loads(await types("staff", "list", "--json"))
    assert (admin["telegram_id"], admin["role"], admin["named_by"]) == (101, "ADMIN", "user:1")
    refusal = await types("ban", 101, exit_code=1)
    assert "admins cannot be banned; take their role away first" in refusal

    await owner.presses("fire?:101")
    await owner.taps("Yes, dismiss")
    await owner.presses("pdo:101:new:0:ban")
    await owner.taps("Without a reason")
    await owner.taps("Ban quietly")

    [banned] = json.loads(await types("customer", "list", "--banned", "--json"))
    assert banned["telegram_id"] == 101
    assert "is no admin" in await types("staff", "remove", 101, exit_code=1)
