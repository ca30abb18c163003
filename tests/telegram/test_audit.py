"""Whatever is refused stands in audit.log: who, what and why, and nothing that anybody wrote."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.config import Config
from bot.main import BotProcess
from bot.sandbox import Person, Sandbox
from bot.services import people
from tests.shop import Shop
from tests.telegram.steps import checks_out, puts_in_cart


@pytest.fixture
def audit_log(config: Config, process: BotProcess) -> Iterator[Path]:
    """Return the file, as the running bot writes it."""
    logs.setup(config)
    yield config.log_dir / "audit.log"
    logs.close()


def lines(file: Path) -> list[str]:
    """Return what was refused, without time and place."""
    found = [line.partition("] refused ")[2] for line in file.read_text().splitlines() if "] refused " in line]
    file.write_text("")
    return found


async def test_what_is_refused_stands_there_with_who_what_and_why(
    audit_log: Path, customer: Person, guest: Person, owner: Person, sandbox: Sandbox, shop: Shop
):
    goods_id = shop.has_goods(stock=100)
    theirs = shop.order(shop.has_order(shop.has_customer(404, "Fritz"), {"Green tea": 1})).id
    await customer.sends("/admin")
    await customer.presses("job:1")
    await customer.presses(f"order:{theirs}:0")
    await customer.presses(f"cancel!:{theirs}")
    assert lines(audit_log) == [
        "user:101: /admin: Forbidden",
        "user:101: button job:1: Forbidden",
        f"user:101: button order:{theirs}:0: NotFound",
        f"user:101: button cancel!:{theirs}: NotFound",
    ]

    await guest.sends("/start")
    await guest.presses("cart:0")
    for number in range(6):
        await guest.sends(f"+49151234567{number}")
    await guest.sends("/orders")
    assert lines(audit_log) == [
        "user:202: button cart:0: has not entered",
        *["user:202: a text: CodeUnknown"] * 5,
        "user:202: a text: TooManyAttempts",
        "user:202: /orders: has not entered",
    ]

    shop.has_setting("max_open_orders", "1")
    for _ in range(2):
        await puts_in_cart(customer, goods_id)
        await (checks_out(customer) if len(shop.orders()) == 1 else customer.presses("out"))
    await customer.taps("Use Saved Info")
    await customer.taps("Cash on Delivery")
    await customer.taps("Confirm order")
    assert [line.partition(":")[2].split(": ")[-1] for line in lines(audit_log)] == ["TooManyOpenOrders"]

    shop.has_setting("maintenance", "We move house.")
    await customer.sends("/cart")
    shop.has_setting("maintenance", "off")
    shop.staff(people.ban, 101, reason=None, notify=False)
    await customer.sends("Let me in, I am Anna Miller")
    assert lines(audit_log) == ["user:101: /cart: the shop is closed", "user:101: a text: Banned"]

    group = sandbox.group(-1001, "Friends", [customer, owner])
    await customer.sends("/start orders", chat=group)
    await customer.sends("/cart", chat=group)
    await customer.sends("Anna Miller, 12 Harbour Street", chat=group)
    await customer.sends("/admin", chat=group, anonymous=True)
    robot = sandbox.person(909, "Robot", is_bot=True)
    await robot.says({"text": "/start"})
    await asyncio.sleep(0)
    assert lines(audit_log) == [
        "user:101: connecting the group -1001: Forbidden",
        "user:101: /cart in the group -1001: groups",
        "user:1087968824: /admin in the group -1001: groups",
        "user:909: /start: a bot",
    ]


FORGED = "\n[2026-01-01 00:00:00] [INFO] [shop.audit:1] refused user:1: everything: Forbidden"


async def test_nobody_writes_lines_of_their_own(audit_log: Path, customer: Person):
    for text in (f"/admin{FORGED}", f"/x{FORGED}", f"/admin\u2028{FORGED}"):
        await customer.sends(text)
    for data in (f"order:{FORGED}"[:64], f"job:1{FORGED}"[:64], "job:+4915112345678", "\x00\x1b[31m"):
        await customer.presses(data)
    written = lines(audit_log)

    assert written == [
        "user:101: /admin: Forbidden",
        "user:101: /admin: Forbidden",
        "user:101: button job:?: Forbidden",
    ]
