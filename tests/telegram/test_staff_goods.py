"""Goods and categories as staff keep them in Telegram."""

from decimal import Decimal
from typing import Any

import pytest

from bot.config import Config
from bot.main import BotProcess
from bot.models import Goods
from bot.sandbox import Person, Sandbox
from bot.sandbox.files import sample_photo
from bot.services import catalog, categories, goods_photos, people, photos, stock
from tests.shop import OWNER_ID, Shop, now
from tests.telegram.steps import delivers, unchanged


async def opens(owner: Person, shop: Shop, name: str = "Green tea") -> None:
    await owner.presses(f"g:{shop.goods(name).id}:0")


async def sends_album(person: Person, *pictures: bytes | str) -> None:
    """Send pictures as one album: all messages are there before the bot answers the first."""
    for number, picture in enumerate(pictures):
        is_last = number == len(pictures) - 1
        if isinstance(picture, str):
            await person.says({"text": picture}, context={"media_group_id": "album"}, wait=is_last)
            continue
        stored = person.world.files.keep("photo", upload(picture))
        content: dict[str, Any] = {"photo": person.world.files.photo_sizes(stored)}
        await person.says(content, context={"media_group_id": "album"}, wait=is_last)


def upload(data: bytes) -> Any:
    from bot.sandbox.files import Upload

    return Upload("photo.png", "image/png", data)


# -- finding ------------------------------------------------------------------------------------------------------


async def test_goods_are_found_by_category_and_by_a_search_archived_ones_too(owner: Person, shop: Shop):
    shop.has_category("Drinks")
    shop.has_category("Tea", parent="Drinks")
    for number in range(10):
        shop.has_goods(f"Tea {number}", category="Tea", stock=number)
    shop.has_goods("Milk", category="Drinks")
    shop.staff(catalog.archive_goods, "Tea 3")
    shop.staff(catalog.archive_goods, "Milk")
    await owner.sends("/admin")
    await owner.taps("Goods")
    await owner.taps("Drinks")
    assert owner.buttons[:2] == ["Tea ›", "🗄 Milk · archived"]
    await owner.taps("Tea ›")
    assert owner.last.text == "Admin › Goods › Drinks › Tea"
    assert owner.buttons[3] == "🗄 Tea 3 · archived"
    await owner.taps("Next")
    await owner.taps("Tea 9")
    assert "Stock: 9, reserved 0, available 9" in owner.screen
    await owner.taps("Back")
    assert owner.buttons[:2] == ["Tea 8 · $30.00 · 8 left", "Tea 9 · $30.00 · 9 left"]
    await owner.taps("Find")
    await owner.sends("milk")
    await owner.taps("Milk")
    assert "Archived: customers do not see these goods." in owner.screen
    await owner.taps("Back")
    assert "Goods: milk" in owner.screen
    await owner.taps("Search again")
    await owner.sends("nothing like it")
    assert "No goods were found for nothing like it." in owner.screen


async def test_staff_go_from_a_card_to_the_goods_and_back(owner: Person, customer: Person, shop: Shop):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    assert "✏️ Edit" not in customer.buttons
    await owner.presses(f"goods:{goods_id}")
    await owner.taps("Edit")
    await owner.taps("Price")
    await owner.taps("Back")
    await owner.taps("Back")

    assert owner.last.text == "Shop › Tea\nGreen tea\n\nPrice: $30.00\nAvailable: 10"


# -- one field at a time ------------------------------------------------------------------------------------------


async def test_every_field_is_changed_by_itself(owner: Person, shop: Shop):
    shop.has_goods()
    shop.has_goods("Black tea")
    shop.has_category("Japan")
    await opens(owner, shop)
    await owner.taps("Name")
    with unchanged(shop):
        await owner.sends("Black tea")
        assert "Black tea is there already." in owner.screen
        await owner.sends("x" * 101)
        assert "at most 100 characters" in owner.screen
        await owner.shares_photo()
        assert "I need a text here." in owner.screen
    await owner.sends("Sencha")
    assert "✅ Changed." in owner.screen
    assert "Sencha" in owner.screen

    await owner.taps("Price")
    for typed in ("free", "-1", "1e309", "12,5", "0.001"):
        with unchanged(shop):
            await owner.sends(typed)
        assert "Please write an amount, such as 12.50." in owner.screen
    await owner.sends("12.50")
    await owner.taps("Description")
    with unchanged(shop):
        await owner.sends("x" * 3001)
        assert "at most 3000 characters" in owner.screen
    await owner.sends("From <the> first & best harvest")
    await owner.taps("Low stock")
    with unchanged(shop):
        await owner.sends("few")
        assert "a whole number, 0 or more, or choose below" in owner.screen
    await owner.sends("4")
    assert "we are told at 4" in owner.screen
    await owner.taps("Category")
    assert "Green tea" not in owner.screen
    await owner.taps("Up")
    await owner.taps("Japan")
    await owner.taps("✅ Japan")

    goods = shop.goods("Sencha")
    assert (goods.price, goods.description, goods.low_stock_limit) == (
        Decimal("12.50"),
        "From <the> first & best harvest",
        4,
    )
    assert owner.last.text.startswith("✅ Changed.\n\nAdmin › Goods › Japan › Sencha\n\nPrice: $12.50\n")
    await owner.taps("Description")
    await owner.taps("No description")
    await owner.taps("Low stock")
    await owner.taps("Never")
    assert (shop.goods("Sencha").description, shop.goods("Sencha").low_stock_limit) == ("", -1)
    assert {event.actor for event in shop.events("goods.edited")} == {f"user:{OWNER_ID}"}


async def test_the_stock_is_moved_with_a_reason(owner: Person, customer: Person, process: BotProcess, shop: Shop):
    shop.has_goods(stock=10)
    shop.has_order(101, {"Green tea": 4})
    await delivers(process)
    await opens(owner, shop)
    await owner.taps("➕ Stock")
    assert "10 in stock, 4 of them reserved." in owner.screen
    for typed in ("0", "-3", "1.5", "many", "9" * 30):
        with unchanged(shop):
            await owner.sends(typed)
        assert "Please write a whole number above 0." in owner.screen
    await owner.sends("5")
    with unchanged(shop):
        await owner.sends("x" * 201)
    assert "at most 200 characters" in owner.screen
    await owner.sends("delivery of Friday")
    assert "Stock: 15, reserved 4, available 11" in owner.screen
    await owner.taps("➖ Stock")
    with unchanged(shop):
        await owner.sends("16")
    assert "There are not so many in stock. Please write how many are gone." in owner.screen
    await owner.sends("1")
    await owner.taps("Back")
    assert "How many are gone?" in owner.screen
    await owner.sends("2")
    skip = owner.last
    await owner.taps("Skip")
    assert "Stock: 13, reserved 4, available 9" in owner.screen
    with unchanged(shop):
        await owner.taps("Skip", message=skip)

    await owner.taps("🟰 Stock")
    await owner.sends("3")
    with unchanged(shop):
        await owner.sends("counted")
    assert "⚠️ 4 of Green tea are promised to open orders, so the stock cannot become 3." in owner.screen
    moved = shop.rows()["inventory_log"]
    assert [(row[3], row[-1]) for row in sorted(moved, key=lambda row: row[0])][2:] == [
        (5, "delivery of Friday"),
        (-2, None),
    ]


async def test_goods_are_archived_and_sold_again_and_a_second_press_says_so(
    owner: Person, customer: Person, shop: Shop
):
    goods_id = shop.has_goods()
    await customer.presses(f"goods:{goods_id}")
    await opens(owner, shop)
    old = owner.last
    await owner.taps("Archive")
    assert "🗄 Archived. Open orders keep these goods." in owner.screen
    await customer.presses(f"goods:{goods_id}")
    assert "This is no longer here." in customer.screen
    with unchanged(shop):
        await owner.taps("Archive", message=old)
    assert "⚠️ This was done already." in owner.screen
    await owner.taps("Preview")
    assert owner.last.text == "Shop › Tea\nGreen tea\n\nPrice: $30.00\nAvailable: 10"
    assert owner.buttons == ["⬅️ Back", "🛠 Admin panel"]
    await owner.taps("Back")
    await owner.taps("Link")
    assert f"https://t.me/tea_shop_bot?start=g_{goods_id}" in owner.screen
    await owner.taps("Back")
    await owner.taps("Sell again")
    await customer.presses(f"goods:{goods_id}")

    assert "Green tea" in customer.screen


# -- photos -------------------------------------------------------------------------------------------------------


async def test_photos_are_sent_one_by_one_or_as_an_album_moved_and_removed(
    owner: Person, customer: Person, sandbox: Sandbox, shop: Shop, config: Config
):
    goods_id = shop.has_goods()
    await opens(owner, shop)
    await owner.taps("Photos (0)")
    await owner.taps("Add photos")
    await owner.shares_photo(sample_photo(41, 30))
    assert "Photos so far: 1" in owner.screen
    await owner.shares_document(sample_photo(42, 30), "tea.png", content_type="image/png")
    assert "Photos so far: 2" in owner.screen
    sent = sandbox.count("sendMessage")
    await sends_album(owner, *(sample_photo(width, 30) for width in (43, 44, 45)))
    assert "Photos so far: 5" in owner.screen
    assert sandbox.count("sendMessage") - sent == 1
    with unchanged(shop):
        await owner.shares_document(b"GIF89a", "tea.gif")
        assert "This is no picture that can be shown." in owner.screen
        await owner.shares_document(bytes(photos.LARGEST + 1), "tea.png")
        assert "This is no picture that can be shown." in owner.screen
        await owner.sends_sticker()
        await owner.sends("a text")
        assert "This is no picture that can be shown." in owner.screen
        await owner.shares_photo(sample_photo(41, 30))
    assert "Photos so far: 5" in owner.screen

    await owner.taps("Done")
    assert "Photo 1 of 5" in owner.screen
    await owner.taps("‹")
    assert "Photo 5 of 5" in owner.screen
    assert width(owner) == 45
    old = owner.last
    await owner.taps("Make it the first")
    assert "✅ It is the first now." in owner.screen
    assert width(owner) == 45
    await owner.taps("Remove", message=old)
    with unchanged(shop):
        await owner.taps("Remove", message=old)
    assert len(shop.photos("Green tea")) == 4
    assert all(photos.path_of(name, config.data_dir).is_file() for name in shop.photos("Green tea"))

    await customer.presses(f"goods:{goods_id}")
    before = sandbox.count()
    await customer.taps("›")
    assert (width(customer), "2/4" in customer.buttons) == (42, True)
    await customer.taps("‹")
    await customer.taps("‹")
    assert (width(customer), "4/4" in customer.buttons) == (44, True)
    assert {call.method for call in sandbox.calls()[before:]} == {"editMessageMedia", "answerCallbackQuery"}
    assert sandbox.count() - before == 6


def width(person: Person) -> int:
    return int(person.last.content["photo"][-1]["width"])


async def test_of_an_album_what_is_refused_is_told_with_the_one_answer(owner: Person, shop: Shop):
    shop.has_goods()
    shop.staff(goods_photos.add_all, "Green tea", [f"{number}.jpg" for number in range(8)])
    await owner.presses(f"gpa:{shop.goods('Green tea').id}")
    await sends_album(
        owner,
        *(sample_photo(width, 30) for width in (43, 44, 45, 46)),
    )

    assert "These goods have 10 photos, and that is the most." in owner.screen
    assert "Photos so far: 10" in owner.screen
    assert len(owner.bot_messages) == 1


async def test_the_answer_to_an_album_comes_again_where_it_was_deleted_meanwhile(
    owner: Person, sandbox: Sandbox, shop: Shop
):
    shop.has_goods()
    await owner.presses(f"gpa:{shop.goods('Green tea').id}")
    await sends_album(owner, sample_photo(41, 30))
    sandbox.world.delete(owner.last.message)
    await sends_album(owner, sample_photo(42, 30))
    assert "Photos so far: 2" in owner.screen
    await sends_album(owner, sample_photo(43, 30))

    assert "Photos so far: 3" in owner.screen
    assert len(owner.bot_messages) == 1


async def test_a_photo_that_telegram_does_not_hand_over_is_asked_for_again(owner: Person, sandbox: Sandbox, shop: Shop):
    shop.has_goods()
    await owner.presses(f"gpa:{shop.goods('Green tea').id}")
    with unchanged(shop):
        await owner.says({"photo": [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]})

    assert "Telegram did not hand this picture over." in owner.screen


# -- new goods ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_goods_are_added_question_by_question(
    owner: Person, customer: Person, sandbox: Sandbox, shop: Shop, language: str
):
    shop.db.call(people.choose_language, OWNER_ID, language, now=now())
    shop.has_goods("Black tea", category="Tea")
    shop.has_category("Green", parent="Tea")
    tea = shop.goods("Black tea").category_id
    await owner.presses(f"gn:{tea}")
    with unchanged(shop):
        await owner.sends("Black tea")
        await owner.sends("Sencha")
        await owner.taps("Green")
        await owner.taps("✅ Green")
        await owner.sends("cheap")
        await owner.sends("12.50")
        await owner.sends("-1")
        await owner.sends("7")
        await owner.sends("First <flush>")
        await owner.shares_photo(sample_photo(41, 30))
        await sends_album(owner, sample_photo(42, 30), sample_photo(43, 30))
        await owner.taps("✅")
    assert "Sencha\n\nFirst <flush>\n\n" in owner.screen
    assert ("This is what customers will see." in owner.screen) == (language == "en")
    await owner.taps("›")
    assert width(owner) == 42
    with unchanged(shop):
        await owner.taps("⬅️")
        await owner.taps("⬅️")
        await owner.taps("✅")
        await owner.taps("✅")
    preview = owner.last
    await owner.taps("✅")
    with unchanged(shop):
        await owner.taps("✅", message=preview)

    goods = shop.goods("Sencha")
    assert (goods.price, goods.stock_quantity, goods.description) == (Decimal("12.50"), 7, "First <flush>")
    assert len(shop.photos("Sencha")) == 3
    assert shop.events("goods.added")[-1].actor == f"user:{OWNER_ID}"
    await customer.sends("sencha")
    await customer.taps("Sencha")
    assert "First <flush>" in customer.screen


async def test_leaving_half_way_keeps_nothing_and_old_buttons_say_so(owner: Person, shop: Shop):
    shop.has_category()
    await owner.presses("gn:0")
    with unchanged(shop):
        await owner.sends("Sencha")
        await owner.taps("Tea ›")
        old = owner.last
        await owner.sends("/shop")
        await owner.taps("✅ Tea", message=old)
        assert "Nothing is being added any more." in owner.screen
        await owner.presses("gns:preview:0")
        assert "Nothing is being added any more." in owner.screen
        await owner.presses("gsell")
        assert "Nothing is being added any more." in owner.screen

    assert shop.count(Goods) == 0


async def test_an_old_button_does_not_lead_past_what_these_goods_need(owner: Person, shop: Shop):
    shop.has_category("Tea")
    await owner.presses("gn:0")
    await owner.sends("Sencha")
    for step in ("preview", "photos", "price"):
        await owner.presses(f"gns:{step}:0")
        assert "Sencha: which category?" in owner.screen
    await owner.taps("Tea ›")
    await owner.taps("✅ Tea")
    await owner.sends("12.50")
    await owner.presses("gns:preview:0")
    assert "Sencha: how many are in stock?" in owner.screen
    await owner.sends("0")
    await owner.presses("gns:preview:0")
    assert "Price: $12.50" in owner.screen


async def test_what_changes_before_the_last_press_is_said_above_the_preview(owner: Person, shop: Shop):
    shop.has_category()
    await owner.presses("gn:0")
    await owner.sends("Sencha")
    for press in ("Tea ›", "✅ Tea"):
        await owner.taps(press)
    await owner.sends("5")
    await owner.sends("0")
    await owner.taps("Skip")
    await owner.taps("Skip")
    shop.has_goods("Sencha", category="Tea")
    with unchanged(shop):
        await owner.taps("Put on sale")
    assert "⚠️ Sencha is there already." in owner.screen
    for _ in range(6):
        await owner.taps("Back")
    await owner.sends("Bancha")
    await owner.taps("✅ Tea")
    await owner.sends("5")
    await owner.sends("0")
    await owner.taps("Skip")
    await owner.taps("Skip")
    await owner.taps("Put on sale")

    assert "✅ On sale now." in owner.screen
    assert shop.goods("Bancha").stock_quantity == 0


async def test_a_category_that_is_removed_while_goods_are_added_is_asked_for_again(owner: Person, shop: Shop):
    shop.has_category()
    shop.has_category("Coffee")
    await owner.presses("gn:0")
    await owner.sends("Sencha")
    await owner.taps("Tea ›")
    await owner.taps("✅ Tea")
    await owner.sends("5")
    await owner.sends("7")
    await owner.sends("Fresh")
    await owner.taps("Skip")
    shop.staff(categories.remove, "Tea")
    with unchanged(shop):
        await owner.taps("Put on sale")
    assert "This is no longer here." in owner.screen
    await owner.taps("Coffee ›")
    await owner.taps("✅ Coffee")
    await owner.sends("6")
    await owner.sends("7")
    await owner.taps("Done")
    await owner.taps("Skip")
    await owner.taps("Put on sale")

    assert (shop.goods("Sencha").description, shop.goods("Sencha").price) == ("Fresh", Decimal("6.00"))


# -- categories ---------------------------------------------------------------------------------------------------


async def test_categories_are_added_renamed_moved_archived_and_removed(owner: Person, shop: Shop):
    await owner.sends("/admin")
    await owner.taps("Categories")
    assert "There are no categories yet." in owner.screen
    await owner.taps("New category here")
    await owner.sends("Drinks")
    await owner.taps("New category here")
    with unchanged(shop):
        await owner.sends("Drinks")
        assert "Drinks is there already." in owner.screen
    await owner.sends("Tea")
    assert owner.last.text.startswith("✅ Added.\n\nAdmin › Categories › Drinks › Tea")
    await owner.taps("Rename")
    await owner.sends("Teas")
    await owner.taps("Move")
    await owner.taps("At the top")
    assert owner.last.text.startswith("✅ Moved.\n\nAdmin › Categories › Teas")
    await owner.taps("Move")
    with unchanged(shop):
        await owner.taps("At the top")
    assert "⚠️ It is so already." in owner.screen
    await owner.taps("Move")
    assert "Teas ›" not in owner.buttons
    await owner.taps("Drinks ›")
    await owner.taps("✅ Drinks")
    drinks, teas = (
        int(shop.scalar("SELECT id FROM categories WHERE name = :name", name=name)) for name in ("Drinks", "Teas")
    )
    with unchanged(shop):
        await owner.presses(f"gtp:move:{drinks}:{teas}")
    assert "A category cannot lie inside itself." in owner.screen
    await owner.presses(f"c:{teas}:0")
    await owner.taps("Archive")
    assert "🗄 Archived: customers see nothing" in owner.screen
    await owner.taps("Show again")

    shop.has_goods("Sencha", category="Teas")
    await owner.taps("Remove")
    with unchanged(shop):
        await owner.taps("Yes, remove it")
    assert "Teas is not empty: 1 goods and 0 categories lie in it." in owner.screen
    await owner.taps("Its goods")
    assert "Sencha · $30.00 · 10 left" in owner.buttons
    shop.staff(catalog.edit_goods, "Sencha", category="Drinks")
    await owner.presses(f"cd:{teas}:remove?")
    await owner.taps("Yes, remove it")

    assert owner.last.text.startswith("✅ Removed.\n\nAdmin › Categories › Drinks")
    assert shop.scalar("SELECT COUNT(*) FROM categories") == 1
    await owner.presses(f"c:{teas}:0")
    assert "This is no longer here." in owner.screen


# -- low stock ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"), [("en", "📉 Few left of Green tea: 2"), ("ru", "📉 Осталось мало: Green tea, 2 шт.")]
)
async def test_staff_are_told_of_low_stock_with_the_way_to_the_goods(
    owner: Person, customer: Person, process: BotProcess, shop: Shop, language: str, text: str
):
    shop.db.call(people.choose_language, OWNER_ID, language, now=now())
    shop.has_goods(stock=4)
    shop.staff(catalog.edit_goods, "Green tea", low_stock_limit="2")
    shop.staff(stock.remove, "Green tea", 2)
    await delivers(process)
    notice = owner.last
    assert notice.text == text
    await owner.taps("Green tea")

    assert "Green tea" in owner.screen
    assert owner.bot_messages[-2].text == text


async def test_many_low_goods_are_one_message(owner: Person, process: BotProcess, shop: Shop):
    shop.has_customer()
    shop.has_setting("low_stock", "9")
    names = [f"Tea {number:02}" for number in range(10)]
    for name in names:
        shop.has_goods(name, price="2")
    shop.has_order(101, dict.fromkeys(names, 1))
    await delivers(process)

    low = next(message for message in owner.bot_messages if "Few left" in (message.text or ""))
    assert low.text.splitlines()[-2:] == ["📉 Few left of Tea 07: 9", "… and 2 more"]
    assert len(low.buttons) == 8


@pytest.mark.parametrize(
    "prefix", ["gs:0:0", "g:1:0", "ge:1:name", "gq:1:set", "gd:1:archive", "gn:0", "c:0:0", "cd:1:remove"]
)
async def test_customers_get_nothing_of_it(customer: Person, shop: Shop, prefix: str):
    shop.has_goods("Secret tea")
    with unchanged(shop):
        await customer.presses(prefix)

    assert customer.last.text == "This is for the people who run the shop."
