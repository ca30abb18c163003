"""The bot process as it is, for measuring: python -m bench.shop_bot, configured by the environment."""

from bench.child import answer
from bot import main
from bot.config import Config, load_config


async def serve(config: Config) -> None:
    """Run the shop until the parent has no more questions."""
    async with main.running(config) as process:
        main.settle()

        async def plan_anew() -> None:
            process.timetable.plan_anew()

        await answer({"plan_anew": plan_anew})


if __name__ == "__main__":
    main.run(load_config(_env_file=None), serve)
