"""What the desk decides, what the proposer changes, and who may not."""

from __future__ import annotations

import asyncio

import pytest

from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals import desk, queries, service
from council.proposals.model import EventKind, Proposal, ProposalState
from tests.people import NOW, Garden, garden
from tests.proposals.matters import endorsing, filed, recorded

pytestmark = pytest.mark.usefixtures("db")


async def again(proposal: Proposal) -> Proposal:
    return await queries.proposal(proposal.community_id, proposal.id)


async def revise(people: Garden, proposal: Proposal, seen: int, title: str = "一单元门灯换成声控感应灯") -> int:
    return await service.revise(
        actor=people.alice,
        proposal_id=proposal.id,
        seen_version=seen,
        title=title,
        body="门灯坏了三个月，老人看不清台阶。",
        cost_fen=None,
        now=NOW,
    )


async def test_accepting_says_who_and_when_and_happens_once() -> None:
    people = await garden()
    proposal = await filed(people)
    both = await asyncio.gather(
        *(desk.accept(actor=people.dana, proposal_id=proposal.id, seen_version=1, now=NOW) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(map(str, both)) == ["None", "proposal.decided_already"]
    accepted = await again(proposal)
    assert (accepted.state, accepted.accepted_by_name, accepted.accepted_at) == (ProposalState.ACCEPTED, "Dana", NOW)
    assert await recorded("proposal.accepted") == 1


async def test_the_desk_decides_on_the_version_it_has_read() -> None:
    people = await garden()
    proposal = await filed(people)
    await revise(people, proposal, 1)
    with pytest.raises(Refused, match=r"proposal\.newer_version"):
        await desk.accept(actor=people.dana, proposal_id=proposal.id, seen_version=1, now=NOW)
    with pytest.raises(Refused, match=r"proposal\.newer_version"):
        await desk.return_to_proposer(
            actor=people.dana, proposal_id=proposal.id, seen_version=1, reason="请写清楚", now=NOW
        )
    assert (await again(proposal)).state is ProposalState.FILED


async def test_returned_with_a_reason_changed_and_filed_again() -> None:
    people = await garden()
    proposal = await filed(people)
    with pytest.raises(Invalid):
        await desk.return_to_proposer(actor=people.dana, proposal_id=proposal.id, seen_version=1, reason="", now=NOW)
    await desk.return_to_proposer(
        actor=people.dana, proposal_id=proposal.id, seen_version=1, reason="请写清楚换几盏", now=NOW
    )
    assert (await again(proposal)).state is ProposalState.RETURNED
    assert await revise(people, proposal, 1) == 2
    assert (await again(proposal)).state is ProposalState.FILED
    history = await queries.events(people.community_id, proposal.id)
    assert [event.kind for event in history] == [EventKind.FILED, EventKind.RETURNED, EventKind.REVISED]
    assert [event.reason for event in history] == ["", "请写清楚换几盏", ""]


async def test_two_changes_at_once_make_one_version() -> None:
    people = await garden()
    proposal = await filed(people)
    both = await asyncio.gather(
        revise(people, proposal, 1), revise(people, proposal, 1, "一单元门灯修好"), return_exceptions=True
    )
    assert sorted(map(str, both)) == ["2", "proposal.newer_version"]
    assert len(await queries.versions(people.community_id, proposal.id)) == 2


async def test_only_the_proposer_changes_or_takes_back() -> None:
    people = await garden()
    proposal = await filed(people)
    with pytest.raises(Refused, match=r"proposal\.not_yours"):
        await service.withdraw(actor=people.grace, proposal_id=proposal.id, reason="", now=NOW)
    await service.withdraw(actor=people.alice, proposal_id=proposal.id, reason="已经修好", now=NOW)
    for late in (
        service.withdraw(actor=people.alice, proposal_id=proposal.id, reason="", now=NOW),
        revise(people, proposal, 1),
    ):
        with pytest.raises(Refused, match=r"proposal\.moved_on"):
            await late
    with pytest.raises(Refused, match=r"proposal\.decided_already"):
        await desk.accept(actor=people.dana, proposal_id=proposal.id, seen_version=1, now=NOW)


@pytest.mark.parametrize("name", ["alice", "erin", "frank", "gina"])
async def test_only_the_secretary_decides(name: str) -> None:
    people = await garden()
    proposal, actor = await filed(people), people.actors[name]
    for act in (
        desk.accept(actor=actor, proposal_id=proposal.id, seen_version=1, now=NOW),
        desk.return_to_proposer(actor=actor, proposal_id=proposal.id, seen_version=1, reason="不", now=NOW),
        desk.correct_kind(actor=actor, proposal_id=proposal.id, kind=Kind.OPINION_POLL, reason="不", now=NOW),
        desk.merge(actor=actor, proposal_id=proposal.id, into_id=(await filed(people)).id, reason="不", now=NOW),
    ):
        with pytest.raises(Refused, match=r"proposal\.only_secretary"):
            await act


async def test_nobody_decides_on_what_they_filed_themselves() -> None:
    people = await garden()
    proposal = await filed(people, people.dana)
    with pytest.raises(Refused, match=r"proposal\.own_matter"):
        await desk.accept(actor=people.dana, proposal_id=proposal.id, seen_version=1, now=NOW)


async def test_merging_moves_each_household_once() -> None:
    people = await garden()
    twin, into = await filed(people), await filed(people, people.grace, unit_id=people.units["1-1-102"])
    for proposal, name, code in (
        (twin, "heidi", "1-1-201"),
        (twin, "grace", "1-1-102"),
        (into, "ivan", "1-1-202"),
    ):
        await service.endorse(actor=people.actors[name], proposal_id=proposal.id, unit_id=people.units[code], now=NOW)
    await desk.merge(actor=people.dana, proposal_id=twin.id, into_id=into.id, reason="同一件事", now=NOW)
    homes = ("1-1-101", "1-1-102", "1-1-201", "1-1-202")
    assert await endorsing(into) == sorted(people.units[code] for code in homes)
    assert ((await again(twin)).state, (await again(twin)).merged_into_id) == (ProposalState.MERGED, into.id)
    for proposal, kind, other in ((twin, EventKind.MERGED, into.id), (into, EventKind.TOOK_IN, twin.id)):
        last = (await queries.events(people.community_id, proposal.id))[-1]
        assert (last.kind, last.other_id, last.reason) == (kind, other, "同一件事")
    with pytest.raises(Refused, match=r"proposal\.decided_already"):
        await desk.merge(actor=people.dana, proposal_id=twin.id, into_id=into.id, reason="同一件事", now=NOW)


async def test_two_that_are_merged_into_each_other_at_once() -> None:
    people = await garden()
    left, right = await filed(people), await filed(people)
    both = await asyncio.gather(
        desk.merge(actor=people.dana, proposal_id=left.id, into_id=right.id, reason="同", now=NOW),
        desk.merge(actor=people.dana, proposal_id=right.id, into_id=left.id, reason="同", now=NOW),
        return_exceptions=True,
    )
    assert sorted(map(str, both))[0] == "None"
    assert {(await again(left)).state, (await again(right)).state} == {ProposalState.MERGED, ProposalState.FILED}


async def test_what_nothing_can_be_merged_into() -> None:
    people = await garden()
    proposal, wide = await filed(people), await filed(people, scope=Scope(ScopeKind.COMMUNITY))
    gone = await filed(people)
    await service.withdraw(actor=people.alice, proposal_id=gone.id, reason="", now=NOW)
    for into_id, error in (
        (proposal.id, Invalid),
        (wide.id, Invalid),
        (gone.id, Refused),
        (10**9, NotFound),
    ):
        with pytest.raises(error):
            await desk.merge(actor=people.dana, proposal_id=proposal.id, into_id=into_id, reason="同", now=NOW)
    assert (await again(proposal)).state is ProposalState.FILED


async def test_a_corrected_kind_brings_its_own_rules_and_says_why() -> None:
    people = await garden()
    proposal = await filed(people)
    await desk.correct_kind(
        actor=people.dana, proposal_id=proposal.id, kind=Kind.COMMON_PARTS, reason="要占公共用地", now=NOW
    )
    changed = await again(proposal)
    assert (changed.kind, changed.preset.kind) == (Kind.COMMON_PARTS, Kind.COMMON_PARTS)
    for kind, code in ((Kind.COMMON_PARTS, "proposal.same_kind"), (Kind.GOVERNANCE, "proposal.scope_of_kind")):
        with pytest.raises(Invalid) as wrong:
            await desk.correct_kind(actor=people.dana, proposal_id=proposal.id, kind=kind, reason="更正", now=NOW)
        assert wrong.value.errors == {"kind": code}


async def test_the_same_change_twice_is_one_version_and_its_answer_again() -> None:
    people = await garden()
    proposal = await filed(people)
    assert await asyncio.gather(*(revise(people, proposal, 1) for _ in range(3))) == [2, 2, 2]
    assert len(await queries.versions(people.community_id, proposal.id)) == 2
    await revise(people, proposal, 2, "一单元门灯修好")
    with pytest.raises(Refused, match=r"proposal\.newer_version"):
        await revise(people, proposal, 1)
    history = await queries.events(people.community_id, proposal.id)
    assert [event.kind for event in history] == [EventKind.FILED, EventKind.REVISED, EventKind.REVISED]
