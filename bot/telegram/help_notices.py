"""What is told about conversations: questions to the staff, answers and letters to the customer."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from markupsafe import Markup

from bot.models import HelpCopy
from bot.services.queries.help_views import Told
from bot.telegram import callbacks
from bot.telegram.admin import callbacks as staff
from bot.telegram.conversation import body
from bot.telegram.screen import Row, Screen, notice_button
from bot.telegram.wording import Words, cut, lines, paragraphs

if TYPE_CHECKING:
    from bot.telegram.notices import Notice

TEXT_UNITS = 3300
"""Two thousand letters fit; two thousand emoji count twice and would not."""
CAPTION_UNITS = 700
"""What fits below a picture together with who has sent it."""
QUOTED_UNITS = 200


def question(t: Words, notice: "Notice") -> Screen:
    """Return a customer's message for the staff, which says who has settled it once somebody has."""
    return question_screen(t, _told(notice))


def question_screen(t: Words, told: Told) -> Screen:
    """Return a customer's message as staff see it."""
    line, head = told.line, told.head
    about = {"name": head.first_name, "id": str(head.user_id), "code": line.order_code or ""}
    top = t("question-about-order" if line.order_code else "notice-help-question", **about)
    settled = _settled(t, told)
    rows = _settled_rows(t, told) if settled else _open_rows(t, told)
    text, short = (
        paragraphs(lines([top, body(t, line.text, line.file, longest=longest)]), settled)
        for longest in (TEXT_UNITS, CAPTION_UNITS)
    )
    return Screen(text, rows, short=short)


def answer(t: Words, notice: "Notice") -> Screen:
    """Return what the staff have answered, below the beginning of what was asked."""
    told = _told(notice)
    asked = t("quoted", text=cut(told.question, QUOTED_UNITS)) if told.question else Markup("")
    return _from_shop(t, told, asked, t("notice-help-answer"))


def letter(t: Words, notice: "Notice") -> Screen:
    """Return what the staff have written without having been asked."""
    if notice.told is None:
        # Letters of earlier versions lie in the outbox themselves.
        text = paragraphs(t("notice-letter"), t("letter-text", text=cut(notice.letter or "", TEXT_UNITS)))
        return Screen(text, _customer_rows(t))
    return _from_shop(t, notice.told, Markup(""), t("notice-letter"))


async def settle(bot: Bot, t: Words, settled: Sequence[tuple[HelpCopy, Told]]) -> None:
    """Let the notices in somebody's chat say who has settled what they show; one that is gone is passed over."""
    for copy, told in settled:
        if copy.bot_id == bot.id:
            with contextlib.suppress(TelegramBadRequest):
                await _edit(bot, copy, question_screen(t, told))


async def _edit(bot: Bot, copy: HelpCopy, shown: Screen) -> None:
    place: dict[str, Any] = {"chat_id": copy.recipient, "message_id": copy.message_id, "reply_markup": shown.buttons}
    if copy.has_file:
        await bot.edit_message_caption(caption=str(shown.caption), **place)
    else:
        await bot.edit_message_text(str(shown.text), **place)


def _from_shop(t: Words, told: Told, above: Markup, title: Markup) -> Screen:
    text, short = (
        paragraphs(above, title, body(t, told.line.text, told.line.file, longest=longest))
        for longest in (TEXT_UNITS, CAPTION_UNITS)
    )
    return Screen(text, _customer_rows(t), short=short)


def _customer_rows(t: Words) -> list[Row]:
    back = notice_button(t.label("write-back"), callbacks.Support())
    return [[back, notice_button(t.label("home"), callbacks.Home())]]


def _open_rows(t: Words, told: Told) -> list[Row]:
    user_id, line_id = told.head.user_id, told.line.id
    reply = notice_button(t.label("answer"), staff.AnswerThread(id=user_id, seen=line_id))
    return [[reply, notice_button(t.label("open-thread-short"), staff.Thread(id=user_id))]]


def _settled_rows(t: Words, told: Told) -> list[Row]:
    return [[notice_button(t.label("open-thread"), staff.Thread(id=told.head.user_id))]]


def _settled(t: Words, told: Told) -> Markup:
    if told.line.settled_at is None:
        return Markup("")
    key = "settled-answered" if told.is_answered else "settled-closed"
    return t(key, name=told.line.settled_name or "")


def _told(notice: "Notice") -> Told:
    if notice.told is None:
        raise ValueError(f"a message of kind {notice.kind} names no message of a conversation")
    return notice.told
