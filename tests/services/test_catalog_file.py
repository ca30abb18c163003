import contextlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Category, Goods, OrderStatus
from bot.services import catalog, categories, photos, stock
from bot.services.catalog_file import entries, exporting, importing, paths, yaml_form
from bot.services.catalog_file.plan import Options, Plan, compare
from bot.services.files.file_errors import BadRows, ChangedMeanwhile, Mistakes
from bot.services.queries import goods_lists
from bot.services.queries.goods_lists import Wanted
from bot.services.queries.paging import Window
from tests.shop import OWNER_ID, Shop, empty

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
    description: |-
      First flush.

      Mild.
"""


@pytest.fixture
def catalogue(shop: Shop, tmp_path: Path):
    """Return the catalogue as a file, in one format or the other."""
    return CatalogueFile(shop, tmp_path)


class CatalogueFile:
    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder
        self.data = folder / "data"

    def says(self, text: str | bytes, name: str = "tea.yaml") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def plan(self, text: str | bytes, name: str = "tea.yaml", **options: bool) -> Plan:
        read = entries.read(self.says(text, name), currency="USD")
        return self.shop.db.read(compare, read, Options(**options))

    def imports(self, text: str | bytes, name: str = "tea.yaml", expected: Plan | None = None, **options: bool) -> Plan:
        read = entries.read(self.says(text, name), currency="USD")
        self.shop.db.read(compare, read, Options(**options))
        importing.keep_pictures(read, self.data)
        how = Options(**options)
        return self.shop.staff(importing.carry_out, read, how, expected=expected, reason=f"import {name}")

    def mistakes(self, text: str | bytes, name: str = "tea.yaml", **options: bool) -> list[str]:
        with self.shop.refuses(BadRows) as refused:
            self.imports(text, name, None, **options)
        return str(refused.value).replace(f"{self.folder}/", "").splitlines()

    def exports(self, name: str = "out.yaml", *, replace: bool = True) -> exporting.Written:
        return exporting.write(
            self.folder / name,
            data_dir=self.data,
            replace=replace,
            categories=self.shop.db.read(exporting.tree),
            stream=self.shop.db.stream,
        )


def where(shop: Shop) -> dict[str, str | None]:
    return {branch.name: branch.parent for branch in shop.db.read(categories.tree).values()}


def told(plan: Plan) -> list[tuple[Any, ...]]:
    return [
        (change.kind.value, change.name, *((each.name, each.old, each.new) for each in change.fields))
        for change in plan.changes
    ]


# -- what a file changes ------------------------------------------------------------------------------------------


def test_a_file_fills_an_empty_shop(shop: Shop, catalogue):
    plan = catalogue.imports(TEA)

    assert [(change.kind.value, change.what, change.name) for change in plan.changes] == [
        ("add", "category", "Tea"),
        ("add", "category", "Green"),
        ("add", "goods", "Sencha"),
    ]
    goods = shop.goods("Sencha")
    assert (goods.price, goods.stock_quantity, goods.description) == (Decimal("12.50"), 40, "First flush.\n\nMild.")
    assert where(shop) == {"Green": "Tea", "Tea": None}
    assert [event.kind for event in shop.events()] == [
        "category.added",
        "category.added",
        "goods.added",
        "catalog.imported",
    ]
    assert shop.events("goods.added")[0].facts == {"name": "Sencha", "price": "12.50", "stock": 40}
    assert shop.events("goods.added")[0].subject == f"goods:{goods.id}"
    assert shop.events("catalog.imported")[0].facts == {
        "reason": "import tea.yaml",
        "category_add": 2,
        "goods_add": 1,
    }
    assert shop.scalar("SELECT reason FROM inventory_log") == "import tea.yaml"


def test_the_same_file_again_changes_nothing(shop: Shop, catalogue):
    catalogue.imports(TEA)
    before = shop.rows()

    plan = catalogue.imports(TEA)

    assert (plan.changes, plan.same) == ((), 1)
    assert shop.rows() == before


def test_a_plan_tells_old_and_new_and_changes_nothing(shop: Shop, catalogue):
    catalogue.imports(TEA)
    shop.has_category("Japan")
    before = shop.rows()

    plan = catalogue.plan(
        "goods:\n  - name: Sencha\n    category: Japan\n    price: 13\n    description: ''\n    archived: yes\n"
        "categories:\n  - {name: Green, parent: Japan, archived: yes}\n"
    )

    assert told(plan) == [
        ("move", "Green", ("parent", "Tea", "Japan")),
        ("archive", "Green"),
        ("move", "Sencha", ("category", "Green", "Japan")),
        ("change", "Sencha", ("price", Decimal("12.50"), Decimal(13)), ("description", "First flush.\n\nMild.", "")),
        ("archive", "Sencha"),
    ]
    assert [change.line for change in plan.changes] == [8, 8, 2, 2, 2]
    assert shop.rows() == before


def test_changes_are_made_and_told_as_single_commands_do(shop: Shop, catalogue):
    catalogue.imports(TEA)
    shop.has_category("Japan")
    shop.has_goods("Assam", price="5")
    shop.staff(catalog.archive_goods, "Assam")
    known = len(shop.events())

    catalogue.imports(
        "categories:\n  - {name: Green, parent: '', archived: yes}\n"
        "goods:\n  - {name: Sencha, category: Japan, price: 13, archived: yes}\n"
        "  - {name: Assam, archived: no, description: Strong}\n"
    )

    sencha, assam = shop.goods("Sencha"), shop.goods("Assam")
    assert (sencha.price, sencha.archived_at is not None) == (Decimal(13), True)
    assert (assam.price, assam.archived_at, assam.description) == (Decimal(5), None, "Strong")
    assert [(event.kind, event.facts) for event in shop.events()[known:-1]] == [
        ("category.moved", {"name": "Green", "old": "Tea", "new": ""}),
        ("category.archived", {"name": "Green"}),
        ("goods.edited", {"name": "Sencha", "category_id": sencha.category_id, "price": "13.00"}),
        ("goods.archived", {"name": "Sencha"}),
        ("goods.edited", {"name": "Assam"}),
        ("goods.restored", {"name": "Assam"}),
    ]


def test_the_staff_are_told_of_few_goods_that_a_file_restores(shop: Shop, catalogue):
    shop.has_setting("low_stock", "3")
    for name, count in (("Assam", 3), ("Milk", 30)):
        shop.has_goods(name, stock=count)
        shop.staff(catalog.archive_goods, name)
    shop.execute("UPDATE goods SET low_stock_told_at = NULL")
    before = len(shop.messages(OWNER_ID))

    catalogue.imports("goods:\n  - {name: Assam, archived: no}\n  - {name: Milk, archived: no}\n")

    [message] = shop.messages(OWNER_ID)[before:]
    assert [(each["name"], each["available"]) for each in message.facts["goods"]] == [("Assam", 3)]


def test_stock_that_was_counted_since_is_left_alone_unless_asked_for(shop: Shop, catalogue):
    catalogue.imports(TEA)
    shop.staff(stock.set_to, "Sencha", 7)

    plan = catalogue.imports(TEA)
    assert (plan.changes, plan.stock_left, shop.goods("Sencha").stock_quantity) == ((), 1, 7)

    plan = catalogue.imports(TEA, with_stock=True)
    assert told(plan) == [("change", "Sencha", ("stock", 7, 40))]
    assert shop.goods("Sencha").stock_quantity == 40
    assert shop.events("stock.adjusted")[-1].facts == {"old": 7, "new": 40, "reason": "import tea.yaml"}


def test_what_the_file_does_not_name_is_archived_only_when_asked_for(shop: Shop, catalogue):
    shop.has_goods("Assam")
    assert told(catalogue.imports(TEA)) != []
    assert shop.goods("Assam").archived_at is None

    assert told(catalogue.imports(TEA, archive_missing=True)) == [("archive", "Assam")]
    assert shop.goods("Assam").archived_at is not None
    assert catalogue.imports(TEA, archive_missing=True).changes == ()


def test_a_file_without_goods_archives_nothing(shop: Shop, catalogue):
    shop.has_goods("Assam")

    assert catalogue.mistakes("categories:\n  - name: Tea\n", archive_missing=True) == [
        "tea.yaml:1: The file names no goods at all, so --archive-missing would archive all."
    ]


def test_goods_that_are_new_and_archived_are_both(shop: Shop, catalogue):
    catalogue.imports(
        "categories:\n- {name: Tea, archived: yes}\ngoods:\n- {name: Old, category: Tea, price: 1, archived: yes}\n"
    )

    assert shop.goods("Old").archived_at is not None
    assert [event.kind for event in shop.events()][:4] == [
        "category.added",
        "category.archived",
        "goods.added",
        "goods.archived",
    ]


def test_what_changed_since_it_was_shown_is_not_done(shop: Shop, catalogue):
    catalogue.imports(TEA)
    cheaper = TEA.replace("12.50", "11")
    shown = catalogue.plan(cheaper)
    shop.staff(catalog.edit_goods, "Sencha", price="14")

    with shop.refuses(ChangedMeanwhile):
        catalogue.imports(cheaper, expected=shown)


def test_one_wrong_row_keeps_all_others_out(shop: Shop, catalogue):
    assert catalogue.mistakes(TEA + "  - {name: Bancha, category: Geen, price: 1}\n") == [
        "tea.yaml:14: There is no category 'Geen'. Did you mean 'Green'?"
    ]
    assert shop.count(Goods) == shop.count(Category) == 0


# -- mistakes -----------------------------------------------------------------------------------------------------


def test_all_mistakes_are_told_with_their_lines(shop: Shop, catalogue):
    shop.has_goods("Assam", stock=5)
    shop.has_order(shop.has_customer(), {"Assam": 3}, status=OrderStatus.RESERVED)

    assert catalogue.mistakes(
        """\
categories:
  - name: Round
    parent: About
  - name: About
    parent: Round
  - name: Tea
  - name: Tea
  - parent: Te
goods:
  - name: Assam
    stock: 2
  - name: New
    price: 1,5
  - name: Assam
    prise: 7
    price: 1
    price: 2
  - name: X
    category: Tea
    price: "0.001"
    stock: 2000000000
    archived: maybe
    photo: ../secret.jpg
""",
        with_stock=True,
    ) == [
        "tea.yaml:2: The category 'Round' would lie inside itself.",
        "tea.yaml:4: The category 'About' would lie inside itself.",
        "tea.yaml:7: 'Tea' stands in line 6 already.",
        "tea.yaml:8: The name is missing.",
        "tea.yaml:10: 3 of 'Assam' are reserved by open orders, so the stock cannot become 2; cancel orders first or "
        "choose 3 or more.",
        "tea.yaml:13: '1,5' is not a valid price: write a number such as 12.50.",
        "tea.yaml:14: 'Assam' stands in line 10 already.",
        "tea.yaml:15: There is no key 'prise'. Did you mean 'price'?",
        "tea.yaml:17: The key 'price' stands there twice, first in line 16.",
        "tea.yaml:20: '0.001' is not a valid price: the smallest unit of USD is 0.01.",
        "tea.yaml:21: '2000000000' is not a valid stock: use a whole number from 0 to 1000000000.",
        "tea.yaml:22: 'maybe' is not a valid mark for what is archived: write yes or no.",
        "tea.yaml:23: '../secret.jpg' is not a valid photo: name a picture in the folder of the file, or in one "
        "inside it.",
    ]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (b"", 1, "The file is empty; a catalogue is made of 'categories:' and 'goods:'."),
        (b"# nothing\n", 1, "The file is empty; a catalogue is made of 'categories:' and 'goods:'."),
        (b"- Tea\n", 1, "A catalogue is made of 'categories:' and 'goods:'."),
        (b"goods:\n  name: Tea\n", 2, "Below 'goods:' stands a list; each entry begins with '-'."),
        (b"goods:\n  - Tea\n", 2, "An entry of 'goods' is made of 'key: value' lines."),
        (b"goods:\n- name: [a]\n", 2, "A plain value is expected here, not a list or a mapping."),
        (b"godds: []\n", 1, "There is no section 'godds'. Did you mean 'goods'?"),
        (b"goods: []\ngoods: []\n", 2, "The section 'goods' stands there twice."),
        (b"goods: []\n---\ngoods: []\n", 2, "A second document begins here; one file holds one catalogue."),
        (
            b"goods:\n- &a {name: x}\n- *a\n",
            2,
            "Anchors (&) and aliases (*) are not understood; put quotes around text.",
        ),
        (b"goods:\n- *a\n", 2, "Anchors (&) and aliases (*) are not understood; put quotes around text."),
        (
            b"goods:\n- name: !!python/object:os.system x\n",
            2,
            "Tags (!) are not understood; put quotes around text.",
        ),
        (b"goods:\n\t- name: Tea\n", 2, "This is no YAML: found character that cannot start any token."),
        (b"goods:\n- name: 'Tea\n", 3, "This is no YAML: found unexpected end of stream."),
        (b"goods:\n- name: T\xe9a\n", 2, "This is not UTF-8 text; save the file as UTF-8."),
        ("goods: []".encode("utf-16"), 1, "This is not UTF-8 text; save the file as UTF-8."),
        ("goods: []".encode("utf-16-le"), 1, "This line holds a character that is no text (U+0000)."),
        (b"goods:\n- name: a\x00b\n", 2, "This line holds a character that is no text (U+0000)."),
        (b"goods:\n- name: \x1b[2J\n", 2, "This line holds a character that is no text (U+001B)."),
        (b"#" + bytes(1024 * 1024), 1, "This line is longer than 1 MB."),
        (b"goods:\n- name: " + b"[" * 100_000 + b"\n", 2, "A plain value is expected here, not a list or a mapping."),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_line(shop: Shop, catalogue, text: bytes, line: int, sentence: str):
    assert catalogue.mistakes(text) == [f"tea.yaml:{line}: {sentence}"]


def test_a_bomb_does_not_go_off(shop: Shop, catalogue):
    bomb = "a: &a [lol]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(30))

    assert catalogue.mistakes(bomb) == ["tea.yaml:1: There is no section 'a'. There are: categories, goods."]


def test_words_and_numbers_are_text(shop: Shop, catalogue):
    catalogue.imports(
        "categories:\n- name: No\n- name: 0x10\n- name: null\n"
        "goods:\n- {name: 1e3, category: No, price: 0010.50}\n- {name: 2026-11-21, category: 0x10, price: 1}\n"
    )

    assert where(shop) == {"0x10": None, "No": None, "null": None}
    assert shop.goods("1e3").price == Decimal("10.50")
    assert shop.goods("2026-11-21").price == 1


# -- CSV ----------------------------------------------------------------------------------------------------------


def test_a_csv_makes_categories_of_its_paths(shop: Shop, catalogue):
    plan = catalogue.imports(
        "\ufeffName;Price;Category;Stock\r\nSencha;12.50;Tea / Green;4\r\nMug;3;Pots and cups;\r\n\r\n", "tea.csv"
    )

    assert [change.name for change in plan.changes] == ["Tea", "Green", "Pots and cups", "Sencha", "Mug"]
    assert where(shop) == {"Green": "Tea", "Pots and cups": None, "Tea": None}
    assert (shop.goods("Sencha").stock_quantity, shop.goods("Mug").stock_quantity) == (4, 0)


def test_a_path_moves_a_category_but_never_its_first(shop: Shop, catalogue):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    shop.has_category("Green")

    plan = catalogue.imports("name,category,price\nSencha,Tea / Green,1\n", "tea.csv")

    assert told(plan)[0] == ("move", "Green", ("parent", "", "Tea"))
    assert where(shop) == {"Drinks": None, "Tea": "Drinks", "Green": "Tea"}


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("", ["tea.csv:1: The file is empty; its first line names the columns: name"]),
        ("name,prise\nx,1\n", ["tea.csv:1: There is no column 'prise'. Did you mean 'price'?"]),
        ("name,name\nx,1\n", ["tea.csv:1: The column 'name' stands there twice."]),
        ("price\n1\n", ["tea.csv:1: The column 'name' is missing."]),
        (
            "name,category,price\nx,Tea,1,2\ny,Tea / ,1\nz,Tea / Green,1\nw,Coffee / Green,1\n",
            [
                "tea.csv:2: This row has 4 cells, the header has 3.",
                "tea.csv:3: 'Tea / ' is not a valid category: write a name, or a path such as \"Tea / Green\".",
                "tea.csv:5: 'Coffee / Green' is not a valid category: line 4 says that 'Green' lies in 'Tea'.",
            ],
        ),
        ('name,price\n"x\ny",1\nz,"2\n', ["tea.csv:4: This is no CSV (unexpected end of data)."]),
        ('name,price\n"x"y,1\n', ["tea.csv:2: This is no CSV (',' expected after '\"')."]),
    ],
)
def test_mistakes_in_a_csv_are_told_with_their_lines(shop: Shop, catalogue, text: str, mistakes: list[str]):
    assert catalogue.mistakes(text, "tea.csv") == mistakes


def test_a_row_after_a_cell_with_line_breaks_keeps_its_line(shop: Shop, catalogue):
    text = 'name,description\nx,"a\nb\nc"\ny,d\n'

    assert [line.split(": ")[0] for line in catalogue.mistakes(text, "tea.csv")] == ["tea.csv:2", "tea.csv:5"]


@given(
    names=st.lists(st.text(st.sampled_from("ab/\\ "), min_size=1).map(str.split).map(" ".join).filter(bool), min_size=1)
)
def test_a_path_leads_back_to_its_names(names: list[str]):
    assert paths.split(paths.joined(names)) == names


# -- there and back -----------------------------------------------------------------------------------------------

ODD = (
    "=1+1",
    "'=1",
    "no",
    "1e3",
    "- x",
    "# y",
    "a: b",
    "Tea / Coffee",
    "\\/",
    "🍵",
    "Чай «Ночь»",
    '"q"',
    "{x}",
    "@a",
    "& c",
)


@pytest.mark.parametrize("name", ["out.yaml", "out.csv"])
def test_an_export_imported_again_changes_nothing_and_fills_another_shop(shop: Shop, catalogue, name: str):
    for number, odd in enumerate(ODD):
        shop.has_goods(f"{odd} goods", category=odd, stock=number)
        shop.staff(catalog.edit_goods, f"{odd} goods", new_name=odd, description=f"{odd}\n\n{odd} =\n- x")
    shop.has_category("Deep", parent="Tea / Coffee")
    shop.staff(catalog.edit_goods, "=1+1", category="Deep")
    shop.staff(catalog.archive_goods, "no")
    before = shelf(shop)

    catalogue.exports(name)
    text = (catalogue.folder / name).read_bytes()

    assert catalogue.plan(text, name, with_stock=True, archive_missing=True) == Plan((), len(ODD))
    empty(shop.db)
    catalogue.imports(text, name)
    assert shelf(shop) == before
    assert shop.goods("no").archived_at is not None


def shelf(shop: Shop) -> list[tuple[Any, ...]]:
    with shop.db.stream(goods_lists.listed, Wanted(), Window()) as rows:
        return [(row.name, row.category, row.stock_quantity, row.description) for row in rows]


@settings(max_examples=300)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=0)))
def test_whatever_text_is_written_as_yaml_is_read_back(texts: list[str]):
    lines = "".join(yaml_form.section("goods", ({"name": text, "photo": text} for text in texts))).splitlines(True)
    found = yaml_form.read(lines, Mistakes(Path("x")), sections={"goods": ("name", "photo")})

    assert [dict(record.values) for _, record in found] == [{"name": text, "photo": text} for text in texts]


def test_a_catalogue_looks_like_one(shop: Shop, catalogue):
    catalogue.imports(TEA)
    catalogue.exports("out.yaml")
    catalogue.exports("out.csv")

    assert (catalogue.folder / "out.yaml").read_text() == (
        "# The catalogue. Names are the keys; what is left out stays as it is in the shop.\n"
        "categories:\n"
        "  - name: Green\n    parent: Tea\n    archived: no\n"
        '  - name: Tea\n    parent: ""\n    archived: no\n'
        "goods:\n"
        "  - name: Sencha\n    category: Green\n    price: 12.50\n    stock: 40\n    archived: no\n"
        '    photo: ""\n    description: |-\n      First flush.\n\n      Mild.\n'
    )
    assert (catalogue.folder / "out.csv").read_text() == (
        "name,category,price,stock,archived,photo,description\n"
        'Sencha,Tea / Green,12.50,40,false,,"First flush.\n\nMild."\n'
    )


def test_an_empty_shop_can_be_exported_and_imported(shop: Shop, catalogue):
    for name in ("out.yaml", "out.csv"):
        catalogue.exports(name)
        assert catalogue.plan((catalogue.folder / name).read_bytes(), name) == Plan((), 0)


# -- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["out.yaml", "out.csv"])
def test_pictures_travel_beside_the_file(shop: Shop, catalogue, name: str):
    (catalogue.folder / "tea.png").write_bytes(PNG)
    shop.has_goods("Green tea, 1/2")
    shop.has_goods("green tea 1 2")
    kept = photos.keep(catalogue.folder / "tea.png", catalogue.data)
    for goods in ("Green tea, 1/2", "green tea 1 2"):
        shop.staff(catalog.edit_goods, goods, photos=[kept])

    written = catalogue.exports(name)

    folder = catalogue.folder / "out-photos"
    assert sorted(path.name for path in folder.iterdir()) == ["green-tea-1-2-2.png", "green-tea-1-2.png"]
    assert (written.goods, written.photos, written.missing) == (2, 2, [])
    assert {path.stat().st_mode & 0o777 for path in (*folder.iterdir(), catalogue.folder / name)} == {0o600}
    text = (catalogue.folder / name).read_bytes()
    assert catalogue.plan(text, name).changes == ()
    (folder / "green-tea-1-2.png").write_bytes(PNG + b"x")
    assert len(catalogue.imports(text, name).changes) == 1
    assert (catalogue.data / "photos" / shop.photos("Green tea, 1/2")[0]).read_bytes() == PNG + b"x"


@pytest.mark.parametrize("name", ["out.yaml", "out.csv"])
def test_several_pictures_travel_in_their_order(shop: Shop, catalogue, name: str):
    shop.has_goods("Green tea")
    kept = [photos.keep_content(PNG + bytes([number]), catalogue.data) for number in range(3)]
    shop.staff(catalog.edit_goods, "Green tea", photos=kept)

    assert catalogue.exports(name).photos == 3
    text = (catalogue.folder / name).read_bytes()
    assert catalogue.plan(text, name).changes == ()
    shop.staff(catalog.edit_goods, "Green tea", photos=kept[::-1])
    plan = catalogue.imports(text, name)

    assert told(plan) == [("change", "Green tea", ("photo", "\n".join(kept[::-1]), "\n".join(kept)))]
    assert shop.photos("Green tea") == kept
    assert shop.events("goods.edited")[-1].facts == {"name": "Green tea", "photos": 3}


def test_goods_get_ten_pictures_at_most_from_a_file(shop: Shop, catalogue):
    shop.has_goods("Green tea")
    for number in range(11):
        (catalogue.folder / f"{number}.png").write_bytes(PNG + bytes([number]))
    names = "".join(f"    {number}.png\n" for number in range(11))

    [mistake] = catalogue.mistakes(f"goods:\n- name: Green tea\n  photo: |\n{names}")
    assert mistake.endswith("goods have at most 10 photos.")


def test_a_plan_keeps_no_picture(shop: Shop, catalogue):
    (catalogue.folder / "tea.png").write_bytes(PNG)

    plan = catalogue.plan("categories: [{name: Tea}]\ngoods: [{name: x, category: Tea, price: 1, photo: tea.png}]\n")

    assert len(plan.changes) == 2
    assert not catalogue.data.exists()


@pytest.mark.parametrize("photo", ["nothing.png", "/etc/hostname", "link.png", "loop.png", "text.png", "."])
def test_what_is_no_picture_beside_the_file_is_refused(shop: Shop, catalogue, photo: str):
    shop.has_goods("Tea")
    (catalogue.folder / "text.png").write_text("no picture")
    (catalogue.folder / "link.png").symlink_to("/etc/hostname")
    (catalogue.folder / "loop.png").symlink_to("loop.png")

    mistakes = catalogue.mistakes(f"goods:\n- name: Tea\n  photo: {photo}\n")

    assert len(mistakes) == 1
    assert mistakes[0].startswith("tea.yaml:3: ")
    assert "is not a valid photo" in mistakes[0]


def test_a_picture_that_is_gone_is_told(shop: Shop, catalogue):
    shop.has_goods("Green tea")
    shop.staff(catalog.edit_goods, "Green tea", photos=["gone.jpg"])

    assert catalogue.exports().missing == ["Green tea"]


def test_an_export_that_breaks_leaves_nothing(shop: Shop, catalogue):
    shop.has_goods("Green tea")
    (catalogue.folder / "tea.png").write_bytes(PNG)
    shop.staff(catalog.edit_goods, "Green tea", photos=[photos.keep(catalogue.folder / "tea.png", catalogue.data)])

    @contextlib.contextmanager
    def breaks(operation: Any):
        with shop.db.stream(operation) as rows:
            yield (row for row in [*rows, None])

    with pytest.raises(TypeError):
        exporting.write(
            catalogue.folder / "out.yaml",
            data_dir=catalogue.data,
            replace=False,
            categories=shop.db.read(exporting.tree),
            stream=breaks,
        )
    assert sorted(path.name for path in catalogue.folder.iterdir() if path.is_file()) == ["tea.png"]
    assert not list(catalogue.folder.glob("out-photos/*"))


@pytest.mark.parametrize("name", ["out.yaml", "out.csv"])
def test_a_category_that_comes_during_an_export_ends_it_and_leaves_nothing(shop: Shop, catalogue, name: str):
    before = shop.db.read(exporting.tree)
    shop.has_goods("Mug", category="Pots")

    with pytest.raises(ChangedMeanwhile):
        exporting.write(
            catalogue.folder / name,
            data_dir=catalogue.data,
            replace=False,
            categories=before,
            stream=shop.db.stream,
        )
    assert list(catalogue.folder.iterdir()) == []


def test_new_goods_need_a_category_and_a_price(shop: Shop, catalogue):
    assert catalogue.mistakes("goods:\n- name: Sencha\n  stock: 3\n") == [
        "tea.yaml:2: The goods 'Sencha' are new, so they need a category and a price."
    ]


@pytest.mark.parametrize(("rows", "last"), [(60, "... and 10 more"), (5000, "... and many more")])
def test_a_file_full_of_mistakes_does_not_flood_the_screen(shop: Shop, catalogue, rows: int, last: str):
    text = "name,price\n" + "".join(f"Tea {number},cheap\n" for number in range(rows))

    mistakes = catalogue.mistakes(text, "tea.csv")

    assert len(mistakes) == 51
    assert mistakes[-1] == f"{last}; nothing was changed."
