"""The long run counts what it does, and a loss makes it fail."""

from pathlib import Path

import pytest

from tests import chaos
from tests.chaos import Figures, Step

REPORT = """<testsuites><testsuite>
<testcase name="one"><properties><property name="trials" value="40"/><property name="faults" value="3"/>
<property name="p99 ms" value="120"/></properties></testcase>
<testcase name="two"/>
<testcase name="three"><failure message="no"/></testcase>
</testsuite></testsuites>"""


def test_trials_and_losses_are_counted(tmp_path: Path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    assert chaos.read(report) == Figures(trials=42, losses=1, faults=3, measured=(("p99 ms", "120"),))


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaos, "steps", lambda rounds: [Step("deaths", []), Step("races", [])])
    monkeypatch.setattr(chaos, "run", lambda step: Figures(7, int(step.name == "races")))
    monkeypatch.setattr(chaos, "monotonic", lambda: 0.0)


def test_a_loss_makes_it_fail(two_steps: None, capsys: pytest.CaptureFixture[str]):
    assert chaos.main([]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "deaths                   7       0       0         0",
        "races                    7       0       1         0",
    ]


def test_single_steps_are_run_by_name(two_steps: None, capsys: pytest.CaptureFixture[str]):
    assert chaos.main(["--only", "deaths"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["deaths"]


def test_a_step_that_is_not_there_is_refused_with_those_that_are(two_steps: None, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        chaos.main(["--only", "dances"])
    assert "there is no step dances; choose from deaths, races" in capsys.readouterr().err


def test_the_help_says_how_long_each_step_takes(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        chaos.main(["--help"])
    said = capsys.readouterr().out
    assert all(f"  {step.name:12}{step.lasts}" in said for step in chaos.steps(10))
    assert all(step.lasts for step in chaos.steps(10))
