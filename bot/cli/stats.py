"""`stats`: how the shop does, as tables, charts and JSON."""

from datetime import datetime

import click

from bot.cli import Shell, options, output, pass_shell, stats_json, stats_tables
from bot.services import clock
from bot.services.reports import periods, statistics
from bot.services.reports.periods import Compared

CALENDAR = {"today": periods.today, "week": periods.week, "month": periods.month}


@options.examples(
    "stats",
    "stats --today --json",
    "stats --week",
    "stats --month --top 10",
    "stats --since 2026-11-01 --until 2026-11-30",
)
@click.command("stats")
@click.option("--today", is_flag=True, help="Since midnight; this is what is shown if nothing else is asked for.")
@click.option("--week", is_flag=True, help="Since Monday.")
@click.option("--month", is_flag=True, help="Since the 1st.")
@click.option("--since", metavar="DATE", help='Since "YYYY-MM-DD" or "YYYY-MM-DD HH:MM".')
@click.option("--until", metavar="DATE", help="Until then, with --since; a day is meant with its evening.")
@click.option(
    "--top",
    metavar="N",
    type=options.Whole(1, 100),
    default=5,
    show_default=True,
    help="How many of the best goods and reference codes.",
)
@options.json_of(*stats_json.KEYS)
@pass_shell
def stats(
    shell: Shell,
    /,
    today: bool,
    week: bool,
    month: bool,
    since: str | None,
    until: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Show orders, revenue, customers, goods, referral and stock.

    Orders are those made in the period, by what has become of them. The average basket is what they come to, before
    bonus, without those that were cancelled or expired.

    Revenue is what customers owed for the orders delivered in the period: goods, discounts and fees, less bonus. An
    order counts once, when it is delivered, however it is paid. Received is the money recorded in the period, bitcoin
    when an order is confirmed and cash when it is delivered; it stays when a paid order is cancelled.

    New customers have bought if they ordered by the end of the period what was not cancelled and did not expire. Goods
    count when they are delivered, before discounts, fees and bonus. Stock and open orders are those of this moment.

    Days are those of the shop's time zone. What has still to come of a period is not compared: today until now is
    compared with yesterday until the same time, a week or month with the last one as far, other dates with as much
    time just before them. Amounts of different currencies are never added up.
    """
    flags = {"today": today, "week": week, "month": month}
    now = clock.now()
    asked = _asked(shell, [name for name, is_meant in flags.items() if is_meant], since, until, now)
    report = shell.db.read(statistics.report, asked, now=now, top=top)
    if as_json:
        output.json_of(stats_json.facts(report))
    else:
        stats_tables.show(report, now)


def _asked(shell: Shell, calendar: list[str], since: str | None, until: str | None, now: datetime) -> Compared:
    if until and not since:
        raise click.UsageError("--until needs --since.")
    if len(calendar) + bool(since) > 1:
        raise click.UsageError("Choose one: --today, --week, --month or --since.")
    if since:
        return periods.between(since, until, shell.zone, now=now)
    return CALENDAR[calendar[0] if calendar else "today"](shell.zone, now=now)
