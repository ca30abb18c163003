"""Carrying the checks out: each by itself and for a limited time, so that half of what is looked at may be broken."""

import threading
from collections.abc import Iterator, Sequence

import click

from bot.cli import output
from bot.cli.checks.finding import Check, Finding, Patient
from bot.cli.ending import line_of

PATIENCE_SECONDS = 5.0


def findings(patient: Patient, checks: Sequence[Check]) -> Iterator[Finding]:
    """Yield what all checks found; those that have the reason of another, or need what failed, are told once."""
    reasons: dict[str, str] = {}
    failed: set[str] = set()
    waiting = []
    for check in checks:
        if check.needs in failed:
            failed.add(check.name)
            waiting.append(check.name)
            continue
        for finding in _attempt(patient, check):
            if finding.level == "fail" and finding.check == check.name:
                failed.add(check.name)
            if finding.level == "fail" and reasons.setdefault(finding.text, check.name) != check.name:
                waiting.append(check.name)
            else:
                yield finding
    if waiting:
        yield Finding("not looked at", "warn", ", ".join(waiting), "Mend what failed, then ask again.")


def _attempt(patient: Patient, check: Check) -> list[Finding]:
    """Return what a check found. One that is refused or meets a bug has failed, as has one that does not end."""
    found: list[Finding] = []
    troubles: list[Exception] = []

    def look() -> None:
        try:
            found.extend(check.look(patient))
        except Exception as error:
            troubles.append(error)

    # A daemon: nobody waits at the end for one that hangs, such as on a disk that is gone.
    thread = threading.Thread(target=look, name=f"check {check.name}", daemon=True)
    thread.start()
    thread.join(min(check.seconds, PATIENCE_SECONDS))
    if thread.is_alive() and check.seconds > PATIENCE_SECONDS:
        output.remark(f"Looking at {check.name} takes a while ...")
        thread.join(check.seconds - PATIENCE_SECONDS)
    if thread.is_alive():
        patient.forget_database()
        return [*found, Finding(check.name, "fail", f"no answer within {check.seconds:.0f} seconds", check.if_slow)]
    context = click.get_current_context()
    return [*found, *(Finding(check.name, "fail", line_of(context, error)) for error in troubles)]
