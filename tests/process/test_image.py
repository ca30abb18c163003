"""What the image starts, started by hand from the files that the image holds, and asked as Docker asks it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.conftest import VAULT_KEY
from tests.containers import last, lay_out
from tests.shop import Shop

pytestmark = pytest.mark.timeout(300)
LONG = 60.0


async def test_the_image_s_command_serves_its_health_check_sees_it_and_it_stops_when_told(
    sandbox: Sandbox, shop: Shop, variables: Mapping[str, str], tmp_path: Path
):
    app, secrets = tmp_path / "app", tmp_path / "secrets"
    lay_out(app)
    secrets.mkdir()
    for name, text in {"TOKEN": variables["TOKEN"], "DATA_KEY": VAULT_KEY.hex()}.items():
        (secrets / name).write_text(f"{text}\n")
    kept = {name: value for name, value in variables.items() if name not in {"TOKEN", "DATA_KEY"}}
    around = {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": "/nonexistent"}
    around |= {"CREDENTIALS_DIRECTORY": str(secrets), "PYTHONDONTWRITEBYTECODE": "1", "LOG_TO_STDOUT": "1"}

    async def asked() -> int:
        ask = await asyncio.create_subprocess_exec(*last("HEALTHCHECK").listed, cwd=app, env=around, stderr=PIPE)
        await ask.communicate()
        return ask.returncode or 0

    assert await asked() != 0, "nobody is there yet"
    bot = await asyncio.create_subprocess_exec(*last("CMD").listed, cwd=app, env=around, stdout=PIPE, stderr=STDOUT)
    assert bot.stdout is not None
    said = b""
    async with asyncio.timeout(LONG):
        while b"Serving as @tea_shop_bot" not in said:
            line = await bot.stdout.readline()
            assert line, said.decode()
            said += line
    assert await asked() == 0

    bot.send_signal(signal.SIGTERM)
    async with asyncio.timeout(LONG):
        rest, _ = await bot.communicate()
    assert bot.returncode == 0, rest.decode()
