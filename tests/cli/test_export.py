import csv
import stat
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import ROOT
from bot.models import OrderStatus, PaymentMethod
from bot.services import stock
from bot.services.files import xlsx_file
from bot.services.reports import exports
from tests import edits, spreadsheet
from tests.cli.terminal import on_a_terminal
from tests.shop import ADDRESS, PHONE, Shop

NAMES = (
    "bonus_ledger",
    "customers",
    "goods",
    "order_items",
    "orders",
    "payments",
    "reference_codes",
    "stock_movements",
)


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
        "  payments.csv         0 rows\n"
        "  bonus_ledger.csv     0 rows\n"
        "  stock_movements.csv  4 rows\n"
        "  goods.csv            2 rows\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.csv" for name in NAMES]
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

    broken = exports.Sheet("order_items", ("order_code",), interrupted)  # type: ignore[arg-type]
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


# -- the books ----------------------------------------------------------------------------------------------------


def test_an_order_says_what_a_bookkeeper_asks(cli, shop: Shop, folder: Path):
    shop.has_goods("Green tea", price="30.00")
    shop.has_addresses()
    code = shop.has_order(
        shop.has_customer(), {"Green tea": 3}, status=OrderStatus.CONFIRMED, pay=PaymentMethod.BITCOIN
    )
    shop.staff(edits.remove_item, code, "Green tea", 1)

    cli("export", "--orders", "--payments", "--output-dir", folder)

    (order,) = read(folder / "orders.csv")
    assert (order["currency"], order["goods_amount"], order["due"], order["paid"]) == ("USD", "60.00", "60.00", "90.00")
    (item,) = read(folder / "order_items.csv")
    assert (item["currency"], item["order_status"], item["buyer_id"], item["amount"]) == (
        *("USD", "confirmed", "101", "60.00"),
    )
    assert item["created_at"] == order["created_at"]
    (payment,) = read(folder / "payments.csv")
    assert payment["order_code"] == code
    assert (payment["method"], payment["amount"], payment["currency"], payment["actor"], payment["reference"]) == (
        *("bitcoin", "90.00", "USD", "cli:test", ""),
    )


def test_every_change_of_a_bonus_stands_in_the_ledger(cli, shop: Shop, folder: Path):
    shop.has_goods("Green tea", price="30.00")
    referrer = shop.has_customer(101)
    friend = shop.has_customer(102, referrer_id=referrer)
    paid = shop.has_order(friend, {"Green tea": 2}, status=OrderStatus.DELIVERED)
    spent = shop.has_order(referrer, {"Green tea": 1}, bonus=True)

    cli("export", "--bonus", "--output-dir", folder)

    assert [
        (row["user_id"], row["kind"], row["amount"], row["order_code"], row["currency"])
        for row in read(folder / "bonus_ledger.csv")
    ] == [("101", "credited", "3.00", paid, "USD"), ("101", "spent", "-3.00", spent, "USD")]


def test_stock_movements_and_the_value_of_the_stock_are_written(cli, shop: Shop, folder: Path):
    shop.has_goods("Green tea", price="30.00", stock=10)
    code = shop.has_order(shop.has_customer(), {"Green tea": 2})
    shop.staff(stock.remove, "Green tea", 1)

    cli("export", "--inventory", "--goods", "--output-dir", folder)

    assert [
        (row["name"], row["kind"], row["stock_delta"], row["reserved_delta"], row["order_code"], row["actor"])
        for row in read(folder / "stock_movements.csv")
    ] == [
        ("Green tea", "adjusted", "10", "0", "", "cli:test"),
        ("Green tea", "reserved", "0", "2", code, "user:101"),
        ("Green tea", "adjusted", "-1", "0", "", "cli:test"),
    ]
    (goods,) = read(folder / "goods.csv")
    assert (goods["category"], goods["price"], goods["stock_quantity"], goods["reserved_quantity"]) == (
        *("Tea", "30.00", "9", "2"),
    )
    assert (goods["available"], goods["stock_value"], goods["currency"]) == ("7", "270.00", "USD")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_only_the_file_of_the_customers_tells_who_they_are(cli, shop: Shop, folder: Path, form: str):
    shop.has_goods("Green tea", price="30.00")
    shop.has_order(shop.has_customer(101, "Annabel"), {"Green tea": 1}, status=OrderStatus.DELIVERED)
    others = [f"--{name}" for name in ("refcodes", "orders", "payments", "bonus", "inventory", "goods")]

    cli("export", *others, "--format", form, "--output-dir", folder)

    for path in folder.iterdir():
        text = path.read_text() if form == "csv" else spreadsheet.raw(path)
        assert not [word for word in ("Annabel", ADDRESS, PHONE) if word in text], path.name


# -- from one day to another --------------------------------------------------------------------------------------


def test_orders_are_chosen_by_days_of_the_shop_s_time_zone(cli, shop: Shop, folder: Path):
    shop.has_setting("timezone", "Asia/Kolkata")
    shop.has_goods("Green tea", price="30.00")
    buyer = shop.has_customer()
    moments = ["2026-03-01 18:29:59", "2026-03-01 18:30:00", "2026-03-02 18:29:59", "2026-03-02 18:30:00"]
    codes = [shop.has_order(buyer, {"Green tea": 1}) for _ in moments]
    for code, moment in zip(codes, moments, strict=True):
        shop.execute("UPDATE orders SET created_at = :moment WHERE order_code = :code", moment=moment, code=code)

    cli("export", "--orders", "--since", "2026-03-02", "--until", "2026-03-02", "--output-dir", folder)

    assert [row["order_code"] for row in read(folder / "orders.csv")] == codes[1:3]
    assert [row["order_code"] for row in read(folder / "order_items.csv")] == codes[1:3]


def test_payments_bonus_and_movements_are_chosen_by_their_own_time(cli, shop: Shop, folder: Path):
    shop.has_goods("Green tea", price="30.00")
    friend = shop.has_customer(102, referrer_id=shop.has_customer(101))
    shop.has_order(friend, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    for table in ("payments", "bonus_ledger", "inventory_log", "goods"):
        shop.execute(f"UPDATE {table} SET created_at = '2020-05-05 12:00:00'")
    options = ["--orders", "--payments", "--bonus", "--inventory", "--goods", "--output-dir"]
    rows = {"orders": 0, "order_items": 0, "payments": 1, "bonus_ledger": 1, "stock_movements": 3, "goods": 1}

    for since, expected in (("2020-05-05", rows), ("2020-05-05 12:01", {**dict.fromkeys(rows, 0), "goods": 1})):
        cli("export", *options, folder, "--since", since, "--until", "2020-05-06", "--force")
        assert {name: len(read(folder / f"{name}.csv")) for name in rows} == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--since", "yesterday"], "'yesterday' is not a valid date: write it as"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "it does not come after 2026-03-02"),
        (["--until", "1999-01-01"], "'1999-01-01' is not a valid date: use one from 2000 to 2199."),
    ],
)
def test_dates_that_make_no_sense_are_refused(cli, folder: Path, words: list[str], sentence: str):
    result = cli("export", "--orders", *words, "--output-dir", folder)

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert not folder.exists()


def test_dates_for_what_has_none_are_wrong_usage(cli, folder: Path):
    result = cli("export", "--customers", "--goods", "--since", "2026-01-01", "--output-dir", folder)

    assert result.exit_code == 2
    assert "--since and --until choose orders" in result.stderr
    assert not folder.exists()


# -- spreadsheets -------------------------------------------------------------------------------------------------


def test_a_spreadsheet_has_amounts_times_and_text(cli, shop: Shop, code: str, folder: Path):
    shop.has_setting("timezone", "Europe/Berlin")

    result = cli("export", "--orders", "--customers", "--format", "xlsx", "--output-dir", folder)

    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["customers.xlsx", "order_items.xlsx", "orders.xlsx"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    titles, values = spreadsheet.read(folder / "orders.xlsx")["orders"]
    order = dict(zip(titles, values, strict=True))
    local = shop.order(code).created_at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None, microsecond=0)
    assert order["created_at (Europe/Berlin)"] == local
    assert (order["order_code"], order["buyer_id"], order["total_price"], order["delivery_time (Europe/Berlin)"]) == (
        *(code, 101, "80.00", None),
    )
    titles, values = spreadsheet.read(folder / "customers.xlsx")["customers"]
    anna = dict(zip(titles, [*values, *[None] * (len(titles) - len(values))], strict=True))
    assert (anna["first_name"], anna["phone_number"], anna["is_banned"]) == ("=cmd()", PHONE, False)


def test_a_text_that_no_spreadsheet_holds_is_refused_and_no_file_appears(cli, shop: Shop, folder: Path):
    shop.has_code()
    shop.execute("ALTER TABLE reference_codes MODIFY note TEXT")
    shop.execute("UPDATE reference_codes SET note = REPEAT('x', 40000)")
    try:
        result = cli("export", "--refcodes", "--orders", "--format", "xlsx", "--output-dir", folder)
        whole = cli("export", "--refcodes", "--output-dir", folder)
    finally:
        shop.execute("UPDATE reference_codes SET note = NULL")
        shop.execute("ALTER TABLE reference_codes MODIFY note VARCHAR(500)")

    assert result.exit_code == 1
    assert "note in row 1 of reference_codes: a cell of a spreadsheet holds 32767 characters" in result.stderr
    assert whole.exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["reference_codes.csv"]


def test_more_rows_than_a_sheet_holds_go_on_in_a_second(
    cli, shop: Shop, code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)

    result = cli("export", "--orders", "--format", "xlsx", "--output-dir", folder, "--json")

    assert f'"{folder}/order_items.xlsx",\n    "rows": 2' in result.stdout
    assert list(spreadsheet.read(folder / "order_items.xlsx")) == ["order_items", "order_items 2"]


def test_a_spreadsheet_is_not_written_over_without_force(cli, code: str, folder: Path):
    assert cli("export", "--goods", "--format", "xlsx", "--output-dir", folder).exit_code == 0
    before = (folder / "goods.xlsx").read_bytes()

    refused = cli("export", "--orders", "--goods", "--format", "xlsx", "--output-dir", folder)

    assert refused.exit_code == 1
    assert "it exists already; --force replaces it" in refused.stderr
    assert (folder / "goods.xlsx").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["goods.xlsx"]


def test_the_library_for_spreadsheets_is_loaded_only_for_them(variables: dict[str, str], folder: Path):
    script = (
        "import sys; sys.argv[1:] = ['export', '--goods', '--format', 'FORM', '--output-dir', 'FOLDER']\n"
        "import atexit; atexit.register(lambda: print('xlsxwriter' in sys.modules))\n"
        "from bot.cli.root import main; main()"
    )

    def is_loaded(form: str) -> str:
        words = script.replace("FORM", form).replace("FOLDER", str(folder))
        done = subprocess.run(
            [sys.executable, "-c", words], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    assert (is_loaded("csv"), is_loaded("xlsx")) == ("False", "True")


# -- progress -----------------------------------------------------------------------------------------------------


@pytest.fixture
def many_codes(shop: Shop) -> None:
    shop.execute(
        "INSERT INTO reference_codes (code, created_by, current_uses, is_active, is_admin_code, created_at)"
        " SELECT LPAD(seq, 8, 'A'), 'cli:test', 0, TRUE, TRUE, '2026-01-01' FROM seq_1_to_100"
    )


def test_a_terminal_sees_how_far_it_is(variables: dict[str, str], many_codes: None, folder: Path):
    with on_a_terminal("export", "--refcodes", "--output-dir", str(folder), variables=variables) as terminal:
        assert terminal.ends() == 0

    assert "reference_codes.csv" in terminal.screen
    assert "100/100" in terminal.screen


def test_nobody_watching_nothing_is_said(variables: dict[str, str], many_codes: None, folder: Path):
    words = [sys.executable, "bot_cli.py", "export", "--refcodes", "--output-dir", str(folder)]
    done = subprocess.run(words, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_without_a_name_is_wrong_usage_and_nothing_is_written(cli, folder: Path, monkeypatch):
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)

    result = cli("export", "--all", "--output-dir", "")

    assert result.exit_code == 2
    assert "it is empty; the current folder is called . here." in result.stderr
    assert list(folder.iterdir()) == []
