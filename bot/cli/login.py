"""Who is typing: the name that stands in the audit trail."""

import getpass
import os

LONGEST = 80
"""The audit trail's column is ASCII and keeps so many letters."""


def actor(name: str | None) -> str:
    """Return "cli:" and `name`, else the login, also behind sudo; what is not ASCII is written as an escape."""
    for candidate in (name, os.environ.get("SUDO_USER"), os.environ.get("USER"), _account()):
        plain = "".join(letter for letter in candidate or "" if letter.isprintable()).strip()
        if plain:
            return f"cli:{plain}".encode("ascii", "backslashreplace").decode()[:LONGEST]
    raise AssertionError("an account has a name or a number")


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid{os.getuid()}"
