"""What RELIABILITY section 5 calls hostile or bad input, in one place, for every entrance that the shop has.

`make test` takes a sample with a fixed seed; HOSTILE=10 makes it ten times as large, until everything is tried
everywhere. `make chaos` sets it to its rounds: 100 of them leave nothing out.
"""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

TIMES_AS_MANY = int(os.environ.get("HOSTILE", "1"))
PATIENCE = 600 * TIMES_AS_MANY
"""Seconds for a test."""
SEED = 20261121

HONEST = ("Main St; apt 5 & co", 'O\'Brien "Tea" <shop>', "ул. Ленина, д. 5; кв. 7", "Łódź 東京 عمان")
"""Looks like an attack to a pattern, and is somebody's address: accepted, and shown as typed."""

MARKUP = (
    "<script>alert(1)</script>",
    "<b>bold</b> &amp; &lt;",
    "</code><a href='tg://user?id=1'>",
    "{ $code }",
    "{{7*7}}",
)
COMMANDS = ("'; DROP TABLE users; --", "' OR 1=1 #", "$(reboot)", "a && rm -rf /", "`id`", "%s%n%x", "../../etc/passwd")
CELLS = ("=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1")
UNSEEN = (
    "\u202eevil\u2066",
    "zero\u200bwidth\u200d\u2060",
    "\ufeffmark",
    "\u00ad\u115f\u3164",
    "bell\x07\x1b[31m\x1b]0;title\x07",
    "line\nbreak\r\nand\u2028another",
)
BROKEN = ("nul\x00inside", "\ud800", "a\udfffb", "\udcff")
FLOODS = ("e" + "\u0301" * 2000, "👩\u200d" * 300, "x" * 5000, " " * 4000, "\n" * 3000, "я" * 4096)
NUMBERS = (
    *("0", "-1", "-5", "1,5", "1.5", "1e309", "1e5", "NaN", "Infinity", "-0", "+7", "0x10", "1_000", " 12 "),
    *(str(2**31), str(2**63), str(2**64), "9" * 400, "٣", "½", "１２", "0.001", "999999999999.99", "12.345"),
)
TIMES = (
    *("2026-13-01 10:00", "2026-02-30 10:00", "0000-00-00 00:00", "9999-12-31 23:59", "0001-01-01 00:00"),
    *("2020-01-01 10:00", "2026-12-20", "14:30", "2026-12-20 24:00", "2026-12-20T14:30Z", "tomorrow"),
    "31.12.2026 10:00",
    "2027-03-28 02:30",
)
"""Dates that do not exist, are over, or are skipped where the clock is set forward (Berlin, the last)."""
NAMES = (
    "",
    " ",
    ".",
    "..",
    "/",
    "~",
    "-",
    "--",
    "-1",
    "--help",
    "NULL",
    "None",
    "true",
    "Mars",
    "150%",
    "@",
    "😀😀😀",
)

TEXTS: tuple[str, ...] = (
    *HONEST,
    *MARKUP,
    *COMMANDS,
    *CELLS,
    *UNSEEN,
    *BROKEN,
    *FLOODS,
    *NUMBERS,
    *TIMES,
    *NAMES,
)
A_MILLION = "x" * 1_000_000
"""What Telegram would never bring, but a file or a command line does."""

FILES: dict[str, bytes] = {
    "nothing": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "carriage returns": b"name,counted\r\nGreen tea,5\r\n",
    "utf-16": "name,counted\nGreen tea,5\n".encode("utf-16"),
    "another encoding": "имя,число\nЧай,5\n".encode("cp1251"),
    "nul": b"name,counted\nGreen\x00tea,5\n",
    "no end": b'name,counted\n"Green tea,5',
    "half a line": b"name,coun",
    "one long line": b"x" * 2_000_000,
    "very many lines": b"x\n" * 200_000,
    "formulas": "\n".join(["name,counted", *(f'"{cell}",5' for cell in CELLS if '"' not in cell)]).encode(),
    "twice the same": b"name,counted\nGreen tea,5\nGreen tea,6\n",
    "no number": b"name,counted\nGreen tea,1e309\nGreen tea,-5\n",
    "a bomb": b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 110)),
    "another kind of file": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
    "an object of python": b"!!python/object/apply:os.system ['true']\n",
    "nothing but brackets": b"[" * 5000,
}


def some(values: Sequence[Thing], few: int, *, of: str = "") -> Sequence[Thing]:
    """Return a few of many: always the same for the same entrance, and others for each; more in the long run."""
    few *= TIMES_AS_MANY
    if len(values) <= few:
        return values
    return random.Random(f"{SEED} {of}").sample(values, few)
