"""What the desk's forms send: return, merge, correct the kind, record a finding."""

from __future__ import annotations

from litestar import Response, post

from council.files import UPLOAD_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.errors import require
from council.pathways.model import Kind
from council.proposals import desk, papers, permissions, queries
from council.proposals.forms import YES_NO
from council.web import Form, Request, Visit, enter, read_form, see_other

BASE = "/c/{slug:str}/proposals/{proposal_id:int}"
LONGEST_REASON = 500


@post(BASE + "/return", name="proposal.return")
async def return_(request: Request, slug: str, proposal_id: int) -> Response[bytes]:
    """Fields: reason, version (the number that was read)."""
    visit, form = await _deciding(request, slug, proposal_id)
    reason = _reason(form)
    seen = form.integer("version")
    form.check()
    await desk.return_to_proposer(
        actor=visit.actor, proposal_id=proposal_id, seen_version=seen, reason=reason, now=visit.now
    )
    return _back(visit, proposal_id, "proposal.returned")


@post(BASE + "/merge", name="proposal.merge")
async def merge(request: Request, slug: str, proposal_id: int) -> Response[bytes]:
    """Fields: into (the other proposal's id), reason."""
    visit, form = await _deciding(request, slug, proposal_id)
    into_id = form.integer("into", most=10**15)
    reason = _reason(form)
    form.check()
    await desk.merge(actor=visit.actor, proposal_id=proposal_id, into_id=into_id, reason=reason, now=visit.now)
    return _back(visit, into_id, "proposal.merged")


@post(BASE + "/kind", name="proposal.kind")
async def kind(request: Request, slug: str, proposal_id: int) -> Response[bytes]:
    """Fields: kind, reason."""
    visit, form = await _deciding(request, slug, proposal_id)
    chosen = form.choice("kind", Kind)
    reason = _reason(form)
    form.check()
    await desk.correct_kind(actor=visit.actor, proposal_id=proposal_id, kind=chosen, reason=reason, now=visit.now)
    return _back(visit, proposal_id, "proposal.kind_corrected")


@post(BASE + "/finding", name="proposal.finding", request_max_body_size=UPLOAD_LIMIT)
async def finding(request: Request, slug: str, proposal_id: int) -> Response[bytes]:
    """Fields: key, feasible (yes, no), office, note, document (a file)."""
    visit, form = await _recording(request, slug, proposal_id)
    key = form.key()
    feasible = form.choice("feasible", YES_NO)
    office = form.line("office", least=2, most=60)
    note = form.text("note", most=1000)
    papers_given = await file_forms.documents(form, least=1)
    form.check()
    stored = [
        await files.save_document(actor=visit.actor, data=each.data, name=each.name, now=visit.now)
        for each in papers_given
    ]
    await papers.record_finding(
        actor=visit.actor,
        proposal_id=proposal_id,
        key=key,
        is_feasible=feasible == "yes",
        office=office,
        note=note,
        file_id=stored[0].id,
        now=visit.now,
    )
    return _back(visit, proposal_id, "proposal.finding")


async def _deciding(request: Request, slug: str, proposal_id: int) -> tuple[Visit, Form]:
    """The one who may decide; asked again inside the verb, here so that nobody else is told about a form's faults."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_decide(visit.actor, await queries.proposal(visit.community_id, proposal_id)))
    return visit, form


async def _recording(request: Request, slug: str, proposal_id: int) -> tuple[Visit, Form]:
    visit = await enter(request, slug)
    await queries.proposal(visit.community_id, proposal_id)
    require(permissions.may_record(visit.actor))
    return visit, await read_form(request)


def _reason(form: Form) -> str:
    reason = form.text("reason", most=LONGEST_REASON)
    if not reason:
        form.reject("reason", "proposal.reason_needed")
    return reason


def _back(visit: Visit, proposal_id: int, said: str) -> Response[bytes]:
    return see_other(f"/c/{visit.community.slug}/proposals/{proposal_id}?said={said}")


handlers = [return_, merge, kind, finding]
