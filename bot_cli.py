"""The operators' tool: `bot_cli.py --help`. What it does stands in bot/cli."""

import sys

try:
    from bot.cli.root import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing}. Run it with the shop's own environment: .venv/bin/python bot_cli.py (`make run` creates it)")

if __name__ == "__main__":
    main()
