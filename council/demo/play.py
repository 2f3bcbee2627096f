"""A matter's life as acts on the stage: every one goes through the verb that a page would call."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.deliberation import service as deliberation
from council.deliberation.model import HideReason, Remark, Stance
from council.demo.candidates import nominate
from council.demo.committee import establish
from council.demo.instants import Instant
from council.demo.matters import Matter, Protest, Said
from council.demo.stage import Stage
from council.demo.voting import vote
from council.kernel.ids import new_id
from council.ledger import queries as ledger
from council.pathways.model import Kind
from council.progress import service as progress
from council.proposals import desk, filing, papers
from council.proposals import queries as proposals
from council.proposals import service as residents
from council.proposals.model import ProposalDraft
from council.voting import objections
from council.voting.objection import ObjectionClosing, ObjectionOutcome

SECRETARY = "secretary"
"""The key of the log-in that keeps the desk."""

FOUR = ("occupies_common", "charges_fee", "brings_operator", "spends_common_money")


def perform(stage: Stage, matter: Matter) -> None:
    """Notes everything that happens to a matter."""
    _file(stage, matter)
    _endorse(stage, matter)
    _answer(stage, matter)
    for said in matter.said:
        _say(stage, matter, said)
    if matter.election is not None:
        nominate(stage, matter, matter.election)
    if matter.vote is not None:
        vote(stage, matter, matter.vote)
    if matter.committee is not None:
        establish(stage, matter, matter.committee)
    for protest in matter.objections:
        _object(stage, matter, protest)
    _start(stage, matter)


def _at(stage: Stage, instant: Instant) -> datetime:
    return instant.before(stage.now)


def _file(stage: Stage, matter: Matter) -> None:
    async def file(now: datetime) -> None:
        actor = await stage.actor(matter.by)
        home = matter.home or next(
            (code for code in stage.register.units if stage.residents.get(code) == matter.by), ""
        )
        draft = ProposalDraft(
            key=new_id(),
            kind=Kind(matter.kind),
            answers={**dict.fromkeys(FOUR, False), **matter.answers},
            title=matter.title,
            body=matter.body,
            scope=stage.register.scope(matter.scope),
            cost_fen=None if matter.cost_yuan is None else matter.cost_yuan * 100,
            unit_id=stage.register.units.get(home),
            photos=tuple(stage.photos[name] for name in matter.photos),
        )
        stage.proposals[matter.key] = await filing.file_proposal(actor=actor, draft=draft, now=now)

    stage.later(_at(stage, matter.at), f"{matter.key}: file", file)


def _endorse(stage: Stage, matter: Matter) -> None:
    """Further households: those who live in scope, chosen by chance, spread over the given days."""
    if matter.endorsed_over is None:
        return
    begin, end = (_at(stage, each) for each in matter.endorsed_over)
    willing = [key for key in stage.households_in(matter.scope) if key != matter.by]
    for key in stage.random.sample(willing, min(matter.endorsed, len(willing))):
        home = stage.home(key)

        async def endorse(now: datetime, key: str = key, home: str = home) -> None:
            actor = await stage.actor(key)
            unit_id = stage.register.units[home]
            await residents.endorse(actor=actor, proposal_id=stage.proposals[matter.key], unit_id=unit_id, now=now)

        stage.later(_between(stage, begin, end), f"{matter.key}: endorse", endorse)


def _between(stage: Stage, begin: datetime, end: datetime) -> datetime:
    return begin + timedelta(seconds=stage.random.randrange(max(1, int((end - begin).total_seconds()))))


def _answer(stage: Stage, matter: Matter) -> None:
    """What the desk did with it: found feasible, accepted, returned, merged."""

    async def find(now: datetime) -> None:
        await papers.record_finding(
            actor=await stage.actor(SECRETARY),
            proposal_id=stage.proposals[matter.key],
            key=new_id(),
            is_feasible=True,
            office=matter.finding["office"],
            note=matter.finding["note"],
            file_id=None,
            now=now,
        )

    async def accept(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        seen = (await proposals.proposal(actor.community_id, stage.proposals[matter.key])).version
        await progress.accept_proposal(actor=actor, proposal_id=stage.proposals[matter.key], seen_version=seen, now=now)

    async def return_it(now: datetime) -> None:
        assert matter.returned is not None  # noqa: S101
        await desk.return_to_proposer(
            actor=await stage.actor(SECRETARY),
            proposal_id=stage.proposals[matter.key],
            seen_version=1,
            reason=matter.returned[1],
            now=now,
        )

    async def merge(now: datetime) -> None:
        assert matter.merged is not None  # noqa: S101
        await desk.merge(
            actor=await stage.actor(SECRETARY),
            proposal_id=stage.proposals[matter.key],
            into_id=stage.proposals[matter.merged[1]],
            reason=matter.merged[2],
            now=now,
        )

    async def revise(now: datetime) -> None:
        assert matter.revised is not None  # noqa: S101
        await progress.revise_proposal(
            actor=await stage.actor(matter.by),
            proposal_id=stage.proposals[matter.key],
            seen_version=1,
            title=matter.title,
            body=matter.revised[1].strip(),
            cost_fen=None if matter.cost_yuan is None else matter.cost_yuan * 100,
            now=now,
        )

    for at, what, run in (
        (matter.found, "find", find),
        (matter.accepted, "accept", accept),
        (matter.returned and matter.returned[0], "return", return_it),
        (matter.merged and matter.merged[0], "merge", merge),
        (matter.revised and matter.revised[0], "revise", revise),
    ):
        if at is not None:
            stage.later(_at(stage, at), f"{matter.key}: {what}", run)


def _say(stage: Stage, matter: Matter, said: Said) -> None:
    name = f"{matter.key}/{said.id}"

    async def say(now: datetime) -> None:
        actor = await stage.actor(said.by)
        proposal = await proposals.proposal(actor.community_id, stage.proposals[matter.key])
        remark = Remark(
            key=new_id(),
            stance=Stance(said.stance),
            body=said.text,
            place="" if said.office else stage.home(said.by),
            parent_id=stage.comments[f"{matter.key}/{said.to}"] if said.to else None,
            office=said.office,
        )
        stage.comments[name] = (
            await deliberation.say(actor=actor, thread_id=proposal.thread_id, remark=remark, now=now)
        ).id

    async def mark(now: datetime) -> None:
        await deliberation.mark_question(
            actor=await stage.actor(SECRETARY),
            comment_id=stage.comments[name],
            answer_from=said.asked_of or "",
            days=said.days,
            now=now,
        )

    async def hide(now: datetime) -> None:
        reason = HideReason(said.hidden or "")
        actor = await stage.actor(SECRETARY)
        await deliberation.hide(actor=actor, comment_id=stage.comments[name], reason=reason, now=now)

    stage.later(_at(stage, said.at), f"{name}: say", say)
    if said.asked_at is not None:
        stage.later(_at(stage, said.asked_at), f"{name}: mark", mark)
    if said.hidden_at is not None:
        stage.later(_at(stage, said.hidden_at), f"{name}: hide", hide)


def _object(stage: Stage, matter: Matter, protest: Protest) -> None:
    filed: list[int] = []

    async def file(now: datetime) -> None:
        filed.append(
            await objections.file_objection(
                actor=await stage.actor(protest.by),
                motion_id=stage.motions[matter.key],
                key=new_id(),
                ground=protest.ground,
                place=stage.home(protest.by),
                now=now,
            )
        )

    async def close(now: datetime) -> None:
        await objections.close_objection(
            actor=await stage.actor(SECRETARY),
            objection_id=filed[0],
            closing=ObjectionClosing(ObjectionOutcome(protest.outcome), protest.reply, protest.remedy),
            now=now,
        )
        second = protest.by if protest.outcome == ObjectionOutcome.AGREED else "committee"
        await objections.confirm_closing(actor=await stage.actor(second), objection_id=filed[0], now=now)

    stage.later(_at(stage, protest.at), f"{matter.key}: object", file)
    if protest.closed_at is not None:
        stage.later(_at(stage, protest.closed_at), f"{matter.key}: close objection", close)


def _start(stage: Stage, matter: Matter) -> None:
    async def start(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        project_id = await progress.approve_start(actor=actor, proposal_id=stage.proposals[matter.key], now=now)
        if project_id is not None:
            stage.projects[matter.key] = project_id

    async def reach(now: datetime) -> None:
        actor = await stage.actor("committee")
        project_id = stage.projects[matter.key]
        milestones = await ledger.milestones(actor.community_id, project_id)
        coming = next(each for each in milestones if each.done_at is None)
        await progress.complete_milestone(actor=actor, project_id=project_id, milestone_id=coming.id, now=now)

    if matter.started is not None:
        stage.later(_at(stage, matter.started), f"{matter.key}: start", start)
    for at in matter.milestones:
        stage.later(_at(stage, at), f"{matter.key}: milestone", reach)
