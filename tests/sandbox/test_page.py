"""The chat page in a real browser, with a tiny scripted bot behind it."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from bot.sandbox.files import sample_photo

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed here")


class Parrot:
    """A bot that says what it was told, and counts the presses on its button in place."""

    def __init__(self, api):
        self.api = api
        self.presses = 0

    async def works(self):
        offset = 0
        while True:
            for update in await self.api.result("getUpdates", offset=offset, timeout=10):
                offset = update["update_id"] + 1
                if "message" in update:
                    await self.hears(update["message"])
                if "callback_query" in update:
                    await self.is_pressed(update["callback_query"])

    async def hears(self, message):
        heard = message.get("text") or f"{next(k for k in ('contact', 'location', 'photo') if k in message)} received"
        await self.api.result("sendMessage", chat_id=message["chat"]["id"], text=heard, reply_markup=self.keyboard())

    async def is_pressed(self, query):
        self.presses += 1
        message = query["message"]
        if query["data"] == "delete":
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            await self.api.result("deleteMessage", **place)
        else:
            about = {"text": f"<b>Pressed</b> {self.presses}", "parse_mode": "HTML", "reply_markup": self.keyboard()}
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            await self.api.result("editMessageText", **place, **about)
        await self.api.result("answerCallbackQuery", callback_query_id=query["id"], text="Noted")

    def keyboard(self):
        press = {"text": f"Press {self.presses}", "callback_data": "press"}
        return {"inline_keyboard": [[press, {"text": "Delete", "callback_data": "delete"}]]}


@pytest.fixture
async def parrot(api):
    parrot = Parrot(api)
    task = asyncio.create_task(parrot.works())
    yield parrot
    task.cancel()


@pytest.fixture
async def page(sandbox, parrot):
    sandbox.person(1, first_name="Olga", language_code="en")
    sandbox.roles[1] = "owner"
    sandbox.person(101, first_name="Anna", language_code="en")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(sandbox.url)
        await expect(page.locator(".column")).to_have_count(2)
        yield page
        await browser.close()
        assert errors == []


def column(page, person_id=101):
    return page.locator(f'.column[data-person="{person_id}"]')


async def test_people_write_press_and_see_messages_change_in_place(page, parrot):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()
    await expect(anna.locator(".message").last).to_contain_text("/start")
    await anna.get_by_label("Message").fill("Hello <script>alert(1)</script>")
    await page.keyboard.press("Enter")
    await expect(anna.locator(".message:not(.mine) .text").last).to_have_text("Hello <script>alert(1)</script>")

    await anna.locator(".message").last.get_by_role("button", name="Press 0").click()

    await expect(anna.locator(".message b")).to_have_text("Pressed")
    await expect(anna.locator(".message").last).to_contain_text("edited")
    await expect(anna.locator(".toast.shown")).to_have_text("Noted")
    await expect(anna.locator(".message").last.get_by_role("button", name="Press 1")).to_be_visible()
    await expect(anna.locator("button.waiting")).to_have_count(0)
    await expect(anna.locator("script")).to_have_count(0)
    await expect(column(page, 1).locator(".message")).to_have_count(0)


async def test_a_message_is_forwarded_to_the_bot(page, parrot, sandbox):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()
    await expect(anna.locator(".message:not(.mine)")).to_have_count(1)
    await anna.locator(".message:not(.mine)").get_by_title("Forward to the bot").click()

    await expect(anna.locator(".message.mine .forwarded")).to_have_text("Forwarded")
    await expect(anna.locator(".message:not(.mine)")).to_have_count(2)
    assert "forward_origin" in sandbox.updates[-1]["message"]


async def test_a_deleted_message_disappears(page):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()

    await anna.get_by_role("button", name="Delete").click()

    await expect(anna.locator(".message")).to_have_count(1)


@pytest.mark.parametrize(
    ("choice", "received"),
    [("Share my contact", "contact"), ("Share a location", "location"), ("Send a sample photo", "photo")],
)
async def test_people_share(page, choice, received):
    anna = column(page)
    await anna.get_by_label("Share", exact=True).click()
    await anna.get_by_role("button", name=choice).click()

    await expect(anna.locator(".message:not(.mine)")).to_contain_text(f"{received} received")


async def test_a_photo_from_the_disk_is_shown(page, tmp_path):
    picture = tmp_path / "photo.png"
    picture.write_bytes(sample_photo(30, 20))
    anna = column(page)
    await anna.locator("input[type=file]").set_input_files(picture)

    await expect(anna.locator("img.photo")).to_have_attribute("width", "30")
    await expect(anna.locator(".message:not(.mine)")).to_contain_text("photo received")


async def test_anyone_can_be_added(page, sandbox):
    await page.get_by_role("button", name="Be anyone").click()
    await page.get_by_label("Name").fill("Clara")
    await page.get_by_label("Telegram id").fill("4503599627370495")
    await page.get_by_label("Language").select_option("ru")
    await page.get_by_role("button", name="Open chat").click()

    await expect(column(page, 4503599627370495).locator(".name")).to_have_text("Clara")
    assert sandbox.person(4503599627370495).account.language_code == "ru"


async def test_the_commands_of_the_menu_can_be_chosen(page, api):
    await api.result("setMyCommands", commands=[{"command": "shop", "description": "See what we have"}])
    anna = column(page)
    await anna.get_by_label("Commands").click()
    await anna.get_by_role("button", name="/shop See what we have").click()

    await expect(anna.locator(".message.mine")).to_contain_text("/shop")


async def test_a_deep_link_in_a_message_presses_start_as_this_person(page, api, sandbox):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()
    link = '<a href="https://t.me/sandbox_bot?start=CODE123">Invitation</a>'
    await api.result("sendMessage", chat_id=101, text=link, parse_mode="HTML")

    await anna.get_by_role("link", name="Invitation").click()

    await expect(anna.locator(".message.mine").last).to_contain_text("/start CODE123")


async def test_reply_keyboards_share_a_contact_and_go_away(page, api):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()
    keyboard = {"keyboard": [[{"text": "My phone", "request_contact": True}]], "one_time_keyboard": True}
    await api.result("sendMessage", chat_id=101, text="Your phone?", reply_markup=keyboard)

    await anna.get_by_role("button", name="My phone").click()

    await expect(anna.locator(".message:not(.mine)").last).to_contain_text("contact received")
    await expect(anna.locator(".reply-keyboard")).to_be_hidden()


async def test_who_blocks_the_bot_can_unblock_it(page, sandbox):
    anna = column(page)
    await anna.get_by_role("button", name="START").click()
    await anna.locator("header .block").click()
    await expect(anna.locator(".composer")).to_be_hidden()
    assert sandbox.person(101).account.blocked

    await anna.locator(".bar").get_by_role("button", name="Unblock the bot").click()

    await expect(anna.locator(".composer")).to_be_visible()


async def test_the_bot_is_added_to_a_group_by_its_link_and_anybody_writes_and_presses_there(page, parrot, sandbox):
    olga = column(page, 1)
    await olga.get_by_role("button", name="START").click()
    await olga.get_by_label("Message").fill(f"https://t.me/{sandbox.world.bot.username}?startgroup=orders")
    await page.keyboard.press("Enter")
    await olga.locator(".message.mine a").last.click()
    group = page.locator('.column[data-person^="-"]')
    await expect(group.locator(".name")).to_have_text("Olga's group")
    await expect(group.locator(".message.mine .text").last).to_have_text("/start@sandbox_bot orders")
    await group.get_by_label("As").select_option("Anna")
    await group.get_by_label("Message").fill("Hello <b>")
    await page.keyboard.press("Enter")
    await expect(group.locator(".message.mine").last).to_contain_text("Anna")
    await expect(group.locator(".message:not(.mine) .text").last).to_have_text("Hello <b>")
    await group.locator(".message").last.get_by_role("button", name="Press 0").click()
    await expect(group.locator(".message b")).to_have_text("Pressed")
    await expect(group.locator("button.waiting")).to_have_count(0)
    [press] = [each for each in sandbox.updates if "callback_query" in each]
    assert press["callback_query"]["from"]["first_name"] == "Anna"

    await group.get_by_title("Remove the bot").click()

    await expect(group.locator(".role")).to_have_text("group without the bot")
    await page.reload()
    await expect(group.locator(".message.mine")).to_have_count(2)


async def test_a_group_needs_a_negative_id(sandbox, page):
    for wrong in ({}, {"id": 5}, {"id": "x"}, {"id": 0}):
        answer = await page.request.post(f"{sandbox.url}/sandbox/groups", data=wrong)
        assert answer.status == 409
    assert sandbox.groups == []
    for place in (-5, "x"):
        told = {"text": "Hi", "chat": place}
        answer = await page.request.post(f"{sandbox.url}/sandbox/people/101/send", data=told)
        assert answer.status == 409


async def test_two_labels_of_a_shop_in_russian_stand_side_by_side_uncut_in_the_narrowest_column(page, api):
    rows = [["📦 Мои заказы", "👤 Профиль"], ["🔔 Новые заказы", "👥 Покупатели"], ["Подтверждены: 0", "Доставлены: 0"]]
    keyboard = [[{"text": text, "callback_data": "press"} for text in row] for row in rows]
    await column(page).get_by_role("button", name="START").click()
    await page.set_viewport_size({"width": 330, "height": 800})
    await api.result("sendMessage", chat_id=101, text="Hi", reply_markup={"inline_keyboard": keyboard})
    await expect(column(page).get_by_role("button", name="Мои заказы")).to_be_visible()
    cut = """() => [...document.querySelectorAll('.keyboard button')]
        .filter(each => each.scrollWidth > each.clientWidth)
        .map(each => [each.innerText, each.clientWidth, each.scrollWidth])"""

    assert await page.evaluate(cut) == []
