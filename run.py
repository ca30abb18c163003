"""Starts the bot process: the real shop with a TOKEN, else the demo against the sandbox."""

import argparse
import sys
from functools import partial

from bot.config import ConfigError, load_config
from bot.errors import ShopError


def main() -> int:
    """Start what the environment asks for, and say in one line why if that is impossible."""
    parser = argparse.ArgumentParser(description="Run the shop. Without a TOKEN it is the demo.")
    parser.add_argument("--demo", action="store_true", help="run the demo, whatever TOKEN says")
    parser.add_argument("--no-demo", action="store_true", help="refuse to start without a TOKEN, as a service should")
    parser.add_argument("--port", type=int, default=8081, help="the demo's chat page (8081; 0 for any free port)")
    parser.add_argument("--no-backup", action="store_true", help="upgrade the schema without a backup before")
    options = parser.parse_args()
    try:
        config = load_config()
        if options.no_demo and config.token is None:
            raise ConfigError("TOKEN is missing: the bot's token, as BotFather gives it. See .env.example.")
        if options.demo or config.token is None:
            from bot import demo

            demo.run(config, options.port)
        else:
            from bot import main as bot_process

            bot_process.run(config, partial(bot_process.serve, with_backup=not options.no_backup))
    except (ConfigError, ShopError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
