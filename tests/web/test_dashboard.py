"""The dashboard in a real browser: who gets in, what is seen on a phone and a wide screen, and how it stays fresh."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot import metrics
from bot.db import Database
from bot.models import OrderStatus
from bot.services import mistakes, tallies
from bot.services.mistakes import Met
from bot.web import pages, views
from bot.web.views import PAGES
from tests.sandbox.test_page import CHROMIUM, FLAGS
from tests.shop import ADDRESS, PHONE, Shop, now
from tests.web.conftest import TOKEN

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed here")

PHONE_SCREEN, WIDE_SCREEN = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=850)


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep no figures, and fetch pages anew all the time."""
    monkeypatch.setattr(views, "NOW_SECONDS", 0.0)
    monkeypatch.setattr(views, "KEPT_SECONDS", dict.fromkeys(views.RANGES, 0.0))
    monkeypatch.setattr(pages, "REFRESH_SECONDS", 0.2)


@pytest.fixture
async def browser(_fresh: None, served: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def busy(shop: Shop) -> str:
    """Fill the shop with something for every page, and return the code of an order."""
    shop.has_goods("Green <b>tea</b>", price="12.50", stock=50)
    buyer = shop.has_customer(101, "Anna")
    code = shop.has_order(buyer, {"Green <b>tea</b>": 2})
    shop.has_order(buyer, {"Green <b>tea</b>": 2}, status=OrderStatus.DELIVERED)
    shop.db.call(tallies.add, {"view.shop": 7, "view.goods": 4, "update.press": 30}, now=now())
    met = Met("abcd1234", now(), "KeyError", "telegram/customer/shop.py:61")
    shop.db.call(mistakes.note, [met], now=now())
    metrics.HANDLING.labels("customer.shop").observe(0.01)
    metrics.JOB_FAILURES.labels("send outbox").inc()
    return code


def watched(page: Page) -> list[str]:
    """Return the list of everything that goes wrong on a page: errors, and what the content policy forbids."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    # Going to another page breaks a fetch off that is under way.
    page.on("requestfailed", lambda each: None if each.failure == "net::ERR_ABORTED" else wrong.append(each.url))
    return wrong


async def logs_in(page: Page, served: str, path: str = "/dashboard") -> None:
    await page.goto(f"{served}{path}")
    await page.get_by_label("Monitoring token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize(
    ("screen", "scheme"), [(PHONE_SCREEN, "dark"), (WIDE_SCREEN, "light")], ids=["phone, dark", "wide, light"]
)
async def test_every_page_is_whole_on_phones_and_wide_screens(
    browser: Browser, served: str, busy: str, screen: ViewportSize, scheme: str
):
    context = await browser.new_context(viewport=screen, color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    wrong = watched(page)
    await logs_in(page, served)

    for name, (title, _view) in PAGES.items():
        await page.goto(f"{served}/{name}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)
        told = await page.inner_text("body")
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0, name
        assert await page.locator(".chart").count() == await page.locator(".chart canvas").count(), name
        assert [secret for secret in (ADDRESS, PHONE, "Anna", "user:101") if secret in told] == [], name
    assert wrong == []

    await page.goto(f"{served}/errors")
    await expect(page.get_by_text("abcd1234")).to_be_visible()
    await page.goto(f"{served}/sales?range=today")
    await expect(page.locator(".card", has_text="Revenue")).to_contain_text("25.00 USD")
    await expect(page.get_by_text("Green <b>tea</b>")).to_be_visible()
    await expect(page.locator(".u-legend").first).to_contain_text("25 USD")
    await page.goto(f"{served}/jobs")
    failures = await page.get_by_role("columnheader", name="Failures").bounding_box()
    assert failures is None or failures["x"] + failures["width"] <= screen["width"], "nobody has to search for it"
    await page.goto(f"{served}/funnel")
    await expect(page.locator("li", has_text="Goods looked at")).to_contain_text("4")


async def test_only_who_knows_the_token_gets_in_and_out_again(browser: Browser, served: str, busy: str):
    page = await browser.new_page()
    await page.goto(f"{served}/jobs")
    await page.get_by_label("Monitoring token").fill("a wrong one")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_have_text("That is not the token. It is MONITORING_TOKEN in .env.")

    await page.get_by_label("Monitoring token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    (cookie,) = await page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert TOKEN not in cookie["value"]

    await page.get_by_role("button", name="Log out").click()
    await page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": served}])
    await page.goto(f"{served}/dashboard")
    await expect(page.get_by_label("Monitoring token")).to_be_visible()


async def test_a_page_stays_fresh_while_somebody_looks_and_rests_while_nobody_does(
    browser: Browser, served: str, shop: Shop, db: Database
):
    shop.has_goods("Green tea", stock=50)
    buyer = shop.has_customer()
    page = await browser.new_page()
    await logs_in(page, served)
    waiting = page.locator(".card", has_text="Waiting for confirmation").locator("strong")
    await expect(waiting).to_have_text("0")

    shop.has_order(buyer, {"Green tea": 2})
    await expect(waiting).to_have_text("1")

    asked: list[str] = []
    await page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    await page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    await page.wait_for_timeout(700)
    assert asked == []

    async with page.expect_request("**/dashboard"):
        await page.evaluate(
            "Object.defineProperty(document, 'hidden', {get: () => false, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )


async def test_who_is_logged_out_meanwhile_is_told_and_led_back(browser: Browser, served: str, shop: Shop):
    page = await browser.new_page()
    await logs_in(page, served, "/events")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Events")

    await page.context.clear_cookies()

    await page.get_by_role("link", name="Log in").click()
    await page.get_by_label("Monitoring token").fill(TOKEN)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Events")
