"""What is written for the shell: read by shellcheck, and run as far as nothing is changed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.config import ROOT

SETUP, UPGRADE = ROOT / "deploy" / "setup.sh", ROOT / "deploy" / "upgrade.sh"
SHELLCHECK = shutil.which("shellcheck", path=os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")]))
NOBODY = 65534


def is_shell(path: Path) -> bool:
    """Tell whether a file is written for a shell."""
    with path.open("rb") as file:
        first = file.readline(80)
    return path.suffix == ".sh" or (first.startswith(b"#!") and first.rstrip().endswith((b"/sh", b"bash")))


def scripts() -> list[Path]:
    """Return every file of ours that is written for a shell."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.splitlines()] or [
        *ROOT.glob("deploy/*"),
        *ROOT.glob("tests/install/*"),
    ]
    return sorted(path for path in files if path.is_file() and is_shell(path))


def ran(script: Path, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a script as somebody who may change nothing."""
    environment = {**os.environ, "SHOP_TARGET": "/nowhere/shop", "SHOP_ETC": "/nowhere/etc", **variables}
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*as_nobody, "bash", str(script), *arguments],
        input=stdin,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.skipif(SHELLCHECK is None, reason="shellcheck is not here")
def test_shellcheck_finds_nothing():
    assert SHELLCHECK is not None
    found = scripts()
    done = subprocess.run(
        [SHELLCHECK, "--external-sources", *map(str, found)], cwd=ROOT, capture_output=True, text=True
    )

    assert {"setup.sh", "upgrade.sh", "lib.sh", "telegram-shop", "systemctl"} <= {path.name for path in found}
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--nonsense"], "There is no flag --nonsense"),
        (["--owner-id"], "--owner-id: a value is missing"),
        (["--owner-id", "anna"], "--owner-id: use a numeric Telegram id"),
        (["--token", "secret"], "--token: a token looks like 123456:ABC-DEF"),
        (["--token-file", "/nowhere/token"], "--token-file: /nowhere/token cannot be read."),
        (["--token-file", "-"], "--token-file: nothing stands there."),
        (["--data-key-file", "/etc/hostname"], "--data-key-file: a data key is 64 hexadecimal digits"),
        (["--currency", "GOLD"], "--currency: use a currency's three letters"),
        (["--min-amount", "1,5"], "--min-amount: use an amount"),
        (["--locale", "de"], "--locale: use en or ru"),
        (["--domain", "shop"], "--domain: use a name such as shop.example.com"),
        (["--domain", "a.example;rm -rf /"], "--domain: use a name such as shop.example.com"),
        (["--channel-url", "a\nTOKEN=b"], "--channel-url: use one line of text"),
        (["--set", "RULES"], "--set: use NAME=VALUE"),
        (["--set", "NOTHING=1"], "--set: there is no variable NOTHING"),
        (["--set", "TOKEN=1:abc"], "--set: use --token-file"),
        (["--set-from", "DB_PASSWORD=/nowhere"], "--set-from: /nowhere cannot be read."),
        (["--certificate", "/etc/hostname"], "--certificate goes with --domain."),
        (
            ["--domain", "a.example", "--certificate", "/etc/hostname"],
            "--certificate and --certificate-key go together.",
        ),
        (["--purge"], "--purge goes with --uninstall."),
        (["--yes"], "--yes goes with --uninstall --purge."),
    ],
)
def test_setup_refuses_what_is_wrong_before_it_does_anything(arguments: list[str], says: str):
    done = ran(SETUP, *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--nonsense"], "There is no flag --nonsense"),
        (["--patience", "soon"], "--patience: use a whole number"),
        (["--keep", "0"], "--keep: use a whole number"),
        (["--notice", " "], "--notice: say something."),
        (["--with-database"], "--with-database goes with --rollback."),
    ],
)
def test_an_upgrade_refuses_what_is_wrong_before_it_does_anything(arguments: list[str], says: str):
    done = ran(UPGRADE, *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith(says)


def test_an_upgrade_without_a_shop_says_what_to_do():
    done = ran(UPGRADE, "--dry-run")

    assert done.returncode == 1
    assert done.stderr == "No shop is installed in /nowhere/shop. Install it: sudo bash deploy/setup.sh\n"


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="not Debian")
def test_a_dry_run_says_everything_and_no_secret_as_somebody_who_may_change_nothing():
    token = "123456:ABC-DEF1234"
    done = ran(
        SETUP, "--dry-run", "--token-file", "-", "--owner-id", "5", "--domain", "shop.example.com", stdin=f"{token}\n"
    )

    assert (done.returncode, done.stderr) == (0, "")
    for step in ("apt-get", "useradd", "credentials/TOKEN", ".env", "https://shop.example.com/", "systemctl enable"):
        assert step in done.stdout
    assert token not in done.stdout
    assert done.stdout.endswith("This was a rehearsal: nothing was changed.\n")


def test_without_root_nothing_is_begun():
    done = ran(SETUP, "--non-interactive", SHOP_TARGET="")

    assert done.returncode == 1
    assert done.stderr.startswith("Run this as root: sudo bash")


@pytest.mark.parametrize("script", [SETUP, UPGRADE])
def test_help_names_every_flag(script: Path):
    done = ran(script, "--help")
    known = re.findall(r"^ +(--[a-z-]+)(?: \||\))", script.read_text(), re.MULTILINE)

    assert done.returncode == 0
    assert known
    assert [flag for flag in known if flag not in done.stdout] == []


AWKWARD = [
    "plain",
    "with space",
    'Don\'t; "quote" # me',
    "back\\slash",
    "a|b&c",
    "$HOME",
    "ключ",
    "-1001234567890|https://t.me/+Ab-c",
]


@pytest.mark.parametrize("value", AWKWARD)
def test_what_setup_writes_into_env_is_what_the_shop_reads(value: str, tmp_path: Path):
    from dotenv import dotenv_values

    functions = SETUP.read_text().replace('main "$@"', "")
    (tmp_path / "functions.sh").write_text(functions.replace('$(dirname "${BASH_SOURCE[0]}")/..', str(ROOT)))
    example = (ROOT / ".env.example").read_text()
    command = f'. {tmp_path}/functions.sh; with_variable RULES "$WORDS" | with_variable OWNER_ID 5'
    done = subprocess.run(
        ["bash", "-c", command], input=example, env={**os.environ, "WORDS": value}, capture_output=True, text=True
    )
    (tmp_path / ".env").write_text(done.stdout)

    assert dotenv_values(tmp_path / ".env") == {"RULES": value, "OWNER_ID": "5"}
    assert len(done.stdout.splitlines()) == len(example.splitlines()), "it stands where the example explains it"
