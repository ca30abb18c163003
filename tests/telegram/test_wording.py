"""Texts: every refusal is worded, people's text is escaped once, and Telegram's units are counted as Telegram does."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from markupsafe import Markup

from bot import errors
from bot.errors import BadValue, Busy, InsufficientStock, SchemaMismatch, ShopError, ShortItem
from bot.telegram.wording import Words, cut, lines

FACTS = {
    "what": "address",
    "name": "Green tea",
    "value": "x",
    "expected": "y",
    "order_code": "ABCDEF",
    "status": "expired",
    "wanted": "confirmed",
    "items": (ShortItem("Green <tea>", 3, 1), ShortItem("Cup", 1, 0)),
    "stock": 1,
    "reserved": 2,
    "limit": 5,
    "total": Decimal("7.50"),
    "minimum": Decimal(20),
    "maximum": Decimal(100),
    "currency": "USD",
    "seconds": 21,
    "action": "admin panel",
    "found": "0001",
    "expected_": "0002",
    "holder": "host:1",
    "goods": 3,
    "categories": 1,
    "by": "user:7",
    "role": "owner",
    "codes": "ABCDEF",
    "why": "the disk is full",
    "tool": "mariadb-dump",
    "grant": "GRANT ALL",
    "sealed_with": "0a",
    "have": "0b",
}
SHELL_ONLY = {"SchemaMismatch", "AlreadyRunning", "CodeNeeded"}
SHELL_ONLY |= {"LimitReached"}
SHELL_ONLY |= {"BackupFailed", "BadBackup", "NoUpgrade", "RestoreFailed", "ScratchForbidden", "ToolMissing"}
SHELL_ONLY |= {"WrongDataKey"}
"""What nobody meets in Telegram: staff see it in the shell, or the bot does not start."""
REFUSALS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ShopError)]


def made(kind: type[ShopError]) -> ShopError:
    """Return a refusal of a kind with facts of the right types."""
    names = [name for name in getattr(kind, "__dataclass_fields__", ()) if name in FACTS]
    return kind(**{name: FACTS[name] for name in names})


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", [kind for kind in REFUSALS if kind is not ShopError], ids=lambda kind: kind.__name__)
def test_every_refusal_has_words_of_its_own(kind: type[ShopError], language: str):
    t = Words(language, "USD")

    said = t.refusal(made(kind))

    assert "{" not in said
    assert (said == t("error-other")) == (kind.__name__ in SHELL_ONLY)


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_is_one_sentence_for_the_shell(kind: type[ShopError]):
    said = str(made(kind))

    assert "\n" not in said
    assert said[0] == said[0].upper()
    assert said.endswith((".", "FILE", "db upgrade"))


def test_a_short_item_is_named_with_what_is_left_and_escaped():
    said = Words("en", "USD").refusal(InsufficientStock(FACTS["items"]))  # type: ignore[arg-type]

    assert said == "<b>There is not enough left:</b>\nOnly 1 of Green &lt;tea&gt; left\nCup is sold out"


def test_a_connection_lost_in_the_last_step_is_not_called_unchanged():
    t = Words("en", "USD")

    assert "nothing was changed" in t.refusal(Busy())
    assert "may or may not be done" in t.refusal(Busy(may_be_done=True))


def test_what_people_typed_is_escaped_once_and_markup_is_left_alone():
    t = Words("en", "USD")

    assert t("details-address", address="Main St; apt 5 & co <b>") == "📍 Main St; apt 5 &amp; co &lt;b&gt;"
    assert t("details-address", address=Markup("<b>x</b>")) == "📍 <b>x</b>"
    assert lines(["<a>", Markup("<b>x</b>")]) == "&lt;a&gt;\n<b>x</b>"
    assert t.label("order-row", code="ABCDEF", status="<new>", total=Decimal(5)) == "ABCDEF · <new> · $5.00"


def test_money_and_times_are_written_as_the_reader_writes_them():
    noon = datetime(2026, 12, 20, 12, tzinfo=UTC)

    assert Words("en", "USD").money(Decimal("1234.5")) == "$1,234.50"
    assert Words("ru", "RUB").money(Decimal("1234.5")) == "1\xa0234,50\xa0₽"
    assert Words("en", "JPY").money(Decimal(1200)) == "¥1,200"
    assert Words("en", "USD").time(noon, "Europe/Berlin") == "20 Dec 2026, 13:00 (Europe/Berlin)"
    assert Words("ru", "USD").time(noon, "UTC") == "20 дек. 2026\u202fг., 12:00 (UTC)".replace("\u202fг.", "")


@pytest.mark.parametrize(
    ("text", "units", "expected"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("😀😀", 4, "😀😀"), ("😀😀😀", 4, "😀…")]
)
def test_texts_are_cut_by_utf_16_units_and_never_inside_a_letter(text: str, units: int, expected: str):
    assert cut(text, units) == expected
    assert len(cut(text, units).encode("utf-16-le")) // 2 <= units


def test_a_language_that_the_shop_does_not_speak_is_english():
    assert Words("de", "USD").label("back") == "⬅️ Back"


def test_a_value_without_words_of_its_own_gets_the_general_ones():
    t = Words("en", "USD")

    assert t.refusal(BadValue("address", "x", "")) == t("error-bad-value-address")
    assert t.refusal(BadValue("colour", "x", "")) == t("error-bad-value")
    assert t.refusal(SchemaMismatch("0001", "0002")) == t("error-other")
