"""nginx-monitoring.conf in the real nginx, in front of the real dashboard."""

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.config import ROOT, load_config
from bot.db import Database
from bot.web import server
from bot.web.health import Surroundings
from tests.install import over_tls
from tests.jobs.waiting import until
from tests.servers import Program, free_port

NGINX = Program(("nginx",), "nginx").path()
NAME = "shop.example.com"
TOKEN = "a-token-of-the-tests-1234567890"
WHOLE = """\
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

pytestmark = pytest.mark.skipif(NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is not here")


@pytest.fixture
async def dashboard(db: Database, tmp_path: Path) -> AsyncIterator[int]:
    """Serve the dashboard, and return its port."""
    port = free_port()
    config = load_config(
        _env_file=None, monitoring_host="127.0.0.1", monitoring_port=port, monitoring_token=TOKEN, data_dir=tmp_path
    )
    stop = await server.start(config, db, Surroundings(tmp_path))
    yield port
    await stop()


def site(folder: Path, dashboard: int, tls: int, plain: int) -> Path:
    """Write the site as setup.sh does, on ports of the test's own, with a certificate of its own."""
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{folder}/site.key"]
    certify = ["openssl", "req", "-x509", "-days", "2", *key, "-out", f"{folder}/site.crt", *subject]
    subprocess.run(certify, check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx-monitoring.conf").read_text()
    kept = [line for line in text.splitlines() if not line.strip().startswith("listen [::]")]
    text = "\n".join(kept).replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;").replace(
        "127.0.0.1:9090", f"127.0.0.1:{dashboard}"
    )
    text = text.replace("monitoring.example.com", NAME).replace("/etc/telegram-shop/tls/" + NAME, f"{folder}/site")
    (folder / "site.conf").write_text(text)
    whole = folder / "nginx.conf"
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    whole.write_text(WHOLE.format(folder=folder, user=user))
    return whole


@pytest.fixture
def ports(dashboard: int, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Run nginx with the site, and return its ports for TLS and plain HTTP."""
    assert NGINX is not None
    tls, plain = free_port(), free_port()
    command = [NGINX, "-c", str(site(tmp_path, dashboard, tls, plain)), "-e", str(tmp_path / "start.log")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    yield tls, plain
    process.terminate()
    process.wait(30)


def answers(port: int) -> bool:
    """Tell whether somebody listens."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


async def test_nginx_takes_the_site_and_leads_to_the_dashboard_over_tls_only(ports: tuple[int, int], tmp_path: Path):
    certificate = str(tmp_path / "site.crt")
    await until(lambda: answers(ports[0]), seconds=60)

    await asyncio.to_thread(over_tls.main, NAME, certificate, TOKEN, ports)
    with pytest.raises(SystemExit, match="with the token: 401"):
        await asyncio.to_thread(over_tls.main, NAME, certificate, "another-token", ports)
