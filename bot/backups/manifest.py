"""What a backup says of itself: manifest.json, which stands beside its parts."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BadBackup

FORMAT = 1
"""Of this program; a higher number is a newer program's."""
FILE = "manifest.json"
PICTURES = "pictures.tar"
LARGEST = 1024 * 1024
"""In bytes; a manifest has a few thousand."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Why(StrEnum):
    """What a backup was made for."""

    ASKED = "asked"
    NIGHTLY = "nightly"
    BEFORE_UPGRADE = "before-upgrade"
    BEFORE_RESTORE = "before-restore"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Table(_Facts):
    """How many rows a table has, and the SHA-256 of their text in the order of its key."""

    rows: Count
    sha256: Digest


class Part(_Facts):
    """A file beside the manifest."""

    bytes: Count
    sha256: Digest


class Origin(_Facts):
    """The database that was put away."""

    kind: Literal["mariadb", "sqlite"]
    version: str
    name: str


class Manifest(_Facts):
    """What a backup holds. `key` is the fingerprint of the data key, never the key."""

    format: int
    taken_at: AwareDatetime
    why: Why
    program: str
    revision: Annotated[str, Field(pattern=r"^\d{4}$")]
    database: Origin
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")] | None
    tables: dict[str, Table]
    parts: dict[Literal["database.sql.gz", "database.sqlite.gz", "pictures.tar"], Part]
    pictures: Count

    @property
    def database_part(self) -> str:
        """Return the name of the file that holds the database."""
        return part_of(self.database.kind)

    @property
    def rows(self) -> int:
        """Return how many rows all tables have."""
        return sum(table.rows for table in self.tables.values())

    @property
    def bytes(self) -> int:
        """Return how much room the parts take."""
        return sum(part.bytes for part in self.parts.values())


def part_of(kind: str) -> str:
    """Return the name of the file that holds a database of this kind."""
    return "database.sql.gz" if kind == "mariadb" else "database.sqlite.gz"


def parsed(text: str, name: str) -> Manifest:
    """Return what a manifest says.

    Raises:
        BadBackup: it is none, or a newer program's.
    """
    try:
        version = _Version.model_validate_json(text).format
        if version > FORMAT:
            raise BadBackup(name, "it was made by a newer program; install that one")
        found = Manifest.model_validate_json(text)
    except ValidationError:
        raise BadBackup(name, f"its {FILE} is damaged") from None
    if set(found.parts) != {found.database_part, PICTURES}:
        raise BadBackup(name, f"its {FILE} is damaged")
    return found


class _Version(BaseModel):
    format: Annotated[int, Field(ge=1)]
