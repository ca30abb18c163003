"""`customer`: who buys here. The list, one with everything, and what can be done for one."""

import click

from bot.cli import customer_actions, customer_list, customer_show, options


@options.examples(
    "customer list --sort spent",
    "customer show @anna",
    "customer ledger @anna",
    'customer bonus 123456789 --add 5.00 --reason "Broken cup" --notify',
    'customer message @anna "Your parcel waits at the door."',
)
@click.group("customer")
def customer() -> None:
    """List and show customers, move their bonus, and write to them."""


for command in (
    customer_list.list_customers,
    customer_show.show,
    customer_list.list_ledger,
    customer_actions.bonus,
    customer_actions.message,
):
    customer.add_command(command)
