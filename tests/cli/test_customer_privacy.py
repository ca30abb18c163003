"""`customer export` and `customer erase`: what is known of somebody, and being forgotten."""

import json
import stat
from pathlib import Path

from bot.models import FIRST_PSEUDONYM, OrderStatus
from tests.shop import ADDRESS, OWNER_ID, Shop
from tests.telegram.steps import unchanged


def test_everything_is_written_to_a_file_that_is_ones_own(cli, cli_json, shop: Shop, tmp_path: Path):
    shop.has_goods()
    shop.has_customer()
    shop.has_order(101, {"Green tea": 1})
    file = tmp_path / "new" / "anna.json"

    told = cli_json("customer", "export", 101, "--output", file)

    assert told == {"file": str(file), "bytes": file.stat().st_size}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8"))["orders"][0]["address"] == ADDRESS
    again = cli("customer", "export", 101, "--output", file)
    assert (again.exit_code, again.stderr) == (
        1,
        f"'{file}' is not a valid file to export to: it exists already; --force replaces it.\n",
    )
    assert cli("customer", "export", 101, "--output", file, "--force").exit_code == 0
    assert cli("customer", "export", 5, "--output", file).exit_code == 1


def test_erasing_is_shown_first_and_done_when_said_so(cli, cli_json, shop: Shop):
    shop.has_goods()
    shop.has_customer()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)

    with unchanged(shop):
        shown = cli("customer", "erase", 101, "--dry-run")
        unsaid = cli("customer", "erase", 101)
    done = cli_json("customer", "erase", 101, "--yes")

    assert " ".join(shown.stdout.split()) == (
        "Anna (101) would be erased with the addresses of 1 order, 0 letters and a bonus of 0.00 USD. "
        "Nothing was changed."
    )
    assert (unsaid.exit_code, "--yes" in unsaid.stderr) == (2, True)
    assert done["pseudonym"] >= FIRST_PSEUDONYM
    assert (done["telegram_id"], done["orders"], done["bonus_lost"]) == (101, 1, "0.00")
    assert shop.orders()[0].buyer_id == done["pseudonym"]
    event = shop.events("customer.erased")[0]
    assert (event.actor, event.subject) == ("cli:anna", f"user:{done['pseudonym']}")
    assert cli("customer", "erase", 101, "--yes").exit_code == 1
    assert "101" not in cli("customer", "list").stdout


def test_the_orders_of_somebody_erased_are_still_shown(cli, cli_json, shop: Shop):
    shop.has_goods()
    shop.has_customer()
    code = shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    pseudonym = cli_json("customer", "erase", 101, "--yes")["pseudonym"]

    shown = cli_json("order", "show", code)
    assert (shown["buyer_id"], shown["delivery_address"]) == (pseudonym, None)
    for words in (["order", "show", code], ["order", "slip", code], ["order", "list", "--all"]):
        assert cli(*words).exit_code == 0
    assert cli_json("customer", "show", pseudonym)["first_name"] == "—"
    assert cli("order", "revive", code).exit_code == 1


def test_what_deleteme_refuses_the_shell_refuses_too(cli, shop: Shop):
    shop.has_goods()
    shop.has_customer()
    shop.has_customer(OWNER_ID, "Olga")
    code = shop.has_order(101, {"Green tea": 1})

    with unchanged(shop):
        ordering, owner = cli("customer", "erase", 101, "--yes"), cli("customer", "erase", OWNER_ID, "--dry-run")

    assert (ordering.exit_code, ordering.stderr) == (
        1,
        f"Orders are still open: {code}. Cancel or deliver them first; then the customer can be erased.\n",
    )
    assert (owner.exit_code, owner.stderr) == (
        1,
        "This is the owner; name another in OWNER_ID and restart the bot first.\n",
    )


def test_the_ban_of_somebody_erased_is_lifted_by_the_id(cli, cli_json, shop: Shop):
    shop.has_customer()
    cli("ban", 101)
    assert cli_json("customer", "erase", 101, "--yes")["stays_banned"] is True

    lifted = cli("unban", 101)
    again = cli("unban", 101)

    assert (lifted.exit_code, lifted.stdout) == (0, "Whoever was 101 and was erased may enter again.\n")
    assert again.exit_code == 1
    assert "There is no customer '101'" in again.stderr
