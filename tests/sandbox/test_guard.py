"""Other websites cannot act in the sandbox."""

import json

import pytest


async def test_the_page_and_its_state_are_served(api, anna, sandbox):
    async with api.client.get(f"{sandbox.url}/") as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    async with api.client.get(f"{sandbox.url}/sandbox/state") as response:
        person = (await response.json())["people"][0]

    assert (person["name"], person["messages"][0]["text"]) == ("Anna", "/start")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_foreign_pages_are_refused(api, anna, sandbox, headers):
    async with api.client.post(
        f"{sandbox.url}/sandbox/people/101/send", json={"text": "x"}, headers=headers
    ) as response:
        assert response.status == 403
    async with api.client.get(f"{sandbox.url}/sandbox/transcript", headers=headers) as response:
        assert response.status == 403

    assert len(anna.messages) == 1


async def test_forms_of_foreign_pages_are_refused(api, anna, sandbox):
    body = json.dumps({"text": "x"})
    headers = {"Content-Type": "text/plain"}
    async with api.client.post(f"{sandbox.url}/sandbox/people/101/send", data=body, headers=headers) as response:
        assert response.status == 415

    assert len(anna.messages) == 1


@pytest.mark.parametrize("path", ["../pages.py", "%2e%2e%2fpages.py", "nothing.js", "__init__.py"])
async def test_only_the_page_itself_is_served(api, sandbox, path):
    async with api.client.get(f"{sandbox.url}/sandbox/page/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("101/send", {"text": " "}, 409),
        ("101/send", {}, 409),
        ("101/tap", {"message_id": 999, "row": 0, "column": 0}, 409),
        ("101/photo", {"data": "no picture"}, 409),
        ("101/dance", {}, 404),
        ("999/send", {"text": "x"}, 404),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(api, anna, sandbox, path, body, status):
    async with api.client.post(f"{sandbox.url}/sandbox/people/{path}", json=body) as response:
        assert response.status == status
    assert len(anna.messages) == 1


async def test_the_transcript_is_readable_over_http(api, anna, sandbox):
    await api.result("sendMessage", chat_id=101, text="Hello")

    async with api.client.get(f"{sandbox.url}/sandbox/transcript") as response:
        transcript = await response.json()
    assert transcript["calls"][0]["method"] == "sendMessage"
    assert transcript["updates"][0]["message"]["text"] == "/start"
