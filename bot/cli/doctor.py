"""`doctor`: whether everything that the shop stands on is well, and what to do where it is not."""

from dataclasses import asdict

import click

from bot.cli import Shell, doctor_fix, options, output, pass_shell
from bot.cli.checks import running, table
from bot.cli.checks.finding import Finding, Patient


@options.examples("doctor", "doctor --json", "doctor --fix --dry-run", "doctor --fix --yes --json")
@click.command("doctor")
@click.option("--fix", is_flag=True, help="Put right what can be, after showing it.")
@options.dry_run
@options.yes
@options.json_of("check", "level", "text", "advice")
@pass_shell
def doctor(shell: Shell, fix: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Look whether the shop is well, and say what to do where it is not.

    From the machine to the shop: .env, Python, time zones, systemd, folders and disks, the way to Telegram and the
    token, Redis, MariaDB with its settings and rights, the clock, the schema, the data key, the rules of the shop, the
    bot with its jobs, monitoring and messages, bitcoin addresses and backups. Each is looked at by itself and for a
    limited time, so half of it may be broken. The rules of a shop with a million orders take
    a minute, and it says so.

    --fix puts right what can be reckoned anew from what is certain: what is reserved from the open orders, balances
    from their ledgers, counts from what was counted, messages that got stuck. A person is shown everything and asked.
    It never makes up a payment or a bonus and rewrites no history; what only a person can decide is listed with what
    to do. Every fix stands in the audit trail with who made it.

    Exit code 1 when a check fails, or when --fix has left something; warnings alone leave it at 0.
    """
    if (dry_run or yes) and not fix:
        raise click.UsageError("--dry-run and --yes go with --fix.")
    if fix:
        found, is_well = doctor_fix.fix(shell, dry_run=dry_run, yes=yes, as_json=as_json)
    else:
        found = _findings(shell)
        is_well = all(finding.level != "fail" for finding in found)
    if as_json:
        output.json_of([asdict(finding) for finding in found])
    else:
        output.findings((finding.level, finding.check, finding.text, finding.advice) for finding in found)
    if not is_well:
        click.get_current_context().exit(1)


def _findings(shell: Shell) -> list[Finding]:
    patient = Patient(shell)
    try:
        return list(running.findings(patient, table.ALL))
    finally:
        patient.close()
