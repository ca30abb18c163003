"""Every environment variable and every setting with the corpus: taken as shown, or refused in one line by name."""

import pytest
from sqlalchemy.orm import Session

from bot import config
from bot.config import ConfigError, load_config
from bot.errors import BadValue
from bot.services import settings
from tests.hostile.corpus import A_MILLION, TEXTS, some
from tests.hostile.test_command_lines import typed
from tests.shop import STAFF, Shop, now

FEW = 12
MOST = 1000
"""Letters that a refusal has at most: nobody reads a million."""


@pytest.mark.parametrize("name", config.VARIABLES)
def test_whatever_stands_in_a_variable_is_taken_or_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch):
    for other in config.VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setitem(config.Config.model_config, "env_file", None)
    values = [text for text in TEXTS if typed(text)]
    wrong = []
    for text in (*some(values, FEW, of=name), A_MILLION[:100_000]):
        monkeypatch.setenv(name, text)
        said = refusal()
        if said and (name not in said or len(said.splitlines()) > 1 or len(said) > MOST):
            wrong.append((text[:40], said[:500]))

    assert wrong == []


def refusal() -> str:
    """Return why the configuration is refused, or nothing where it is taken."""
    try:
        load_config()
    except ConfigError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("key", settings.DEFINITIONS)
def test_whatever_a_setting_is_set_to_is_kept_as_it_is_shown_or_refused(key: str, shop: Shop):
    def change(session: Session, text: str) -> None:
        settings.change(session, key, text, actor=STAFF, now=now())
        session.flush()
        shown = settings.shown(session, key)
        assert shown.definition.read(shown.text) == settings.get(session, key)
        assert "\x00" not in shown.text

    wrong = []
    for text in (*some(TEXTS, FEW, of=key), A_MILLION):
        try:
            shop.db.rehearse(change, text)
        except BadValue as refused:
            if len(str(refused)) > MOST:
                wrong.append((text[:40], len(str(refused))))
    assert wrong == []
    assert shop.scalar("SELECT COUNT(*) FROM bot_settings") == 0
