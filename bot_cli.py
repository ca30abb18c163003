"""The operators' tool: `bot_cli.py --help`. What it does stands in bot/cli."""

from bot.cli import main

if __name__ == "__main__":
    main()
