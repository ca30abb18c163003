"""`broadcast`: written, counted, listed, paused and ended in the shell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.models import Broadcast, BroadcastState, OrderStatus
from bot.services import people
from tests.shop import Shop, now

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def crowd(shop: Shop) -> Shop:
    """Return a shop with three customers: one has bought, one reads Russian, one wants no news."""
    for person_id, name in ((101, "Anna"), (102, "Boris"), (103, "Clara")):
        shop.has_customer(person_id, name)
    shop.has_goods()
    shop.has_order(101, {"Green tea": 1}, status=OrderStatus.DELIVERED)
    shop.db.call(people.choose_language, 102, "ru", now=now())
    shop.db.call(people.choose_news, 103, wanted=False, now=now())
    return shop


def newest(shop: Shop) -> Broadcast:
    """Return the newest broadcast."""
    number = shop.scalar("SELECT MAX(id) FROM broadcasts")
    return shop.db.read(lambda session: session.get_one(Broadcast, number))


def test_a_broadcast_is_counted_first_and_nothing_is_written_then(cli, cli_json, crowd: Shop):
    words = ["broadcast", "new", "--text", "Hello", "--segment", "everyone"]
    before = crowd.rows()
    result = cli(*words, "--dry-run")
    facts = cli_json(*words, "--dry-run")

    assert result.stdout == "Dry run: it would go to 2 customers (everyone) at once.\n"
    assert (facts["id"], facts["people_count"], facts["left"], facts["seconds"]) == (None, 2, 2, 1)
    assert crowd.rows() == before


def test_a_broadcast_runs_is_listed_paused_resumed_and_ended(cli, cli_json, crowd: Shop):
    result = cli("broadcast", "new", "--text", "Sale until <b>Sunday</b> &amp; Monday!", "--segment", "EVERYONE")
    number = newest(crowd).id
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Broadcast {number} goes to 2 customers at once.\n"
    assert "the bot has never run" in result.stderr
    assert (newest(crowd).state, newest(crowd).created_by) == (BroadcastState.RUNNING, "cli:anna")

    [row] = cli_json("broadcast", "list", "--state", "running")
    assert (row["id"], row["text"], row["segment"]) == (number, "Sale until <b>Sunday</b> &amp; Monday!", "everyone")
    shown = cli("broadcast", "show", f"#{number}").stdout
    assert f"Broadcast {number} is running" in shown
    assert "Sale until Sunday & Monday!" in shown
    assert "2, about 1 minute" in shown
    assert cli("broadcast", "pause", number).stdout == f"Broadcast {number} is paused.\n"
    assert cli_json("broadcast", "pause", number)["state"] == "paused"
    assert cli("broadcast", "resume", number).stdout == f"Broadcast {number} goes on.\n"
    assert cli("broadcast", "cancel", number, "--yes").stdout == f"Broadcast {number} is cancelled.\n"
    assert cli("broadcast", "resume", number).stderr == f"Broadcast '{number}': it is cancelled.\n"
    assert [event.kind for event in crowd.events() if event.subject == f"broadcast:{number}"] == [
        "broadcast.started",
        "broadcast.paused",
        "broadcast.resumed",
        "broadcast.cancelled",
    ]


def test_a_segment_a_language_a_picture_and_a_time_are_chosen(cli, cli_json, crowd: Shop, home: Path):
    crowd.has_setting("timezone", "Europe/Berlin")
    (home / "tea.png").write_bytes(PNG)
    (home / "news.html").write_text("\ufeffЧай <i>есть</i>", encoding="utf-8")
    words = ["broadcast", "new", "--text", home / "news.html", "--photo", home / "tea.png", "--language", "ru"]
    facts = cli_json(*words, "--segment", "never-bought", "--at", "2036-12-20 14:30")

    assert (facts["text"], facts["content"], facts["people_count"]) == ("Чай <i>есть</i>", "photo", 1)
    assert (home / "data" / "photos" / facts["photo"]).read_bytes() == PNG
    assert (newest(crowd).state, newest(crowd).scheduled_at) == (
        BroadcastState.SCHEDULED,
        datetime(2036, 12, 20, 13, 30, tzinfo=UTC),
    )
    assert "photo: Чай есть" in cli("broadcast", "list").stdout
    read = cli("broadcast", "new", "--text", "-", "--segment", "big-spenders", "--yes", stdin="From a pipe\n")
    assert read.stdout.endswith("goes to 1 customer at once.\n")
    assert (newest(crowd).text, str(newest(crowd).least_amount)) == ("From a pipe", "30.00")


REFUSED = [
    (["--text", ""], "write something that can be seen"),
    (["--text", "&lt;b&gt; \u200b<b></b> <"], "line 1, column 20: write &lt; for <"),
    (["--text", "a\nb <b>c"], "line 2, column 3: <b> is never closed; write </b> where it ends"),
    (["--text", "<b>a<i>b</b></i>"], "line 1, column 9: </b> stands where </i> has to"),
    (["--text", "a</b>"], "line 1, column 2: </b> closes nothing"),
    (["--text", "<p>a</p>"], "line 1, column 1: Telegram knows no <p>; there are a, b, blockquote"),
    (["--text", "Fish & chips"], "line 1, column 6: write &amp; for &"),
    (["--text", '<a href="javascript:x">a</a>'], 'write <a href="https://...">'),
    (["--text", '<b class="x">a</b>'], "<b> has nothing behind its name"),
    (["--text", "<b>😀</b>" * 2049], "it has 4098 characters, and Telegram takes 4096 at most"),
    (["--text", "a" * 30_001], "write at most 30000 characters, tags included"),
    (["--text", "missing.html"], "there is no such file"),
    (["--text", "a", "--photo", "missing.png"], "there is no such file"),
    (["--text", "a", "--at", "2020-01-01 10:00"], "it is over already"),
    (["--text", "a", "--at", "soon"], 'write it as "YYYY-MM-DD HH:MM"'),
    (["--text", "a", "--segment", "big-spenders", "--language", "ru"], "nobody is in it who may get a broadcast"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_sent_is_refused_with_the_place_and_nothing_is_written(cli, crowd: Shop, words, sentence: str):
    before = crowd.rows()
    result = cli("broadcast", "new", "--segment", "everyone", *words)

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert crowd.rows() == before


def test_a_text_below_a_picture_is_shorter(cli, crowd: Shop, home: Path):
    (home / "tea.png").write_bytes(PNG)
    words = ["broadcast", "new", "--segment", "everyone", "--photo", home / "tea.png", "--text"]

    assert cli(*words, "a" * 1025).stderr.endswith("it has 1025 characters, and Telegram takes 1024 at most.\n")
    assert not (home / "data" / "photos").exists()
    assert cli(*words, "<b>" + "a" * 1024 + "</b>").exit_code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["new", "--segment", "everyone"], 2),
        (["new", "--text", "a"], 2),
        (["new", "--text", "a", "--segment", "nobody"], 2),
        (["new", "--text", "a", "--segment", "bought", "--language", "de"], 2),
        (["show", "999"], 1),
        (["show", "x"], 1),
        (["pause", "9" * 40], 1),
        (["cancel", "-1"], 2),
    ],
)
def test_wrong_usage_is_told_from_a_refusal(cli, crowd: Shop, words, code: int):
    assert cli("broadcast", *words).exit_code == code


def test_everything_that_telegram_takes_is_taken(cli, crowd: Shop):
    text = (
        "<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</del>"
        '<tg-spoiler>x</tg-spoiler><span class="tg-spoiler">x</span><code>c</code><pre>p</pre>'
        '<pre><code class="language-python">c</code></pre><blockquote>q</blockquote>'
        '<blockquote expandable>q</blockquote><a href="https://a.b/?x=1&amp;y=2">a</a> &lt;&gt;&amp;&quot;&#8364;'
    )

    assert cli("broadcast", "new", "--text", text, "--segment", "everyone").exit_code == 0
    assert newest(crowd).text == text
