"""An installed shop in a folder of the test's own: its releases, its settings, and a stand-in for systemctl."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis
from sqlalchemy import create_engine, make_url, text

from bot import migrations
from bot.config import ROOT, VARIABLES
from bot.db import Database
from bot.sandbox import Sandbox
from bot.services import schema
from bot.services.context import Shop as ShopContext
from bot.services.vault import Vault
from tests.beside import TOKEN
from tests.conftest import VAULT_KEY
from tests.servers import free_port
from tests.shop import OWNER_ID, Shop

PARTS = ("bot", "deploy", "docs", "run.py", "bot_cli.py", "requirements.txt", ".env.example")
SECONDS = 600

NEW_SCHEMA = '''"""Only a test knows this."""

from alembic import op

revision = "{next}"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE goods SET description = 'newer'")


def downgrade() -> None:
    op.execute("UPDATE goods SET description = ''")
'''


@dataclass(frozen=True)
class Done:
    """How a script ended, and what it said."""

    code: int
    said: str


class Server:
    """A server with the shop on it."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.target = folder / "opt"
        self._variables = variables
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in VARIABLES},
            "PATH": os.pathsep.join([str(ROOT / "tests" / "install"), os.environ["PATH"]]),
            "SHOP_TARGET": str(self.target),
            "SHOP_ETC": str(folder / "etc-shop"),
            "SHOP_SYSTEM": str(folder / "system"),
            "SHOP_USER": subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip(),
        }

    def has_checkout(self, name: str) -> Path:
        """Return a copy of the code as somebody would have fetched it."""
        checkout = self.folder / name
        checkout.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.png")
                shutil.copytree(ROOT / part, checkout / part, ignore=ignored)
            else:
                shutil.copy2(ROOT / part, checkout / part)
        return checkout

    def is_installed(self, checkout: Path) -> None:
        """Have the code of `checkout` installed, as setup.sh does; its environment is this one."""
        credentials = self.folder / "etc-shop" / "credentials"
        credentials.mkdir(parents=True)
        for name in ("TOKEN", "DATA_KEY"):
            (credentials / name).write_text(f"{self._variables.pop(name)}\n")
        for folder in ("data", "logs", "environments"):
            (self.target / folder).mkdir(parents=True)
        lines = [f"{name}={value}\n" for name, value in self._variables.items()]
        (self.target / ".env").write_text("".join(lines))
        (self.target / ".env").chmod(0o640)
        said = self._shell(f". {checkout}/deploy/lib.sh; environment_of {checkout}; release_of {checkout}").said.split()
        (self.target / "environments" / said[0]).symlink_to(ROOT / ".venv")
        (self.target / "environments" / f"{said[0]}.whole").touch()
        steps = f"build_release {checkout} {said[1]}; point current {said[1]}; system_files {checkout}"
        assert self._shell(f"set -e; . {checkout}/deploy/lib.sh; {steps}; systemctl start telegram-shop-bot").code == 0

    @property
    def release(self) -> str:
        """Return which release is the present one."""
        return (self.target / "current").readlink().name

    async def does(self, script: Path, *arguments: str) -> Done:
        """Run a script; the sandbox answers meanwhile."""
        return await asyncio.to_thread(self._run, "bash", str(script), *arguments)

    async def shell(self, *words: str) -> str:
        """Return what the shop's shell says."""
        cli = str(self.target / "current" / "bot_cli.py")
        done = await asyncio.to_thread(
            self._run, str(ROOT / ".venv" / "bin" / "python"), cli, *words, CREDENTIALS_DIRECTORY=self._credentials
        )
        return done.said

    async def is_ready(self) -> bool:
        """Wait until every part of the shop is well."""
        lib = self.target / "current" / "deploy" / "lib.sh"
        wait = f"set -e; . {lib}; wait_until_ready {self.target}/current 90"
        return (await asyncio.to_thread(self._shell, wait)).code == 0

    def ends(self) -> None:
        """Stop the shop."""
        self._shell("systemctl stop telegram-shop-bot")

    @property
    def _credentials(self) -> str:
        return str(self.folder / "etc-shop" / "credentials")

    def _shell(self, commands: str) -> Done:
        return self._run("bash", "-c", commands)

    def _run(self, *command: str, **variables: str) -> Done:
        done = subprocess.run(
            command,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            cwd=self.folder,
        )
        return Done(done.returncode, done.stdout)


def next_schema(checkout: Path) -> None:
    """Let a checkout need a newer schema."""
    newest = schema.newest()
    following = f"{int(newest) + 1:04}"
    file = checkout / "bot" / "migrations" / "versions" / f"{following}_of_the_test.py"
    file.write_text(NEW_SCHEMA.format(next=following, newest=newest))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Return Telegram."""
    async with Sandbox(TOKEN, username="tea_shop_bot", name="Tea shop", patience=60) as telegram:
        yield telegram


@pytest.fixture
def own_url(server_url: str, worker_id: str) -> Iterator[str]:
    """Return the URL of a database that a restore may replace."""
    name = f"installed_{worker_id}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    yield make_url(server_url).set(database=name, query={"charset": "utf8mb4"}).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
    engine.dispose()


@pytest.fixture
def installed_shop(own_url: str) -> Iterator[Shop]:
    """Return the shop on that database."""
    migrations.upgrade(own_url)
    database = Database(own_url, threads=2, info=ShopContext(vault=Vault(VAULT_KEY), owner_id=OWNER_ID).as_info)
    yield Shop(database)
    database.close()


@pytest.fixture
def server(sandbox: Sandbox, own_url: str, redis_url: str, tmp_path: Path) -> Iterator[Server]:
    """Return a server on which nothing is installed yet."""
    redis = urlsplit(redis_url)
    Redis.from_url(redis_url).flushdb()
    made = Server(
        tmp_path,
        {
            "TOKEN": TOKEN,
            "DATA_KEY": VAULT_KEY.hex(),
            "OWNER_ID": str(OWNER_ID),
            "DATABASE_URL": own_url,
            "REDIS_HOST": redis.hostname or "",
            "REDIS_PORT": str(redis.port),
            "REDIS_DB": redis.path.strip("/"),
            "TELEGRAM_API_URL": sandbox.url,
            "MONITORING_PORT": str(free_port()),
        },
    )
    yield made
    made.ends()
