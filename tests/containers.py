"""deploy/Dockerfile as a test reads it: its instructions, and the folder that it makes of the checkout."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.config import ROOT

DEPLOY = ROOT / "deploy"


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word, and the rest of it on one line."""

    word: str
    rest: str

    @property
    def listed(self) -> list[str]:
        """Return a list that is written as JSON."""
        return list(json.loads(self.rest[self.rest.index("[") :]))


def instructions() -> list[Instruction]:
    """Return every instruction of the Dockerfile."""
    lines = (line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Instruction(*line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def last(word: str) -> Instruction:
    """Return the instruction that counts."""
    return [each for each in instructions() if each.word == word][-1]


def copied() -> list[tuple[str, str]]:
    """Return what is taken from the checkout into the image: each source with its destination."""
    stages = [each.rest for each in instructions() if each.word == "COPY" and "--from" not in each.rest]
    return [(source, line.split()[-1]) for line in stages for source in line.split()[:-1]]


def lay_out(folder: Path) -> None:
    """Make a folder that holds what the image holds in /app, and nothing else."""
    for source, target in copied():
        place = folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place)
    for name in ("data", "logs", "addresses"):
        (folder / name).mkdir()
