from pathlib import Path

import pytest

from bot.models import BitcoinAddress, PaymentMethod
from tests.shop import BITCOIN_ADDRESSES, Shop

FIRST, SECOND, THIRD = BITCOIN_ADDRESSES[:3]


def test_addresses_are_added_one_by_one(cli, shop: Shop):
    result = cli("btc", "add", "--address", FIRST, "--address", SECOND.upper())

    assert result.exit_code == 0, result.stderr
    assert result.stdout == "2 addresses added, 0 known already, 0 bad; 2 free now.\n"
    assert shop.address(SECOND).is_used is False
    assert shop.events("bitcoin.added")[0].actor == "cli:anna"


def test_one_bad_address_refuses_all_that_were_given(cli, shop: Shop):
    result = cli("btc", "add", "--address", FIRST, "--address", "bc1qwrong")

    assert result.exit_code == 1
    assert result.stderr == "'bc1qwrong' is not a valid bitcoin address: its checksum is wrong; copy it again.\n"
    assert shop.count(BitcoinAddress) == 0


def test_a_file_is_added_and_its_bad_lines_are_reported_with_their_numbers(cli, shop: Shop, tmp_path: Path):
    shop.has_addresses(1)
    file = tmp_path / "more.txt"
    file.write_text(f"# wallet\n{FIRST}\nnonsense\n{SECOND}\n{THIRD}\n")

    result = cli("btc", "add", "--file", file)

    assert result.exit_code == 1, "one of several was refused"
    assert result.stdout == "2 addresses added, 1 known already, 1 bad; 3 free now.\n"
    assert result.stderr == (
        "Line 3: 'nonsense' is refused, its checksum is wrong or it is no address; copy it again.\n"
    )
    file.write_text(f"# wallet\n{FIRST}\n")
    assert cli("btc", "add", "--file", file).exit_code == 0


def test_a_file_with_bad_lines_only_is_a_refusal(cli, shop: Shop, tmp_path: Path):
    (tmp_path / "bad.txt").write_text("a\n" * 25)

    result = cli("btc", "add", "--file", tmp_path / "bad.txt")

    assert result.exit_code == 1
    assert result.stdout == "0 addresses added, 0 known already, 25 bad; 0 free now.\n"
    assert len(result.stderr.splitlines()) == 21
    assert result.stderr.endswith("... and 5 more bad lines.\n")
    assert shop.count(BitcoinAddress) == 0


def test_adding_prints_json(cli_json):
    assert cli_json("btc", "add", "--address", FIRST) == {"added": 1, "known": 0, "bad": 0, "free": 1}


@pytest.mark.parametrize("words", [[], ["--address", FIRST, "--file", "x"]])
def test_either_an_address_or_a_file_is_needed(cli, words):
    result = cli("btc", "add", *words)

    assert result.exit_code == 2
    assert "Choose one of --address and --file." in result.stderr


def test_a_file_that_cannot_be_read_is_refused(cli, tmp_path: Path):
    result = cli("btc", "add", "--file", tmp_path / "none.txt")

    assert result.exit_code == 1
    assert result.stderr == f"'{tmp_path}/none.txt' is not a valid address file: there is no such file.\n"


def test_sync_loads_the_configured_file_and_never_writes_it(cli, shop: Shop, home: Path):
    file = home / "btc_addresses.txt"
    file.write_text(f"{FIRST}\n{SECOND}\n")
    written = file.stat().st_mtime_ns

    first, again = cli("btc", "sync"), cli("btc", "sync")

    assert first.stdout == "2 addresses added, 0 known already, 0 bad; 2 free now.\n"
    assert again.stdout == "0 addresses added, 2 known already, 0 bad; 2 free now.\n"
    assert file.stat().st_mtime_ns == written
    assert len(shop.events("bitcoin.added")) == 1


@pytest.fixture
def claimed(shop: Shop) -> str:
    """Let an order claim the first of two addresses; return its code."""
    shop.has_addresses(2)
    shop.has_goods()
    code = shop.has_order(shop.has_customer(), {"Green tea": 1}, pay=PaymentMethod.BITCOIN)
    shop.execute("UPDATE orders SET order_code = 'ABCDEF' WHERE order_code = :code", code=code)
    shop.execute("UPDATE bitcoin_addresses SET added_at = '2026-03-01 09:30:00'")
    shop.execute("UPDATE bitcoin_addresses SET used_at = '2026-03-02 10:00:00' WHERE is_used")
    shop.execute("UPDATE events SET created_at = '2026-03-01 09:30:00' WHERE kind = 'bitcoin.added'")
    return "ABCDEF"


def test_the_list_shows_free_addresses_or_all(cli, cli_json, claimed: str):
    free = cli("btc", "list")
    everything = cli("btc", "list", "--show-all")
    facts = cli_json("btc", "list", "--show-all")

    assert free.stdout == (
        f"Address                                     State  Order  Added\n{SECOND}  free          2026-03-01 09:30\n"
    )
    assert free.stderr == "Times are in UTC.\nIn the pool: 1 free, 1 claimed.\n"
    assert everything.stdout == (
        "Address                                     State    Order   Added\n"
        f"{FIRST}  claimed  ABCDEF  2026-03-01 09:30\n"
        f"{SECOND}  free             2026-03-01 09:30\n"
    )
    assert facts == [
        {
            "address": FIRST,
            "state": "claimed",
            "is_used": True,
            "order_code": "ABCDEF",
            "order_status": "reserved",
            "used_by": 101,
            "used_at": "2026-03-02T10:00:00Z",
            "added_at": "2026-03-01T09:30:00Z",
        },
        {
            "address": SECOND,
            "state": "free",
            "is_used": False,
            "order_code": None,
            "order_status": None,
            "used_by": None,
            "used_at": None,
            "added_at": "2026-03-01T09:30:00Z",
        },
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--search", "abcdef"], [FIRST]),
        (["--search", FIRST[10:20].upper()], [FIRST]),
        (["--search", "бит"], []),
        (["--search", "%"], []),
        (["--limit", 1, "--page", 2], [SECOND]),
    ],
)
def test_addresses_are_searched_and_paged(cli_json, claimed: str, words, expected: list[str]):
    assert [row["address"] for row in cli_json("btc", "list", "--show-all", *words)] == expected


def test_a_long_list_is_readable_at_40_columns(cli, shop: Shop):
    shop.has_addresses(1)
    shop.execute("UPDATE bitcoin_addresses SET added_at = '2026-03-01 09:30:00'")

    result = cli("btc", "list", COLUMNS="40")

    assert result.stdout == f"{FIRST}\n  State free, Added 2026-03-01 09:30\n"


def test_an_address_is_shown_with_its_order_and_who_added_it(cli, cli_json, claimed: str):
    shown = cli("btc", "show", FIRST.upper())

    assert shown.stdout == (
        f"{FIRST}\n"
        "  State     claimed\n"
        "  Order     ABCDEF, reserved\n"
        "  Customer  Anna (101)\n"
        "  Claimed   2026-03-02 10:00\n"
        "  Added     2026-03-01 09:30\n"
        "  By        cli:test\n"
    )
    assert cli("btc", "show", FIRST, COLUMNS="40").stdout == shown.stdout
    assert cli("btc", "show", SECOND).stdout == (
        f"{SECOND}\n  State  free\n  Added  2026-03-01 09:30\n  By     cli:test\n"
    )
    facts = cli_json("btc", "show", FIRST)
    assert (facts["state"], facts["order_code"], facts["order_status"]) == ("claimed", "ABCDEF", "reserved")
    assert (facts["used_by"], facts["buyer_name"], facts["added_by"]) == (101, "Anna", "cli:test")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (FIRST, f"There is no bitcoin address {FIRST!r}. All addresses: bot_cli.py btc list --show-all --all"),
        ("bc1qwrong", "'bc1qwrong' is not a valid bitcoin address: its checksum is wrong; copy it again."),
        ("", "'' is not a valid bitcoin address: it is not an address at all."),
    ],
)
def test_an_address_that_is_unknown_or_none_is_refused(cli, address: str, sentence: str):
    result = cli("btc", "show", address)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


def test_an_empty_pool_says_so(cli):
    result = cli("btc", "list")

    assert (result.stdout, result.stderr) == ("There are no such addresses.\n", "In the pool: 0 free, 0 claimed.\n")
