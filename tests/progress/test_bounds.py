"""How much one account may write in an hour: exactly so much, however it is sent, and nobody else is held up by it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import ModuleType

import httpx
import pytest

from council.deliberation import service as deliberation
from council.deliberation.model import Remark, Stance
from council.kernel.actor import Actor
from council.kernel.errors import TooMany
from council.kernel.ids import new_id
from council.proposals import filing
from council.proposals import service as residents
from council.registry import corrections
from council.storage.bounds import HOUR, Bound
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import casting, objections
from tests.fixtures.client import submit
from tests.people import Garden, garden, sign_in
from tests.progress import life
from tests.proposals.matters import draft

At = Callable[[datetime], None]
Act = Callable[[Actor, str, datetime], Awaitable[object]]
BEGIN = life.COUNTED + HOUR
"""The result of a vote hangs out: everything may be written."""


@dataclass
class Ground:
    people: Garden
    proposals: list[int]
    motion_id: int
    thread_id: int

    async def say(self, actor: Actor, key: str, now: datetime) -> int:
        remark = Remark(key, Stance.QUESTION, "什么时候修？", "")
        return (await deliberation.say(actor=actor, thread_id=self.thread_id, remark=remark, now=now)).id

    async def file(self, actor: Actor, key: str, now: datetime) -> object:
        given = draft(key=key, scope=self.people.entrance_scope)
        return await filing.file_proposal(actor=actor, draft=given, now=now)

    async def object(self, actor: Actor, key: str, now: datetime) -> object:
        return await objections.file_objection(
            actor=actor, motion_id=self.motion_id, key=key, ground=f"采光受影响{key[0]}", place="", now=now
        )

    async def correct(self, actor: Actor, key: str, now: datetime) -> object:
        home = min(actor.unit_ids)
        return await corrections.file_correction(actor=actor, unit_id=home, said="电话不对", key=key, now=now)

    async def endorse(self, actor: Actor, key: str, now: datetime) -> object:
        """The key is which matter, so that the same one again is the same act."""
        home = self.people.units["1-1-102" if actor == self.people.grace else "1-1-201"]
        number = self.proposals[sum(key.encode()) % len(self.proposals)]
        return await residents.endorse(actor=actor, proposal_id=number, unit_id=home, now=now)


@pytest.fixture
async def ground(db: AnyEngine) -> Ground:
    people = await garden()
    proposal_id, motion_id = await life.published(people)
    await life.vote(people, motion_id, ("alice", "grace"))
    await life.certify(people, motion_id)
    others = [await life.file(people, people.alice, title=f"第{n}件要商量的事") for n in range(9)]
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    return Ground(people, others, motion_id, thread_id)


KINDS = {
    "say": (deliberation, "SAYING", "comment"),
    "file": (filing, "FILING", "proposal"),
    "object": (objections, "OBJECTING", "objection"),
    "correct": (corrections, "CORRECTING", "row_correction"),
    "endorse": (residents, "ENDORSING", "endorsement"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_of_many_at_once_exactly_so_many_are_taken(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    where, name, table = KINDS[kind]
    bound = _bounded(monkeypatch, where, name, 3)
    act: Act = getattr(ground, kind)
    grace, heidi = ground.people.grace, ground.people.heidi
    before = await _rows(table)
    keys = [chr(ord("A") + n) * 16 for n in range(8)]
    done = await asyncio.gather(*(act(grace, key, BEGIN) for key in keys), return_exceptions=True)
    refused = [each for each in done if isinstance(each, TooMany)]
    taken = [key for key, each in zip(keys, done, strict=True) if not isinstance(each, BaseException)]
    assert (len(taken), len(refused), await _rows(table) - before) == (3, 5, 3)
    assert {(each.code, each.seconds) for each in refused} == {(bound.code, 3600)}
    await act(grace, taken[0], BEGIN + HOUR / 2)
    assert await _rows(table) == before + 3, "the same form again is no more than it was"
    fresh = next(key for key in keys if key not in taken)
    with pytest.raises(TooMany) as soon:
        await act(grace, fresh, BEGIN + HOUR / 2)
    assert (soon.value.seconds, soon.value.minutes) == (1800, 30)
    await act(heidi, "Z" * 16, BEGIN)
    await act(grace, fresh, BEGIN + HOUR)
    assert await _rows(table) == before + 5


async def test_a_matter_has_so_many_versions_an_hour(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    _bounded(monkeypatch, residents, "REVISING", 2)
    for version in (1, 2):
        await _revise(ground, version)
    with pytest.raises(TooMany):
        await _revise(ground, 3)
    assert await _revise(ground, 3, at=BEGIN + HOUR) == 4


async def _revise(ground: Ground, version: int, at: datetime = BEGIN) -> int:
    return await residents.revise(
        actor=ground.people.alice,
        proposal_id=ground.proposals[0],
        seen_version=version,
        title="门口长椅刷漆",
        body="长椅掉漆，想刷一遍。",
        cost_fen=None,
        now=at,
    )


async def test_an_office_answers_as_many_as_there_are(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever clears the desk writes faster than anybody at home."""
    questions = [await ground.say(ground.people.grace, new_id(), BEGIN) for _ in range(6)]
    _bounded(monkeypatch, deliberation, "SAYING", 2)
    for number in questions:
        remark = Remark(new_id(), Stance.NONE, "下周修。", "", number, "社区居委会")
        await deliberation.say(actor=ground.people.dana, thread_id=ground.thread_id, remark=remark, now=BEGIN)
    assert await ground.say(ground.people.dana, new_id(), BEGIN), "and may still speak for herself"


def _bounded(monkeypatch: pytest.MonkeyPatch, where: ModuleType, name: str, most: int) -> Bound:
    bound: Bound = replace(getattr(where, name), most=most)
    monkeypatch.setattr(where, name, bound)
    return bound


async def _rows(table: str) -> int:
    return int((await fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])


BOUNDS = [getattr(where, name) for where, name, _ in KINDS.values()] + [residents.REVISING, casting.AGAIN]


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: str(bound.code))
async def test_what_is_counted_is_found_in_an_index(db: AnyEngine, bound: Bound) -> None:
    """Not by reading what everybody wrote. PostgreSQL is asked without its right to read a small table whole."""
    sql = bound.sql.format(1, 1, "'2026-03-02 02:00:00+00:00'", bound.most)
    if db.engine_type == "sqlite":
        plan = [row["detail"] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}")]
        assert len(plan) == 1
        assert re.search(r"USING (COVERING )?INDEX \w+ \(community_id=\? AND \w+=\?", plan[0])
    else:
        async with db.transaction():
            await fetch("SET LOCAL enable_seqscan = off")
            plan = [row["QUERY PLAN"] for row in await fetch(f"EXPLAIN {sql}")]
        assert any("Index" in line for line in plan)
        assert not any("Sort" in line for line in plan)


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: str(bound.code))
def test_nobody_who_writes_by_hand_meets_a_bound(bound: Bound) -> None:
    assert bound.span == timedelta(hours=1)
    assert bound.most >= (10 if bound.code == "bound.ballot" else 20)


async def test_a_comment_too_many_waits_in_its_form(
    ground: Ground, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, at: At
) -> None:
    _bounded(monkeypatch, deliberation, "SAYING", 1)
    at(BEGIN)
    await sign_in(client, ground.people.grace, BEGIN)
    address = f"/c/garden/proposals/{(await _proposal_of(ground))}"
    page = await client.get(address)
    typed = {"stance": "question", "body": "电费怎么分摊？"}
    await ground.say(ground.people.grace, new_id(), BEGIN - HOUR / 4)
    answer = await submit(client, page, "#say", **typed)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2700")
    assert "请过 45 分钟再发" in answer.text.replace("\xa0", " ")
    assert "请等一会儿再交" in answer.text
    assert "1 处要改" not in answer.text
    part = await submit(client, page, "#say", headers={"HX-Request": "true"}, **typed)
    assert (part.status_code, part.headers["hx-retarget"]) == (429, "#say")
    at(BEGIN + HOUR)
    again = await submit(client, answer, "#say")
    assert again.status_code == 303, "with the same words and the same key, once there is room"
    assert "电费怎么分摊？" in (await client.get(address)).text


async def _proposal_of(ground: Ground) -> int:
    rows = await fetch("SELECT id FROM proposal WHERE thread_id = {}", ground.thread_id)
    return int(rows[0]["id"])


@pytest.mark.parametrize(
    ("where", "name", "path", "form", "typed"),
    [
        (corrections, "CORRECTING", "/c/garden/register/mine", "#correct", {"said": "电话写错了一位"}),
        (
            objections,
            "OBJECTING",
            "/c/garden/motions/{motion}",
            "#object",
            {"ground": "一层采光受影响，没有说补偿"},
        ),
        (residents, "REVISING", "/c/garden/proposals/{proposal}/revise", "", {"title": "一个足够长的标题改过了"}),
        (filing, "FILING", "/c/garden/proposals/new?kind=opinion_poll", "#new", {"title": "晾衣架放在哪里好"}),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
async def test_every_form_keeps_what_was_typed(
    ground: Ground,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    at: At,
    where: ModuleType,
    name: str,
    path: str,
    form: str,
    typed: dict[str, str],
) -> None:
    at(BEGIN)
    await sign_in(client, ground.people.alice, BEGIN)
    await ground.correct(ground.people.alice, new_id(), BEGIN)
    await ground.object(ground.people.alice, new_id(), BEGIN)
    await ground.file(ground.people.alice, new_id(), BEGIN)
    await _revise(ground, 1)
    page = await client.get(path.format(motion=ground.motion_id, proposal=ground.proposals[0]))
    _bounded(monkeypatch, where, name, 1)
    more = {"body": "大家说说放在哪里合适。", "scope": "c"} if where is filing else {}
    more |= {"unit": str(ground.people.units["1-1-101"])} if where in {corrections, filing} else {}
    answer = await submit(client, page, form, **typed, **more)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    assert "60 分钟" in answer.text.replace("\xa0", " ")
    assert next(iter(typed.values())) in answer.text
