"""`customer bonus` and `customer message`: what can be done for one customer."""

import click

from bot.cli import Shell, customer_words, known, messages, options, output, pass_shell, typed
from bot.services import bonus as bonuses
from bot.services import clock, letters, money, people


@options.examples(
    'customer bonus 123456789 --add 5.00 --reason "Broken cup" --notify',
    'customer bonus @anna --remove 2.50 --reason "Credited twice" --json',
)
@click.command("bonus")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@click.option("--add", metavar="AMOUNT", help="So much more, such as 5.00.")
@click.option("--remove", metavar="AMOUNT", help="So much less; a balance is never below nothing.")
@click.option("--reason", metavar="TEXT", required=True, help="Why; with --notify the customer reads it.")
@options.notify
@options.json_of("telegram_id", "amount", "bonus_balance", "currency", "reason")
@pass_shell
def bonus(
    shell: Shell, name: str, add: str | None, remove: str | None, reason: str, notify: bool, as_json: bool
) -> None:
    """Move a customer's bonus by hand; the ledger keeps who did it and why.

    ID is the Telegram id or @username.
    """
    if (add is None) == (remove is None):
        raise click.UsageError("Choose one of --add and --remove.")
    currency, telegram_id = shell.config.pay_currency, customer_words.named(shell, name)
    amount = money.parse(add or remove or "", currency, what="amount")
    entry = shell.db.call(
        bonuses.adjust,
        telegram_id,
        amount if remove is None else -amount,
        reason=reason,
        notify=notify,
        actor=shell.actor,
        now=clock.now(),
    )
    balance = shell.db.read(bonuses.balance, telegram_id)
    if as_json:
        facts = {"telegram_id": telegram_id, "amount": entry.amount, "bonus_balance": balance}
        output.json_of({**facts, "currency": currency, "reason": entry.reason})
    else:
        called = customer_words.called(shell.db.read(people.find, telegram_id))
        changed = f"{output.amount(amount, currency)} {'more' if remove is None else 'less'}"
        output.line(f"{called} has {changed} of bonus: {output.amount(balance, currency)}.")
    if notify:
        messages.mention(shell)


@options.examples(
    'customer message 123456789 "Your parcel waits at the door."',
    "customer message @anna - --json < letter.txt",
)
@click.command("message")
@click.argument("name", metavar="ID", type=known.CUSTOMER)
@click.argument("text")
@options.json_of("telegram_id", "first_name", "username")
@pass_shell
def message(shell: Shell, name: str, text: str, as_json: bool) -> None:
    """Write to one customer; the bot sends it.

    ID is the Telegram id or @username. TEXT is the message, 2000 characters at most; - reads it from standard input. It
    is stored encrypted. Who has blocked the bot cannot be written to.
    """
    telegram_id = customer_words.named(shell, name)
    user = shell.db.call(letters.write, telegram_id, typed.text(text), actor=shell.actor, now=clock.now())
    if as_json:
        output.json_of({"telegram_id": telegram_id, "first_name": user.first_name, "username": user.username})
    else:
        output.line(f"The message to {customer_words.called(user)} is queued.")
    messages.mention(shell)
