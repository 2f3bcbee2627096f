"""The desk's acts on a filed matter: accept, send back, merge, correct the kind, record a finding, name a unit."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.errors import require
from council.progress import forms, service
from council.progress.desk_pages import attempt
from council.proposals import desk, papers
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.web import Form, Request, Visit, enter, read_form

MATTER = "/c/{slug:str}/desk/proposals/{proposal_id:int}"


@post(MATTER + "/accept", name="desk.accept")
async def accept(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)

    async def act() -> str:
        version = forms.seen_version(form)
        form.check()
        await service.accept_proposal(actor=visit.actor, proposal_id=proposal_id, seen_version=version, now=visit.now)
        return "desk.accepted"

    return await attempt(request, visit, form, f"answer-{proposal_id}", act)


@post(MATTER + "/return", name="desk.return")
async def send_back(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await _deciding(request, slug, proposal_id)

    async def act() -> str:
        version, reason = forms.seen_version(form), forms.reason(form)
        form.check()
        await desk.return_to_proposer(
            actor=visit.actor, proposal_id=proposal_id, seen_version=version, reason=reason, now=visit.now
        )
        return "desk.returned"

    return await attempt(request, visit, form, f"answer-{proposal_id}", act)


@post(MATTER + "/merge", name="desk.merge")
async def merge(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await _deciding(request, slug, proposal_id)

    async def act() -> str:
        into_id, reason = form.integer("into", least=1), forms.reason(form, "merge_reason")
        form.check()
        await desk.merge(actor=visit.actor, proposal_id=proposal_id, into_id=into_id, reason=reason, now=visit.now)
        return "desk.merged"

    return await attempt(request, visit, form, f"answer-{proposal_id}", act)


@post(MATTER + "/kind", name="desk.kind")
async def correct_kind(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await _deciding(request, slug, proposal_id)

    async def act() -> str:
        kind, reason = forms.other_kind(form)
        form.check()
        await desk.correct_kind(actor=visit.actor, proposal_id=proposal_id, kind=kind, reason=reason, now=visit.now)
        return "desk.kind"

    return await attempt(request, visit, form, f"answer-{proposal_id}", act, stays_open=True)


@post(MATTER + "/finding", name="desk.finding", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record_finding(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await _recording(request, slug, proposal_id)

    async def act() -> str:
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
        return "desk.finding"

    return await attempt(request, visit, form, f"answer-{proposal_id}", act, stays_open=True)


async def _deciding(request: Request, slug: str, proposal_id: int) -> tuple[Visit, Form]:
    """Whoever may not decide on this matter is told so before anything about the form."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(proposal_permissions.may_decide(visit.actor, await proposals.proposal(visit.community_id, proposal_id)))
    return visit, form


async def _recording(request: Request, slug: str, proposal_id: int) -> tuple[Visit, Form]:
    visit = await enter(request, slug)
    form = await read_form(request)
    await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_record(visit.actor))
    return visit, form


handlers = [accept, send_back, merge, correct_kind, record_finding]
