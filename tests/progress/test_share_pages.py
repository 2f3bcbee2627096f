"""What leaves the house: cards of shared links, their pictures, the feed, the calendar; and what never does."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest
from icalendar import Calendar
from PIL import Image

from council.documents import fonts
from council.documents.cards import CardWords
from council.documents.fonts import FontMissing
from council.progress import share_pages
from council.progress.studio import Studio
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.documents.test_atom import ATOM, check
from tests.fixtures.client import BASE_URL
from tests.people import NOW, garden, sign_in
from tests.voting.changing import called_off
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, cast, certified, filed, opened

Move = Callable[[datetime], None]


def told(page: httpx.Response) -> dict[str, str]:
    """The page's card: og:* by name, and where the canonical link leads."""
    pairs = re.findall(r'<meta (?:property="og:|name=")([\w:]+)" content="([^"]*)">', page.text)
    canonical = re.search(r'<link rel="canonical" href="([^"]+)">', page.text)
    return {name: unescape(text) for name, text in pairs} | ({"canonical": canonical[1]} if canonical else {})


async def test_a_vote_says_how_it_stands_at_every_step(client: httpx.AsyncClient, at: Move, db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.alice, motion, voter="v1")
    path = f"/c/garden/motions/{motion.id}"
    said, pictures = [], set()
    for now in (NOW, DURING, AFTER):
        at(now)
        card = told(await client.get(f"{path}?said=x&page=2"))
        assert (card["title"], card["url"], card["canonical"]) == (motion.title, BASE_URL + path, BASE_URL + path)
        said.append(card["description"])
        pictures.add(card["image"])
    assert said == ["公告中，3月18日（周三）09:00 开始投票", "正在投票，4月1日（周三）18:00 截止", "投票结束，正在计票"]
    assert len(pictures) == 3
    await certified(people, motion)
    assert told(await client.get(path))["description"] == "表决没有通过"
    notice = told(await client.get(f"{path}/notice"))
    assert (notice["title"], notice["canonical"]) == (f"结果公示：{motion.title}", f"{BASE_URL}{path}/notice")


async def test_the_notice_before_the_vote_says_what_it_announced(
    client: httpx.AsyncClient, at: Move, db: AnyEngine
) -> None:
    people = await garden()
    motion = await opened(people)
    path = f"/c/garden/motions/{motion.id}/notice"
    early = told(await client.get(f"{path}?of=vote"))
    assert early["canonical"] == BASE_URL + path, "there is one notice only"
    at(AFTER)
    await certified(people, motion)
    page = await client.get(f"{path}?of=vote")
    card = told(page)
    assert card["title"] == f"公告：{motion.title}"
    assert card["description"] == "投票时间：3月18日（周三）09:00 至 4月1日（周三）18:00"
    assert card["url"] == card["canonical"] == f"{BASE_URL}{path}?of=vote"
    # its picture and its code are its own; a link that asks for a log-in says the same
    result = told(await client.get(path))
    assert card["image"] != result["image"]
    drawn = await client.get(card["image"].removeprefix(BASE_URL))
    assert (drawn.status_code, drawn.headers["cache-control"]) == (200, "public, max-age=86400")
    assert f"/c/garden/qr/before-{motion.id}.png" in page.text
    assert (await client.get(f"/c/garden/qr/before-{motion.id}.png")).status_code == 200
    sent = told(await client.get("/login", params={"next": f"{path}?of=vote"}))
    assert sent["description"] == card["description"]


async def test_a_picture_is_what_its_address_says_and_is_kept(
    client: httpx.AsyncClient, at: Move, db: AnyEngine
) -> None:
    motion = await opened(await garden())
    at(DURING)
    address = told(await client.get(f"/c/garden/motions/{motion.id}"))["image"]
    picture = await client.get(address)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (1200, 630)
    assert picture.headers["cache-control"] == "public, max-age=86400"
    again = await client.get(address, headers={"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    old = re.sub(r"\.[0-9a-f]{10}\.png$", ".0123456789.png", address)
    assert (await client.get(old)).headers["cache-control"] == "public, max-age=300"
    for wrong in ("motion-999999", "unit-1", "motion", "home-1", "motion-0x1", "../motion-1"):
        assert (await client.get(f"/c/garden/cards/{wrong}.zh-CN.0123456789.png")).status_code == 404
    assert (await client.get(address.replace("/garden/", "/orchard/"))).status_code == 404


async def test_without_a_font_there_is_the_plain_picture(
    client: httpx.AsyncClient, db: AnyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = await opened(await garden())
    address = told(await client.get(f"/c/garden/motions/{motion.id}"))["image"]
    monkeypatch.setattr(fonts, "installed", lambda: ())
    monkeypatch.setattr(share_pages, "_studio", Studio())
    picture = await client.get(address)
    assert picture.headers["cache-control"] == "public, max-age=300"
    assert "etag" not in picture.headers
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (1200, 630)


@pytest.mark.parametrize("state", ["filed", "returned", "withdrawn", "merged"])
async def test_a_proposal_that_was_not_taken_in_is_unknown_outside(
    client: httpx.AsyncClient, db: AnyEngine, state: str
) -> None:
    people = await garden()
    proposal_id = await filed(people, title="谁家的狗半夜总叫")
    into = await filed(people) if state == "merged" else None
    await execute("UPDATE proposal SET state = {}, merged_into_id = {} WHERE id = {}", state, into, proposal_id)
    hidden = await client.get(f"/login?next=/c/garden/proposals/{proposal_id}")
    unknown = await client.get("/login?next=/c/garden/proposals/999999")
    assert "谁家的狗" not in hidden.text
    assert told(hidden) == told(unknown)
    assert told(hidden)["title"] == "花园小区"
    assert hidden.text.replace(str(proposal_id), "999999").count("<") == unknown.text.count("<")
    address = f"/c/garden/cards/proposal-{proposal_id}.zh-CN.0123456789.png"
    assert (await client.get(address)).status_code == 404


async def test_an_accepted_proposal_tells_its_title_and_stage_and_nothing_else(
    client: httpx.AsyncClient, at: Move, db: AnyEngine
) -> None:
    people = await garden()
    motion = await opened(people)
    path = f"/c/garden/proposals/{motion.proposal_id}"
    asked = await client.get(path)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/login?next={path}")
    at(DURING)
    door = await client.get(asked.headers["location"])
    card = told(door)
    assert (card["title"], card["description"]) == (motion.title, "正在投票，4月1日（周三）18:00 截止")
    assert card["canonical"] == BASE_URL + path
    assert f"登录后查看《{motion.title}》" in door.text
    for kept in ("Alice", "按楼层分摊", "628,460", "Dana"):
        assert kept not in door.text
    other = await client.get(f"/login?next=/c/orchard/proposals/{motion.proposal_id}")
    assert motion.title not in other.text
    await called_off(people, motion.id, reason="文本有误", now=DURING)
    assert told(await client.get(asked.headers["location"]))["description"] == "社区已受理，邻居正在商量"


async def test_passing_it_on_from_the_page(client: httpx.AsyncClient, db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await sign_in(client, people.alice)
    page = await client.get(f"/c/garden/proposals/{motion.proposal_id}?said=x")
    assert f'readonly value="{BASE_URL}/c/garden/proposals/{motion.proposal_id}"' in page.text
    code = re.search(r'class="qr" src="([^"]+)" width="184" height="184"', page.text)
    assert code is not None
    assert (await client.get(code[1])).content.startswith(b"\x89PNG")
    assert (await client.get("/c/garden/qr/person-1.png")).status_code == 404
    assert "og:" not in page.text  # no chat application is signed in


async def test_the_feed_tells_public_things_once_and_for_ever(
    client: httpx.AsyncClient, at: Move, db: AnyEngine
) -> None:
    people = await garden()
    await filed(people, title="还没到投票的提案")
    motion = await opened(people)
    at(NOW - timedelta(days=1))
    empty = await client.get("/c/garden/feed.atom")
    assert check(empty.content).findall(f"{ATOM}entry") == []
    await certified(people, motion)
    at(AFTER)
    answer = await client.get("/c/garden/feed.atom", headers={"Accept-Language": "en"})
    root = check(answer.content)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    told_of = [entry.findtext(f"{ATOM}id", "").partition(":garden/")[2] for entry in root.findall(f"{ATOM}entry")]
    assert told_of == [f"motion-{motion.id}/{what}" for what in ("certified", "closed", "opened", "noticed")]
    for kept in ("Alice", "Erin", "还没到投票的提案", "按楼层分摊"):
        assert kept not in answer.text
    again = await client.get("/c/garden/feed.atom", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": answer.headers["last-modified"]}
    assert (await client.get("/c/garden/feed.atom", headers=since)).status_code == 304
    assert (await client.get("/c/garden/feed.atom", headers=since | {"If-None-Match": '"other"'})).status_code == 200
    for odd in ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +999999999999999", "?"):
        asked = await client.get("/c/garden/feed.atom", headers={"If-Modified-Since": odd})
        assert (asked.status_code, asked.content) == (200, answer.content)
    assert motion.title not in (await client.get("/c/orchard/feed.atom")).text
    assert '<link rel="alternate" type="application/atom+xml"' in (await client.get("/c/garden/rules")).text


async def test_dates_for_a_telephone(client: httpx.AsyncClient, at: Move, db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    path = f"/c/garden/motions/{motion.id}/deadlines.ics"
    assert f'href="{path}"' in (await client.get(f"/c/garden/motions/{motion.id}")).text
    before = _events(await client.get(path))
    assert [event["DTSTART"].dt for event in before] == [OPENS, CLOSES - timedelta(hours=1)]
    assert {str(event["STATUS"]) for event in before} == {"CONFIRMED"}
    await called_off(people, motion.id, reason="文本有误", now=DURING)
    at(DURING)
    off = _events(await client.get("/c/garden/calendar.ics"))
    assert [event["UID"] for event in off] == [event["UID"] for event in before]
    assert {(str(event["STATUS"]), event["SEQUENCE"]) for event in off} == {("CANCELLED", 1)}
    at(CLOSES + timedelta(days=61))
    assert _events(await client.get("/c/garden/calendar.ics")) == []
    assert (await client.get("/c/orchard" + path.removeprefix("/c/garden"))).status_code == 404


async def test_the_notice_of_a_result_has_its_last_day(client: httpx.AsyncClient, at: Move, db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    at(AFTER)
    events = _events(await client.get(f"/c/garden/motions/{motion.id}/deadlines.ics"))
    assert [str(event["UID"]).split("-")[3].partition("@")[0] for event in events] == ["opens", "closes", "result"]
    assert "异议" in str(events[2]["DESCRIPTION"])


def _events(answer: httpx.Response) -> list[Calendar]:
    assert answer.headers["content-type"].startswith("text/calendar")
    found = Calendar.from_ical(answer.content)
    assert isinstance(found, Calendar)
    return list(found.walk("VEVENT"))


WORDS = CardWords("灯", "正在投票", "花园小区", "邻里议事厅")


async def test_a_picture_is_drawn_once_however_many_ask() -> None:
    drawn: list[CardWords] = []

    def draw(words: CardWords) -> bytes:
        drawn.append(words)
        return b"png"

    studio = Studio(draw)
    answers = await asyncio.gather(*(studio.picture(("a", "1"), WORDS) for _ in range(20)))
    assert answers == [b"png"] * 20
    assert await studio.picture(("a", "1"), WORDS) == b"png"
    assert len(drawn) == 1


async def test_nobody_burns_the_processor_with_pictures() -> None:
    clock, drawn = [1000.0], []
    studio = Studio(lambda words: drawn.append(words) or b"png", kept=2, a_minute=5, clock=lambda: clock[0])
    answers = [await studio.picture(("a", str(n)), WORDS) for n in range(8)]
    assert answers == [b"png"] * 5 + [None] * 3
    assert await studio.picture(("a", "4"), WORDS) == b"png"  # one that is kept costs nothing
    clock[0] += 61
    assert await studio.picture(("a", "0"), WORDS) == b"png"  # the oldest was let go, and may be drawn again
    assert len(drawn) == 6


async def test_a_missing_font_is_no_error() -> None:
    def draw(words: CardWords) -> bytes:
        raise FontMissing

    studio = Studio(draw)
    assert await studio.picture(("a", "1"), WORDS) is None


async def test_raw_files_stand_with_their_explanation_and_not_at_every_foot(db: AnyEngine, client) -> None:
    await garden()
    rules = (await client.get("/c/garden/rules")).text
    assert 'rel="alternate" type="application/atom+xml"' in rules
    assert '<a class="row" href="/c/garden/feed.atom"' in rules
    assert '<a class="row" href="/c/garden/calendar.ics"' in rules
    foot = rules[rules.index('<footer class="foot">') :]
    assert "feed.atom" not in foot
    assert "calendar.ics" not in foot
