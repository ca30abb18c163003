"""Why Telegram does not do something stands in the reader's language; what nobody knows yet is quoted."""

import pytest

from bot.telegram import reasons
from bot.telegram.wording import Words


@pytest.mark.parametrize(
    ("said", "english", "russian"),
    [
        ("Forbidden: bot was blocked by the user", "the bot was blocked", "бот заблокирован"),
        ("Forbidden: bot was kicked from the supergroup chat", "the bot was removed from there", "бота оттуда удалили"),
        ("Forbidden: bot is not a member of the channel chat", "the bot is not a member there", "бота там нет"),
        (
            "Bad Request: not enough rights to send text messages to the chat",
            "the bot lacks the rights there",
            "боту там не хватает прав",
        ),
        ("Bad Request: message to copy not found", "the message was deleted", "сообщение удалено"),
        (
            "Bad Request: message can't be copied",
            "such a message cannot be copied",
            "такое сообщение нельзя скопировать",
        ),
        ("Bad Request: message is too long", "the text is too long", "текст слишком длинный"),
        ("Bad Request: SOMETHING <new>", "“SOMETHING &lt;new&gt;”", "«SOMETHING &lt;new&gt;»"),
        ("", "no reason is given", "причина не названа"),
    ],
)
def test_a_reason_is_worded_for_the_reader(said: str, english: str, russian: str):
    assert (reasons.worded(Words("en", "USD"), said), reasons.worded(Words("ru", "USD"), said)) == (english, russian)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_that_is_known_has_words_of_its_own(language: str):
    t = Words(language, "USD")

    told = [reasons.worded(t, texts[0]) for texts in reasons.KNOWN.values()]

    assert len(set(told)) == len(reasons.KNOWN)
    assert t("reason-none") not in told
