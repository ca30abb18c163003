"""The manual, made of the commands themselves: `python -m bot.cli.manual` writes docs/cli.md and the man page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bot.cli.options import JsonOption
from bot.cli.root import SECTIONS, cli

DOCS = Path(__file__).parents[2] / "docs"
PROGRAM = "bot_cli.py"
SUMMARY = "the operators' shell of the shop"
INTRODUCTION = (
    "Shows and changes the shop from a shell. It works beside the running bot and without it: whoever "
    "must be told of a change gets the message from the bot, as soon as it runs."
)
HABITS = (
    (
        "Exit codes",
        "0 done; 1 refused by the shop, with one line on stderr that says why and what to do; 2 wrong "
        "usage. After Ctrl-C 130, after a hang-up 129; the line then says whether anything was "
        "changed. A bug is one line with an id, under which logs/bot.log has the details.",
    ),
    (
        "JSON",
        "--json prints facts for scripts and nothing else on stdout: amounts as text (60.00), times "
        "in UTC (2026-12-20T13:30:00Z), null for what is not there; a list has one object a line. "
        "Remarks, such as how many messages wait to be sent, go to stderr. Keys are never renamed or "
        "taken away.",
    ),
    (
        "Times",
        'Written and read as "YYYY-MM-DD HH:MM" in the shop\'s time zone, which every list of '
        "times names. A date alone means its beginning.",
    ),
    (
        "Names",
        "Matched exactly, apart from spaces around them; a refusal names those that look alike. "
        "Codes may be written in small letters.",
    ),
    (
        "Questions",
        "Asked before what cannot be undone, and only of a person: with --yes, and wherever stdin "
        "or stdout is no terminal, nothing is asked. --dry-run says what would happen and changes "
        "nothing.",
    ),
    (
        "Long lists",
        "Shown in pages: --limit rows each, --page N for the others, --all for everything at "
        "once, read while it is printed.",
    ),
    (
        "Who did it",
        "The audit trail names cli: and your login, also behind sudo. --as NAME in front of the "
        "command names somebody else.",
    ),
    (
        "Screens",
        "Lists are tables, or a few lines a row where the screen is narrow. In a pipe a row is one "
        "line, without colours; NO_COLOR=1 switches colours off anywhere.",
    ),
    (
        "Completion",
        "bot_cli.py completion bash prints what lets Tab complete commands, order codes, goods and settings.",
    ),
)


@dataclass(frozen=True)
class Entry:
    """A command as the manual shows it; `depth` is 1 for those that stand in the first help."""

    words: str
    command: click.Command
    depth: int

    @property
    def usage(self) -> str:
        """Return the command line without its options, such as "order show CODE"."""
        context = click.Context(self.command, info_name=self.words)
        pieces = [piece for piece in self.command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        return " ".join([self.words, *([] if isinstance(self.command, click.Group) else pieces)])

    @property
    def text(self) -> list[str]:
        """Return the paragraphs of the help."""
        paragraphs = re.split(r"\n\s*\n", (self.command.help or "").replace("\b\n", ""))
        return [" ".join(paragraph.split()) for paragraph in paragraphs]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return the options as they are typed, and what they mean."""
        context = click.Context(self.command)
        options = (param for param in self.command.params if isinstance(param, click.Option))
        records = [option.get_help_record(context) for option in options]
        return [record for record in records if record is not None]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of what --json prints."""
        return next((param.keys for param in self.command.params if isinstance(param, JsonOption)), ())

    @property
    def examples(self) -> tuple[str, ...]:
        """Return whole command lines."""
        lines: tuple[str, ...] = getattr(self.command, "examples", ())
        return tuple(f"{PROGRAM} {line}" for line in lines)


def entries(names: Iterable[str]) -> Iterator[Entry]:
    """Yield commands with those below them."""
    context = click.Context(cli)
    for name in names:
        command = cli.get_command(context, name)
        assert command is not None  # noqa: S101 - the names come from the table of commands
        yield from _with_children(Entry(name, command, 1))


def _with_children(entry: Entry) -> Iterator[Entry]:
    yield entry
    if isinstance(entry.command, click.Group):
        context = click.Context(entry.command)
        for name in entry.command.list_commands(context):
            child = entry.command.get_command(context, name)
            assert child is not None  # noqa: S101 - the group has just named it
            yield from _with_children(Entry(f"{entry.words} {name}", child, entry.depth + 1))


def markdown() -> str:
    """Return docs/cli.md."""
    lines = [
        "# The operators' shell",
        "",
        "<!-- Made by `make docs` from the commands; change their help instead. -->",
        "",
    ]
    lines += [f"`{PROGRAM}` {INTRODUCTION[0].lower()}{INTRODUCTION[1:]}", "", "## What holds for every command", ""]
    lines += [f"- **{title}.** {text}" for title, text in HABITS]
    for title, commands in SECTIONS.items():
        lines += ["", f"## {title}"]
        for entry in entries(commands):
            lines += ["", *_markdown_of(entry)]
    return "\n".join(lines) + "\n"


def _markdown_of(entry: Entry) -> Iterator[str]:
    yield f"{'#' * (entry.depth + 2)} `{entry.usage}`"
    for paragraph in entry.text:
        yield from ("", paragraph.replace("<", "&lt;"))
    if entry.options:
        yield from ("", "| option | |", "|---|---|")
        yield from (f"| `{_piped(option)}` | {_piped(meaning)} |" for option, meaning in entry.options)
    if entry.examples:
        yield from ("", "```", *entry.examples, "```")
    if entry.keys:
        yield from ("", f"JSON: `{', '.join(entry.keys)}`.")


def _piped(text: str) -> str:
    return text.replace("|", "\\|")


def man_page() -> str:
    """Return the man page, in the macros of man(7)."""
    lines = [f'.TH BOT_CLI.PY 1 "" "Telegram shop" "{_roff(SUMMARY)}"', ".SH NAME", f"{PROGRAM} \\- {_roff(SUMMARY)}"]
    lines += [".SH SYNOPSIS", f".B {PROGRAM}", "[\\-\\-as NAME] COMMAND [OPTIONS] [ARGUMENTS]"]
    lines += [".SH DESCRIPTION", _roff(INTRODUCTION)]
    for title, text in HABITS:
        lines += [".TP", f".B {_roff(title)}", _roff(text)]
    for title, commands in SECTIONS.items():
        lines.append(f".SH {_roff(title.upper())}")
        for entry in entries(commands):
            lines += _roff_of(entry)
    lines += [".SH FILES", ".TP", ".B .env", "The configuration; .env.example explains every variable."]
    lines += [".TP", ".B logs/", "What happened, in the shop's time zone."]
    return "\n".join(lines) + "\n"


def _roff_of(entry: Entry) -> Iterator[str]:
    yield f".SS {_roff(entry.usage)}"
    for number, paragraph in enumerate(entry.text):
        yield from ((".PP",) if number else ())
        yield _roff(paragraph)
    for option, meaning in entry.options:
        yield from (".TP", f".B {_roff(option)}", _roff(meaning))
    if entry.examples:
        yield from (".PP", ".nf", *(_roff(example) for example in entry.examples), ".fi")
    if entry.keys:
        yield from (".PP", _roff(f"JSON: {', '.join(entry.keys)}."))


def _roff(text: str) -> str:
    """Return text in which nothing is a request or an escape of roff."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


PAGES = {DOCS / "cli.md": markdown, DOCS / "bot_cli.1": man_page}


def write() -> None:
    """Write the pages anew."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
