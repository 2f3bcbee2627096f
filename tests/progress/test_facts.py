"""The facts at each stage of a matter, and that asking for thirty costs no more queries than asking for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.deliberation import service as talk
from council.deliberation.model import Remark, Stance
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.facts import Caller, Consent, Decision, Facts, Leg, Result
from council.pathways.model import Kind
from council.progress.facts import facts_of, gather
from council.proposals import consents, desk
from council.proposals import queries as proposals
from council.proposals import service as residents
from council.storage import database
from council.storage.database import AnyEngine
from tests.people import NOW, Garden, garden
from tests.progress import life
from tests.voting.official import official_result


async def facts(people: Garden, proposal_id: int, now: object = NOW) -> Facts:
    proposal = await life.proposal(people, proposal_id)
    return (await facts_of(people.community_id, [proposal], now))[proposal_id]


async def test_filed(db: AnyEngine) -> None:
    people = await garden()
    found = await facts(people, await life.file(people, people.alice))
    assert (found.filed_by, found.scope_households, found.endorsed, found.endorsed_at) == ("Alice", 12, 1, NOW)
    assert found.answered is found.deliberation is found.motion is found.feasibility is None
    assert found.consent == Consent()


async def test_developers_flats_and_shops_are_no_households(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(
        people, people.alice, kind=Kind.RESIDENT_MATTER, scope=Scope(ScopeKind.COMMUNITY), title="院里种桂花"
    )
    assert (await facts(people, proposal_id)).scope_households == 24
    await db.run("UPDATE unit SET status = 'unsold' WHERE code = '1-2-601'", [])
    assert (await facts(people, proposal_id)).scope_households == 23


async def test_endorsed_at_is_when_enough_households_had_endorsed(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice, kind=Kind.FUND_USE, title="修1单元楼道灯")
    for hours, (name, code) in enumerate((("grace", "1-1-102"), ("heidi", "1-1-201"), ("ivan", "1-1-202")), start=1):
        await residents.endorse(
            actor=people.actors[name],
            proposal_id=proposal_id,
            unit_id=people.units[code],
            now=NOW + timedelta(hours=hours),
        )
    found = await facts(people, proposal_id)
    assert (found.endorsed, found.endorsed_at) == (4, NOW + timedelta(hours=2))


async def test_returned_and_filed_again(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    await desk.return_to_proposer(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, reason="请附上照片", now=NOW + life.HOUR
    )
    answered = (await facts(people, proposal_id)).answered
    assert answered is not None
    assert (answered.decision, answered.by, answered.reason) == (Decision.RETURNED, "Dana", "请附上照片")
    again = NOW + timedelta(days=2)
    await residents.revise(
        actor=people.alice,
        proposal_id=proposal_id,
        seen_version=1,
        title="装电梯",
        body="附照片",
        cost_fen=None,
        now=again,
    )
    found = await facts(people, proposal_id)
    assert (found.answered, found.filed_at) == (None, again)


async def test_merged_and_withdrawn(db: AnyEngine) -> None:
    people = await garden()
    first = await life.file(people, people.alice)
    second = await life.file(people, people.grace, home="1-1-102", title="我们单元也要电梯")
    await desk.merge(actor=people.dana, proposal_id=second, into_id=first, reason="同一件事", now=NOW)
    merged = (await facts(people, second)).answered
    assert merged is not None
    assert merged.decision is Decision.MERGED
    assert (await facts(people, first)).endorsed == 2
    await residents.withdraw(actor=people.alice, proposal_id=first, reason="不装了", now=NOW + life.HOUR)
    assert (await facts(people, first)).withdrawn_at == NOW + life.HOUR


async def test_deliberation_runs_from_the_acceptance(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    remark = Remark(new_id(), Stance.QUESTION, "井道离北窗几米？", "1-1-102")
    comment = await talk.say(actor=people.grace, thread_id=thread_id, remark=remark, now=life.ACCEPTED)
    await talk.mark_question(
        actor=people.dana, comment_id=comment.id, answer_from="设计单位 刘工", days=3, now=life.ACCEPTED
    )
    found = (await facts(people, proposal_id)).deliberation
    assert found is not None
    assert (found.opened_at, found.asked, found.unanswered) == (life.ACCEPTED, 1, 1)
    assert (found.due_from, found.due_at) == ("设计单位 刘工", end_of_days(life.ACCEPTED, 3))


async def test_feasibility_and_consents(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    await life.find_feasible(people, proposal_id)
    for code in ("1-1-102", "1-1-201"):
        await consents.name_home(
            actor=people.dana, proposal_id=proposal_id, unit_id=people.units[code], why="占用北阳台外墙", now=NOW
        )
    await consents.answer(
        actor=people.grace, proposal_id=proposal_id, unit_id=people.units["1-1-102"], is_agreed=True, now=NOW
    )
    found = await facts(people, proposal_id)
    assert found.feasibility is not None
    assert (found.feasibility.is_ok, found.feasibility.by, found.feasibility.document) == (
        True,
        "市建筑设计院",
        "设字第12号",
    )
    assert found.consent == Consent(2, 1, 0, NOW)


async def test_an_open_vote_shows_turnout_and_no_result(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, motion_id = await life.published(people)
    await life.vote(people, motion_id, ("alice", "grace"), ("judy",))
    motion = (await facts(people, proposal_id, life.OPENS + timedelta(days=1))).motion
    assert motion is not None
    assert motion.turnout == (4, 8)
    assert motion.missing_area_dm2 > 0
    assert motion.result is None
    assert motion.failed_legs == ()


@pytest.mark.parametrize("signed", [False, True])
async def test_a_closed_vote_has_its_verdict_before_and_after_certification(db: AnyEngine, signed: bool) -> None:
    people = await garden()
    proposal_id, motion_id = await life.published(people)
    await life.vote(people, motion_id, ("alice", "grace"))
    if signed:
        await life.certify(people, motion_id)
    found = await facts(people, proposal_id, life.COUNTED + timedelta(days=1))
    assert found.motion is not None
    assert found.motion.result is Result.REJECTED
    assert found.motion.failed_legs == (Leg.TURNOUT_PERSONS, Leg.TURNOUT_AREA)
    assert found.motion.certification.have == (2 if signed else 0)
    assert found.result_published_at == (life.COUNTED + life.HOUR if signed else None)


async def test_certified_and_objected(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, _ = await life.certified(people)
    found = await facts(people, proposal_id, life.STARTABLE)
    assert found.motion is not None
    assert (found.motion.result, found.motion.certification.by) == (Result.PASSED, ("Erin", "Frank"))
    assert found.motion.certification.at == found.result_published_at == life.COUNTED + life.HOUR
    assert found.objections.total == 0


async def test_of_an_advisory_vote_only_the_official_result_counts(db: AnyEngine, tmp_path) -> None:
    people = await garden(online_counts=False)
    proposal_id, motion_id = await life.published(people)
    await life.certify(people, motion_id)
    found = await facts(people, proposal_id, life.STARTABLE)
    assert found.motion is not None
    assert found.motion.is_advisory
    assert found.motion.official is None
    assert found.result_published_at is None
    await official_result(people, motion_id, life.STARTABLE, folder=tmp_path / "files")
    found = await facts(people, proposal_id, life.STARTABLE)
    assert found.motion is not None
    assert found.motion.official is not None
    assert found.motion.official.is_passed
    assert found.result_published_at == life.STARTABLE


async def test_the_party_and_the_convener_bring_a_matter_in_office(db: AnyEngine) -> None:
    people = await garden()
    everywhere = Scope(ScopeKind.COMMUNITY)

    async def caller(who: Actor, kind: Kind, home: str | None = None) -> Caller | None:
        proposal_id = await life.file(people, who, kind=kind, scope=everywhere, home=home, title="请书记兼任主任")
        return (await facts(people, proposal_id)).called_by

    assert await caller(people.dana, Kind.ONE_PERSON_CHAIR) is Caller.PARTY
    assert await caller(people.erin, Kind.ONE_PERSON_CHAIR) is Caller.CONVENER
    assert await caller(people.erin, Kind.GOVERNANCE) is Caller.CONVENER
    assert await caller(people.leo, Kind.GOVERNANCE) is None
    assert await caller(people.alice, Kind.GOVERNANCE, "1-1-101") is None
    assert await caller(people.erin, Kind.RESIDENT_MATTER) is None


async def test_thirty_matters_cost_as_many_queries_as_one(db: AnyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await garden()
    await life.certified(people)
    for number in range(30):
        await life.file(people, people.alice, kind=Kind.RESIDENT_MATTER, title=f"长椅刷漆{number}")
    everything = await proposals.proposals(people.community_id)
    asked: list[int] = []
    engine = database.current()
    run = engine.run

    async def counted(*args: object) -> object:
        asked.append(1)
        return await run(*args)

    monkeypatch.setattr(engine, "run", counted)
    await gather(people.community_id, [each for each in everything if each.kind is Kind.ELEVATOR], life.STARTABLE)
    one = len(asked)
    asked.clear()
    await gather(people.community_id, everything, life.STARTABLE)
    assert len(asked) == one
    assert one <= 13
