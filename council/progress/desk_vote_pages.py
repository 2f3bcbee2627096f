"""The desk's acts around a vote: publishing it, and the start; and a project's steps."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, require
from council.progress import forms, permissions, service
from council.progress.desk_pages import again, done, overtaken
from council.proposals import queries as proposals
from council.voting import permissions as voting_permissions
from council.web import Request, enter, read_form, see_other

MATTER = "/c/{slug:str}/desk/proposals/{proposal_id:int}"


@post(MATTER + "/publish", name="desk.publish")
async def publish(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """定稿锁定并发布公告; on to the notice, ready to be printed."""
    visit = await enter(request, slug)
    form = await read_form(request)
    await proposals.proposal(visit.community_id, proposal_id)
    require(voting_permissions.may_open_motion(visit.actor))
    try:
        draft, version = forms.motion(form), forms.seen_version(form)
        form.check()
        await service.publish_motion(
            actor=visit.actor, proposal_id=proposal_id, seen_version=version, draft=draft, now=visit.now
        )
    except Invalid as invalid:
        return await again(request, visit, f"publish-{proposal_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"publish-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.published")


@post(MATTER + "/start", name="desk.start")
async def start(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """The one act at the end; on to the project, where the kind opens one."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_approve_start(visit.actor))
    try:
        project_id = await service.approve_start(actor=visit.actor, proposal_id=proposal_id, now=visit.now)
    except Refused as refused:
        return await overtaken(request, visit, f"start-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.in_effect" if project_id is None else "desk.started")


@post("/c/{slug:str}/projects/{project_id:int}/milestones", name="project.milestone")
async def complete_milestone(request: Request, slug: FromPath[str], project_id: FromPath[int]) -> Response[bytes]:
    """The committee records that a step was reached; 开工 asks the pathway first."""
    visit = await enter(request, slug)
    form = await read_form(request)
    milestone_id = form.integer("milestone", least=1)
    form.check()
    await service.complete_milestone(actor=visit.actor, project_id=project_id, milestone_id=milestone_id, now=visit.now)
    return see_other(f"/c/{slug}/projects/{project_id}?said=milestone.done")


handlers = [publish, start, complete_milestone]
