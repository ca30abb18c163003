"""Profile, rules and the language."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.services import details, people
from bot.telegram import callbacks, menu
from bot.telegram.customer.entering import home, way_into
from bot.telegram.customer.order_text import details_text
from bot.telegram.customer.shop import cart_button
from bot.telegram.screen import Row, Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import LANGUAGES, Words, cut, lines, paragraphs

router = Router(name="profile")


@router.callback_query(callbacks.Profile.filter())
async def open_profile(_press: CallbackQuery, visit: Visit) -> None:
    """Show what the shop knows about the person."""
    t = visit.t
    customer = await visit.fetch(people.customer, visit.id)
    saved = await visit.fetch(details.saved, visit.id)
    numbers = lines(
        [
            t("profile-id", id=str(visit.id)),
            t("profile-orders", count=customer.completed_orders_count),
            t("profile-spent", amount=customer.total_spendings),
            t("bonus-balance", balance=customer.bonus_balance),
        ]
    )
    address = details_text(t, saved) if saved.address else t("profile-no-details")
    rows: list[Row] = [
        [
            button(t.label("my-orders"), callbacks.Orders()),
            button(t.label("language"), callbacks.AskLanguage(from_profile=True)),
        ],
        [_news(t, "profile-news", wanted=not visit.me.wants_news), button(t.label("privacy"), callbacks.Privacy())],
        _back(visit),
    ]
    await visit.show(Screen(paragraphs(t("profile-title", name=visit.me.first_name), numbers, address), rows))


@router.callback_query(callbacks.Rules.filter())
async def open_rules(_press: CallbackQuery, visit: Visit) -> None:
    """Show the owner's rules, and the channels if there are any."""
    t = visit.t
    text = t("rules-title", rules=cut(visit.guide.rules, 3500)) if visit.guide.rules else t("rules-none")
    rows: list[Row] = [[way_into(t, channel)] for channel in visit.guide.channels]
    await visit.show(Screen(text, [*rows, _back(visit)]))


@router.callback_query(callbacks.News.filter(F.wanted.in_({"on", "off"})))
async def choose_news(_press: CallbackQuery, callback_data: callbacks.News, visit: Visit) -> None:
    """Send broadcasts, or none any more."""
    t, wanted = visit.t, callback_data.wanted == "on"
    await visit.run(people.choose_news, visit.id, wanted=wanted, now=visit.now)
    rows: list[Row] = [
        [_news(t, "news", wanted=not wanted)],
        [button(t.label("profile"), callbacks.Profile()), button(t.label("home"), callbacks.Home())],
        [cart_button(visit)],
    ]
    await visit.show(Screen(t("news-are-on" if wanted else "news-are-off"), rows))


@router.callback_query(callbacks.AskLanguage.filter())
async def ask_language(_press: CallbackQuery, callback_data: callbacks.AskLanguage, visit: Visit) -> None:
    """Show the languages."""
    before = callbacks.Profile() if callback_data.from_profile else callbacks.Home()
    rows: list[Row] = [[button(name, callbacks.ChooseLanguage(language=code))] for code, name in LANGUAGES.items()]
    await visit.show(Screen(visit.t("ask-language"), [*rows, [button(visit.t.label("back"), before)]]))


@router.callback_query(callbacks.ChooseLanguage.filter())
async def choose_language(_press: CallbackQuery, callback_data: callbacks.ChooseLanguage, visit: Visit) -> None:
    """Speak this language from now on."""
    await visit.run(people.choose_language, visit.id, callback_data.language, now=visit.now)
    visit.t = Words(callback_data.language, visit.guide.currency)
    await visit.show(home(visit, "language-chosen"))
    if visit.me.role.is_staff:
        await menu.offer_panel(visit.bot, visit.chat_id, visit.t)


def _news(t: Words, key: str, *, wanted: bool) -> InlineKeyboardButton:
    word = "on" if wanted else "off"
    return button(t.label(f"{key}-{word}"), callbacks.News(wanted=word))


def _back(visit: Visit) -> Row:
    return [button(visit.t.label("back"), callbacks.Home()), cart_button(visit)]
