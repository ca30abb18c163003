"""Who may look at the figures."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr
from yarl import URL

from bot import metrics
from bot.config import Config
from bot.db import Database
from bot.services import mistakes
from bot.web import server
from bot.web.guard import Guard, TooManyWrong
from bot.web.health import Surroundings
from bot.web.views import PAGES
from tests.web.conftest import TOKEN

CLOSED = ("/metrics", "/metrics/prometheus", "/nothing/there", "/", *(f"/{name}" for name in PAGES))


@pytest.mark.parametrize("path", CLOSED)
async def test_without_the_token_there_is_nothing_to_see(stranger: aiohttp.ClientSession, path: str):
    async with stranger.get(path) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert await answer.text() == "Send the token: Authorization: Bearer MONITORING_TOKEN\n"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic " + TOKEN, TOKEN, f"Bearer {TOKEN}x", "Bearer é"])
async def test_a_wrong_token_is_none(stranger: aiohttp.ClientSession, header: str):
    async with stranger.get("/metrics", headers={"Authorization": header}) as answer:
        assert answer.status == 401


async def test_health_and_readiness_are_for_everybody(stranger: aiohttp.ClientSession):
    for path in ("/health", "/ready"):
        async with stranger.get(path) as answer:
            assert answer.status == 200


async def test_every_answer_forbids_the_browser_what_the_pages_never_need(stranger: aiohttp.ClientSession):
    for path in ("/health", "/metrics", "/nothing/there"):
        async with stranger.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "aiohttp" not in answer.headers["Server"]


async def test_five_wrong_tokens_a_minute_are_enough(stranger: aiohttp.ClientSession):
    for _ in range(5):
        async with stranger.get("/metrics", headers={"Authorization": "Bearer wrong"}) as answer:
            assert answer.status == 401

    async with stranger.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


def test_who_guesses_from_many_places_is_stopped_as_well_and_a_minute_later_all_is_forgotten():
    time = [1000.0]
    guard = Guard(TOKEN, clock=lambda: time[0])
    assert guard.accepts(TOKEN, "192.0.2.200")
    for number in range(30):
        assert not guard.accepts("wrong", f"192.0.2.{number}")

    with pytest.raises(TooManyWrong):
        guard.accepts(TOKEN, "192.0.2.99")
    assert guard.accepts(TOKEN, "192.0.2.200"), "who has shown the token before is not shut out"

    time[0] += 60
    assert guard.accepts(TOKEN, "192.0.2.99")


async def test_without_a_token_only_this_machine_may_look(config: Config, db: Database, tmp_path: Path):
    open_one = config.model_copy(update={"monitoring_token": None})
    stop = await server.start(open_one, db, Surroundings(tmp_path))
    found = {}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{config.monitoring_port}") as anybody:
        for headers in (
            {"Host": "localhost:9090"},
            {"Host": "evil.example.com"},
            {"Host": "[::1"},
            {"Host": "127.0.0.1:9090", "X-Forwarded-For": "192.0.2.7"},
        ):
            async with anybody.get("/metrics", headers=headers) as answer:
                found[headers["Host"]] = answer.status
    await stop()

    assert found == {"localhost:9090": 200, "evil.example.com": 403, "127.0.0.1:9090": 403, "[::1": 403}


async def test_browsers_are_led_to_the_login_and_from_there_to_no_foreign_place(stranger: aiohttp.ClientSession):
    async with stranger.get("/jobs", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/jobs")

    for way in ("https://evil.example.com", "//evil.example.com/jobs", "/\\evil", "/metrics", "é" * 500):
        form = {"token": TOKEN, "next": way}
        async with stranger.post("/login", data=form, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/dashboard")


async def test_a_hostile_address_forges_no_header(stranger: aiohttp.ClientSession):
    url = URL("/jobs%0d%0aSet-Cookie:%20shop_monitor=x", encoded=True)
    async with stranger.get(url, headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"].lower() == "/login?next=/jobs%0d%0aset-cookie:%20shop_monitor=x"
        assert "Set-Cookie" not in answer.headers


async def test_a_bug_is_an_id_and_nothing_else(machine: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch):
    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("a secret of the database")

    metrics.take_mistakes()
    monkeypatch.setattr(mistakes, "latest", broken)
    async with machine.get("/errors") as answer:
        said = await answer.text()
        status, policy = answer.status, answer.headers["Content-Security-Policy"]

    (met,) = metrics.take_mistakes()
    assert status == 500
    assert said == f"Something went wrong. Look for error {met.error_id} in bot.log.\n"
    assert policy


async def test_a_form_of_another_site_is_refused(stranger: aiohttp.ClientSession):
    for path in ("/login", "/logout"):
        headers = {"Origin": "https://evil.example.com"}
        async with stranger.post(path, data={"token": TOKEN}, headers=headers, allow_redirects=False) as answer:
            assert answer.status in (401, 403)
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "form", [{}, {"token": ""}, {"token": "\x00"}, {"token": "é" * 100}, {"token": TOKEN[:-1]}, {"wrong": TOKEN}]
)
async def test_a_wrong_login_gets_a_sentence_and_no_cookie(stranger: aiohttp.ClientSession, form: dict[str, str]):
    async with stranger.post("/login", data=form, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "That is not the token." in await answer.text()
        assert "Set-Cookie" not in answer.headers


async def test_a_file_as_the_token_and_a_huge_form_are_refused(stranger: aiohttp.ClientSession):
    whole = aiohttp.FormData({"token": TOKEN})
    whole.add_field("token", b"x", filename="token.txt")
    async with stranger.post("/login", data=whole, allow_redirects=False) as answer:
        assert answer.status == 303  # the first of two is the token
    only_file = aiohttp.FormData()
    only_file.add_field("token", b"x", filename="token.txt")
    async with stranger.post("/login", data=only_file, allow_redirects=False) as answer:
        assert answer.status == 403
    async with stranger.post("/login", data={"token": "x" * 100_000}, allow_redirects=False) as answer:
        assert answer.status == 413


async def test_many_logins_push_the_oldest_out_and_the_login_ends_after_twelve_hours():
    time = [0.0]
    guard = Guard(TOKEN, clock=lambda: time[0])
    first = guard.open_session()
    last = [guard.open_session() for _ in range(50)][-1]

    def knows(secret: str) -> bool:
        return guard.knows(make_mocked_request("GET", "/", headers={"Cookie": f"shop_monitor={secret}"}))

    assert (knows(first), knows(last)) == (False, True)
    time[0] += 12 * 3600
    assert not knows(last)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/sales?range=%00", 400, "Use one of these ranges: today, 7d, 30d, year."),
        ("/funnel?range=999d", 400, "Use one of these ranges"),
        ("/events?kind=%3Cscript%3E", 400, "A kind of event looks like order.confirmed."),
        ("/events?kind=nothing.known", 200, "Nothing of this kind."),
        ("/static/..%2Fpages.py", 404, ""),
        ("/static/nothing.js", 404, ""),
        ("/nothing", 404, ""),
    ],
)
async def test_bad_addresses_get_a_plain_answer(machine: aiohttp.ClientSession, path: str, status: int, said: str):
    async with machine.get(path) as answer:
        assert answer.status == status
        assert said in await answer.text()


def test_the_token_is_not_shown(config: Config):
    assert isinstance(config.monitoring_token, SecretStr)
    assert TOKEN not in repr(config)
