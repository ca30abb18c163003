"""Lines for paper: plain text that is never wider than the paper, counted in cells, so that every script lines up."""

from collections.abc import Iterator

from bot.cli import output

GLUE = "\u00a0"
"""A space at which no line is broken."""


def rule(width: int, mark: str = "-") -> str:
    """Return a line across the paper."""
    return mark * width


def paragraph(text: str, width: int, *, first: str = "", indent: str = "") -> Iterator[str]:
    """Yield a text in lines: `first` stands before the first, `indent` before the others; line breaks stay."""
    lead = first
    for part in output.safe(text).split("\n"):
        left = part
        while True:
            line, left = _taken(left.strip(" "), width - output.cells(lead))
            yield f"{lead}{line}".replace(GLUE, " ").rstrip(" ")
            lead = indent
            if not left:
                break


def ends(left: str, right: str, width: int, *, first: str = "", indent: str = "") -> Iterator[str]:
    """Yield a text with something at the right end of its first line; the text is wrapped beside it."""
    room = width - output.cells(right) - 1
    lines = list(paragraph(left, room, first=first, indent=indent)) or [""]
    gap = " " * (width - output.cells(lines[0]) - output.cells(right))
    yield f"{lines[0]}{gap}{right}"
    yield from lines[1:]


def _taken(text: str, width: int) -> tuple[str, str]:
    """Return as many words of a text as fit into so many cells, and the rest; a word that is wider is broken."""
    fits = 0
    while fits < len(text) and output.cells(text[: fits + 1]) <= width:
        fits += 1
    if fits == len(text) or text[fits] == " ":
        return text[:fits], text[fits:]
    end = text.rfind(" ", 0, fits)
    cut = end if end > 0 else max(fits, 1)
    return text[:cut], text[cut:]
