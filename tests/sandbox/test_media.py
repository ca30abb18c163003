"""Photos, documents and albums: by upload, by file id, and back to their bytes."""

import json

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.files import image_size, sample_photo

PHOTO = sample_photo(32, 20)


def form(fields, **files):
    data = aiohttp.FormData()
    for name, value in fields.items():
        data.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, content in files.items():
        data.add_field(name, content, filename=f"{name}.png", content_type="image/png")
    return data


@pytest.fixture
def upload(api, sandbox):
    async def upload(method, fields, **files):
        url = f"{sandbox.url}/bot{sandbox.world.token}/{method}"
        async with api.client.post(url, data=form(fields, **files)) as response:
            return await response.json()

    return upload


async def test_an_uploaded_photo_can_be_sent_again_by_its_id_and_downloaded(api, anna, sandbox, upload):
    sent = (await upload("sendPhoto", {"chat_id": 101, "caption": "<b>Tea</b>", "parse_mode": "HTML"}, photo=PHOTO))[
        "result"
    ]
    file_id = sent["photo"][-1]["file_id"]
    await api.result("sendPhoto", chat_id=101, photo=file_id)
    path = (await api.result("getFile", file_id=file_id))["file_path"]
    async with api.client.get(f"{sandbox.url}/file/bot{sandbox.world.token}/{path}") as response:
        downloaded = await response.read()

    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (32, 20)
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert anna.bot_messages[0].caption == "Tea"
    assert anna.last.photo == file_id
    assert downloaded == PHOTO


async def test_a_document_keeps_its_name(anna, upload):
    sent = (await upload("sendDocument", {"chat_id": 101, "document": "attach://list"}, list=b"a,b"))["result"]

    assert sent["document"]["file_name"] == "list.png"
    assert anna.last.document == sent["document"]["file_id"]


@pytest.mark.parametrize(
    ("photo", "refusal"),
    [(b"no picture", "Bad Request: IMAGE_PROCESS_FAILED"), (b"", "Bad Request: file must be non-empty")],
)
async def test_what_is_no_picture_is_refused_as_a_photo(anna, upload, photo, refusal):
    assert (await upload("sendPhoto", {"chat_id": 101}, photo=photo))["description"] == refusal
    assert anna.bot_messages == []


async def test_file_ids_belong_to_one_bot(api, anna):
    async with Sandbox("43:OTHER") as other:
        boris = other.person(101)
        photo = (await boris.shares_photo(wait=False))["message"]["photo"][-1]["file_id"]

    assert "wrong remote file identifier specified" in await api.refusal("sendPhoto", chat_id=101, photo=photo)
    assert await api.refusal("getFile", file_id=photo) == "Bad Request: invalid file_id"


async def test_a_document_cannot_be_sent_as_a_photo(api, anna):
    document = (await anna.shares_document(wait=False))["message"]["document"]["file_id"]

    assert await api.refusal("sendPhoto", chat_id=101, photo=document) == (
        "Bad Request: can't use file of type Document as Photo"
    )


async def test_a_caption_has_at_most_1024_units(api, anna):
    photo = (await anna.shares_photo(wait=False))["message"]["photo"][-1]["file_id"]
    await api.result("sendPhoto", chat_id=101, photo=photo, caption="x" * 1024)

    assert await api.refusal("sendPhoto", chat_id=101, photo=photo, caption="x" * 1025) == (
        "Bad Request: message caption is too long"
    )


async def test_an_album_is_two_to_ten_messages(anna, upload):
    media = [{"type": "photo", "media": "attach://one", "caption": "1"}, {"type": "photo", "media": "attach://two"}]
    sent = (await upload("sendMediaGroup", {"chat_id": 101, "media": media}, one=PHOTO, two=PHOTO))["result"]
    refused = await upload("sendMediaGroup", {"chat_id": 101, "media": media[:1]}, one=PHOTO)

    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message.caption for message in anna.bot_messages] == ["1", None]
    assert refused["error_code"] == 400


async def test_a_text_becomes_a_photo_only_by_its_own_method(api, anna, upload):
    message = (await api.result("sendMessage", chat_id=101, text="x"))["message_id"]
    about = {
        "chat_id": 101,
        "message_id": message,
        "media": {"type": "photo", "media": "attach://pic", "caption": "Tea"},
    }
    await upload("editMessageMedia", about, pic=PHOTO)

    refusal = await api.refusal("editMessageText", chat_id=101, message_id=message, text="y")

    assert refusal == "Bad Request: there is no text in the message to edit"
    assert anna.last.photo
    assert anna.last.caption == "Tea"


async def test_a_caption_is_replaced_in_place(api, anna):
    photo = (await anna.shares_photo(wait=False))["message"]["photo"][-1]["file_id"]
    message = (await api.result("sendPhoto", chat_id=101, photo=photo, caption="one"))["message_id"]

    await api.result("editMessageCaption", chat_id=101, message_id=message, caption="two")

    assert anna.screen == "two"
    assert anna.last.photo == photo


async def test_people_share_pictures_and_files(api, anna):
    await anna.shares_photo(PHOTO, caption="receipt", wait=False)
    await anna.shares_document(b"x", "a.pdf", content_type="application/pdf", wait=False)
    await anna.sends_sticker(wait=False)

    updates = [update["message"] for update in await api.result("getUpdates")][1:]
    assert updates[0]["caption"] == "receipt"
    assert updates[1]["document"]["mime_type"] == "application/pdf"
    assert updates[2]["sticker"]["emoji"] == "👍"


def test_the_sizes_of_pictures_are_read_from_their_headers():
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x14\x00\x20\x03" + b"\0" * 9

    assert image_size(PHOTO) == (32, 20)
    assert image_size(jpeg) == (32, 20)
    assert image_size(b"GIF89a\x20\x00\x14\x00") == (32, 20)
    assert image_size(b"<svg/>") is None
