"""The desk's acts on a filed matter: accept, send back, merge, correct the kind, record a finding, name a unit."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.errors import Invalid, Refused, require
from council.progress import forms, service
from council.progress.desk_pages import again, done, overtaken
from council.proposals import desk, papers
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.web import Request, enter, read_form

MATTER = "/c/{slug:str}/desk/proposals/{proposal_id:int}"


@post(MATTER + "/accept", name="desk.accept")
async def accept(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    version = forms.seen_version(form)
    form.check()
    try:
        await service.accept_proposal(actor=visit.actor, proposal_id=proposal_id, seen_version=version, now=visit.now)
    except Refused as refused:
        return await overtaken(request, visit, f"answer-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.accepted")


@post(MATTER + "/return", name="desk.return")
async def send_back(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_decide(visit.actor, proposal))
    try:
        version, reason = forms.seen_version(form), forms.reason(form)
        form.check()
        await desk.return_to_proposer(
            actor=visit.actor, proposal_id=proposal_id, seen_version=version, reason=reason, now=visit.now
        )
    except Invalid as invalid:
        return await again(request, visit, f"answer-{proposal_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"answer-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.returned")


@post(MATTER + "/merge", name="desk.merge")
async def merge(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_decide(visit.actor, proposal))
    try:
        into_id, reason = form.integer("into", least=1), forms.reason(form, "merge_reason")
        form.check()
        await desk.merge(actor=visit.actor, proposal_id=proposal_id, into_id=into_id, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await again(request, visit, f"answer-{proposal_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"answer-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.merged")


@post(MATTER + "/kind", name="desk.kind")
async def correct_kind(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_decide(visit.actor, proposal))
    try:
        kind, reason = forms.other_kind(form)
        form.check()
        await desk.correct_kind(actor=visit.actor, proposal_id=proposal_id, kind=kind, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await again(request, visit, f"answer-{proposal_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"answer-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.kind", opened=f"answer-{proposal_id}")


@post(MATTER + "/finding", name="desk.finding", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record_finding(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_record(visit.actor))
    try:
        found = forms.finding(form)
        received = await file_forms.documents(form)
        form.check()
        stored = [
            await files.save_document(actor=visit.actor, data=each.data, name=each.name, now=visit.now)
            for each in received
        ]
        await papers.record_finding(
            actor=visit.actor,
            proposal_id=proposal_id,
            key=found.key,
            is_feasible=found.is_feasible,
            office=found.office,
            note=found.note,
            file_id=stored[0].id if stored else None,
            now=visit.now,
        )
    except Invalid as invalid:
        return await again(request, visit, f"answer-{proposal_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"answer-{proposal_id}", form, refused)
    return await done(request, visit, form, "desk.finding", opened=f"answer-{proposal_id}")


@post(MATTER + "/consents", name="desk.consent")
async def name_consent(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_record(visit.actor))
    opened = f"{form.choice('job', ('answer', 'publish'))}-{proposal_id}"
    try:
        unit_id, why = forms.consent(form)
        form.check()
        await papers.name_consent(actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, why=why, now=visit.now)
    except Invalid as invalid:
        return await again(request, visit, opened, form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, opened, form, refused)
    return await done(request, visit, form, "desk.consent", opened=opened)


handlers = [accept, send_back, merge, correct_kind, record_finding, name_consent]
