"""Refusals about backups: one that cannot be made, read or put back, and why."""

from dataclasses import dataclass

from bot.errors.general import ShopError


@dataclass(eq=False)
class BackupFailed(ShopError):
    """A backup could not be made; nothing of it was left behind."""

    why: str

    def __str__(self) -> str:
        return f"No backup was made: {self.why}."


@dataclass(eq=False)
class BadBackup(ShopError):
    """A backup is damaged, or none of this shop's."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"The backup {self.name} cannot be used: {self.why}."


@dataclass(eq=False)
class WrongDataKey(ShopError):
    """The data key at hand does not open what a backup holds; both are named by their fingerprints."""

    name: str
    sealed_with: str
    have: str

    def __str__(self) -> str:
        have = f"the key at hand is {self.have}" if self.have else "there is no key here"
        return (
            f"The backup {self.name} was sealed with the data key {self.sealed_with}, and {have}: "
            "put that key into DATA_KEY, or into data.key or data.key.ID.retired in DATA_DIR."
        )


@dataclass(eq=False)
class ToolMissing(ShopError):
    """A program that works on MariaDB is not installed here."""

    tool: str

    def __str__(self) -> str:
        return f"The program {self.tool} is missing; install it (Debian: apt-get install mariadb-client)."


@dataclass(eq=False)
class ScratchForbidden(ShopError):
    """The database user may not make the scratch database in which a backup is tried out."""

    grant: str

    def __str__(self) -> str:
        return (
            "The database user may not make the scratch database in which a backup is tried out. As MariaDB's root run "
            f"{self.grant} once."
        )


@dataclass(eq=False)
class RestoreFailed(ShopError):
    """A backup was not put back; the shop is as it was."""

    why: str

    def __str__(self) -> str:
        return f"Nothing was restored, the shop is as it was: {self.why}."


@dataclass(eq=False)
class NoUpgrade(ShopError):
    """The schema was not brought up to date, because what is there could not be put away before."""

    why: str

    def __str__(self) -> str:
        why = self.why.rstrip(".")
        return f"The schema was left as it is, --no-backup upgrades it without a backup: {why}."
