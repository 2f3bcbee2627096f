"""What was written while the log-in ran out, without scripts: it comes through the log-in and is sent by a tap only."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from council.accounts import passwords
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.web import Form, kept
from tests.fixtures.client import find_form, submit
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life

WORDS = "第一行：电梯装在北侧。\n第二行：<b>别挡</b>我家窗户。"
OURS = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
PASSWORD = "huaishu-2468"
TEMPLATES = Path(__file__).parents[2] / "templates"
NO_OWN_WORDS = {"receipt"}
"""Textareas for something that is pasted."""


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    """Alice and Charlie can log in: 13900000001, 13900000002."""
    made = await garden()
    for number, who in enumerate((made.alice, made.charlie), start=1):
        hashed = await passwords.passwords().hash(PASSWORD)
        await execute("UPDATE person SET password_hash = {} WHERE id = {}", hashed, who.person_id)
        await execute("UPDATE person_phone SET phone = {} WHERE person_id = {}", f"1390000000{number}", who.person_id)
    return made


async def written_too_late(client: httpx.AsyncClient, people: Garden, **headers: str) -> httpx.Response:
    """Alice writes a comment; her session ends; she sends it."""
    proposal_id = await life.file(people, people.alice)
    await sign_in(client, people.alice)
    page = await client.get(f"/c/garden/proposals/{proposal_id}")
    await execute("UPDATE session SET ended_at = {}, end_reason = 'everywhere'", NOW)
    told = {**OURS, "Referer": str(page.url), **headers}
    return await submit(client, page, "#say", headers=told, stance="question", body=WORDS)


async def comments() -> list[str]:
    return [row["body"] for row in await fetch("SELECT body FROM comment ORDER BY id")]


async def test_a_comment_comes_through_the_log_in_and_waits_for_a_tap(
    client: httpx.AsyncClient, people: Garden
) -> None:
    refused = await written_too_late(client, people)
    assert refused.status_code == 403
    assert "您写的没有丢" in refused.text
    assert "<b>别挡</b>" not in refused.text, "words stay words"
    missed = await submit(client, refused, "#login", phone="13900000001", password="wrong-13579")
    assert missed.status_code == 422
    offered = await submit(client, missed, "#login", phone="13900000001", password=PASSWORD)
    assert (offered.status_code, offered.headers.get("location")) == (200, None)
    assert offered.headers["cache-control"] == "no-store"
    assert await comments() == [], "nothing is sent by itself"
    assert find_form(offered.text, "#again").action.startswith("/c/garden/proposals/")
    sent = await submit(client, offered, "#again", headers=OURS)
    assert sent.status_code == 303
    assert await comments() == [WORDS]
    assert [row["stance"] for row in await fetch("SELECT stance FROM comment")] == ["question"]
    again = await submit(client, offered, "#again", headers=OURS)
    assert again.status_code == 303
    assert await comments() == [WORDS], "the form's key counts it once"


async def test_what_a_script_sent_and_saw_refused_is_kept_when_it_sends_it_again(
    client: httpx.AsyncClient, people: Garden
) -> None:
    """offline.js looks for X-Next; without one it sends the form the ordinary way."""
    refused = await written_too_late(client, people, **{"X-Steady": "1"})
    assert (refused.status_code, refused.headers.get("x-next")) == (403, None)
    assert "您写的没有丢" in refused.text


async def test_it_can_be_changed_before_it_is_sent(client: httpx.AsyncClient, people: Garden) -> None:
    refused = await written_too_late(client, people)
    offered = await submit(client, refused, "#login", phone="13900000001", password=PASSWORD)
    await submit(client, offered, "#again", headers=OURS, body="想了想，没意见。")
    assert await comments() == ["想了想，没意见。"]


async def test_the_words_are_in_no_address_no_cookie_and_no_log(
    client: httpx.AsyncClient, people: Garden, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        refused = await written_too_late(client, people)
        offered = await submit(client, refused, "#login", phone="13900000001", password=PASSWORD)
    for answer in (refused, offered):
        told = f"{answer.url} {answer.headers}"
        assert "电梯装在北侧" not in unquote(told)
    assert "电梯装在北侧" not in caplog.text
    assert "电梯装在北侧" not in str([cookie.value for cookie in client.cookies.jar])


async def test_another_person_on_the_same_phone_does_not_see_them(client: httpx.AsyncClient, people: Garden) -> None:
    refused = await written_too_late(client, people)
    entered = await submit(client, refused, "#login", phone="13900000002", password=PASSWORD)
    assert entered.status_code == 303
    assert "电梯装在北侧" not in entered.text
    assert await comments() == []


async def test_a_tab_of_hers_gives_him_none_of_her_words(client: httpx.AsyncClient, people: Garden) -> None:
    proposal_id = await life.file(people, people.alice)
    await sign_in(client, people.alice)
    hers = await client.get(f"/c/garden/proposals/{proposal_id}")
    await sign_in(client, people.grace)  # in another tab of the same telephone
    stale = await submit(client, hers, "#say", headers=OURS, stance="agree", body=WORDS)
    assert stale.status_code == 403
    assert "电梯装在北侧" not in stale.text
    assert await comments() == []


async def test_a_form_that_nobodys_page_has_shown_is_not_offered(client: httpx.AsyncClient, people: Garden) -> None:
    """Somebody prepares a borrowed telephone: a ballot beside a friendly word, for whoever logs in next."""
    planted = {"text": "您好", "choice": "oppose", "ballot": "23456789ABCDEFGH"}
    refused = await client.post("/c/garden/motions/1/ballots", data=planted, headers=OURS)
    entered = await submit(client, refused, "#login", phone="13900000001", password=PASSWORD)
    assert entered.status_code == 303
    assert "oppose" not in entered.text


async def test_a_large_form_without_files_is_not_read(client: httpx.AsyncClient, people: Garden) -> None:
    body = "text=" + "%41" * 400_000
    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    stranger = await client.post("/c/garden/proposals", content=body, headers=headers)
    assert (stranger.status_code, "AAAA" in stranger.text) == (413, False)
    await sign_in(client, people.alice)
    assert (await client.post("/c/garden/proposals", content=body, headers=headers)).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
        {"HX-Request": "true"},
    ],
)
async def test_what_no_page_of_ours_sent_by_itself_is_not_kept(
    client: httpx.AsyncClient, people: Garden, headers: dict[str, str]
) -> None:
    refused = await written_too_late(client, people, **headers)
    assert refused.status_code in {204, 303}
    assert "电梯装在北侧" not in refused.text


async def test_a_page_that_stood_open_while_somebody_logged_in_again(client: httpx.AsyncClient, people: Garden) -> None:
    proposal_id = await life.file(people, people.alice)
    await sign_in(client, people.alice)
    page = await client.get(f"/c/garden/proposals/{proposal_id}")
    await sign_in(client, people.alice)  # in another tab: this page's token is of the session before
    stale = await submit(client, page, "#say", headers=OURS, stance="agree", body=WORDS)
    assert stale.status_code == 403
    assert "那页开得太久了" in stale.text
    assert await comments() == []
    assert (await submit(client, stale, "#again", headers=OURS)).status_code == 303
    assert await comments() == [WORDS]
    foreign = await submit(client, page, "#say", headers={"Origin": "https://elsewhere.example"}, body=WORDS)
    assert foreign.status_code == 403
    assert 'id="again"' not in foreign.text
    assert "电梯装在北侧" not in foreign.text


async def test_a_proposal_comes_through_with_its_answers(client: httpx.AsyncClient, people: Garden) -> None:
    await sign_in(client, people.alice)
    page = await client.get("/c/garden/proposals/new?kind=opinion_poll")
    await execute("UPDATE session SET ended_at = {}, end_reason = 'everywhere'", NOW)
    home = str(people.units["1-1-101"])
    given = {"title": "晚上几点关院门", "body": WORDS, "scope": f"e{people.entrance_scope.entrance_id}", "unit": home}
    photo = {"photos": ("tor.jpg", b"\xff\xd8" * 60_000, "image/jpeg")}
    refused = await submit(client, page, "#new", headers=OURS, files=photo, **given)
    offered = await submit(client, refused, "#login", phone="13900000001", password=PASSWORD)
    assert "照片请再选一次" in offered.text
    assert (await submit(client, offered, "#again", headers=OURS)).status_code == 303
    rows = await fetch("SELECT p.title, v.body, p.kind FROM proposal p JOIN proposal_version v ON v.proposal_id = p.id")
    assert [(row["title"], row["body"], row["kind"]) for row in rows] == [("晚上几点关院门", WORDS, "opinion_poll")]


async def test_of_strangers_large_forms_a_few_are_read_at_once(
    client: httpx.AsyncClient, people: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it; a form without photos is read whoever else is there."""
    monkeypatch.setattr(kept, "_large", asyncio.Semaphore(0))
    await sign_in(client, people.alice)
    page = await client.get("/c/garden/proposals/new?kind=opinion_poll")
    await execute("UPDATE session SET ended_at = {}, end_reason = 'everywhere'", NOW)
    home = str(people.units["1-1-101"])
    given = {"title": "晚上几点关院门", "body": WORDS, "scope": f"e{people.entrance_scope.entrance_id}", "unit": home}
    photo = {"photos": ("tor.jpg", b"\xff\xd8" * kept.LARGE_BODY, "image/jpeg")}
    full = await submit(client, page, "#new", headers=OURS, files=photo, **given)
    assert (full.status_code, full.headers["location"].split("?")[0]) == (303, "/login")
    small = await submit(client, page, "#new", headers=OURS, **given)
    assert "您写的没有丢" in small.text
    monkeypatch.setattr(kept, "_large", asyncio.Semaphore(1))
    for _ in range(2):
        alone = await submit(client, page, "#new", headers=OURS, files=photo, **given)
        assert "您写的没有丢" in alone.text


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example/c/", "/c/\\elsewhere", "/logout", ""]
)
def test_a_form_leads_nowhere_but_to_our_pages(to: str) -> None:
    assert kept.found(Form({"kept.to": [to], "kept.in.body": ["x"]})) is None


def own_words(text: str) -> set[str]:
    """Names of the textareas in a template's text; a page's own ("{{ name }}") is not one."""
    return set(re.findall(r'f\.textarea\(\w+, "(\w+)"', text) + re.findall(r'<textarea[^>]* name="(\w+)"', text))


def test_every_field_for_words_is_kept() -> None:
    found = {name for path in TEMPLATES.rglob("*.html") for name in own_words(path.read_text("utf-8"))}
    assert {"body", "ground", "receipt"} <= found
    assert found - kept.WRITTEN == NO_OWN_WORDS


def test_what_htmx_sends_stays_in_the_tab() -> None:
    """It is not kept at the log-in: a form that a script swaps and that holds words has a draft."""
    forms = [
        (path.name, form)
        for path in TEMPLATES.rglob("*.html")
        for form in re.findall(r"<form[^>]*data-hx-post.*?</form>", path.read_text("utf-8"), re.S)
    ]
    held = [(name, form) for name, form in forms if own_words(form) or "_closing.html" in form]
    assert len(held) >= 7
    assert [name for name, form in held if "data-draft=" not in form] == []


def test_what_is_too_much_or_holds_no_words_is_not_carried() -> None:
    assert kept.carried("/c/garden/x", "/", "", {"choice": ["agree"], "body": [" "]}) == {}
    assert kept.carried("/c/garden/x", "/", "", {"body": ["长" * 20_000]}) == {}
    given = kept.carried(
        "/c/garden/x", "/c/garden/", "t", {"body": ["短"], "_csrf": ["t"], "password": ["p"], "key": ["k"]}
    )
    assert given == {
        "kept.to": ["/c/garden/x"],
        "kept.back": ["/c/garden/"],
        "kept.by": ["t"],
        "kept.files": [],
        "kept.in.body": ["短"],
        "kept.in.key": ["k"],
    }
