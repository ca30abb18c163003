import click
import pytest
from click.testing import CliRunner

from bot.cli import Shell, asking


@click.command()
@click.option("--yes", is_flag=True)
def deliver(yes: bool) -> None:
    asking.confirm(Shell("cli:anna"), "Deliver all orders?", yes=yes)
    click.echo("done")


@pytest.fixture
def somebody_is_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "is_answered", lambda: True)


def test_a_script_is_never_asked():
    assert CliRunner().invoke(deliver).output == "done\n"


def test_a_person_is_asked_and_only_a_yes_goes_on(somebody_is_there):
    asked = CliRunner().invoke(deliver, input="y\n")

    assert asked.stdout == "Deliver all orders? [y/N]: y\ndone\n"
    assert asked.exit_code == 0


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_a_no_changes_nothing_and_is_not_success(somebody_is_there, answer: str):
    asked = CliRunner().invoke(deliver, input=answer)

    assert "done" not in asked.output
    assert asked.stderr == "Nothing was changed.\n"
    assert asked.exit_code == 1


def test_who_says_yes_beforehand_is_not_asked(somebody_is_there):
    assert CliRunner().invoke(deliver, ["--yes"]).output == "done\n"
