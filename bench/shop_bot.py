"""The bot process as it is, for measuring: python -m bench.shop_bot, configured by the environment."""

from bench.child import answer
from bot import main
from bot.config import Config, load_config
from bot.jobs import expire_reservations
from bot.services import clock


async def serve(config: Config) -> None:
    """Run the shop until the parent has no more questions; the sweep of reservations begins when it is asked to."""
    async with main.running(config) as process:
        main.settle()

        async def expire() -> None:
            await expire_reservations.run(process.db, clock.now)

        await answer({"expire": expire})


if __name__ == "__main__":
    main.run(load_config(_env_file=None), serve)
