"""The cards of broadcasts, kept true while they run: edited in place, without a sound, and seldom."""

import logging

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError

from bot.db import Database
from bot.services import broadcast_cards
from bot.services.broadcast_cards import Shown
from bot.telegram.admin.broadcasts import broadcast_card
from bot.telegram.guide import Guide
from bot.telegram.screen import GONE, edit_text
from bot.telegram.wording import Words

log = logging.getLogger(__name__)


class BroadcastCards:
    """Brings what the staff see of broadcasts up to date. What is shown already costs Telegram nothing."""

    def __init__(self, bot: Bot, db: Database, guide: Guide) -> None:
        """Edit by `bot` what `db` holds."""
        self._bot = bot
        self._db = db
        self._guide = guide
        self._texts: dict[tuple[int, int], str] = {}

    async def refresh(self) -> None:
        """Let every card show what has changed; a card that is finished, or gone, is followed no longer."""
        found = await self._db.fetch(broadcast_cards.shown, self._bot.id)
        places = {_place(each) for each in found}
        self._texts = {place: text for place, text in self._texts.items() if place in places}
        for each in found:
            if not each.is_theirs or await self._is_finished(each):
                card = each.card
                await self._db.run(broadcast_cards.forget, card.broadcast_id, card.chat_id, card.message_id)

    async def _is_finished(self, shown: Shown) -> bool:
        """Bring a card up to date, and tell whether nothing more is to come; what fails now is tried again."""
        t = Words(shown.language or self._guide.default_language, self._guide.currency)
        screen, is_over = broadcast_card.card(t, shown.progress, shown.zone), shown.progress.broadcast.state.is_over
        if self._texts.get(_place(shown)) == str(screen.text):
            return is_over
        try:
            await edit_text(self._bot, shown.card.chat_id, shown.card.message_id, screen)
        except TelegramForbiddenError:
            return True
        except TelegramBadRequest as error:
            if any(words in error.message for words in GONE):
                return True
            log.warning("The card of broadcast %s cannot be changed: %s", shown.card.broadcast_id, error.message)
        except AiogramError as error:
            log.info("The card of broadcast %s has to wait: %s", shown.card.broadcast_id, str(error).partition("\n")[0])
            return False
        self._texts[_place(shown)] = str(screen.text)
        return is_over


def _place(shown: Shown) -> tuple[int, int]:
    return shown.card.chat_id, shown.card.message_id
