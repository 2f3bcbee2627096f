"""The verbs that ask the gates: each refusal, and the whole life of one matter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from council.kernel.actor import Actor, Role
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.ledger import queries as ledger
from council.ledger.model import MilestoneCode
from council.pathways.model import GateName, Kind, Stage
from council.pathways.pathway import Ending
from council.progress import service
from council.proposals import queries as proposals
from council.proposals.model import EventKind, ProposalState
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import objections
from council.voting.objection import ObjectionClosing, ObjectionOutcome
from tests.people import NOW, garden
from tests.progress import life
from tests.voting.changing import called_off
from tests.voting.objecting import mediated


async def refusal(act: object) -> str:
    with pytest.raises(Refused) as caught:
        await act
    return caught.value.code


async def test_an_elevator_from_filing_to_start(db: AnyEngine) -> None:
    people = await garden()
    await life.give_accounts(people)
    proposal_id = await life.file(people, people.alice)

    async def current(now: object) -> GateName | None:
        way = await service.pathway_of(await life.proposal(people, proposal_id), now)
        return None if way.current is None else way.current.gate

    assert await current(NOW) is GateName.FEASIBILITY
    await life.find_feasible(people, proposal_id)
    assert await current(NOW) is GateName.ACCEPTANCE
    await life.accept(people, proposal_id)
    assert await current(life.ACCEPTED) is GateName.DELIBERATION
    assert await current(life.TALKED) is GateName.NOTICE
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=life.motion_draft(people), now=life.TALKED
    )
    assert await current(life.TALKED) is GateName.NOTICE
    assert await current(life.OPENS) is GateName.VOTE
    await life.vote(people, motion_id, (*life.AGREEING[:4], *life.UPPER), ("judy",))
    assert await current(life.COUNTED) is GateName.VOTE
    await life.certify(people, motion_id)
    assert await current(life.COUNTED + 2 * life.HOUR) is GateName.RESULT_NOTICE
    objection_id = await objections.file_objection(
        actor=people.judy,
        motion_id=motion_id,
        key=new_id(),
        ground="一层采光变差",
        place="1-1-301",
        now=life.COUNTED + 3 * life.HOUR,
    )
    assert await current(life.STARTABLE) is GateName.OBJECTIONS
    start = service.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    assert await refusal(start) == "unmet.objections"
    await mediated(people, objection_id, life.STARTABLE)
    await objections.close_objection(
        actor=people.dana,
        objection_id=objection_id,
        closing=ObjectionClosing(
            ObjectionOutcome.MEDIATION_FAILED, "井道离北窗四米，日照测算达标。", "可依法向人民法院起诉。"
        ),
        now=life.STARTABLE,
    )
    assert await current(life.STARTABLE) is GateName.OBJECTIONS
    await objections.confirm_closing(actor=people.erin, objection_id=objection_id, now=life.STARTABLE)
    assert await current(life.STARTABLE) is GateName.START
    project_id = await service.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    assert project_id is not None
    project = await ledger.project(people.community_id, project_id)
    assert (project.budget_fen, project.motion_id, project.title) == (62_846_000, motion_id, "1号楼1单元加装电梯")
    assert [each.code for each in await ledger.milestones(people.community_id, project_id)] == list(MilestoneCode)
    way = await service.pathway_of(await life.proposal(people, proposal_id), life.STARTABLE)
    assert (way.stage, way.started_at) == (Stage.APPROVED_TO_START, life.STARTABLE)
    assert (await proposals.events(people.community_id, proposal_id))[-1].kind is EventKind.STARTED
    logged = await fetch("SELECT kind FROM log_record WHERE community_id = {} ORDER BY seq DESC", people.community_id)
    assert [row["kind"] for row in logged[:2]] == ["proposal.started", "project.opened"]


async def test_two_starts_at_once_open_one_project(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, _ = await life.certified(people)

    async def start() -> int | None:
        return await service.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)

    first, second = await asyncio.gather(start(), start())
    assert first == second
    assert len(await ledger.projects(people.community_id)) == 1
    events = await proposals.events(people.community_id, proposal_id)
    assert [event.kind for event in events].count(EventKind.STARTED) == 1


async def test_acceptance_waits_for_endorsement_and_feasibility(db: AnyEngine) -> None:
    people = await garden()
    few = await life.file(people, people.alice, kind=Kind.FUND_USE, title="修1单元楼道灯")
    assert await refusal(life.accept(people, few)) == "unmet.endorsement"
    lift = await life.file(people, people.alice)
    assert await refusal(life.accept(people, lift)) == "unmet.feasibility"
    await life.find_feasible(people, lift, is_feasible=False)
    assert await refusal(life.accept(people, lift)) == "failed.feasibility"
    assert (await life.proposal(people, lift)).state is ProposalState.FILED


async def test_acceptance_is_the_secretarys(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    await life.find_feasible(people, proposal_id)
    for actor, code in ((people.alice, "proposal.only_secretary"), (people.gina, "proposal.only_secretary")):
        act = service.accept_proposal(actor=actor, proposal_id=proposal_id, seen_version=1, now=NOW)
        assert await refusal(act) == code
    with pytest.raises(NotFound):
        await service.accept_proposal(actor=people.charlie, proposal_id=proposal_id, seen_version=1, now=NOW)
    await life.accept(people, proposal_id)
    assert await refusal(life.accept(people, proposal_id)) == "proposal.decided_already"


async def test_a_motion_needs_the_gates_before_the_notice(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)

    async def publish(now: object, version: int = 1, who: str = "dana") -> int:
        return await service.publish_motion(
            actor=people.actors[who],
            proposal_id=proposal_id,
            seen_version=version,
            draft=life.motion_draft(people),
            now=now,
        )

    assert await refusal(publish(life.TALKED)) == "proposal.moved_on"
    await life.find_feasible(people, proposal_id)
    await life.accept(people, proposal_id)
    assert await refusal(publish(life.TALKED - timedelta(days=2))) == "unmet.deliberation"
    assert await refusal(publish(life.TALKED, version=2)) == "proposal.newer_version"
    assert await refusal(publish(life.TALKED, who="erin")) == "motion.only_secretary"
    motion_id = await publish(life.TALKED)
    assert await refusal(publish(life.TALKED)) == "proposal.text_locked"
    await called_off(people, motion_id, reason="文本有误", now=life.TALKED)
    way = await service.pathway_of(await life.proposal(people, proposal_id), life.TALKED)
    assert way.ending is Ending.FAILED
    assert await publish(life.TALKED) != motion_id
    way = await service.pathway_of(await life.proposal(people, proposal_id), life.TALKED)
    assert way.current is not None
    assert (way.ending, way.current.gate) == (None, GateName.NOTICE)


async def test_the_same_form_publishes_once(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    draft = life.motion_draft(people)

    async def publish() -> int:
        return await service.publish_motion(
            actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=draft, now=life.TALKED
        )

    first, second = await asyncio.gather(publish(), publish())
    assert first == second
    same, draft = draft, replace(draft, closes_at=draft.closes_at + timedelta(days=1))
    assert await refusal(publish()) == "proposal.text_locked"
    await called_off(people, first, reason="文本有误", now=life.TALKED)
    assert await refusal(publish()) == "form.used_before", "not the motion that was called off, with other days"
    draft = replace(same, key=new_id())
    assert await publish() != first


async def test_a_locked_text_is_neither_revised_nor_withdrawn(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)

    async def revise(version: int) -> int:
        return await service.revise_proposal(
            actor=people.alice,
            proposal_id=proposal_id,
            seen_version=version,
            title="1号楼1单元装电梯",
            body="补充日照测算。",
            cost_fen=None,
            now=life.TALKED,
        )

    assert await revise(1) == 2
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=2, draft=life.motion_draft(people), now=life.TALKED
    )
    assert await refusal(revise(2)) == "proposal.text_locked"
    withdraw = service.withdraw_proposal(actor=people.alice, proposal_id=proposal_id, reason="不装了", now=life.TALKED)
    assert await refusal(withdraw) == "proposal.text_locked"
    other = service.withdraw_proposal(actor=people.grace, proposal_id=proposal_id, reason="", now=life.TALKED)
    assert await refusal(other) == "proposal.not_yours"
    await called_off(people, motion_id, reason="文本有误", now=life.TALKED)
    await service.withdraw_proposal(actor=people.alice, proposal_id=proposal_id, reason="不装了", now=life.TALKED)
    assert (await life.proposal(people, proposal_id)).state is ProposalState.WITHDRAWN


async def test_a_start_is_refused_with_the_first_gate_that_is_not_met(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, _ = await life.published(people)

    async def start(now: object, who: str = "dana") -> int | None:
        return await service.approve_start(actor=people.actors[who], proposal_id=proposal_id, now=now)

    assert await refusal(start(life.TALKED)) == "unmet.notice"
    assert await refusal(start(life.OPENS)) == "unmet.vote"
    assert await refusal(start(life.COUNTED)) == "failed.vote"
    assert await refusal(start(life.STARTABLE, "erin")) == "start.only_secretary"
    assert await ledger.projects(people.community_id) == []
    elsewhere = Actor(people.dana.person_id, "Dana", people.orchard_id, frozenset({Role.SECRETARY}))
    with pytest.raises(NotFound):
        await service.approve_start(actor=elsewhere, proposal_id=proposal_id, now=life.STARTABLE)


async def test_a_poll_never_starts(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    assert await refusal(service.approve_start(actor=people.dana, proposal_id=proposal_id, now=NOW)) == "start.poll"


async def test_work_begins_only_after_the_funding_agreement(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, _ = await life.certified(people)
    project_id = await service.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    assert project_id is not None
    design, permit, begin, *_ = await ledger.milestones(people.community_id, project_id)

    async def complete(milestone_id: int, who: str = "erin") -> None:
        await service.complete_milestone(
            actor=people.actors[who], project_id=project_id, milestone_id=milestone_id, now=life.STARTABLE
        )

    assert await refusal(complete(design.id, "alice")) == "project.only_committee"
    assert await refusal(complete(permit.id)) == "project.earlier_first"
    await complete(design.id)
    await complete(design.id)
    await complete(permit.id)
    assert await refusal(complete(begin.id)) == "project.no_work_yet"
    done = [each.done_by_name for each in await ledger.milestones(people.community_id, project_id)]
    assert done[:3] == ["Erin", "Erin", None]
    with pytest.raises(NotFound):
        await complete(999_999)
