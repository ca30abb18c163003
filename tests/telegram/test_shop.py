"""Browsing: categories, lists, cards, and how many go into the cart."""

import asyncio
from pathlib import Path

import pytest

from bot.config import Config
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import sample_photo
from bot.sandbox.screen import MessageView
from bot.services import catalog, photos
from tests.shop import Shop
from tests.telegram.steps import puts_in_cart, unchanged


async def test_a_customer_finds_goods_through_categories(customer: Person, shop: Shop):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    shop.has_goods("Green tea", stock=10, price="30.00")
    shop.has_goods("Black tea", stock=0, price="25.50")

    await customer.taps("Shop")
    assert customer.keyboard == [["Drinks"], ["🔎 Search"], ["🏠 Home", "🛒 Cart"]]
    await customer.taps("Drinks")
    assert customer.keyboard == [["Tea ›"], ["⬅️ Back", "🛒 Cart"]]
    await customer.taps("Tea ›")

    assert customer.keyboard == [
        ["Black tea · sold out"],
        ["Green tea · $30.00 · 10 left"],
        ["⬅️ Back", "🛒 Cart"],
    ]
    await customer.taps("Back")
    assert "Drinks" in customer.screen
    await customer.taps("Back")
    assert "Choose a category" in customer.screen


async def test_the_shop_stays_one_message(customer: Person, shop: Shop):
    shop.has_goods()
    for label in ("Shop", "Tea", "Green tea", "Add to Cart", "Cart", "Home"):
        await customer.taps(label)

    assert len(customer.bot_messages) == 1


async def test_a_card_tells_price_and_what_is_left(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=12)
    shop.staff(catalog.edit_goods, "Green tea", description="From the first harvest.")
    await customer.presses(f"goods:{goods_id}")

    assert customer.last.text == "Shop › Tea\nGreen tea\n\nFrom the first harvest.\n\nPrice: $30.00\nAvailable: 12"
    assert customer.keyboard == [["Add to Cart"], ["+2", "+5", "+10", "Other"], ["⬅️ Back", "🛒 Cart"]]


async def test_quantity_buttons_never_offer_more_than_is_left(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=6)
    await customer.presses(f"goods:{goods_id}")
    await customer.taps("+5")

    assert "Added. In your cart: 5" in customer.screen
    assert customer.keyboard[:2] == [["Add to Cart"], ["Other"]]

    await customer.taps("Add to Cart")

    assert "Added. In your cart: 6" in customer.screen
    assert customer.buttons == ["⬅️ Back", "🛒 Cart (6)"]


async def test_sold_out_goods_have_no_button_to_add_them(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=0)
    await customer.presses(f"goods:{goods_id}")

    assert "Sold out" in customer.screen
    assert customer.buttons == ["🔔 Tell me when it is back", "⬅️ Back", "🛒 Cart"]


async def test_a_large_catalogue_has_pages(customer: Person, shop: Shop):
    for number in range(20):
        shop.has_goods(f"Tea {number:02}")
    await customer.taps("Shop")
    await customer.taps("Tea")
    first = customer.buttons
    await customer.taps("Next")
    second = customer.buttons
    await customer.taps("Next")
    third = customer.buttons

    assert first[:8] == [f"Tea {number:02} · $30.00 · 10 left" for number in range(8)]
    assert first[8:] == ["Next ›", "⬅️ Back", "🛒 Cart"]
    assert second[8:10] == ["‹ Previous", "Next ›"]
    assert third[:5] == [f"Tea {number} · $30.00 · 10 left" for number in (16, 17, 18, 19)] + ["‹ Previous"]

    await customer.taps("Previous")

    assert customer.buttons == second


async def test_many_categories_have_pages(customer: Person, shop: Shop):
    for number in range(9):
        shop.has_category(f"Category {number}")
    await customer.taps("Shop")
    await customer.taps("Next")

    assert customer.buttons == ["Category 8", "‹ Previous", "🔎 Search", "🏠 Home", "🛒 Cart"]


async def test_an_empty_shop_and_an_empty_category_say_so(customer: Person, shop: Shop):
    await customer.taps("Shop")
    assert "The shelves are empty" in customer.screen

    shop.has_category("Tea")
    await customer.sends("/shop")
    await customer.taps("Tea")

    assert "There is nothing here right now" in customer.screen


async def test_a_typed_quantity_goes_into_the_cart(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=10)
    await customer.presses(f"goods:{goods_id}")
    await customer.taps("Other")
    assert "How many of Green tea would you like? 10 are available." in customer.screen

    await customer.sends(" 7 ")

    assert "Added. In your cart: 7" in customer.screen
    assert "Available: 10" in customer.screen


NO_QUANTITIES = [
    "0",
    "-5",
    "1e309",
    "1,5",
    "1.5",
    "NaN",
    "two",
    "٣",
    "²",
    str(2**31),
    str(2**64),
    "9" * 400,
    "<b>1</b>",
]


async def test_what_is_no_quantity_is_refused_and_can_be_corrected(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=10)
    for typed in NO_QUANTITIES:
        await customer.presses(f"ask:{goods_id}")
        with unchanged(shop):
            await customer.sends(typed)

        assert customer.last.text == (
            "Please write a whole number above 0.\n\nHow many of Green tea would you like? 10 are available."
        )
        assert customer.buttons == ["⬅️ Back"]

        await customer.sends("2")

        assert "Added. In your cart: 2" in customer.screen
        await customer.presses(f"drop:{goods_id}:0")


async def test_more_than_available_is_refused_and_can_be_corrected(customer: Person, shop: Shop):
    goods_id = shop.has_goods(stock=10)
    await customer.presses(f"ask:{goods_id}")
    for typed in ("11", "999999999"):
        with unchanged(shop):
            await customer.sends(typed)
        assert "Only 10 of Green tea left" in customer.screen

    await customer.sends("10")

    assert "Added. In your cart: 10" in customer.screen


async def test_goods_archived_between_two_screens_are_gone(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    card = customer.last
    shop.staff(catalog.archive_goods, "Green tea")

    for press in (f"add:{goods_id}:1", f"goods:{goods_id}", f"ask:{goods_id}"):
        with unchanged(shop):
            await customer.presses(press, message=card)
        assert "This is no longer here" in customer.screen
        assert "🛍 Shop" in customer.buttons


async def test_a_category_archived_between_two_screens_is_gone_with_what_is_in_it(customer: Person, shop: Shop):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    goods_id = shop.has_goods()
    category_id = shop.goods("Green tea").category_id
    await customer.presses(f"goods:{goods_id}")
    shop.staff(catalog.archive_category, "Drinks")

    for press in (f"aisle:{category_id}:0", f"goods:{goods_id}", f"add:{goods_id}:1"):
        with unchanged(shop):
            await customer.presses(press)
        assert "This is no longer here" in customer.screen


async def test_goods_archived_while_the_quantity_is_typed_are_gone(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.presses(f"ask:{goods_id}")
    shop.staff(catalog.archive_goods, "Green tea")
    with unchanged(shop):
        await customer.sends("2")

    assert "This is no longer here" in customer.screen
    assert customer.buttons


@pytest.mark.parametrize(
    "name", ["<b>Bold</b> & co", "Чай" * 33, "Чайник & «Ко» <i>", "🍵" * 100, '"quoted" \\ %s {x}']
)
async def test_names_are_shown_as_they_were_written(customer: Person, shop: Shop, name: str):
    goods_id = shop.has_goods(name, category=name)
    await customer.taps("Shop")
    assert customer.buttons[0] == name
    await customer.taps(name)
    assert customer.last.text == f"Shop › {name}"
    await customer.presses(f"goods:{goods_id}")
    assert f"\n{name}\n\n" in customer.last.text

    await customer.presses(f"add:{goods_id}:2")
    await customer.taps("Cart")

    assert f"2 × {name} · $30.00 = $60.00" in customer.last.text


async def test_a_description_of_3000_emoji_is_cut_to_what_telegram_takes(customer: Person, shop: Shop):
    goods_id = shop.has_goods("🍵" * 100)
    shop.staff(catalog.edit_goods, "🍵" * 100, description="🌿" * 3000)
    await customer.presses(f"goods:{goods_id}")

    assert customer.last.text.count("🌿") == 1499
    assert "🌿…" in customer.last.text
    assert "Available: 10" in customer.last.text


@pytest.fixture
def picture(tmp_path: Path, config: Config) -> str:
    """Return the name of a picture in the shop's folder."""
    source = tmp_path / "tea.png"
    source.write_bytes(sample_photo(40, 30))
    return photos.keep(source, config.data_dir)


async def test_a_picture_is_kept_only_for_its_goods_and_gives_way_to_the_shops_own(
    customer: Person, shop: Shop, picture: str, sandbox: Sandbox
):
    goods_id = shop.has_goods()
    shop.staff(catalog.edit_goods, "Green tea", photos=[picture], description="🌿" * 3000)
    await customer.taps("Shop")
    await customer.taps("Tea")
    await customer.taps("Green tea")
    first = customer.last.photo
    assert customer.last.caption is not None
    assert customer.last.caption.endswith("Price: $30.00\nAvailable: 10")
    assert customer.last.caption.count("🌿") == 299

    await customer.taps("Add to Cart")
    assert "In your cart: 1" in customer.screen
    await customer.taps("Other")
    neutral = customer.last.photo
    assert neutral not in (None, first)
    assert "How many of Green tea" in (customer.last.caption or "")
    await customer.sends("2")
    assert "In your cart: 3" in customer.screen
    assert customer.last.photo == first
    await customer.taps("Back")
    in_the_aisle = customer.last.photo
    await customer.sends("/cart")

    assert in_the_aisle == neutral
    assert customer.last.photo is None
    assert len(customer.bot_messages) == 1
    uploads = [
        call for call in (*sandbox.calls("sendPhoto"), *sandbox.calls("editMessageMedia")) if "attach" in str(call)
    ]
    shown = sandbox.count("sendPhoto") + sandbox.count("editMessageMedia")
    assert shown == 4
    assert len(uploads) == 2
    await puts_in_cart(customer, goods_id)


async def test_two_quick_presses_on_one_list_end_at_the_second_also_where_the_first_opens_a_picture(
    customer: Person, shop: Shop, picture: str
):
    shop.has_goods()
    shop.staff(catalog.edit_goods, "Green tea", photos=[picture])
    shop.has_goods("Black tea")
    await customer.taps("Shop")
    await customer.taps("Tea")
    listed = customer.last
    await quickly(customer, listed)
    assert (customer.last.caption or "").startswith("Shop › Tea\nBlack tea")
    neutral = customer.last.photo
    await customer.taps("Back")
    await quickly(customer, customer.last)

    assert (customer.last.caption or "").startswith("Shop › Tea\nBlack tea")
    assert customer.last.photo == neutral
    assert len(customer.bot_messages) == 1


async def quickly(customer: Person, listed: MessageView) -> None:
    """Press goods with a picture, and goods without one before the bot has answered."""
    await asyncio.gather(*(customer.taps(name, message=listed) for name in ("Green tea", "Black tea")))


async def test_what_is_too_long_to_stand_below_a_picture_is_cut_or_takes_its_place(
    customer: Person, shop: Shop, picture: str
):
    names = [f"{'🍵' * 98}{number}" for number in range(7)]
    for name in names:
        shop.has_goods(name, stock=100)
    shop.has_order(101, dict.fromkeys(names, 1))
    goods_id = shop.has_goods()
    shop.staff(catalog.edit_goods, "Green tea", photos=[picture])
    for name in names:
        await customer.presses(f"add:{shop.goods(name).id}:1")
    await customer.presses(f"goods:{goods_id}")
    await customer.taps("Cart")
    cart, was_cut = customer.last, "… and 3 more" in (customer.last.caption or "")
    await customer.presses(f"order:{shop.orders()[0].id}:0")

    assert was_cut
    assert len(cart.keyboard) == 2 * len(names) + 3
    assert customer.last.photo is None
    assert all(name in customer.last.text for name in names)
    assert len(customer.bot_messages) == 1


async def test_a_picture_that_is_missing_on_the_disk_leaves_the_text(customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    shop.staff(catalog.edit_goods, "Green tea", photos=["gone.png"])
    await customer.presses(f"goods:{goods_id}")

    assert customer.last.photo is None
    assert "Price: $30.00" in customer.screen
