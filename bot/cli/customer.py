"""`customer`: who buys here. The list, one with everything, and what can be done for one."""

import click

from bot.cli import customer_actions, customer_list, customer_privacy, customer_show, options


@options.examples(
    "customer list --sort spent",
    "customer show @anna",
    "customer ledger @anna",
    "customer export @anna --output anna.json",
    "customer erase 123456789 --dry-run",
    'customer bonus 123456789 --add 5.00 --reason "Broken cup" --notify',
    'customer message @anna "Your parcel waits at the door."',
)
@click.group("customer")
def customer() -> None:
    """List and show customers, move their bonus, write to them, hand out what is known of them, and erase them."""


for command in (
    customer_list.list_customers,
    customer_show.show,
    customer_list.list_ledger,
    customer_actions.bonus,
    customer_actions.message,
    customer_privacy.export,
    customer_privacy.erase,
):
    customer.add_command(command)
