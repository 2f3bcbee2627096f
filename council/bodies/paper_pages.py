"""The desk's forms of what a second person confirms: appointment, minutes, filing, leaving, dissolution."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import composition, entries, forms, papers, permissions, queries
from council.bodies.model import Body, BodyKind, EntryKind, Member, Post, Side, VoteForm
from council.bodies.papers import Appointment, Paper
from council.files import DOCUMENT_LIMIT, handing_in
from council.files import queries as stored
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.pathways.model import Kind
from council.voting import queries as voting
from council.web import Form, Request, Visit, enter, page, read_form, see_other

DESK = "/c/{slug:str}/desk/bodies"
_MOST = DOCUMENT_LIMIT + 256 * 1024
ACTS = {
    "minutes": EntryKind.MINUTES,
    "filing": EntryKind.FILING,
    "leaving": EntryKind.ENDING,
    "appointment": EntryKind.APPOINTMENT,
    "dissolution": EntryKind.DISSOLUTION,
}
"""By the last word of the address."""

_PRIVATE = frozenset({EntryKind.MINUTES, EntryKind.ENDING})
"""Papers with signatures: the office alone opens their scans."""


@get(DESK + "/appointment", name="desk.bodies.appoint")
async def appoint(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    return await _form_page(request, visit, None, EntryKind.APPOINTMENT, forms.listed(None))


@post(DESK + "/appointment", name="desk.bodies.appointed", request_max_body_size=_MOST)
async def appointed(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    return await _record(request, visit, None, EntryKind.APPOINTMENT)


@get(DESK + "/{body_id:int}/{act:str}", name="desk.bodies.form")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int], act: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body = await queries.body(visit.community_id, body_id)
    kind = _kind(act)
    return await _form_page(
        request, visit, body, kind, forms.listed(body) if kind is EntryKind.APPOINTMENT else Form.blank()
    )


@post(DESK + "/{body_id:int}/{act:str}", name="desk.bodies.record", request_max_body_size=_MOST)
async def record(request: Request, slug: FromPath[str], body_id: FromPath[int], act: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    return await _record(request, visit, await queries.body(visit.community_id, body_id), _kind(act))


def _kind(act: str) -> EntryKind:
    if act not in ACTS:
        raise NotFound("act")
    return ACTS[act]


def _parse(form: Form, kind: EntryKind, body: Body | None) -> Paper:
    if kind is EntryKind.APPOINTMENT or body is None:
        return forms.parse_appointment(form)
    match kind:
        case EntryKind.MINUTES:
            return forms.parse_minutes(form, body)
        case EntryKind.FILING:
            return forms.parse_filing(form)
        case EntryKind.ENDING:
            return forms.parse_leaving(form, body)
        case EntryKind.DISSOLUTION:
            return forms.parse_dissolution(form)


async def _record(request: Request, visit: Visit, body: Body | None, kind: EntryKind) -> Response[bytes]:
    form = await read_form(request)
    purpose = Purpose.SCAN if kind in _PRIVATE else Purpose.DOCUMENT
    scan = await handing_in.document(visit.actor, form, visit.now, field="scan_file", purpose=purpose)
    try:
        key, paper = form.key(), _parse(form, kind, body)
        form.check()
        entry_id = await entries.record(
            actor=visit.actor,
            body_id=None if body is None else body.id,
            paper=paper,
            scan_id=scan.id if scan else None,
            key=key,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _form_page(request, visit, body, kind, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.forbidden:
            raise
        if refused.code == "form.used_before":
            form = form.sent_before("")
        else:
            form.reject("", refused.code, **refused.details)
        return await _form_page(request, visit, body, kind, form, scan=scan, status=409)
    return see_other(f"/c/{visit.community.slug}/desk/bodies/papers/{entry_id}?said=body.recorded")


async def _form_page(
    request: Request,
    visit: Visit,
    body: Body | None,
    kind: EntryKind,
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    motions = []
    if kind is EntryKind.ENDING:
        found = await voting.motions(visit.community_id)
        motions = [each for each in found if each.kind is Kind.GOVERNANCE and papers.decided_at(each) is not None]
    return page(
        request,
        visit,
        "bodies/record.html",
        status=status,
        body=body,
        kind=kind,
        form=form,
        scan=scan,
        motions=motions,
        posts=[each for each in (Post.CHAIR, Post.DEPUTY) if body is not None and body.holder(each) is None],
        vote_forms=list(VoteForm),
        reasons=forms.LEAVING,
        sides=list(Side),
        all_posts=list(Post),
        lines=range(forms.LINES),
        legs=[leg.name for leg in composition.legs(())],
        act=next((name for name, each in ACTS.items() if each is kind), ""),
    )


@get(DESK + "/papers/{entry_id:int}", name="desk.bodies.paper")
async def paper_page(request: Request, slug: FromPath[str], entry_id: FromPath[int]) -> Response[bytes]:
    """What somebody recorded, beside its scan, for the second person."""
    visit = await enter(request, slug)
    require(permissions.may_read_papers(visit.actor))
    entry = await queries.entry(visit.community_id, entry_id)
    body = None if entry.body_id is None else await queries.body(visit.community_id, entry.body_id)
    paper = papers.read(entry.kind, entry.said)
    members: dict[int, Member] = {each.id: each for each in body.members} if body else {}
    return page(
        request,
        visit,
        "bodies/paper.html",
        entry=entry,
        body=body,
        paper=paper,
        members=members,
        legs=composition.legs(paper.seats) if isinstance(paper, Appointment) else (),
        scan=await stored.stored_file(visit.community_id, entry.scan_id) if entry.scan_id else None,
        may_confirm=entry.is_waiting and permissions.may_confirm(visit.actor, entry) is None,
        may_withdraw=entry.is_waiting and permissions.may_withdraw(visit.actor, entry) is None,
        is_management=body is None or body.kind is BodyKind.MANAGEMENT,
    )


@post(DESK + "/papers/{entry_id:int}/confirm", name="desk.bodies.confirm")
async def confirm(request: Request, slug: FromPath[str], entry_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    await queries.entry(visit.community_id, entry_id)
    await read_form(request)
    try:
        body_id = await entries.confirm(actor=visit.actor, entry_id=entry_id, now=visit.now)
    except Invalid as invalid:  # what was true when it was recorded is not true any more
        raise Refused("body.changed_since") from invalid
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=body.confirmed")


@post(DESK + "/papers/{entry_id:int}/withdraw", name="desk.bodies.withdraw")
async def withdraw(request: Request, slug: FromPath[str], entry_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    await queries.entry(visit.community_id, entry_id)
    await read_form(request)
    await entries.withdraw(actor=visit.actor, entry_id=entry_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/bodies?said=body.withdrawn")


handlers = [appoint, appointed, show, record, paper_page, confirm, withdraw]
