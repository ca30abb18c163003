"""MariaDB's own programs: what writes a database down as SQL, and what reads it in again."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from sqlalchemy import URL

from bot.backups.tally import Tally
from bot.errors import ToolMissing

DUMP = ("mariadb-dump", "mysqldump")
CLIENT = ("mariadb", "mysql")
DUMP_OPTIONS = (
    # One moment of the whole database, without a lock that anybody would have to wait for.
    "--single-transaction",
    "--quick",
    # A row is a statement on a line of its own, always in the same order: so it can be counted and compared.
    "--skip-extended-insert",
    "--order-by-primary",
    "--hex-blob",
    # Read in as one transaction a table; locks and table spaces would need rights that the shop does not have.
    "--no-autocommit",
    "--skip-add-locks",
    "--skip-disable-keys",
    "--no-tablespaces",
    "--default-character-set=utf8mb4",
)
# Binary mode: the client's own commands, such as one that starts a program, are no part of a backup.
CLIENT_OPTIONS = ("--binary-mode", "--default-character-set=utf8mb4", "--max-allowed-packet=1G")
TLS = {"ssl_ca": "ssl-ca", "ssl_cert": "ssl-cert", "ssl_key": "ssl-key"}
MOST_JOINED = 12_000_000
"""In bytes. The first statement that fills an empty table costs MariaDB half as much a row, so it should be large."""
PACKET = 16_777_216
"""What a server takes at once, if nobody has set it otherwise."""
ONE_ROW = re.compile(rb"INSERT INTO `[^`]+` VALUES (?=\()")
BEGIN_OF_ERROR = 1000


class ToolFailed(Exception):
    """One of the programs ended with an error; the message is its first line."""


def require(*names: Sequence[str]) -> None:
    """Refuse what cannot be done because a program is missing.

    Raises:
        ToolMissing: it is.
    """
    for each in names:
        _path(each)


def dump(url: URL, room: Path, out: BinaryIO | None) -> Tally:
    """Write a database down as SQL, if `out` is somewhere, and return what it holds.

    Raises:
        ToolMissing: the program is not here.
        ToolFailed: it could not do it.
    """
    tally = Tally()
    with _running(DUMP, url, room, (*DUMP_OPTIONS, str(url.database)), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            tally.take(line)
            if out is not None:
                out.write(line)
    return tally


def load(url: URL, room: Path, source: BinaryIO, packet: int = PACKET) -> None:
    """Read SQL into a database on a server that takes so many bytes at once.

    Raises:
        ToolMissing: the program is not here.
        ToolFailed: it could not do it.
    """
    options = (*CLIENT_OPTIONS, str(url.database))
    with _running(CLIENT, url, room, options, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            for statement in joined(source, min(MOST_JOINED, packet * 3 // 4)):
                process.stdin.write(statement)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended, and says why


def joined(lines: Iterable[bytes], most: int = MOST_JOINED) -> Iterator[bytes]:
    """Yield the lines of a dump, with rows of the same table as one statement: the server is asked less often."""
    head, rows, size = b"", list[bytes](), 0
    for line in lines:
        found = ONE_ROW.match(line) if line.endswith(b");\n") else None
        if rows and (found is None or found[0] != head or size + len(line) > most):
            yield head + b",".join(rows) + b";\n"
            rows, size = [], 0
        if found is None:
            yield line
        else:
            head = found[0]
            rows.append(line[len(head) : -2])
            size += len(line)
    if rows:
        yield head + b",".join(rows) + b";\n"


@contextmanager
def _running(
    names: Sequence[str],
    url: URL,
    room: Path,
    options: Sequence[str],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    program = _path(names)
    with _options_file(url, room) as file, tempfile.TemporaryFile(dir=room) as said:
        command = [program, f"--defaults-file={file}", *options]
        with subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said) as process:
            try:
                yield process
                code = process.wait()
            except BaseException:
                process.kill()
                raise
        if code:
            raise ToolFailed(_first_line(said) or f"{names[0]} ended with code {code}")


@contextmanager
def _options_file(url: URL, room: Path) -> Iterator[Path]:
    """Hand the password over in a file that only we may read: a command line is everybody's to see."""
    path = room / f"client-{os.urandom(4).hex()}.cnf"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in _option_lines(url)))
        yield path
    finally:
        path.unlink(missing_ok=True)


def _option_lines(url: URL) -> Iterator[str]:
    """Yield what PyMySQL is told, in the programs' words."""
    yield "[client]"
    yield f"user={_quoted(url.username or '')}"
    yield f"password={_quoted(url.password or '')}"
    socket = url.query.get("unix_socket")
    if socket:
        yield f"socket={_quoted(str(socket))}"
    else:
        yield "protocol=tcp"
        yield f"host={_quoted(url.host or 'localhost')}"
        yield f"port={url.port or 3306}"
    wanted = [f"{option}={_quoted(str(url.query[name]))}" for name, option in TLS.items() if name in url.query]
    # Newer programs insist on TLS with a certificate that they can check, where PyMySQL uses none unless it is told to.
    yield from wanted or ["skip-ssl-verify-server-cert"]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _path(names: Sequence[str]) -> str:
    found = next(filter(None, (shutil.which(name) for name in names)), None)
    if found is None:
        raise ToolMissing(names[0])
    return found


def _first_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read(BEGIN_OF_ERROR).decode(errors="replace").splitlines()
    return lines[0].partition(": ")[2].rstrip(". ") or lines[0] if lines else ""
