"""The bot process as it is, for measuring: python -m bench.shop_bot, configured by the environment."""

from bench.child import answer
from bot import main
from bot.config import Config, load_config


async def serve(config: Config) -> None:
    """Run the shop until the parent has no more questions."""
    async with main.running(config):
        main.settle()
        await answer({})


if __name__ == "__main__":
    main.run(load_config(_env_file=None), serve)
