"""Searching by text: typing errors, case, the other keyboard, the other alphabet, and what comes first."""

import pytest

from bot.db import Database
from bot.errors import BadValue
from bot.services import catalog
from bot.services.queries import catalog_search
from bot.services.queries.catalog_search import Found
from tests.shop import Shop

NAMES = (
    "Green tea",
    "Black tea",
    "Earl Grey",
    "Зелёный чай",
    "Чёрный чай с чабрецом",
    "Espresso beans",
    "Кофе в зёрнах",
)


@pytest.fixture
def tea_shop(shop: Shop) -> Shop:
    """Return a shop with a few goods of both alphabets in one category."""
    for name in NAMES:
        shop.has_goods(name, category="Everything")
    return shop


def found(shop: Shop, text: str, **options: int) -> Found:
    return shop.db.read(catalog_search.search, text, **options)


def names(shop: Shop, text: str) -> list[str]:
    result = found(shop, text)
    return [] if result.is_close else [row.name for row in result.rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Green tea", "Green tea"),
        ("GREEN TEA", "Green tea"),
        ("green", "Green tea"),
        ("tea green", "Green tea"),
        ("gren tae", "Green tea"),
        ("greeen", "Green tea"),
        ("grren", "Green tea"),
        ("gre", "Earl Grey"),
        ("espreso", "Espresso beans"),
        ("expresso", "Espresso beans"),
        ("esspreso", "Espresso beans"),
        ("bean", "Espresso beans"),
        ("earlgrey", None),
        ("зелёный чай", "Зелёный чай"),
        ("ЗЕЛЕНЫЙ ЧАЙ", "Зелёный чай"),
        ("зеленого чая", "Зелёный чай"),
        ("зелоный", "Зелёный чай"),
        ("чобрец", "Чёрный чай с чабрецом"),
        ("черный чяй", "Чёрный чай с чабрецом"),
        ("кофе", "Кофе в зёрнах"),
        ("кофэ", "Кофе в зёрнах"),
        ("pfdfhrf", None),
        ("rjat", "Кофе в зёрнах"),
        ("Ptk`ysq xfq", "Зелёный чай"),
        ("пкуут еуф", "Green tea"),
        ("zelyonyj chaj", "Зелёный чай"),
        ("chernyi chai", "Чёрный чай с чабрецом"),
        ("kofe", "Кофе в зёрнах"),
        ("эспрессо", "Espresso beans"),
        ("", BadValue),
        ("\u200b \u2060", BadValue),
        ("🍵", None),
        ("xyzzy", None),
        ("%", None),
        ("_____", None),
        ("'; DROP TABLE goods; --", None),
    ],
)
def test_goods_are_found_however_they_are_typed(tea_shop: Shop, typed: str, first: str | type[BadValue] | None):
    if isinstance(first, type):
        with tea_shop.refuses(first):
            names(tea_shop, typed)
    else:
        assert next(iter(names(tea_shop, typed)), None) == first


def test_what_fits_better_comes_first(shop: Shop):
    for name in ("Green tea", "Teapot, green", "Green cup", "Tea of the green hills", "Great teabags"):
        shop.has_goods(name)
    shop.has_goods("Sencha")
    shop.staff(catalog.edit_goods, "Sencha", description="A green tea from Japan.")
    shop.has_goods("Green tea, sold out", stock=0)

    assert names(shop, "green tea") == [
        "Green tea",
        "Tea of the green hills",
        "Green tea, sold out",
        "Teapot, green",
        "Sencha",
        "Green cup",
        "Great teabags",
    ]


def test_a_number_is_not_mistyped(shop: Shop):
    shop.has_goods("Cup 250 ml")
    shop.has_goods("Cup 350 ml")

    assert names(shop, "250") == ["Cup 250 ml"]


def test_only_what_is_on_sale_is_found(tea_shop: Shop):
    tea_shop.has_category("Hidden")
    tea_shop.has_category("Inside", parent="Hidden")
    tea_shop.has_goods("Espresso machine", category="Inside")
    tea_shop.staff(catalog.archive_category, "Hidden")
    tea_shop.staff(catalog.archive_goods, "Green tea")

    assert names(tea_shop, "espresso") == ["Espresso beans"]
    assert names(tea_shop, "green") == []

    tea_shop.staff(catalog.restore_category, "Hidden")
    tea_shop.staff(catalog.restore_goods, "Green tea")

    assert names(tea_shop, "espresso") == ["Espresso beans", "Espresso machine"]
    assert names(tea_shop, "green") == ["Green tea"]


def test_what_is_renamed_or_described_anew_is_found_by_what_it_is_now(tea_shop: Shop):
    tea_shop.staff(catalog.edit_goods, "Espresso beans", new_name="Ristretto", description="Roasted in Trieste")

    assert names(tea_shop, "espresso beans") == []
    assert names(tea_shop, "ristreto") == ["Ristretto"]
    assert names(tea_shop, "triest") == ["Ristretto"]


def test_categories_are_found_too(shop: Shop):
    shop.has_category("Drinks")
    shop.has_category("Black coffee", parent="Drinks")
    shop.has_goods("Black cup", category="Tableware")

    result = found(shop, "blak cofee")

    assert [shelf.name for shelf in result.shelves] == ["Black coffee"]
    assert [row.name for row in result.rows] == ["Black cup"]
    assert not result.is_close


def test_when_nothing_is_found_what_is_close_is_offered(tea_shop: Shop):
    tea_shop.has_category("Tableware")
    tea_shop.has_goods("Rosé")

    close = found(tea_shop, "oser")
    far = found(tea_shop, "xyzzy")
    category = found(tea_shop, "tabletop")

    assert (close.is_close, [row.name for row in close.rows]) == (True, ["Rosé"])
    assert (far.is_close, far.rows, [shelf.name for shelf in far.shelves]) == (
        True,
        [],
        ["Everything", "Tableware", "Tea"],
    )
    assert (category.is_close, [shelf.name for shelf in category.shelves]) == (True, ["Tableware"])


def test_an_empty_shop_finds_nothing(shop: Shop):
    result = found(shop, "tea")

    assert (result.is_close, result.rows, result.shelves) == (True, [], [])


def test_results_have_pages_without_gaps_or_repetitions(shop: Shop):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}")
    pages = [found(shop, "teaa", page=page) for page in range(4)]

    assert [row.name for page in pages for row in page.rows] == [f"Tea {number:02}" for number in range(20)]
    assert [page.page.has_next for page in pages] == [True, True, False, False]
    assert pages[0].words == "teaa"
    assert found(shop, "teaa qqqq", page=1) != pages[1]
    assert found(shop, found(shop, "teaa qqqq").words, page=1) == pages[1]


def test_a_search_costs_two_statements(tea_shop: Shop, db: Database, statements):
    for text in ("green tea", "gren chai", "xyzzy"):
        with statements() as seen:
            found(tea_shop, text)

        assert len(seen) <= 2


def test_a_word_that_stands_in_a_name_several_times_is_one_word(shop: Shop):
    shop.has_goods("Oolong, and oolong again, ool'ong", stock=1)

    assert names(shop, "OOLONG") == ["Oolong, and oolong again, ool'ong"]
