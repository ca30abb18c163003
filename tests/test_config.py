import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from bot import config as config_module
from bot.config import ROOT, VARIABLES, Config, ConfigError, load_config

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
KEY = "ab" * 32


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the machine's own environment and `.env` say."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Config.model_config, "env_file", None)


def loaded(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Config:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_config()


# -- defaults -----------------------------------------------------------------------------------------------------


def test_nothing_has_to_be_set():
    config = load_config()

    assert config.token is None
    assert (config.pay_currency, config.bot_locale) == ("USD", "en")
    assert (config.min_amount, config.max_amount) == (Decimal(20), Decimal(10000))
    assert (config.log_to_stdout, config.log_to_file, config.debug) == (True, True, False)
    assert (config.monitoring_host, config.monitoring_port) == ("localhost", 9090)
    assert config.telegram_api_url == "https://api.telegram.org"
    assert config.btc_addresses_file == ROOT / "btc_addresses.txt"
    assert config.log_dir == ROOT / "logs"


def test_by_default_the_shop_runs_on_sqlite_and_without_redis():
    config = load_config()

    assert config.sqlalchemy_url == f"sqlite:///{ROOT}/data/shop.db"
    assert config.redis_url is None


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch):
    config = loaded(monkeypatch, TOKEN="", DB_HOST="", MONITORING_PORT="", REDIS_HOST="")

    assert (config.token, config.monitoring_port, config.redis_url) == (None, 9090, None)


def test_the_example_as_it_stands_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(Config.model_config, "env_file", ROOT / ".env.example")

    assert load_config() == Config(_env_file=None)


def test_the_example_with_every_line_in_use_is_good(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    text = re.sub(r"^#(?=[A-Z_]+=)", "", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(text.replace("DB_PASSWORD=", "DB_PASSWORD=secret"))
    monkeypatch.setitem(Config.model_config, "env_file", tmp_path / ".env")

    config = load_config()

    assert config.owner_id == 123456789
    assert config.sqlalchemy_url == "mysql+pymysql://shop_user:secret@localhost:3306/telegram_shop?charset=utf8mb4"


# -- the database -------------------------------------------------------------------------------------------------


def test_db_variables_ask_for_mariadb(monkeypatch: pytest.MonkeyPatch):
    config = loaded(
        monkeypatch, DB_HOST="db.example", DB_PORT="3307", DB_NAME="shop", DB_USER="anna", DB_PASSWORD="secret"
    )

    assert config.sqlalchemy_url == "mysql+pymysql://anna:secret@db.example:3307/shop?charset=utf8mb4"


@pytest.mark.parametrize(
    ("variables", "place"),
    [({"DB_HOST": "db.example"}, "db.example:3306/telegram_shop"), ({"DB_NAME": "shop"}, "localhost:3306/shop")],
)
def test_host_or_name_alone_is_enough(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], place: str):
    config = loaded(monkeypatch, DB_PASSWORD="secret", **variables)

    assert config.sqlalchemy_url == f"mysql+pymysql://shop_user:secret@{place}?charset=utf8mb4"


def test_a_password_may_have_any_letters(monkeypatch: pytest.MonkeyPatch):
    password = "p@ss w/o:r+d#%?&ü"
    config = loaded(monkeypatch, DB_HOST="db", DB_USER="an na", DB_PASSWORD=password, REDIS_HOST="r")
    with_redis = loaded(monkeypatch, REDIS_PASSWORD=password)

    assert make_url(config.sqlalchemy_url).password == password
    assert make_url(config.sqlalchemy_url).username == "an na"
    assert make_url(with_redis.redis_url or "").password == password


def test_database_url_wins(monkeypatch: pytest.MonkeyPatch):
    config = loaded(monkeypatch, DATABASE_URL="sqlite:////tmp/other.db", DB_HOST="db.example", DB_PASSWORD="secret")

    assert config.sqlalchemy_url == "sqlite:////tmp/other.db"


def test_redis_has_a_host_a_port_and_a_number(monkeypatch: pytest.MonkeyPatch):
    config = loaded(monkeypatch, REDIS_HOST="r.example", REDIS_PORT="6380", REDIS_DB="3")

    assert config.redis_url == "redis://r.example:6380/3"


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("https://t.me/tea_shop", (("@tea_shop", "https://t.me/tea_shop"),)),
        ("@tea_shop", (("@tea_shop", "https://t.me/tea_shop"),)),
        (
            " t.me/tea_shop/, @tea_shop  -1001234567890|https://t.me/+AbC-d_1 ,",
            (("@tea_shop", "https://t.me/tea_shop"), ("-1001234567890", "https://t.me/+AbC-d_1")),
        ),
    ],
)
def test_channels_are_public_or_private_and_each_counts_once(
    monkeypatch: pytest.MonkeyPatch, text: str, channels: tuple[tuple[str, str], ...]
):
    assert loaded(monkeypatch, CHANNEL_URL=text).channels == channels


def test_without_channels_nobody_has_to_join(monkeypatch: pytest.MonkeyPatch):
    assert loaded(monkeypatch).channels == ()


# -- credentials --------------------------------------------------------------------------------------------------


def test_a_credential_wins_over_the_file_and_the_environment_over_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "TOKEN").write_text(f"{TOKEN}\n")
    (folder / "DATA_KEY").write_text("")
    (folder / "DB_PASSWORD").write_text("sealed")
    (tmp_path / ".env").write_text(f"TOKEN=1:other\nOWNER_ID=7\nDATA_KEY={KEY}\nDB_HOST=db\nDB_PASSWORD=plain\n")
    monkeypatch.setitem(Config.model_config, "env_file", tmp_path / ".env")

    config = loaded(monkeypatch, CREDENTIALS_DIRECTORY=str(folder))

    assert config.token is not None
    assert config.token.get_secret_value() == TOKEN
    assert config.key_text == KEY, "an empty credential counts as none"
    assert ":sealed@" in config.sqlalchemy_url
    assert ":here@" in loaded(monkeypatch, DB_PASSWORD="here").sqlalchemy_url


def test_a_folder_of_credentials_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(ConfigError, match=r"^CREDENTIALS_DIRECTORY: .* is not a folder\.$"):
        loaded(monkeypatch, CREDENTIALS_DIRECTORY=str(tmp_path / "nowhere"))


# -- what is wrong ------------------------------------------------------------------------------------------------

BAD = [
    ("TOKEN", "not a token"),
    ("TOKEN", "123456:"),
    ("OWNER_ID", "anna"),
    ("OWNER_ID", "0"),
    ("OWNER_ID", "-5"),
    ("OWNER_ID", str(2**52)),
    ("PAY_CURRENCY", "DOLLARS"),
    ("PAY_CURRENCY", "KWD"),
    ("MIN_AMOUNT", "1,5"),
    ("MIN_AMOUNT", "-1"),
    ("MIN_AMOUNT", "NaN"),
    ("MIN_AMOUNT", "0.001"),
    ("MAX_AMOUNT", "1e309"),
    ("MAX_AMOUNT", "Infinity"),
    ("CHANNEL_URL", "my channel"),
    ("CHANNEL_URL", "https://example.org/news"),
    ("CHANNEL_URL", "https://t.me/+invitation"),
    ("CHANNEL_URL", "-1001234567890"),
    ("CHANNEL_URL", "-1001234567890|https://example.org"),
    ("CHANNEL_URL", "@tea_shop, @x"),
    ("CHANNEL_URL", ", ,"),
    ("HELPER_ID", "@helper"),
    ("BOT_LOCALE", "de"),
    ("LOG_TO_STDOUT", "perhaps"),
    ("LOG_TO_FILE", "2"),
    ("DEBUG", "maybe"),
    ("MONITORING_PORT", "0"),
    ("MONITORING_PORT", "65536"),
    ("MONITORING_PORT", "http"),
    ("MONITORING_TOKEN", "short"),
    ("MONITORING_TOKEN", "пароль-пароль-пароль"),
    ("REDIS_PORT", "-1"),
    ("REDIS_DB", "-1"),
    ("DB_PORT", "99999"),
    ("DB_DRIVER", "mysql+aiomysql"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "postgresql://u:secret@h/d"),
    ("DATABASE_URL", "mysql+pymysql://u:secret@h:port/d"),
    ("TELEGRAM_API_URL", "localhost:8081"),
    ("DATA_KEY", "ab"),
    ("DATA_KEY", "zz" * 32),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_malformed_variable_stops_the_start_with_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    with pytest.raises(ConfigError) as refused:
        loaded(monkeypatch, **{name: value})

    message = str(refused.value)
    assert re.match(f"{name}: (use |a bot token looks like |currencies with three decimals )", message)
    assert message.endswith(" See .env.example.")
    assert "\n" not in message
    assert "secret" not in message
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("variables", "start"),
    [
        ({"MIN_AMOUNT": "100", "MAX_AMOUNT": "50"}, "MIN_AMOUNT is larger than MAX_AMOUNT"),
        ({"TOKEN": TOKEN}, "OWNER_ID is missing"),
        ({"DB_HOST": "db.example"}, "DB_PASSWORD is missing"),
        ({"DB_NAME": "shop"}, "DB_PASSWORD is missing"),
    ],
)
def test_contradictions_stop_the_start_too(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], start: str):
    with pytest.raises(ConfigError, match=start):
        loaded(monkeypatch, **variables)


def test_a_file_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_bytes("TOKEN=x".encode("utf-16"))
    monkeypatch.setitem(Config.model_config, "env_file", tmp_path / ".env")

    with pytest.raises(ConfigError, match=r"\.env cannot be read .* save it as UTF-8"):
        load_config()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "shop.example.com"])  # noqa: S104
def test_nobody_beyond_this_machine_looks_without_a_token(monkeypatch: pytest.MonkeyPatch, host: str):
    with pytest.raises(ConfigError, match="MONITORING_TOKEN is missing, and MONITORING_HOST is open to others"):
        loaded(monkeypatch, MONITORING_HOST=host)

    assert loaded(monkeypatch, MONITORING_HOST=host, MONITORING_TOKEN="0123456789abcdef").monitoring_host == host


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_may_look_without_a_token(monkeypatch: pytest.MonkeyPatch, host: str):
    assert loaded(monkeypatch, MONITORING_HOST=host).monitoring_token is None


# -- the rest -----------------------------------------------------------------------------------------------------


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch):
    config = loaded(
        monkeypatch,
        TOKEN=TOKEN,
        OWNER_ID="1",
        DATA_KEY=KEY,
        DB_PASSWORD="hidden-1",
        REDIS_PASSWORD="hidden-2",
        MONITORING_TOKEN="hidden-3-and-long",
        DATABASE_URL="mysql+pymysql://u:hidden-4@h/d",
    )

    for shown in (repr(config), str(config), config.model_dump_json()):
        assert "hidden" not in shown
        assert TOKEN not in shown
        assert KEY not in shown


def test_a_config_does_not_change():
    config: Any = load_config()

    with pytest.raises(ValueError, match="frozen"):
        config.debug = True


def test_overrides_win_over_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PAY_CURRENCY", "EUR")

    assert load_config(pay_currency="jpy").pay_currency == "JPY"
    assert load_config().pay_currency == "EUR"


def test_relative_paths_begin_at_the_shops_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    config = loaded(monkeypatch, DATA_DIR="elsewhere", LOG_DIR=str(tmp_path))

    assert (config.data_dir, config.log_dir) == (ROOT / "elsewhere", tmp_path)


def test_every_field_is_a_variable():
    assert {name.upper() for name in Config.model_fields} == set(VARIABLES)
    assert config_module.VARIABLES[0] == "TOKEN"
