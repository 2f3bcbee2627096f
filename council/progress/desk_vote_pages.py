"""The desk's acts around a vote: publishing it, and the start; and a project's steps, on the project's own page."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, require
from council.progress import forms, permissions, service
from council.progress.desk_pages import attempt
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.voting import freezing, officers
from council.voting import permissions as voting_permissions
from council.voting.motion import MotionDraft
from council.web import Form, Request, enter, read_form, see_other

MATTER = "/c/{slug:str}/desk/proposals/{proposal_id:int}"


@post(MATTER + "/publish", name="desk.publish")
async def publish(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """定稿锁定并发布公告; on to the notice, ready to be printed."""
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(voting_permissions.may_open_motion(visit.actor))

    async def act() -> str:
        draft, version = forms.motion(form), forms.seen_version(form)
        if form.problems:
            form.also(await _rules_against(proposal, draft, form, visit.now))
        form.check()
        await service.publish_motion(
            actor=visit.actor, proposal_id=proposal_id, seen_version=version, draft=draft, now=visit.now
        )
        return "desk.published"

    return await attempt(request, visit, form, f"publish-{proposal_id}", act)


async def _rules_against(proposal: Proposal, draft: MotionDraft, form: Form, now: datetime) -> Invalid | None:
    """So that whoever left a field out hears at once of the others too."""
    fields = form.unharmed(officers.FIELDS)
    return await freezing.judge_draft(proposal=proposal, draft=draft, fields=fields, now=now)


@post(MATTER + "/start", name="desk.start")
async def start(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """The one act at the end; on to the project, where the kind opens one."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_approve_start(visit.actor))

    async def act() -> str:
        project_id = await service.approve_start(actor=visit.actor, proposal_id=proposal_id, now=visit.now)
        return "desk.in_effect" if project_id is None else "desk.started"

    return await attempt(request, visit, form, f"start-{proposal_id}", act)


@post("/c/{slug:str}/projects/{project_id:int}/milestones", name="project.milestone")
async def complete_milestone(request: Request, slug: FromPath[str], project_id: FromPath[int]) -> Response[bytes]:
    """The committee records that a step was reached; 开工 asks the pathway first. The form stands on the project's own
    page, to which the desk links: so it goes back there."""
    visit = await enter(request, slug)
    form = await read_form(request)
    milestone_id = form.integer("milestone", least=1)
    form.check()
    await service.complete_milestone(actor=visit.actor, project_id=project_id, milestone_id=milestone_id, now=visit.now)
    return see_other(f"/c/{slug}/projects/{project_id}?said=milestone.done")


handlers = [publish, start, complete_milestone]
