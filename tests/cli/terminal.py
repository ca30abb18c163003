"""A person at a terminal: a command on a pseudo-terminal, so that it may ask, and somebody who reads and types."""

import errno
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds; a busy machine takes long to start a process."""


class Terminal:
    """One running command; `screen` is everything that it has printed, on stdout and stderr."""

    def __init__(self, process: "subprocess.Popen[bytes]", end: int) -> None:
        self.process = process
        self.screen = ""
        self._end = end

    def shows(self, text: str) -> None:
        """Wait until the screen shows `text`."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.screen:
            assert time.monotonic() < deadline, f"{text!r} never came: {self.screen!r}"
            if not self._read(0.2):
                assert text in self.screen, f"{text!r} never came: {self.screen!r}"

    def types(self, text: str) -> None:
        """Type a line."""
        os.write(self._end, f"{text}\n".encode())

    def presses(self, key: bytes) -> None:
        """Press a key, written as the byte that it sends."""
        os.write(self._end, key)

    def is_resized(self, columns: int, rows: int = 24) -> None:
        """Give the window another size; the system tells the command so."""
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def ends(self) -> int:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(0.2):
            assert time.monotonic() < deadline, f"it does not end: {self.screen!r}"
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Take over what was printed; return whether more may come."""
        if not select.select([self._end], [], [], seconds)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._end, 65536)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.screen += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def on_a_terminal(
    *words: str, variables: Mapping[str, str], columns: int = 80, rows: int = 24, term: str = "xterm"
) -> Iterator[Terminal]:
    """Run `bot_cli.py` with these words on a terminal, and end it at the end of the block."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {name: value for name, value in variables.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "bot_cli.py"), *words],
        env={**kept, "TERM": term},
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        with suppress(OSError):
            os.close(ours)
