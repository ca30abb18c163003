"""`completion`: the script by which a shell completes commands; `known.py` finds the codes and names for it."""

import os
import re
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, get_completion_class

from bot.cli import options
from bot.cli.root import COMPLETING

SPECIAL = {"": re.compile(r"([^\w@%+=:,./-])"), '"': re.compile(r'([$`"\\])'), "'": re.compile(r"((?!))")}
"""What bash reads as more than itself: in a bare word, between double quotes, between single ones."""
BACKSLASH = r"\\\1"


class Bash(BashComplete):
    """Click's script for bash, made right for names with spaces, quotes, backslashes and stars in them."""

    source_template = BashComplete.source_template.replace("read type", "read -r type").replace(
        "COMPREPLY+=($value)", 'COMPREPLY+=("$value")'
    )

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Escape a value for the word as it has begun: bare, or behind a quote, which bash closes itself."""
        words = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"]) :]
        special = SPECIAL.get(words[0][:1] if words else "", SPECIAL[""])
        return f"{item.type},{special.sub(BACKSLASH, item.value)}"


add_completion_class(Bash)


@options.examples(
    "completion bash > ~/.local/share/bash-completion/completions/bot_cli.py",
    'completion zsh > "$HOME/.zfunc/_bot_cli.py"',
    "completion fish > ~/.config/fish/completions/bot_cli.py.fish",
)
@click.command("completion")
@click.argument("kind", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, kind: str) -> None:
    """Print the script that lets a shell complete commands, codes and names.

    SHELL is bash, zsh or fish. Put the script where the shell looks for such scripts, as in the examples, and open
    a new shell. Codes and names are those of the shop whose configuration bot_cli.py finds.
    """
    found = get_completion_class(kind)
    assert found is not None  # noqa: S101 - Click has these three
    click.echo(found(ctx.find_root().command, {}, "bot_cli.py", COMPLETING).source())
