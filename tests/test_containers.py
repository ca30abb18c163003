"""The image and compose.yaml: what they name is there, pinned, and as locked as it can be."""

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import ROOT, VARIABLES
from tests.containers import DEPLOY, copied, instructions, last

PINNED = re.compile(r"[a-z/]+:\d+\.\d+\.\d+(-[a-z]+)*")
OF_SYSTEMD = {"CREDENTIALS_DIRECTORY"}
SHOP = {"bot", "backup"}


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


# -- the image ----------------------------------------------------------------------------------------------------


def test_everything_that_is_copied_is_there_and_let_through():
    rules = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    let_through = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]

    assert rules[0] == "*"
    assert copied()
    for source, _ in copied():
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, rule) for rule in let_through), source


def test_the_image_has_pinned_bases_hashed_packages_and_an_ordinary_user():
    bases = [each.rest.split()[0] for each in instructions() if each.word == "FROM"]
    words = [each.word for each in instructions()]

    assert all(PINNED.fullmatch(base) for base in bases)
    assert len(set(bases)) == 1
    assert any("--require-hashes -r requirements.txt" in each.rest for each in instructions() if each.word == "RUN")
    assert last("USER").rest == "10001"
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words
    assert "ADD" not in words
    assert (ROOT / last("CMD").listed[1]).exists()


def test_no_secret_can_get_into_the_image():
    rules = (DEPLOY / "Dockerfile.dockerignore").read_text().split()

    assert {rule for rule in rules if rule.startswith("!")} == {"!bot", "!run.py", "!bot_cli.py", "!requirements.txt"}
    assert not [each for each in instructions() if each.word in {"ARG", "ENV"} and "TOKEN" in each.rest.upper()]


# -- compose ------------------------------------------------------------------------------------------------------


def test_every_image_is_pinned_and_every_service_locked_and_looked_after():
    for name, service in services().items():
        image = service["image"]
        assert image == "telegram-shop" if name in SHOP else PINNED.fullmatch(image), name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or name == "bot", "the bot's stands in its Dockerfile"
        assert not service.get("privileged"), name


def test_who_depends_waits_until_the_other_is_well():
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services(), name
            assert how["condition"] in {"service_healthy", "service_started"}
            assert how["condition"] == "service_healthy" or name == "nginx", "nginx also runs while the bot does not"
    assert set(services()["bot"]["depends_on"]) == {"mariadb", "redis"}


def test_every_variable_is_one_of_the_shops_and_no_secret_stands_in_the_file():
    secret = {"TOKEN", "DATA_KEY", "DB_PASSWORD", "MONITORING_TOKEN"}
    for name in SHOP:
        service = services()[name]
        assert set(service["environment"]) - {*VARIABLES} - OF_SYSTEMD == set()
        assert secret.isdisjoint(service["environment"])
        assert set(service["secrets"]) == secret
    given = compose()["secrets"]
    assert secret <= set(given)
    assert {Path(each["file"]).parts[:2] for each in given.values()} == {("..", "secrets")}
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()


def test_the_database_is_reached_by_nobody_from_elsewhere():
    networks = compose()["networks"]
    for name in ("mariadb", "redis"):
        assert "ports" not in services()[name]
        assert [networks[each] for each in services()[name]["networks"]] == [{"internal": True}]
    assert services()["bot"]["ports"] == ["127.0.0.1:9090:9090"]
    bot, mariadb = services()["bot"]["environment"], services()["mariadb"]["environment"]
    assert (bot["DB_NAME"], bot["DB_USER"]) == (mariadb["MARIADB_DATABASE"], mariadb["MARIADB_USER"])


def test_every_file_and_volume_that_is_mounted_is_there():
    named = set(compose()["volumes"])
    for name, service in services().items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).is_file(), (name, source)
            else:
                assert source in named or source == "../addresses", (name, source)


def test_nginx_takes_its_configuration_as_an_ordinary_user(tmp_path: Path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not here")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subject = ["-subj", "/CN=shop.example", "-days", "1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    made += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    text = (DEPLOY / "nginx-compose.conf").read_text()
    text = text.replace(" /tmp/", f" {tmp_path}/")
    text = text.replace("/run/secrets/tls_certificate", str(certificate)).replace("/run/secrets/tls_key", str(key))
    (tmp_path / "nginx.conf").write_text(text)

    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
