"""Pages that stay current: versions down one connection, what was missed after a gap, and an end to everything."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from council.accounts import sessions
from council.accounts.model import SessionEnd
from council.deliberation import service as deliberation
from council.deliberation.model import HideReason, Remark, Stance
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.progress import live
from council.voting import live_queries
from council.voting import queries as voting
from council.voting.motion import LeakRisk
from council.voting.tables import Motion
from council.voting.turnout_queries import STEP
from council.web.sessions import COOKIE
from council.web.streams import Listener, Streams
from council.web.versions import Parts, Topic
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life
from tests.progress.line import line

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NUMBERS = re.compile(r"[\d,.]+(?=(?:&nbsp;|\xa0|\s)*(?:户|人|㎡|</td>))")


@pytest.fixture
def streams(app: Litestar) -> Streams:
    """The app's, in a hurry."""
    found: Streams = app.state.streams
    found.limits.pace = 0.05
    return found


async def _open_vote(*, risk: LeakRisk = LeakRisk.LOW) -> tuple[Garden, int]:
    people = await garden()
    _, motion_id = await life.published(people)
    await Motion.update({Motion.leak_risk: risk.value}).where(Motion.id == motion_id)
    return people, motion_id


async def _say(people: Garden, who: Actor, proposal_id: int, *, parent: int | None = None, office: str = "") -> int:
    proposal = await life.proposal(people, proposal_id)
    stance = Stance.NONE if parent else Stance.QUESTION
    remark = Remark(new_id(), stance, "电费由谁出？", "1-1-101" if not office else "", parent, office or None)
    said = await deliberation.say(actor=who, thread_id=proposal.thread_id, remark=remark, now=life.ACCEPTED + HOUR)
    return said.id


async def test_a_ballot_is_told_of_to_anybody_who_reads_the_page(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, at: Callable[[datetime], None]
) -> None:
    people, motion_id = await _open_vote()
    at(life.OPENS + HOUR)
    path = f"/c/garden/motions/{motion_id}/live"
    async with line(app, client, path) as open_page:
        assert open_page.headers["content-type"].startswith("text/event-stream")
        assert open_page.headers["x-accel-buffering"] == "no"
        assert "no-store" in open_page.headers["cache-control"]
        before = await open_page.event()
        assert await open_page.is_quiet()
        await life.vote(people, motion_id, ("alice",))
        after = await open_page.event()
        assert after["turnout"] != before["turnout"]
        assert after["state"] == before["state"]
        streams.limits.recheck = 0
        at(life.CLOSES + HOUR)
        assert (await open_page.event())["state"] != after["state"], "the clock alone has closed the vote"


async def test_after_a_gap_exactly_what_was_missed(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, at: Callable[[datetime], None]
) -> None:
    people, motion_id = await _open_vote()
    at(life.OPENS + HOUR)
    path = f"/c/garden/motions/{motion_id}/live"
    async with line(app, client, path) as first:
        seen = ",".join(f"{name}={version}" for name, version in sorted((await first.event()).items()))
    async with line(app, client, path, last=seen) as same, line(app, client, f"{path}?at={seen}") as shown:
        assert await same.is_quiet()
        assert await shown.is_quiet()
    await life.vote(people, motion_id, ("alice", "grace"))
    async with line(app, client, path, last=seen) as back:
        assert (await back.event())["turnout"] not in seen
        assert await back.is_quiet(), "two ballots, one event"


async def test_the_page_carries_the_versions_that_it_shows(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, at: Callable[[datetime], None]
) -> None:
    """So nothing is missed between the page and its connection, and polling tells the same as the stream."""
    people, motion_id = await _open_vote()
    at(life.OPENS + HOUR)
    page = f"/c/garden/motions/{motion_id}"
    shown = _shown((await client.get(page)).text)
    polled = await client.get(page + "/live")
    assert polled.json()["at"] == shown
    assert (await client.get(page + "/live", headers={"If-None-Match": polled.headers["etag"]})).status_code == 304
    await life.vote(people, motion_id, ("alice",))
    changed = await client.get(page + "/live", headers={"If-None-Match": polled.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["at"] == _shown((await client.get(page)).text) != shown


def _shown(page: str) -> str:
    return page.partition('data-at="')[2].partition('"')[0]


async def test_comments_and_the_way_are_told_apart(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, at: Callable[[datetime], None]
) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    at(life.ACCEPTED + HOUR)
    await sign_in(client, people.alice, life.ACCEPTED)
    path = f"/c/garden/proposals/{proposal_id}"
    last = _shown((await client.get(path)).text)
    async with line(app, client, path + "/live", last=last) as open_page:
        assert await open_page.is_quiet()
        asked = await _say(people, people.alice, proposal_id)
        first = await open_page.event()
        assert first["talk"].split(".")[0] == "1", "how many can be read, so that the page can say how many are new"
        assert first["way"] in last
        await deliberation.mark_question(
            actor=people.dana, comment_id=asked, answer_from="设计院", days=7, now=life.ACCEPTED + HOUR
        )
        marked = await open_page.event()
        assert marked["way"] != first["way"]
        await _say(people, people.dana, proposal_id, parent=asked, office="区住建局")
        answered = await open_page.event()
        assert answered["way"] != marked["way"], "the stepper no longer waits for the answer"
        await deliberation.hide(
            actor=people.dana, comment_id=asked, reason=HideReason.OFF_TOPIC, now=life.ACCEPTED + 2 * HOUR
        )
        hidden = await open_page.event()
        assert hidden["talk"].split(".")[0] == "1"
        assert hidden["talk"] != answered["talk"]


async def test_a_small_vote_is_told_of_in_batches(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, at: Callable[[datetime], None]
) -> None:
    """Where totals could give choices away nobody is told the minute in which a neighbour voted."""
    people, motion_id = await _open_vote(risk=LeakRisk.HIGH)
    streams.limits.recheck = 0
    full = life.OPENS + HOUR
    at(full + 2 * MINUTE)
    async with line(app, client, f"/c/garden/motions/{motion_id}/live") as open_page:
        before = await open_page.event()
        await life.vote(people, motion_id, ("alice",), at=life.OPENS + MINUTE)
        assert await open_page.is_quiet()
        at(full + STEP - timedelta(seconds=1))
        assert await open_page.is_quiet()
        at(full + STEP)
        assert (await open_page.event())["turnout"] != before["turnout"]


async def test_no_page_tells_of_a_small_vote_sooner_than_another(
    client: httpx.AsyncClient, at: Callable[[datetime], None]
) -> None:
    """Turnout by person and area names a home to whoever reads it before and after: everywhere the same ten minutes."""
    people, motion_id = await _open_vote(risk=LeakRisk.HIGH)
    proposal_id = (await voting.motion(people.community_id, motion_id)).proposal_id
    full = life.OPENS + HOUR
    steps = (full + MINUTE, full + STEP - MINUTE, full + STEP)
    told: list[dict[str, list[str]]] = []
    for number, instant in enumerate(steps):
        at(instant)
        told.append(await _turnout_everywhere(client, people, motion_id, proposal_id, instant))
        if number == 0:
            await life.vote(people, motion_id, ("alice",), at=life.OPENS + 2 * MINUTE)
    assert told[0] == told[1]
    assert [place for place in told[1] if told[2][place] == told[1][place]] == []


async def _turnout_everywhere(
    client: httpx.AsyncClient, people: Garden, motion_id: int, proposal_id: int, now: datetime
) -> dict[str, list[str]]:
    """Whatever says a number of people or square metres, on each page where turnout stands, for each who may read."""
    motion, proposal = f"/c/garden/motions/{motion_id}", f"/c/garden/proposals/{proposal_id}"
    places = {
        None: (motion, motion + "/turnout", motion + "/live"),
        people.grace: (motion, motion + "/turnout", "/c/garden/", proposal),
        people.dana: (motion, proposal),
    }
    found = {}
    for actor, paths in places.items():
        client.cookies.clear()
        if actor is not None:
            await sign_in(client, actor, now)
        for path in paths:
            answer = await client.get(path, headers={"HX-Request": "true"} if path.endswith("/turnout") else {})
            assert answer.status_code == 200, path
            numbers = [path.endswith("/live") and answer.json()["at"], *NUMBERS.findall(answer.text)]
            found[f"{path} of {actor and actor.name}"] = [str(number) for number in numbers]
    return found


async def test_whoever_may_not_read_the_page_hears_nothing(
    app: Litestar, client: httpx.AsyncClient, streams: Streams
) -> None:
    people, motion_id = await _open_vote()
    proposal_id = (await voting.motion(people.community_id, motion_id)).proposal_id
    async with line(app, client, f"/c/garden/proposals/{proposal_id}/live", expects=303) as stranger:
        assert stranger.headers["location"].startswith("/login")
    await sign_in(client, people.charlie)
    for path in (f"/c/garden/proposals/{proposal_id}/live", f"/c/orchard/motions/{motion_id}/live"):
        async with line(app, client, path, expects=404):
            assert len(streams) == 0
    await sign_in(client, people.alice)
    async with line(app, client, "/c/garden/proposals/987654/live", expects=404):
        assert len(streams) == 0


async def test_a_quiet_connection_beats(app: Litestar, client: httpx.AsyncClient, streams: Streams) -> None:
    _, motion_id = await _open_vote()
    streams.limits.beat = 0.05
    async with line(app, client, f"/c/garden/motions/{motion_id}/live") as open_page:
        await open_page.event()
        for _ in range(2):
            assert (await open_page.piece() or "").startswith(":")


async def test_a_connection_has_a_life(app: Litestar, client: httpx.AsyncClient, streams: Streams) -> None:
    """So that whoever may no longer read is asked again at the door."""
    _, motion_id = await _open_vote()
    streams.limits.beat, streams.limits.life = 0.05, 0.2
    async with line(app, client, f"/c/garden/motions/{motion_id}/live") as open_page:
        assert await open_page.ended()


async def test_too_many_are_sent_away_to_ask_now_and_then(
    app: Litestar, client: httpx.AsyncClient, streams: Streams
) -> None:
    people, motion_id = await _open_vote()
    path = f"/c/garden/motions/{motion_id}/live"
    streams.limits.each_session, streams.limits.each_address, streams.limits.most = 2, 1, 4
    async with AsyncExitStack() as open_pages:
        await sign_in(client, people.alice)
        for _ in range(2):
            await open_pages.enter_async_context(line(app, client, path))
        refused = await open_pages.enter_async_context(line(app, client, path, expects=503))
        assert refused.headers["retry-after"] == "60"
        assert (await client.get(path)).status_code == 200
        await sign_in(client, people.grace)
        await open_pages.enter_async_context(line(app, client, path))
        client.cookies.clear()
        await open_pages.enter_async_context(line(app, client, path))
        await sign_in(client, people.heidi)
        await open_pages.enter_async_context(line(app, client, path, expects=503))
        assert len(streams) == 4
    async with line(app, client, path):
        assert len(streams) == 1, "there is room again"


@pytest.mark.parametrize("bound", ["most", "each_address"])
async def test_of_many_at_once_exactly_so_many_are_let_in(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, bound: str
) -> None:
    """All of them are asked before the first of them listens."""
    _, motion_id = await _open_vote()
    setattr(streams.limits, bound, 7)
    async with AsyncExitStack() as open_pages:

        async def came() -> int:
            path = f"/c/garden/motions/{motion_id}/live"
            return (await open_pages.enter_async_context(line(app, client, path, expects=None))).status

        statuses = await asyncio.gather(*(came() for _ in range(40)))
        assert (statuses.count(200), statuses.count(503)) == (7, 33)
        assert len(streams) == 7


async def test_whoever_hangs_up_before_the_answer_begins_keeps_no_place(streams: Streams) -> None:
    streams.limits.beat = 0.05
    topic = Topic("motion", 1, 1)
    assert streams.let_in(Listener(topic, "", "address x", None), 1)
    assert not streams.let_in(Listener(topic, "", "address x", None), 1)
    await asyncio.sleep(0.1)
    assert streams.let_in(Listener(topic, "", "address x", None), 1)


async def test_a_log_out_ends_it(app: Litestar, client: httpx.AsyncClient, streams: Streams) -> None:
    people, motion_id = await _open_vote()
    streams.limits.beat = 0.1
    path = f"/c/garden/motions/{motion_id}/live"
    await sign_in(client, people.alice)
    async with line(app, client, path) as hers:
        await sign_in(client, people.grace)
        async with line(app, client, path) as grace:
            await sessions.end(client.cookies[COOKIE], SessionEnd.LOGGED_OUT, NOW)
            assert await grace.ended()
            assert len(streams) == 1
            assert (await hers.event())["state"]


async def test_whoever_leaves_leaves_nothing_behind(app: Litestar, client: httpx.AsyncClient, streams: Streams) -> None:
    _, motion_id = await _open_vote()
    before = len(asyncio.all_tasks())
    async with line(app, client, f"/c/garden/motions/{motion_id}/live") as open_page:
        await open_page.event()
        assert len(streams) == 1
    await _settled(lambda: len(streams) == 0 and len(asyncio.all_tasks()) == before)


async def test_a_server_that_stops_waits_for_nobody(app: Litestar, client: httpx.AsyncClient, streams: Streams) -> None:
    _, motion_id = await _open_vote()
    path = f"/c/garden/motions/{motion_id}/live"
    async with line(app, client, path) as open_page:
        await open_page.event()
        streams.close()
        assert await open_page.ended()
        async with line(app, client, path, expects=503):
            assert len(streams) == 0


async def test_many_listeners_ask_no_more_than_one(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, queries: list[str], at: Callable[[datetime], None]
) -> None:
    """One reading for all of them, and while nothing happens only whether anything did."""
    people, motion_id = await _open_vote()
    at(life.OPENS + HOUR)
    streams.limits.pace, streams.limits.beat = 3600, 3600
    path = f"/c/garden/motions/{motion_id}/live"
    counts = []
    async with AsyncExitStack() as open_pages:
        for more in (1, 29):
            lines = [await open_pages.enter_async_context(line(app, client, path)) for _ in range(more)]
            await streams.tick()
            for each in lines:
                await each.event()
            queries.clear()
            await streams.tick()
            assert len(queries) == 1, "nothing has happened"
            await life.vote(people, motion_id, ("alice",) if more == 1 else ("grace",))
            queries.clear()
            await streams.tick()
            counts.append(len(queries))
            assert (await lines[0].event())["turnout"]
    assert counts == [3, 3]


async def test_what_another_community_says_wakes_nobody_here(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, queries: list[str], at: Callable[[datetime], None]
) -> None:
    people = await garden()
    here = await life.accepted(people)
    there = await deliberation.open_thread(people.orchard_id, Scope(ScopeKind.COMMUNITY), now=life.ACCEPTED)
    at(life.ACCEPTED + HOUR)
    await sign_in(client, people.alice, life.ACCEPTED)
    streams.limits.pace, streams.limits.beat = 3600, 3600
    async with line(app, client, f"/c/garden/proposals/{here}/live") as open_page:
        await open_page.event()
        await streams.tick()
        before = await live.moved([people.community_id, people.orchard_id])
        remark = Remark(new_id(), Stance.AGREE, "这是另一个小区的话", "9-1-101", None, None)
        await deliberation.say(actor=people.charlie, thread_id=there, remark=remark, now=life.ACCEPTED + HOUR)
        after = await live.moved([people.community_id, people.orchard_id])
        assert after[people.community_id] == before[people.community_id]
        assert after[people.orchard_id] > before[people.orchard_id]
        queries.clear()
        await streams.tick()
        assert len(queries) == 1, "nothing has happened here"
        await _say(people, people.alice, here)
        await streams.tick()
        assert (await open_page.event())["talk"]


async def test_many_proposals_are_read_at_once(queries: list[str]) -> None:
    people = await garden()
    filed = [await life.file(people, people.alice, title=f"第{number}件要商量的事情") for number in range(9)]
    counts = []
    for ids in (filed[:1], filed):
        queries.clear()
        assert set(await live.versions(people.community_id, ids, NOW)) == set(ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert await live.versions(people.orchard_id, filed, NOW) == {}


async def test_who_leaves_while_others_are_read_holds_nobody_up(
    app: Litestar, client: httpx.AsyncClient, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, motion_id = await _open_vote()
    proposal_id = (await voting.motion(people.community_id, motion_id)).proposal_id
    await sign_in(client, people.alice)
    streams.limits.pace, streams.limits.beat, streams.limits.recheck = 3600, 3600, 0
    versions = live_queries.versions
    async with line(app, client, f"/c/garden/proposals/{proposal_id}/live") as leaving:
        await leaving.event()

        async def read(community_id: int, ids: Sequence[int], now: datetime) -> Mapping[int, Parts]:
            if len(streams) == 2:
                leaving.gone.set()
                await _settled(lambda: len(streams) == 1)
            return await versions(community_id, ids, now)

        monkeypatch.setattr(live_queries, "versions", read)
        async with line(app, client, f"/c/garden/motions/{motion_id}/live") as staying:
            await streams.tick()
            assert len(streams) == 1
            assert (await staying.event())["turnout"]


async def test_what_cannot_be_read_holds_nobody_else_up(
    app: Litestar,
    client: httpx.AsyncClient,
    streams: Streams,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    people, motion_id = await _open_vote()
    proposal_id = (await voting.motion(people.community_id, motion_id)).proposal_id
    await sign_in(client, people.alice)
    streams.limits.recheck = 0
    versions = live_queries.versions

    async def read(community_id: int, ids: Sequence[int], now: datetime) -> Mapping[int, Parts]:
        if len(streams) == 2:
            raise ValueError("a vote that cannot be read")
        return await versions(community_id, ids, now)

    monkeypatch.setattr(live_queries, "versions", read)
    async with (
        line(app, client, f"/c/garden/motions/{motion_id}/live"),
        line(app, client, f"/c/garden/proposals/{proposal_id}/live") as other,
    ):
        assert (await other.event())["way"]
    assert "a vote that cannot be read" in caplog.text


async def _settled(is_so: Callable[[], bool]) -> None:
    for _ in range(250):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")
