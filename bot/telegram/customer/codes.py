"""Reference Codes: codes for friends with their links and pictures, who came, and what they brought."""

import asyncio
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from aiogram import Router
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton
from markupsafe import Markup

from bot.models import ReferenceCode
from bot.services import bonus, reference_codes
from bot.services.bonus import Referral
from bot.telegram import callbacks, qr
from bot.telegram.customer.shop import cart_button
from bot.telegram.screen import Row, Screen, button, notice_button, unhurried
from bot.telegram.visit import Visit
from bot.telegram.wording import Words, lines, paragraphs

router = Router(name="codes")


@router.callback_query(callbacks.Codes.filter())
async def open_codes(_press: CallbackQuery, visit: Visit) -> None:
    """Show one's own codes and referrals."""
    await _show(visit)


@router.callback_query(callbacks.NewCode.filter())
async def new_code(_press: CallbackQuery, visit: Visit) -> None:
    """Create a code for a friend."""
    await visit.run(reference_codes.create_for_friend, visit.id, now=visit.now)
    await _show(visit)


@router.callback_query(callbacks.ShareCode.filter())
async def share(_press: CallbackQuery, callback_data: callbacks.ShareCode, visit: Visit) -> None:
    """Send a picture of the code's link that can be passed on; it stays in the chat."""
    t = visit.t
    code = await visit.fetch(reference_codes.own, callback_data.id, creator_id=visit.id, now=visit.now)
    until = t("share-until", until=t.time(code.expires_at, await visit.zone())) if code.expires_at else ""
    ways = [notice_button(t.label("reference-codes"), callbacks.Codes())]
    await send_picture(visit, code, until, [*ways, notice_button(t.label("home"), callbacks.Home())])


async def send_picture(visit: Visit, code: ReferenceCode, says: Markup | str, ways: Row) -> None:
    """Send a picture of a code's link that can be passed on, and what it is good for; it stays in the chat."""
    t, link = visit.t, visit.guide.link(code.code)
    pass_on = f"https://t.me/share/url?{urlencode({'url': link, 'text': t.label('share-words')})}"
    rows: list[Row] = [
        [InlineKeyboardButton(text=t.label("share-link"), url=pass_on)],
        ways,
    ]
    shown = Screen(paragraphs(t("share-code", code=code.code, link=link), says), rows)
    # Ten milliseconds of pure Python would keep everybody else waiting.
    picture = BufferedInputFile(await asyncio.to_thread(qr.png, link), f"{code.code}.png")
    send = partial(visit.bot.send_photo, visit.chat_id, picture, caption=str(shown.text), reply_markup=shown.buttons)
    await unhurried(send)


async def _show(visit: Visit) -> None:
    t = visit.t
    codes = await visit.fetch(reference_codes.of_customer, visit.id, now=visit.now)
    friends = await visit.fetch(bonus.referrals, visit.id)
    zone = await visit.zone()
    money = [
        t("bonus-earned", earned=await visit.fetch(bonus.earned, visit.id)),
        t("bonus-balance", balance=await visit.fetch(bonus.balance, visit.id)),
    ]
    listed = lines(_line(visit, code, zone) for code in codes) if codes else t("codes-none")
    text = paragraphs(t("codes-title"), listed, lines(_friends(t, friends)), lines(money))
    pictures = [button(t.label("share-picture", code=code.code), callbacks.ShareCode(id=code.id)) for code in codes]
    rows: list[Row] = [pictures[start : start + 2] for start in range(0, len(pictures), 2)]
    rows += [[button(t.label("new-code"), callbacks.NewCode())]]
    rows.append([button(t.label("back"), callbacks.Home()), cart_button(visit)])
    await visit.show(Screen(text, rows))


def _line(visit: Visit, code: ReferenceCode, zone: str) -> Markup:
    t, link = visit.t, visit.guide.link(code.code)
    if code.expires_at is None:
        return t("code-line-for-ever", code=code.code, link=link)
    return t("code-line", code=code.code, link=link, until=t.time(code.expires_at, zone))


def _friends(t: Words, friends: Sequence[Referral]) -> list[Markup]:
    told = (t("friend-line", name=friend.first_name, orders=friend.orders, earned=friend.earned) for friend in friends)
    return [t("friends-title", count=len(friends)), *told]
