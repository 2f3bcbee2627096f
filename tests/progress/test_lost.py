"""A vote that did not pass, was called again or was called off: what the desk and the matter's page say of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx

from council.pathways.periods import result_notice_end
from council.progress.desk import JobKind
from council.progress.desk_jobs import jobs
from council.storage.database import AnyEngine
from council.voting import afterwards, queries
from tests.people import Garden, garden
from tests.progress import life
from tests.voting.changing import called_off

At = Callable[[datetime], None]
Seen = Callable[..., Awaitable[httpx.Response]]
DAY = timedelta(days=1)


async def lost(people: Garden) -> tuple[int, int]:
    """Nobody but Alice came: the result is signed, and did not pass."""
    proposal_id, motion_id = await life.published(people)
    await life.vote(people, motion_id, ("alice",))
    await life.certify(people, motion_id)
    return proposal_id, motion_id


async def results(people: Garden, now: datetime) -> list[tuple[int, datetime | None]]:
    return [(job.id, job.due) for job in await jobs(people.dana, now) if job.kind is JobKind.RESULT]


async def test_its_result_is_posted_while_its_days_run(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    _, motion_id = await lost(people)
    motion = await queries.motion(people.community_id, motion_id)
    assert motion.result_notice_at is not None
    until = result_notice_end(motion.preset, motion.result_notice_at)
    assert await results(people, life.COUNTED + DAY) == [(motion_id, until)]
    assert await results(people, until - timedelta(microseconds=1)) == [(motion_id, until)]
    assert await results(people, until) == []
    at(life.COUNTED + DAY)
    desk = (await seen(people, "dana", "/c/garden/desk")).text
    assert f"/c/garden/motions/{motion_id}/notice" in desk
    assert "打印结果公示" in desk


async def test_the_matter_leads_to_the_vote_before(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id, motion_id = await lost(people)
    motion = await queries.motion(people.community_id, motion_id)
    assert motion.result_notice_at is not None
    over = result_notice_end(motion.preset, motion.result_notice_at) + life.HOUR
    at(over)
    page = f"/c/garden/proposals/{proposal_id}"
    before = (await seen(people, "alice", page)).text
    assert "上一次表决和结果" not in before
    assert "为什么办不下去" in before
    await afterwards.call_again(actor=people.dana, motion_id=motion_id, reason="改了方案，重新组织投票", now=over)
    after = (await seen(people, "alice", page)).text
    assert "上一次表决和结果" in after
    assert f"/c/garden/motions/{motion_id}" in after


async def test_a_vote_called_off_is_no_refusal(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id, motion_id = await life.published(people)
    await called_off(people, motion_id, reason="报价单有误，重新公告。", now=life.TALKED + DAY)
    at(life.TALKED + 2 * DAY)
    page = (await seen(people, "alice", f"/c/garden/proposals/{proposal_id}")).text
    assert "为什么办不下去" not in page
    assert "走到哪一步" in page
