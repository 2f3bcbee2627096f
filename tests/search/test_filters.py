"""The filters of the three lists: what each shows and counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from council.app import ROOT
from council.kernel.clock import Clock
from council.pathways.model import Kind
from council.progress import service as progress
from council.progress.stages import Reached, reached
from council.progress.words import Standing, Tone
from council.proposals import service as proposals
from council.web.catalogues import load
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    moment = [NOW]
    monkeypatch.setattr(Clock, "now", lambda self: moment[0])
    return lambda instant: moment.__setitem__(0, instant)


async def filters(client: httpx.AsyncClient, path: str) -> dict[str, int]:
    """How many each link above a list says it shows, by its address' query ("" for all)."""
    text = (await client.get(path)).text.replace("&nbsp;", " ").replace("\u00a0", " ")
    found = re.findall(r'<a class="more" href="[^"?]*\??([^"]*)"(?: aria-current="true")?>(?:<b>)?[^<]*? (\d+)<', text)
    return {query: int(count) for query, count in found}


async def rows(client: httpx.AsyncClient, path: str) -> int:
    return (await client.get(path)).text.count('class="row"')


async def in_order(client: httpx.AsyncClient, name: str, now: datetime) -> Garden:
    people = await garden()
    await sign_in(client, people.actors[name], now)
    return people


def test_every_chip_is_found_under_a_stage() -> None:
    chips = {code for code in load(ROOT / "locales", "zh_CN", True).singular if code.startswith("standing.")}
    assert len(chips) > 20
    assert {reached(Standing(chip, Tone.QUIET)) for chip in chips} == set(Reached)


async def test_open_holds_what_is_under_way_and_nothing_rejected(
    client: httpx.AsyncClient, at: Callable[[datetime], None]
) -> None:
    people = await in_order(client, "alice", NOW)
    _, motion_id = await life.published(people)
    await life.file(people, people.grace, home="1-1-102", title="一单元换门灯的事", now=life.CLOSES)
    path = "/c/garden/proposals"
    seen = {}
    for instant in (life.TALKED + life.HOUR, life.OPENS + life.HOUR, life.CLOSES + life.HOUR):
        at(instant)
        await sign_in(client, people.alice, instant)
        seen[instant] = await filters(client, path)
    assert [set(each) - {"", "show=open", "show=mine", "show=building"} for each in seen.values()] == [
        {"stage=check", "stage=vote"},
        {"stage=check", "stage=vote"},
        {"stage=check", "stage=stopped"},  # nobody voted: the quorum is missed
    ]
    assert [each["show=open"] for each in seen.values()] == [2, 2, 1]
    await life.certify(people, motion_id)
    assert await rows(client, f"{path}?show=open") == 1
    assert await rows(client, f"{path}?stage=stopped") == 1


async def test_a_finished_poll_is_not_open(client: httpx.AsyncClient, at: Callable[[datetime], None]) -> None:
    people = await in_order(client, "alice", NOW)
    proposal_id = await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="周末市集征询", cost_fen=None)
    for name, home in (("grace", "102"), ("heidi", "201"), ("ivan", "202"), ("judy", "301")):
        await proposals.endorse(
            actor=people.actors[name], proposal_id=proposal_id, unit_id=people.units[f"1-1-{home}"], now=NOW
        )
    await life.accept(people, proposal_id)
    await progress.publish_motion(
        actor=people.dana,
        proposal_id=proposal_id,
        seen_version=1,
        draft=life.motion_draft(people),
        now=life.TALKED,
    )
    for instant, expected in ((life.OPENS + life.HOUR, 1), (life.CLOSES + life.HOUR, 0)):
        at(instant)
        await sign_in(client, people.alice, instant)
        assert (await filters(client, "/c/garden/proposals"))["show=open"] == expected
    assert await rows(client, "/c/garden/proposals?stage=done") == 1


async def test_votes_that_wait_are_open_or_have_ended(
    client: httpx.AsyncClient, at: Callable[[datetime], None]
) -> None:
    people = await in_order(client, "alice", NOW)
    _, motion_id = await life.published(people)
    path = "/c/garden/motions"
    steps = (
        (life.TALKED + life.HOUR, {"": 1, "show=waiting": 0, "show=open": 0, "show=ended": 0, "show=cast": 0}),
        (life.OPENS + life.HOUR, {"": 1, "show=waiting": 1, "show=open": 1, "show=ended": 0, "show=cast": 0}),
        (life.CLOSES + life.HOUR, {"": 1, "show=waiting": 0, "show=open": 0, "show=ended": 1, "show=cast": 0}),
    )
    for instant, expected in steps:
        at(instant)
        await sign_in(client, people.alice, instant)
        for query, count in expected.items():
            text = (await client.get(f"{path}?{query}")).text
            assert (f'{path}/{motion_id}"' in text) == (count == 1), (instant, query)
            assert await filters(client, f"{path}?{query}") == expected, query
    assert "眼下没有等您投的票" in (await client.get(f"{path}?show=waiting")).text


async def test_a_vote_that_was_cast_does_not_wait(client: httpx.AsyncClient, at: Callable[[datetime], None]) -> None:
    people = await in_order(client, "alice", NOW)
    _, motion_id = await life.published(people)
    path = "/c/garden/motions"
    at(life.OPENS + life.HOUR)
    await sign_in(client, people.alice, life.OPENS + life.HOUR)
    assert (await filters(client, path))["show=waiting"] == 1
    await life.vote(people, motion_id, ("alice",))
    assert (await filters(client, path))["show=waiting"] == 0
    assert (await filters(client, path))["show=open"] == 1


async def test_projects_under_way_and_finished(client: httpx.AsyncClient, at: Callable[[datetime], None]) -> None:
    people = await in_order(client, "alice", NOW)
    path = "/c/garden/projects"
    assert await filters(client, path) == {}
    proposal_id, _ = await life.certified(people)
    await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    at(life.STARTABLE + timedelta(hours=2))
    assert await filters(client, path) == {"": 1, "show=under_way": 1, "show=finished": 0}
    shown = [await rows(client, path + query) for query in ("", "?show=under_way", "?show=finished", "?show=x")]
    assert shown == [1, 1, 0, 1]
    assert "还没有做完的项目" in (await client.get(f"{path}?show=finished")).text
