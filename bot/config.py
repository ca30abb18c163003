"""The environment, read once into one frozen Config."""

import os
import re
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from bot.drivers import WHICH, database_shape, installed


class ConfigError(Exception):
    """A variable is missing or malformed; `str()` is one line that names it."""


def _known_currency(code: str) -> str:
    from babel.numbers import get_currency_precision, list_currencies

    if code.upper() not in list_currencies():
        raise ValueError("use an ISO 4217 code such as USD")
    if get_currency_precision(code.upper()) > 2:
        raise ValueError("currencies with three decimals do not fit into NUMERIC(12,2)")
    return code.upper()


def _token_shape(token: SecretStr) -> SecretStr:
    number, _, secret = token.get_secret_value().partition(":")
    if not number.isdigit() or len(secret) < 3:
        raise ValueError("a bot token looks like 123456:ABC-DEF, as BotFather gives it")
    return token


def _data_key_shape(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if len(text) != 64 or any(letter not in "0123456789abcdefABCDEF" for letter in text):
        raise ValueError("use 64 hexadecimal digits, as `openssl rand -hex 32` prints them")
    return key


def _monitoring_token_shape(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < 16 or not token.get_secret_value().isascii():
        raise ValueError("use at least 16 letters and digits, as `openssl rand -hex 32` prints them")
    return token


def _web_address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("use a web address that begins with https:// or http://")
    return url


CHANNEL_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
PUBLIC_CHANNEL = re.compile(rf"(?:@|(?:https?://)?(?:www\.)?(?:t|telegram)\.me/)({CHANNEL_NAME})/?")
PRIVATE_CHANNEL = re.compile(r"(-\d{5,16})\|(https://(?:t|telegram)\.me/(?:\+|joinchat/)[\w-]+)")


def _channel(text: str) -> tuple[str, str]:
    if found := PUBLIC_CHANNEL.fullmatch(text):
        return f"@{found[1]}", f"https://t.me/{found[1]}"
    if found := PRIVATE_CHANNEL.fullmatch(text):
        return found[1], found[2]
    raise ValueError(
        "use public channels such as https://t.me/your_channel or @your_channel, and private ones as "
        "-1001234567890|https://t.me/+invitation, with commas or spaces between"
    )


def _channels(text: str) -> str:
    for each in re.split(r"[,\s]+", text.strip(", \t")):
        _channel(each)
    return text


def _quoted(text: str) -> str:
    # Not quote_plus: the readers of these URLs leave a + as it is.
    return quote(text, safe="")


VERSION = "0.1.0"
"""Of this program; pyproject.toml has the same."""

ROOT = Path(__file__).resolve().parent.parent
"""The shop's own folder: `.env` stands here, and relative paths begin here, wherever a command is called from."""


def _from_root(path: Path) -> Path:
    return ROOT / path


Place = Annotated[Path, AfterValidator(_from_root)]
Switch = Annotated[bool, Field(description="use 1 or 0")]
TelegramId = Annotated[int | None, Field(gt=0, lt=2**52, description="use a numeric Telegram id such as 123456789")]
"""The Bot API: ids have at most 52 significant bits."""
Port = Annotated[int, Field(ge=1, le=65535, description="use a port from 1 to 65535")]
Amount = Annotated[
    Decimal,
    Field(
        ge=0,
        le=Decimal("9999999999.99"),
        decimal_places=2,
        allow_inf_nan=False,
        description="use an amount from 0 to 9999999999.99 such as 20 or 12.50",
    ),
]
Language = Annotated[Literal["en", "ru"], Field(description="use en or ru")]
Driver = Annotated[
    Literal["mysql+pymysql", "mariadb+pymysql", "mysql+mysqldb", "mariadb+mysqldb"],
    AfterValidator(installed),
    Field(description=WHICH),
]
RedisNumber = Annotated[int, Field(ge=0, description="use the number of a Redis database, from 0")]


class _Credentials(SecretsSettingsSource):
    """The files in $CREDENTIALS_DIRECTORY; an empty one counts as none."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, secrets_dir=os.environ.get("CREDENTIALS_DIRECTORY") or None)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value, key, is_complex = super().get_field_value(field, field_name)
        return value or None, key, is_complex


class Config(BaseSettings):
    """Everything that the environment decides; the names in capitals are the variables, in `.env.example`'s order."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True)

    token: Annotated[SecretStr, AfterValidator(_token_shape)] | None = None
    owner_id: TelegramId = None

    pay_currency: Annotated[str, AfterValidator(_known_currency)] = "USD"
    min_amount: Amount = Decimal(20)
    max_amount: Amount = Decimal(10000)

    channel_url: Annotated[str, AfterValidator(_channels)] | None = None
    helper_id: TelegramId = None
    rules: str | None = None
    bot_locale: Language = "en"

    log_to_stdout: Switch = True
    log_to_file: Switch = True
    debug: Switch = False

    monitoring_host: str = "localhost"
    monitoring_port: Port = 9090
    monitoring_token: Annotated[SecretStr, AfterValidator(_monitoring_token_shape)] | None = None

    redis_host: str | None = None
    redis_port: Port = 6379
    redis_db: RedisNumber = 0
    redis_password: SecretStr | None = None

    db_host: str | None = None
    db_port: Port = 3306
    db_name: str | None = None
    db_user: str = "shop_user"
    db_password: SecretStr | None = None
    db_driver: Driver = "mysql+pymysql"
    database_url: Annotated[SecretStr, AfterValidator(database_shape)] | None = None

    telegram_api_url: Annotated[str, AfterValidator(_web_address)] = "https://api.telegram.org"
    data_key: Annotated[SecretStr, AfterValidator(_data_key_shape)] | None = None
    data_dir: Place = ROOT / "data"
    btc_addresses_file: Place = ROOT / "btc_addresses.txt"
    log_dir: Place = ROOT / "logs"
    backup_dir: Place | None = None
    backup_keep: Annotated[int, Field(ge=0, description="use a whole number from 0")] = 14

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over credentials, and those over `.env`.

        A credential is a file in $CREDENTIALS_DIRECTORY (systemd.exec(5)) that is called like the variable.
        """
        return init_settings, env_settings, _Credentials(settings_cls), dotenv_settings

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database's URL: DATABASE_URL, else MariaDB by DB_*, else SQLite in the data folder."""
        if self.database_url:
            return self.database_url.get_secret_value()
        if not self.db_host and not self.db_name:
            return f"sqlite:///{self.data_dir / 'shop.db'}"
        password = _quoted(self.db_password.get_secret_value()) if self.db_password else ""
        place = f"{self.db_host or 'localhost'}:{self.db_port}/{self.db_name or 'telegram_shop'}"
        return f"{self.db_driver}://{_quoted(self.db_user)}:{password}@{place}?charset=utf8mb4"

    @property
    def backup_folder(self) -> Path:
        """Return where the backups are kept: BACKUP_DIR, else a folder in the data folder."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def redis_url(self) -> str | None:
        """Return Redis's URL, or None for the in-process storage."""
        if not self.redis_host:
            return None
        password = f":{_quoted(self.redis_password.get_secret_value())}@" if self.redis_password else ""
        return f"redis://{password}{self.redis_host}:{self.redis_port}/{self.redis_db}"

    @property
    def channels(self) -> tuple[tuple[str, str], ...]:
        """Return the channels that customers have to join, each as Telegram knows it and with the way into it."""
        texts = re.split(r"[,\s]+", (self.channel_url or "").strip(", \t"))
        return tuple(dict.fromkeys(_channel(text) for text in texts if text))

    @property
    def for_services(self) -> dict[str, Any]:
        """Return the part that services may know, under the names that they use (`services/context.py`)."""
        return {
            "currency": self.pay_currency,
            "min_amount": self.min_amount,
            "max_amount": self.max_amount,
            "owner_id": self.owner_id,
            "helper_id": self.helper_id,
            "default_language": self.bot_locale,
        }

    @property
    def key_text(self) -> str | None:
        """Return DATA_KEY in clear, or None for the key file."""
        return self.data_key.get_secret_value() if self.data_key else None


VARIABLES = tuple(name.upper() for name in Config.model_fields)


def load_config(**overrides: Any) -> Config:
    """Read the environment and `.env`; `overrides` win over both.

    Raises:
        ConfigError: a variable is malformed or contradicts another.
    """
    try:
        _look_for_credentials()
        config = Config(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = str(first["loc"][0])
        advice = Config.model_fields[field].description or first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{field.upper()}: {advice}. See .env.example.") from None
    except (OSError, UnicodeDecodeError) as error:
        place = ".env or a credential" if os.environ.get("CREDENTIALS_DIRECTORY") else ".env"
        raise ConfigError(f"{place} cannot be read ({error.__class__.__name__}); save it as UTF-8.") from None
    _refuse_contradictions(config)
    return config


def _look_for_credentials() -> None:
    """Refuse a folder that is not there: a shop that does not see its DATA_KEY would make another one."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and not Path(folder).is_dir():
        raise ConfigError(f"CREDENTIALS_DIRECTORY: {folder} is not a folder.")


def _refuse_contradictions(config: Config) -> None:
    if config.min_amount > config.max_amount:
        raise ConfigError("MIN_AMOUNT is larger than MAX_AMOUNT. See .env.example.")
    if config.token and config.owner_id is None:
        raise ConfigError("OWNER_ID is missing: your numeric Telegram id. See .env.example.")
    if config.monitoring_token is None and not _is_loopback(config.monitoring_host):
        raise ConfigError("MONITORING_TOKEN is missing, and MONITORING_HOST is open to others. See .env.example.")
    if (config.db_host or config.db_name) and not config.database_url and config.db_password is None:
        raise ConfigError("DB_PASSWORD is missing, and DB_HOST or DB_NAME asks for MariaDB. See .env.example.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
