import json
from decimal import Decimal
from pathlib import Path

import pytest

from bot.services import catalog, goods_photos, stock
from tests.cli.terminal import on_a_terminal
from tests.shop import Shop

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
TEA = """\
categories:
  - name: Tea
  - name: Green
    parent: Tea
goods:
  - name: Sencha
    category: Green
    price: 12.50
    stock: 40
    description: First flush from a small garden
  - name: Bancha
    category: Tea
    price: 5
"""
TEA_PLAN = """\
Change        Name    Details
add category  Tea
add category  Green   in Tea
add goods     Sencha  in Green, 12.50 USD, 40 in stock
add goods     Bancha  in Tea, 5.00 USD, 0 in stock
"""


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    path = tmp_path / "tea.yaml"
    path.write_text(TEA)
    return path


def test_a_file_becomes_the_catalogue(cli, shop: Shop, tea: Path):
    result = cli("catalog", "import", tea)

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{TEA_PLAN}Done: 2 categories added, 2 goods added.\n"
    assert shop.goods("Sencha").stock_quantity == 40
    assert {event.actor for event in shop.events()} == {"cli:anna"}
    assert shop.scalar("SELECT reason FROM inventory_log ORDER BY id LIMIT 1") == "import tea.yaml"


def test_a_plan_changes_nothing(cli, shop: Shop, tea: Path):
    before = shop.rows()

    result = cli("catalog", "import", tea, "--dry-run")

    assert result.stdout == f"{TEA_PLAN}Planned, nothing was changed: 2 categories added, 2 goods added.\n"
    assert shop.rows() == before


def test_the_second_time_changes_nothing_and_says_so(cli, shop: Shop, tea: Path):
    cli("catalog", "import", tea)
    shop.staff(stock.set_to, "Sencha", 7)
    before = shop.rows()

    result = cli("catalog", "import", tea)

    assert result.stdout.split() == f"Nothing to change: the catalogue is as {tea} says.".split()
    assert result.stderr == "The stock of 1 goods differs from the file; --with-stock would set it.\n"
    assert shop.rows() == before
    assert cli("catalog", "import", tea, "--with-stock").stdout == (
        "Change        Name    Details\nchange goods  Sencha  stock 7 -> 40\nDone: 1 goods changed.\n"
    )


def test_changes_are_readable_also_on_a_phone(cli, shop: Shop, tea: Path):
    cli("catalog", "import", tea)
    shop.has_category("Japan")
    shop.has_goods("Assam", category="Tea")
    shop.staff(catalog.archive_goods, "Bancha")
    (tea.parent / "tea.png").write_bytes(PNG)
    tea.write_text(
        "categories:\n- {name: Green, parent: ''}\n"
        "goods:\n- {name: Sencha, category: Japan, price: 13, description: '', photo: tea.png}\n"
        "- {name: Bancha, archived: no}\n"
    )
    words = ("catalog", "import", tea, "--dry-run", "--archive-missing")

    assert cli(*words, COLUMNS="120").stdout == (
        "Change         Name    Details\n"
        "move category  Green   Tea -> the top\n"
        "move goods     Sencha  Green -> Japan\n"
        "change goods   Sencha  price 12.50 -> 13.00, description 'First flush from a small garde…' -> '', "
        "photo added\n"
        "restore goods  Bancha\n"
        "archive goods  Assam\n"
        "Planned, nothing was changed: "
        "1 category moved, 1 goods moved, 1 goods changed, 1 goods restored, 1 goods archived.\n"
    )
    assert cli(*words, COLUMNS="40").stdout.startswith(
        "move category  Green\n  Details Tea -> the top\n"
        "move goods  Sencha\n  Details Green -> Japan\n"
        "change goods  Sencha\n  Details price 12.50 -> 13.00,\n  description 'First flush from a small\n"
    )


def test_plan_and_result_are_printed_as_json(cli_json, shop: Shop, tea: Path):
    plan = cli_json("catalog", "import", tea, "--dry-run")
    result = cli_json("catalog", "import", tea)

    assert plan["changes"][2] == {
        "change": "add",
        "what": "goods",
        "name": "Sencha",
        "line": 6,
        "fields": {
            "category": {"old": None, "new": "Green"},
            "price": {"old": None, "new": "12.50"},
            "stock": {"old": None, "new": 40},
            "description": {"old": None, "new": "First flush from a small garden"},
            "photo": {"old": None, "new": ""},
        },
    }
    assert (plan["applied"], result["applied"]) == (False, True)
    assert result["changes"] == plan["changes"]
    assert cli_json("catalog", "import", tea) == {
        "file": str(tea),
        "applied": True,
        "unchanged": 2,
        "stock_left": 0,
        "changes": [],
    }


def test_wrong_rows_are_all_told_and_nothing_is_changed(cli, shop: Shop, tea: Path):
    tea.write_text(TEA.replace("12.50", "cheap").replace("category: Tea", "category: Te"))
    before = shop.rows()

    for words in ((), ("--dry-run",), ("--json",)):
        result = cli("catalog", "import", tea, *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == (
            f"{tea}:8: 'cheap' is not a valid price: write a number such as 12.50.\n"
            f"{tea}:11: There is no category 'Te'. Did you mean 'Tea'?\n"
        )
    assert shop.rows() == before


@pytest.mark.parametrize("name", ["tea.xlsx", "tea", ".yaml"])
def test_a_name_that_says_no_format_is_refused(cli, tmp_path: Path, name: str):
    for word in ("import", "export"):
        result = cli("catalog", word, tmp_path / name)
        assert (result.exit_code, result.stderr) == (
            1,
            f"'{tmp_path}/{name}' is not a valid catalogue file: its name ends in .yaml, .yml or .csv.\n",
        )


def test_what_is_no_file_is_refused(cli, tmp_path: Path):
    (tmp_path / "folder.csv").mkdir()
    with (tmp_path / "large.yaml").open("wb") as large:
        large.truncate(2**30)

    for name, why in (
        ("nothing.csv", "there is no such file"),
        ("folder.csv", "it is not a regular file"),
        ("large.yaml", "it is larger than 256 MB"),
    ):
        assert cli("catalog", "import", tmp_path / name).stderr.endswith(f"is not a valid catalogue file: {why}.\n")


def test_a_catalogue_is_exported_with_its_pictures_and_never_over_another(cli, shop: Shop, tea: Path):
    (tea.parent / "sencha.png").write_bytes(PNG)
    cli("catalog", "import", tea)
    cli("goods", "edit", "Sencha", "--photo", tea.parent / "sencha.png")
    out = tea.parent / "out.csv"

    result = cli("catalog", "export", out, COLUMNS="200")
    again = cli("catalog", "export", out)

    assert result.stdout == f"2 goods are in {out}, with 1 photo.\n"
    assert (tea.parent / "out-photos" / "sencha.png").read_bytes() == PNG
    assert (again.exit_code, again.stderr) == (
        1,
        f"'{out}' is not a valid file to export to: it exists already; --force replaces it.\n",
    )
    assert json.loads(cli("catalog", "export", out, "--force", "--json").stdout) == {
        "file": str(out),
        "goods": 2,
        "photos": 1,
        "photos_missing": [],
    }
    assert cli("catalog", "import", out, COLUMNS="200").stdout == (
        f"Nothing to change: the catalogue is as {out} says.\n"
    )


def test_a_photo_that_is_gone_is_remarked(cli, shop: Shop, tea: Path):
    cli("catalog", "import", tea)
    shop.staff(goods_photos.add_all, "Sencha", ["gone.png"])

    result = cli("catalog", "export", tea.parent / "out.yml")

    assert result.stderr == "A photo of 'Sencha' is no longer in the shop's folder, so it is left out.\n"


# -- a person at a terminal ---------------------------------------------------------------------------------------


def test_a_person_sees_the_plan_and_is_asked(variables, shop: Shop, tea: Path):
    with on_a_terminal("catalog", "import", str(tea), variables=variables, columns=120) as terminal:
        terminal.shows("add goods     Sencha  in Green")
        terminal.shows("Change the catalogue (2 categories added, 2 goods added)? [y/N]")
        assert shop.scalar("SELECT COUNT(*) FROM goods") == 0
        terminal.types("y")
        terminal.shows("Done: 2 categories added, 2 goods added.")
        assert terminal.ends() == 0
    assert shop.goods("Sencha").price == Decimal("12.50")


def test_what_changes_while_a_person_thinks_is_not_lost(variables, shop: Shop, tea: Path):
    shop.has_goods("Bancha", price="7")
    with on_a_terminal("catalog", "import", str(tea), variables=variables, columns=120) as terminal:
        terminal.shows("[y/N]")
        shop.staff(catalog.edit_goods, "Bancha", price="8")
        terminal.types("y")
        terminal.shows("The shop changed meanwhile, so nothing was done")
        assert terminal.ends() == 1
    assert shop.goods("Bancha").price == 8
    assert shop.scalar("SELECT COUNT(*) FROM goods") == 1


def test_long_work_shows_how_far_it_is_and_leaves_no_bar_behind(variables, shop: Shop, tea: Path):
    rows = "".join(f"  - {{name: Tea {number}, category: Tea, price: 1}}\n" for number in range(30_000))
    tea.write_text(TEA + rows.replace("price: 1}", "price: x}", 1))

    with on_a_terminal("catalog", "import", str(tea), variables=variables, columns=120) as terminal:
        terminal.shows("Reading")
        terminal.shows(f"{tea}:14: 'x' is not a valid price")
        assert terminal.ends() == 1
