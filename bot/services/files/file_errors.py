"""How a file that people hand us is refused: every mistake with its line, so that all can be mended at once."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ShopError

MOST = 1000
"""Mistakes after which reading on helps nobody."""
SHOWN = 50


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong in a line; line 0 is the file as a whole."""

    line: int
    sentence: str


@dataclass(eq=False)
class BadRows(ShopError):
    """Rows of a file do not fit; nothing of it was taken."""

    file: str
    mistakes: tuple[Mistake, ...]

    def __str__(self) -> str:
        lines = [f"{self.file}:{each.line or 1}: {each.sentence}" for each in self.mistakes[:SHOWN]]
        if len(self.mistakes) >= MOST:
            lines.append("... and many more; nothing was changed.")
        elif len(self.mistakes) > SHOWN:
            lines.append(f"... and {len(self.mistakes) - SHOWN} more; nothing was changed.")
        return "\n".join(lines)


class ChangedMeanwhile(ShopError):
    """What was shown is no longer what would happen."""

    sentence = "The shop changed meanwhile, so nothing was done; run it again and look at the new figures."


@dataclass
class Mistakes:
    """The mistakes of one file, collected while it is read and compared."""

    path: Path
    found: list[Mistake] = field(default_factory=list)

    def add(self, line: int, why: object) -> None:
        """Note what is wrong in a line.

        Raises:
            BadRows: there are too many by now.
        """
        self.found.append(Mistake(line, str(why)))
        if len(self.found) >= MOST:
            self.refuse_any()

    def refuse(self, line: int, why: object) -> "BadRows":
        """Note what makes reading on senseless, and return what is to be raised."""
        return BadRows(str(self.path), tuple(sorted([*self.found, Mistake(line, str(why))])))

    def refuse_any(self) -> None:
        """Refuse the file if anything is wrong in it.

        Raises:
            BadRows: something is.
        """
        if self.found:
            raise BadRows(str(self.path), tuple(sorted(self.found)))
