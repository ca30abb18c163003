"""`doctor --fix`: what breaks an invariant is shown, asked about, put right one by one, and looked at once more."""

from collections.abc import Iterator, Sequence

from bot.cli import Shell, asking, output
from bot.cli.checks.finding import Finding
from bot.services import clock, invariants, mending
from bot.services.mending import Case

ADVICE = "See what would be changed: bot_cli.py doctor --fix --dry-run"


def fix(shell: Shell, *, dry_run: bool, yes: bool, as_json: bool) -> tuple[list[Finding], bool]:
    """Put right what can be, and return what there is to tell and whether the shop is well now."""
    planned = shell.db.read(mending.plan, now=clock.now())
    todo = [case for case in planned if not case.wrong.left]
    is_asked = asking.is_answered() and not yes and not dry_run and not as_json and bool(todo)
    if is_asked:
        _print([_planned(case) for case in todo])
    if dry_run:
        told = [*map(_planned, todo), *_left(shell, planned)]
        return told or [_nothing()], not told
    if todo:
        asking.confirm(shell, f"Put right {output.counted(len(todo), 'thing')}?", yes=yes)
    done = [_mend(shell, case) for case in todo]
    left = list(_left(shell, shell.db.read(mending.plan, now=clock.now())))
    return [*done, *left] or [_nothing()], not left


def _planned(case: Case) -> Finding:
    return Finding(f"fix {case.kind.invariant}", "would fix", case.wrong.sentence)


def _mend(shell: Shell, case: Case) -> Finding:
    """Put one thing right; the shop has gone on since it was shown, so what was done is told anew."""
    check, kind, key = f"fix {case.kind.invariant}", case.kind.name, case.wrong.key
    wrong = shell.db.call(mending.mend, kind, key, actor=shell.actor, now=clock.now())
    if wrong is None:
        return Finding(check, "pass", f"Well by now, by itself or by another fix. {case.wrong.sentence}")
    return Finding(check, "fixed", wrong.sentence)


def _left(shell: Shell, planned: Sequence[Case]) -> Iterator[Finding]:
    """Yield what only a person can decide."""
    for case in planned:
        if case.wrong.left:
            yield Finding(f"invariant {case.kind.invariant}", "fail", case.wrong.left)
    for violation in shell.db.read(invariants.check, now=clock.now()):
        rule = violation.rule
        if rule.left:
            text = f"not so: {rule.meaning} Broken by: {', '.join(violation.broken_by)}"
            yield Finding(f"invariant {rule.name}", "fail", text, rule.left)


def _nothing() -> Finding:
    return Finding("invariants", "pass", f"{len(invariants.ALL)} rules hold; there is nothing to fix")


def _print(found: Sequence[Finding]) -> None:
    output.findings((each.level, each.check, each.text, each.advice) for each in found)
