import csv
import stat
from pathlib import Path

import pytest

from bot.models import OrderStatus
from bot.services import exports
from tests.shop import ADDRESS, Shop

FILES = ["customers.csv", "order_items.csv", "orders.csv", "reference_codes.csv"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


@pytest.fixture
def code(shop: Shop) -> str:
    shop.has_goods("Green tea", price="30.00")
    shop.has_goods("Oolong", price="20.00")
    return shop.has_order(shop.has_customer(101, "=cmd()"), {"Green tea": 2, "Oolong": 1})


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_is_written_into_files_of_ones_own(cli, code: str, folder: Path):
    result = cli("export", "--all", "--output-dir", folder)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.replace("In\n", "In ") == (
        f"In {folder}:\n"
        "  customers.csv        1 row\n"
        "  reference_codes.csv  0 rows\n"
        "  orders.csv           1 row\n"
        "  order_items.csv      2 rows\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_customers_are_written_in_clear_and_no_cell_is_a_formula(cli, shop: Shop, code: str, folder: Path):
    shop.execute("UPDATE users SET username = '@anna', ban_reason = '-1+1'")

    cli("export", "--customers", "--output-dir", folder)

    (anna,) = read(folder / "customers.csv")
    assert anna["telegram_id"] == "101"
    assert anna["first_name"] == "'=cmd()"
    assert anna["username"] == "'@anna"
    assert anna["ban_reason"] == "'-1+1"
    assert anna["phone_number"] == "'+4915112345678"
    assert anna["delivery_address"] == ADDRESS
    assert anna["bonus_balance"] == "0.00"
    assert anna["is_banned"] == "false"
    assert anna["delivery_note"] == ""


def test_orders_and_their_items_are_written(cli, shop: Shop, code: str, folder: Path):
    cli("export", "--orders", "--output-dir", folder)

    (order,) = read(folder / "orders.csv")
    assert order["order_code"] == code
    assert (order["order_status"], order["total_price"], order["due"]) == ("reserved", "80.00", "80.00")
    assert order["created_at"] == shop.order(code).created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "delivery_address" not in order
    assert [
        (item["order_code"], item["item_name"], item["price"], item["quantity"], item["amount"])
        for item in read(folder / "order_items.csv")
    ] == [(code, "Green tea", "30.00", "2", "60.00"), (code, "Oolong", "20.00", "1", "20.00")]
    assert sorted(path.name for path in folder.iterdir()) == ["order_items.csv", "orders.csv"]


def test_reference_codes_are_written(cli, shop: Shop, folder: Path):
    code = shop.has_code(max_uses=3)

    cli("export", "--refcodes", "--output-dir", folder)

    (row,) = read(folder / "reference_codes.csv")
    assert (row["code"], row["max_uses"], row["is_active"], row["expires_at"]) == (code, "3", "true", "")


def test_a_table_longer_than_a_batch_is_written_whole(cli, shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    codes = [shop.has_code() for _ in range(5)]

    cli("export", "--refcodes", "--output-dir", folder)

    assert [row["code"] for row in read(folder / "reference_codes.csv")] == codes


def test_the_files_are_named_as_json(cli_json, code: str, folder: Path):
    assert cli_json("export", "--orders", "--output-dir", folder) == [
        {"file": f"{folder}/orders.csv", "rows": 1},
        {"file": f"{folder}/order_items.csv", "rows": 2},
    ]


def test_a_file_that_exists_is_only_replaced_with_force(cli, code: str, folder: Path):
    folder.mkdir()
    (folder / "order_items.csv").write_text("mine")

    refused = cli("export", "--orders", "--output-dir", folder)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"'{folder}/order_items.csv' is not a valid file to export to: it exists already; --force replaces it.\n"
    )
    assert [path.name for path in folder.iterdir()] == ["order_items.csv"]
    assert (folder / "order_items.csv").read_text() == "mine"

    assert cli("export", "--orders", "--output-dir", folder, "--force").exit_code == 0
    assert len(read(folder / "order_items.csv")) == 2


def test_a_link_is_never_written_through(cli, code: str, folder: Path, tmp_path: Path):
    folder.mkdir()
    (tmp_path / "victim").write_text("mine")
    (folder / "orders.csv").symlink_to(tmp_path / "victim")

    result = cli("export", "--orders", "--output-dir", folder, "--force")

    assert result.exit_code == 1
    assert "it is a link to somewhere else" in result.stderr
    assert (tmp_path / "victim").read_text() == "mine"


def test_an_export_that_breaks_off_leaves_nothing(cli, code: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    broken = exports.Sheet("order_items.csv", ("order_code",), interrupted)  # type: ignore[arg-type]
    monkeypatch.setattr(exports, "ORDER_ITEMS", broken)

    result = cli("export", "--orders", "--output-dir", folder)

    assert (result.exit_code, result.stderr.strip()) == (130, "Aborted, nothing was changed.")
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(cli, tmp_path: Path):
    (tmp_path / "file").touch()

    result = cli("export", "--all", "--output-dir", tmp_path / "file" / "exports")

    assert result.exit_code == 1
    assert "it cannot be written (Not a directory)" in result.stderr


@pytest.mark.parametrize("words", [["--output-dir", "x"], ["--all"]])
def test_what_and_where_to_must_be_said(cli, words):
    assert cli("export", *words).exit_code == 2


def test_every_status_can_be_exported(cli, shop: Shop, folder: Path):
    shop.has_goods("Green tea", stock=100)
    buyer = shop.has_customer()
    for status in (OrderStatus.CONFIRMED, OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.EXPIRED):
        shop.has_order(buyer, {"Green tea": 1}, status=status)

    cli("export", "--orders", "--output-dir", folder)

    assert [row["order_status"] for row in read(folder / "orders.csv")] == [
        *("confirmed", "delivered", "cancelled", "expired")
    ]
