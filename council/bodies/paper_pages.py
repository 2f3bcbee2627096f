"""The desk's forms of what a second person confirms: a body's beginning, minutes, filing, who leaves, lots, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import composition, entries, forms, papers, parties, permissions, putting_back, queries, recalling
from council.bodies.model import Body, Ending, Entry, EntryKind, Fate, Member, Post, Side, VoteForm
from council.bodies.papers import Aftermath, Appointment, Dissolution, Drawing, Paper
from council.bodies.standing import BodyView, body_view
from council.files import DOCUMENT_LIMIT, handing_in
from council.files import queries as stored
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, NotFound, Refused, require
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
    "aftermath": EntryKind.AFTERMATH,
    "lot": EntryKind.LOT,
}
"""By the last word of the address."""

_PRIVATE = frozenset(
    {
        EntryKind.MINUTES,
        EntryKind.FILING,
        EntryKind.ENDING,
        EntryKind.EARLIER,
        EntryKind.AFTERMATH,
        EntryKind.LOT,
    }
)
"""Papers with signatures or identity numbers: the office alone opens their scans."""


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


@get(DESK + "/earlier", name="desk.bodies.earlier")
async def earlier(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """An owners' committee that was there before anything was kept here."""
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    return await _form_page(request, visit, None, EntryKind.EARLIER, Form.blank(post_0=Post.CHAIR))


@post(DESK + "/earlier", name="desk.bodies.earlier.record", request_max_body_size=_MOST)
async def record_earlier(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    return await _record(request, visit, None, EntryKind.EARLIER)


@get(DESK + "/{body_id:int}/{act:str}", name="desk.bodies.form")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int], act: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body = await queries.body(visit.community_id, body_id)
    kind = _kind(act)
    if kind is EntryKind.LOT and not body.equals:
        raise Refused("body.no_equals")
    require(await parties.may_record_paper(visit.actor, body, _blank(kind, visit)))
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


def _blank(kind: EntryKind, visit: Visit) -> Paper | None:
    """What says whom a paper of this kind is about before anything is written on it."""
    if kind is EntryKind.LOT:
        return Drawing((), (), visit.now)
    if kind is EntryKind.AFTERMATH:
        return Aftermath(0, Fate.ENDED, "", visit.now)
    return Dissolution("", visit.now) if kind is EntryKind.DISSOLUTION else None


_PARSE: Mapping[EntryKind, Callable[[Form, Body], Paper]] = {
    EntryKind.MINUTES: forms.parse_minutes,
    EntryKind.FILING: lambda form, _: forms.parse_filing(form),
    EntryKind.ENDING: forms.parse_leaving,
    EntryKind.DISSOLUTION: lambda form, _: forms.parse_dissolution(form),
    EntryKind.AFTERMATH: lambda form, body: forms.parse_aftermath(form, body.motion_ids),
    EntryKind.LOT: forms.parse_drawing,
}


def _parse(form: Form, kind: EntryKind, body: Body | None) -> Paper:
    if kind is EntryKind.EARLIER:
        return forms.parse_earlier(form)
    if kind is EntryKind.APPOINTMENT or body is None:
        return forms.parse_appointment(form)
    return _PARSE[kind](form, body)


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
    is_aftermath = body is not None and kind is EntryKind.AFTERMATH
    view = await body_view(visit.community_id, body.id, visit.now) if body is not None and is_aftermath else None
    fallen, fates = await _afterwards(view, visit.now) if view is not None else ((), ())
    votes = await recalling.passed(body) if body is not None and kind is EntryKind.ENDING else ()
    return page(
        request,
        visit,
        "bodies/record.html",
        status=status,
        body=body,
        kind=kind,
        form=form,
        scan=scan,
        motions=votes,
        fallen=fallen,
        fates=fates,
        posts=[each for each in (Post.CHAIR, Post.DEPUTY) if body is not None and body.holder(each) is None],
        vote_forms=list(VoteForm),
        reasons=[each for each in forms.LEAVING if votes or each is not Ending.RECALLED],
        sides=list(Side),
        all_posts=list(Post),
        lines=range(forms.LINES),
        legs=[leg.name for leg in composition.legs(())],
        act=next((name for name, each in ACTS.items() if each is kind), kind.value),
        seconds=await parties.who_may_second(visit.community_id, body, _blank(kind, visit), visit.actor.person_id),
    )


async def _afterwards(view: BodyView, now: datetime) -> tuple[tuple[tuple[int, str], ...], tuple[Fate, ...]]:
    """The votes that something can be recorded of, and what. Where that is only that somebody comes back, what forbids
    it is said before anything is written."""
    fallen = [(each.motion_id, each.title) for each in view.annulled] if view.body.is_standing else []
    back = [(each.id, each.title) for each in view.restored]
    if not fallen and not back:
        raise Refused("body.vote_stands")
    if not fallen and len(back) == 1:
        await putting_back.require_possible(view.body, back[0][0], now)
    fates = (Fate.ENDED, Fate.STANDS) if fallen else ()
    return (*fallen, *back), (*fates, Fate.RESTORED) if back else fates


@get(DESK + "/papers/{entry_id:int}", name="desk.bodies.paper")
async def paper_page(request: Request, slug: FromPath[str], entry_id: FromPath[int]) -> Response[bytes]:
    """What somebody recorded, beside its scan, for the second person."""
    visit = await enter(request, slug)
    require(permissions.may_read_papers(visit.actor))
    return await _paper_page(request, visit, await queries.entry(visit.community_id, entry_id))


async def _paper_page(
    request: Request, visit: Visit, entry: Entry, *, form: Form | None = None, status: int = 200
) -> Response[bytes]:
    body = None if entry.body_id is None else await queries.body(visit.community_id, entry.body_id)
    paper = papers.read(entry.kind, entry.said)
    members: dict[int, Member] = {each.id: each for each in body.members} if body else {}
    about = await voting.motion(visit.community_id, paper.motion_id) if isinstance(paper, Aftermath) else None
    unable = permissions.may_confirm(visit.actor, entry) or await parties.may_second_paper(visit.actor, body, paper)
    return page(
        request,
        visit,
        "bodies/paper.html",
        status=status,
        form=form or Form.blank(),
        entry=entry,
        body=body,
        paper=paper,
        members=members,
        about=about,
        legs=composition.legs(paper.seats) if isinstance(paper, Appointment) else (),
        scan=await stored.stored_file(visit.community_id, entry.scan_id) if entry.scan_id else None,
        may_confirm=entry.is_waiting and unable is None,
        unable=unable,
        seconds=await parties.who_may_second(visit.community_id, body, paper, entry.recorded_by),
        may_withdraw=entry.is_waiting
        and permissions.may_withdraw(visit.actor, entry) is None
        and (entry.kind is not EntryKind.LOT or unable is None),
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
    entry = await queries.entry(visit.community_id, entry_id)
    form = await read_form(request)
    try:
        reason = form.text("why_not", most=500)
        form.check()
        await entries.withdraw(actor=visit.actor, entry_id=entry_id, now=visit.now, reason=reason)
    except Invalid as invalid:
        return await _paper_page(request, visit, entry, form=form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/bodies?said=body.withdrawn")


handlers = [appoint, appointed, earlier, record_earlier, show, record, paper_page, confirm, withdraw]
