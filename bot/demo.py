"""The demo: the same bot process, talking over real HTTP to the sandbox, with a small catalogue of its own."""

import asyncio
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import aiohttp
from embit import bip32, bip39, script
from embit.networks import NETWORKS
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot import main, migrations
from bot.config import ROOT, Config, ConfigError, load_config
from bot.db import Database
from bot.services import catalog, clock, people, photos, reference_codes, staff_group
from bot.services.queries import browse, reference_code_lists
from bot.services.queries.paging import Window
from bot.services.queries.reference_code_lists import Wanted

TOKEN = "42:DEMO"  # noqa: S105 - the sandbox's own, good for nothing else
OWNER, ANNA, BORIS = 1, 101, 102
ACTOR, NOTE = "job:demo", "demo"
SECONDS_TO_START = 20

PICTURES = Path(__file__).parent / "demo_pictures"
CATALOGUE = (
    (
        "Tea",
        None,
        (
            (
                ("Green tea", "12.50", 40, "Sencha from the first harvest, 100 g.\nBrew at 70 °C for two minutes."),
                ("green_tea", "green_tea_cup"),
            ),
            (("Earl Grey", "9.90", 25, "Black tea with bergamot, 125 g."), ("earl_grey",)),
            (("Peppermint", "6.40", 60, "Whole leaves from the garden next door, 50 g."), ("peppermint",)),
        ),
    ),
    (
        "Coffee",
        None,
        (
            (("Espresso beans", "18.00", 30, "Dark roast, 500 g."), ("espresso_beans",)),
            (("Filter coffee", "16.50", 3, "Light roast, 500 g. Only a few bags are left."), ("filter_coffee",)),
        ),
    ),
    (
        "Tableware",
        None,
        ((("Sugar bowl", "22.00", 0, "Stoneware with a lid. Sold out at the moment."), ("sugar_bowl",)),),
    ),
    (
        "Cups",
        "Tableware",
        (
            (("Blue cup", "14.00", 12, "Stoneware, 250 ml."), ("blue_cup", "blue_cup_pair")),
            (("White cup", "13.00", 12, "Porcelain."), ("white_cup",)),
        ),
    ),
)
"""Category, the category around it, and its goods: name, price in the demo's currency, stock, description; pictures."""

WELCOME = """
  The demo is open: {url}/
  Newcomers enter with the reference code {code}. Ctrl-C ends the demo.

  To run this shop from another terminal:
    export {variables}
    {shell} order list

"""

# Everybody knows this BIP39 test mnemonic, so nobody must ever send money to its addresses.
MNEMONIC = "abandon " * 11 + "about"


def run(config: Config, port: int) -> None:
    """Run the demo until Ctrl-C.

    Raises:
        ConfigError: the chat page's port is taken.
    """
    folder = config.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    shared = _shared(config)
    with _sandbox(port) as url:
        settings = load_config(
            token=SecretStr(TOKEN),
            helper_id=None,
            telegram_api_url=url,
            redis_host=None,
            log_to_stdout=False,
            **{name.lower(): value for name, value in shared.items()},
        )
        main.run(settings, partial(_serve, url, shared))


def _shared(config: Config) -> dict[str, str]:
    """Return the variables in which the demo differs from the real shop, for the bot and for the shell beside it."""
    return {
        "DATABASE_URL": f"sqlite:///{config.data_dir / 'demo.db'}",
        "DATA_DIR": str(config.data_dir),
        "LOG_DIR": str(config.log_dir),
        "OWNER_ID": str(OWNER),
        "MIN_AMOUNT": "5",
        "BTC_ADDRESSES_FILE": str(_address_file(config.data_dir)),
    }


async def _serve(url: str, shared: Mapping[str, str], config: Config) -> None:
    known = await _bring_people_back(url, config)
    async with main.running(config) as process:
        code = await _fill(process.db, config.data_dir)
        main.stop_on_signals(process)
        await _open_chats(url, code, known)
        await process.bot.send_message(OWNER, f"Demo: newcomers enter with the reference code <code>{code}</code>")
        sys.stdout.write(_welcome(url, code, shared))
        sys.stdout.flush()
        await process.stopped.wait()


def _welcome(url: str, code: str, shared: Mapping[str, str]) -> str:
    variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in shared.items())
    shell = shlex.join([sys.executable, str(ROOT / "bot_cli.py")])
    return WELCOME.format(url=url, code=code, variables=variables, shell=shell)


async def _bring_people_back(url: str, config: Config) -> list[int]:
    """Let everybody who has entered be there before the bot is: what waits in the outbox must find its people.

    So must the staff's group, where there is one. The sandbox lives in memory and forgets them when it ends.
    """
    await asyncio.to_thread(migrations.upgrade, config.sqlalchemy_url)
    db = Database(config.sqlalchemy_url, threads=1)
    try:
        known, group = await db.fetch(people.everybody), await db.fetch(staff_group.chat)
    finally:
        db.close()
    for person in known:
        about = {"name": person.first_name, "username": person.username, "language": person.language}
        await _post(url, "people", {"id": person.telegram_id, "started": True, **about})
    if group:
        await _post(url, "groups", {"id": group, "name": "Staff"})
    return [person.telegram_id for person in known]


async def _fill(db: Database, data_dir: Path) -> str:
    """Fill an empty shop, and return a reference code that lets anybody in."""
    if not (await db.fetch(browse.shelves)).rows:
        for category, parent, goods in CATALOGUE:
            await db.run(catalog.add_category, category, parent=parent, actor=ACTOR, now=clock.now())
            for (name, price, stock, description), pictures in goods:
                await db.run(
                    catalog.add_goods,
                    name,
                    category=category,
                    price=price,
                    stock=stock,
                    description=description,
                    photos=[photos.keep(PICTURES / f"{picture}.png", data_dir) for picture in pictures],
                    actor=ACTOR,
                    now=clock.now(),
                )
    return await db.run(_code)


def _code(session: Session) -> str:
    """Return the demo's reference code; where it is disabled, or not there yet, a new one."""
    now = clock.now()
    usable = reference_code_lists.listed(session, Wanted(text=ACTOR, redeemable_at=now), Window())
    known = [each.code for each in usable if (each.created_by, each.note) == (ACTOR, NOTE)]
    if known:
        return known[0]
    made = reference_codes.create_for_staff(session, expires_hours=0, max_uses=0, note=NOTE, actor=ACTOR, now=now)
    return made.code


async def _open_chats(url: str, code: str, known: Iterable[int]) -> None:
    """Let the people of the chat page say hello: the owner and Anna are in, Boris still needs the code."""
    greetings = {OWNER: "/start", ANNA: f"/start {code}", BORIS: "/start"}
    for person, text in {**dict.fromkeys(known, "/start"), **greetings}.items():
        await _post(url, f"people/{person}/send", {"text": text})


async def _post(url: str, what: str, about: Mapping[str, object]) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/sandbox/{what}", json=about) as response:
        response.raise_for_status()


@contextmanager
def _sandbox(port: int) -> Iterator[str]:
    """Run the sandbox beside us and yield its address. Ctrl-C is ours: the sandbox ends when we have."""
    command = [sys.executable, "-m", "bot.sandbox", "--port", str(port), "--token", TOKEN, "--owner", str(OWNER)]
    command += ["--person", f"{ANNA}:Anna:en", "--person", f"{BORIS}:Boris:ru", "--name", "Demo shop"]
    pipe = subprocess.PIPE
    child = subprocess.Popen(
        [*command, "--until-stdin-ends"],
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
    )
    try:
        ready = child.stdout.readline() if child.stdout else ""
        if "http://" not in ready:
            _, why = child.communicate(timeout=SECONDS_TO_START)
            raise ConfigError(f"{why.strip()}. Choose another with: make demo ARGS='--port 8090'")
        yield ready.split("http://", 1)[1].split("/", 1)[0].join(("http://", ""))
    finally:
        child.terminate()
        child.wait(timeout=SECONDS_TO_START)


def _address_file(folder: Path) -> Path:
    """Write the demo's own address file: the shop's real pool is not touched."""
    path = folder / "demo_btc_addresses.txt"
    if not path.exists():
        root = bip32.HDKey.from_seed(bip39.mnemonic_to_seed(MNEMONIC))
        keys = [root.derive(f"m/84h/0h/0h/0/{number}") for number in range(20)]
        addresses = [script.p2wpkh(key).address(NETWORKS["main"]) for key in keys]
        path.write_text(
            "# Addresses of a public test mnemonic: never send money there.\n" + "\n".join(addresses) + "\n"
        )
    return path
