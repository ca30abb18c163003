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


def test_a_loss_makes_it_fail(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(chaos, "steps", lambda rounds: [Step("deaths", []), Step("races", [])])
    monkeypatch.setattr(chaos, "run", lambda step: Figures(7, int(step.name == "races")))

    assert chaos.main([]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "deaths                               7       0       0",
        "races                                7       0       1",
    ]
