"""Texts as people read them: no internal words for customers, short enough for a phone, plurals right."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.telegram import wording
from bot.telegram.wording import Words, units

ROOM = Path(wording.__file__).parent
LANGUAGES = ("en", "ru")
FOR_CUSTOMERS = ("customer.ftl", "search.ftl", "goods.ftl")
WORDS_OF_STAFF = {"command-admin", "admin-panel", "goods-link", "goods-link-text", "card-waiting", "error-forbidden"}
INTERNAL = {
    "en": r"\b(pending|stock|outbox|queued?|database|server|token|payload|invalid|exception|null|none|callback|session|"
    r"timeout|actor|entity|sku|deducted|released|adjusted|redeem\w*|reserv\w*|expiry|parameter|admin|bot|handler)\b",
    "ru": r"\b(резерв\w*|брон\w*|очеред\w*|баз\w+ данных|сервер\w*|токен\w*|сесси\w*|исключени\w*|параметр\w*|админ\w*|"
    r"бот\w*|погаш\w*|списан\w*|null)\b",
}
SAID_IN_SHOPS = re.compile(r"reserved (for you|again)", re.IGNORECASE)
"""What an assistant would say too."""
LABEL = re.compile(r"\.label\(\s*\"([a-z0-9-]+)\"")
LITERAL = re.compile(r"\"([a-z][a-z0-9-]+)\"")
LONGEST_LABEL = 32
LONGEST_ROW = 56
"""A button that has a row for itself and names goods or orders, or what stands beside a picture."""
LONGEST_LINE = 260
NUMBERS = "count|limit|hours|days|seconds|orders|quantity|pieces|people|more|left"
COUNTED = re.compile(rf"\{{ \$(?:{NUMBERS}) \}} (?!or\b|или |of |из |and |и |fewer|more)[a-zа-яё]")
NEVER_FEW = (
    "and-more",
    "error-cart-full",
    "error-too-many-changes",
    "error-too-many-photos",
    "error-too-many-pieces",
    "notice-bitcoin-streak",
)
ONE_OR_SEVERAL = {"ask-to-join"}
"""What chooses by a number that it does not say."""
FACTS = {
    "name": "Green tea",
    "code": "ABCDEF",
    "order_code": "ABCDEF",
    "status": "confirmed",
    "price": Decimal("12.50"),
    "total": Decimal("112.50"),
    "amount": Decimal("112.50"),
    "bonus": Decimal("12.50"),
}


def messages(language: str) -> Iterator[tuple[str, ast.Message]]:
    """Return every text of a language with the file it stands in."""
    for path in sorted((ROOM / "texts" / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ast.Message):
                yield path.name, entry


class Written(Visitor):
    """Collects what stands in a text, apart from the facts in it, and the choices."""

    def __init__(self) -> None:
        self.text = ""
        self.choices: list[ast.SelectExpression] = []

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 - the visitor's naming
        self.text += node.value

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 - the visitor's naming
        self.choices.append(node)
        self.generic_visit(node)


def written(message: ast.Message) -> Written:
    seen = Written()
    seen.visit(message)
    return seen


def sources(folder: str = ".") -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOM / folder).rglob("*.py")))


class Variables(Visitor):
    """Collects the facts of a text."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's naming
        self.names.add(node.id.name)


def facts(message: ast.Message) -> dict[str, object]:
    """Return what a text is about, as it is most of the time."""
    seen = Variables()
    seen.visit(message)
    return {name: FACTS.get(name, 12) for name in seen.names}


def is_for_customers(file: str, key: str, used: set[str]) -> bool:
    return key not in WORDS_OF_STAFF and (file in FOR_CUSTOMERS or key in used)


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_read_no_internal_words(language: str):
    used = set(LITERAL.findall(sources("customer")))
    found = []
    for file, message in messages(language):
        text = SAID_IN_SHOPS.sub("", re.sub(r"<[^>]+>|/\w+", "", written(message).text))
        if is_for_customers(file, message.id.name, used) and (
            word := re.search(INTERNAL[language], text, re.IGNORECASE)
        ):
            found.append((file, message.id.name, word[0]))

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_on_the_buttons_of_a_phone(language: str):
    used, t = set(LABEL.findall(sources())), Words(language, "USD")
    labels = {
        message.id.name: t.label(message.id.name, **facts(message))
        for _, message in messages(language)
        if message.id.name in used
    }
    rows = {key for key in labels if key.startswith(("offer", "segment-", "stats-")) or key.endswith("-row")}

    assert len(labels) > 50
    assert {key: label for key, label in labels.items() if len(label) > LONGEST_LABEL and key not in rows} == {}
    assert {key: label for key, label in labels.items() if len(label) > LONGEST_ROW} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_short_enough_for_a_phone(language: str):
    t = Words(language, "USD")
    long = {}
    for _, message in messages(language):
        text = t(message.id.name, **facts(message))
        longest = max(len(line) for line in wording.TAG.sub("", text).splitlines() or [""])
        if longest > LONGEST_LINE or units(text) > 900:
            long[message.id.name] = (longest, units(text))

    assert long == {}


FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_counted_has_every_plural_of_its_language(language: str):
    wrong = []
    for file, message in messages(language):
        for choice in written(message).choices:
            forms = {variant.key.name for variant in choice.variants if isinstance(variant.key, ast.Identifier)}
            if message.id.name in ONE_OR_SEVERAL or not forms & {"one", "few", "many"}:
                continue
            if not FORMS[language] <= forms | ({"many"} if "other" in forms else set()):
                wrong.append((file, message.id.name, sorted(forms)))

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_before_a_word_that_does_not_follow_it(language: str):
    """Such as "1 codes": what is counted belongs into a choice; what is never few, or follows "at most", is excused."""
    wrong: list[tuple[str, str]] = []
    for path in sorted((ROOM / "texts" / language).glob("*.ftl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            is_excused = line.startswith(NEVER_FEW) or re.match(r"\s*\*?\[", line)
            if COUNTED.search(line) and not is_excused:
                wrong.append((path.name, line))

    assert wrong == []
