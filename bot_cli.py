#!/usr/bin/env python3
"""The operators' tool: `bot_cli.py --help`. What it does stands in bot/cli."""

import os
import sys
from pathlib import Path

OWN = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

if __name__ == "__main__" and sys.prefix == sys.base_prefix and OWN.exists():
    # Started with the system's Python: go on with the shop's own, which has the libraries.
    os.execv(OWN, [str(OWN), *sys.argv])  # noqa: S606 - no shell is wanted

try:
    from bot.cli.root import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}. Run it with the shop's own environment: .venv/bin/python bot_cli.py (`make run` creates it)")

if __name__ == "__main__":
    main()
