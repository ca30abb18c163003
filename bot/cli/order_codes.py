"""Order codes on a command line: one or many, or from standard input."""

import json
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from bot.cli import known

F = TypeVar("F", bound=Callable[..., Any])

STDIN = "-"


def argument(*statuses: str) -> Callable[[F], F]:
    """Return the argument for one or more codes; Tab offers orders in these statuses."""
    return click.argument("codes", nargs=-1, required=True, type=known.order_in(*statuses))


def read(codes: Iterable[str]) -> list[str]:
    """Return the codes in capital letters, each once, in their order; "-" stands for those on standard input.

    Raises:
        UsageError: standard input is broken JSON.
    """
    found = [each for code in codes for each in (_from_stdin() if code == STDIN else [code])]
    return list(dict.fromkeys(code.strip().upper() for code in found if code.strip()))


def _from_stdin() -> list[str]:
    text = sys.stdin.buffer.read().decode(errors="replace").lstrip("\ufeff")
    if text.lstrip().startswith("["):
        return _from_json(text)
    lines = [line.partition("#")[0] for line in text.splitlines()]
    # jq prints a string with its quotes unless it is told not to.
    return [code for line in lines for code in re.split(r"[\s,;\"]+", line) if code]


def _from_json(text: str) -> list[str]:
    """Return the codes of a list as `order list --json` prints it."""
    try:
        return [str(row["order_code"] if isinstance(row, dict) else row) for row in json.loads(text)]
    except (KeyError, ValueError, RecursionError):
        raise click.UsageError("Standard input begins like JSON, but it is no list of orders.") from None
