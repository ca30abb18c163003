"""What the owner reads of the nightly look at what must always hold."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.telegram.screen import Screen
from bot.telegram.wording import Words, lines, paragraphs

if TYPE_CHECKING:
    from bot.telegram.notices import Notice


def broken(t: Words, notice: "Notice") -> Screen:
    """Say what does not add up, since when, and which command says more."""
    found = [
        t("checkup-finding", what=t(f"checkup-{each['topic']}"), since=_moment(t, each["since"], notice.zone))
        for each in notice.facts["findings"]
    ]
    return Screen(paragraphs(t("notice-checkup-broken"), lines(found), t("checkup-look")))


def well(t: Words, _notice: "Notice") -> Screen:
    """Say that everything adds up again."""
    return Screen(t("notice-checkup-well"))


def _moment(t: Words, since: str, zone: str) -> str:
    return t.moment(datetime.fromisoformat(since), zone)
