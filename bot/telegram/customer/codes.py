"""Reference Codes: codes for friends with their links, who came, and what they brought."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.services import bonus, reference_codes
from bot.telegram import callbacks
from bot.telegram.screen import Screen, button
from bot.telegram.visit import Visit
from bot.telegram.wording import lines, paragraphs

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


async def _show(visit: Visit) -> None:
    t = visit.t
    codes = await visit.fetch(reference_codes.of_customer, visit.id, now=visit.now)
    friends = await visit.fetch(bonus.referrals, visit.id)
    zone = await visit.zone()
    text = paragraphs(
        t("codes-title"),
        lines(
            t(
                "code-line" if code.expires_at else "code-line-for-ever",
                code=code.code,
                link=visit.guide.link(code.code),
                until=t.time(code.expires_at, zone) if code.expires_at else "",
            )
            for code in codes
        )
        if codes
        else t("codes-none"),
        lines(
            [
                t("friends-title", count=len(friends)),
                *(
                    t("friend-line", name=friend.first_name, orders=friend.orders, earned=friend.earned)
                    for friend in friends
                ),
            ]
        ),
        lines(
            [
                t("bonus-earned", earned=await visit.fetch(bonus.earned, visit.id)),
                t("bonus-balance", balance=await visit.fetch(bonus.balance, visit.id)),
            ]
        ),
    )
    rows = [[button(t.label("new-code"), callbacks.NewCode())], [button(t.label("back"), callbacks.Home())]]
    await visit.show(Screen(text, rows))
