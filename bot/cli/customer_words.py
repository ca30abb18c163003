"""Customers as the shell words them: what they are called, how they stand, and what scripts read of one."""

from datetime import datetime

from bot.cli import Shell
from bot.models import RoleName, User
from bot.services.queries import customers

ROLES = tuple(role.value.lower() for role in RoleName)


def named(shell: Shell, name: str) -> int:
    """Return the id of the person with this id or @username.

    Raises:
        NotFound: nobody has it.
        BadValue: several have the username.
    """
    return shell.db.read(customers.named, name)


def chosen(shell: Shell, name: str | None) -> int | None:
    """Return whom an option of a list names: None for nobody in particular, but "" is a name that nobody has.

    Raises:
        NotFound: nobody has it.
        BadValue: several have the username.
    """
    return None if name is None else named(shell, name)


def name(first_name: str, username: str | None) -> str:
    """Return "Anna @anna", or as much of it as there is."""
    return " ".join(word for word in (first_name, f"@{username}" if username else "") if word)


def called(user: User) -> str:
    """Return how a sentence calls somebody: "Anna (101)"."""
    return f"{user.first_name} ({user.telegram_id})" if user.first_name else str(user.telegram_id)


def state(role: RoleName, *, is_banned: bool, blocked_bot_at: datetime | None) -> str:
    """Return what is not as usual with somebody; nothing for a customer like any other."""
    words = (
        role.value.lower() if role.is_staff else "",
        "banned" if is_banned else "",
        "away" if blocked_bot_at else "",
    )
    return ", ".join(word for word in words if word)
