"""The public count of papers: from image to image with one key each, blind; and what was read differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.voting import (
    impartial,
    paper_forms,
    paper_images,
    paper_keying_queries,
    paper_return_queries,
    permissions,
    proxy_queries,
    queries,
)
from council.voting.duty import Officer
from council.voting.motion import Motion
from council.voting.paper import MARKS, NAME_MARKS, Returned, grouped, read_mark, read_names, read_serial
from council.voting.paper_keying import decide_paper, key_paper, undo_last
from council.voting.paper_pages import PAPER
from council.voting.paper_staff import require_paper
from council.web import Form, Request, Visit, enter, page, read_form, see_other

May = Callable[[Actor, Iterable[Officer]], Refusal | None]


@get(PAPER + "/keying", name="paper.keying")
async def keying(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The next paper that I have not read; `?serial=` another one, `?stack=1` asks for the serial each time."""
    visit = await enter(request, slug)
    motion = await _motion(visit, motion_id, permissions.may_key)
    return await _keying(request, visit, motion, Form.blank())


async def _keying(
    request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200, paper: Returned | None = None
) -> Response[bytes]:
    actor = visit.actor
    is_early = not motion.is_closed(visit.now)
    is_readable = motion.are_papers_readable(visit.now) and not (is_early and permissions.may_read_early(actor))
    following, done, waiting = await paper_keying_queries.next_for(visit.community_id, motion.id, actor.person_id)
    typed = read_serial(request.query_params.get("serial", ""))
    is_stack = bool(request.query_params.get("stack")) or form.value("stack") == "1"
    wrong = ""
    if typed:
        paper = await paper_return_queries.sealed_by_serial(visit.community_id, motion.id, typed)
        wrong = await _not_mine(visit, paper)
    elif paper is None and not is_stack:
        paper = following
    return page(
        request,
        visit,
        "voting/paper_keying.html",
        status=404 if wrong else status,
        motion=motion,
        is_readable=is_readable,
        paper=paper if is_readable and not wrong else None,
        wrong=wrong,
        is_stack=is_stack,
        done=done,
        waiting=waiting,
        last=await paper_keying_queries.last_keyed(visit.community_id, motion.id, actor.person_id),
        marks=NAME_MARKS if motion.is_election else MARKS,
        candidates=await queries.candidates(visit.community_id, motion.id) if motion.is_election else (),
        mandate=await proxy_queries.mandate(visit.community_id, paper.proxy_id) if paper and paper.proxy_id else None,
        form=form,
        grouped=grouped,
    )


async def _reader(motion: Motion) -> paper_forms.Reader:
    """How what is typed is read in this vote."""
    if not motion.is_election:
        return read_mark
    numbers = [each.number for each in await queries.candidates(motion.community_id, motion.id)]
    return lambda typed: read_names(typed, numbers, motion.seats)


async def _not_mine(visit: Visit, paper: Returned | None) -> str:
    """Why a serial that somebody asked for is not theirs to read, as a code; "" when it is."""
    if paper is None:
        return "paper.not_among_them"
    read = (await paper_keying_queries.keyings_of(visit.community_id, [paper.id])).get(paper.id, [])
    if any(each.person_id == visit.actor.person_id for each in read):
        return "paper.same_person"
    return "paper.keyed_by_two" if len(read) > 1 or paper.ballot_id is not None else ""


@post(PAPER + "/keying", name="paper.key")
async def key(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    motion = await _motion(visit, motion_id, permissions.may_key)
    form = await read_form(request)
    try:
        sent = paper_forms.parse_keying(form, await _reader(motion))
        await key_paper(actor=visit.actor, motion_id=motion_id, return_id=sent.return_id, mark=sent.mark, now=visit.now)
    except Invalid as invalid:
        paper = await _asked(visit, motion_id, form)
        return await _keying(request, visit, motion, form.refused(invalid), status=422, paper=paper)
    except Refused as refused:
        if refused.code not in {"paper.same_person", "paper.keyed_by_two"}:
            raise
        form.reject("", refused.code)
        return await _keying(request, visit, motion, form, status=409)
    stack = "?stack=1" if form.value("stack") == "1" else ""
    return see_other(f"/c/{slug}/motions/{motion_id}/paper/keying{stack}")


async def _asked(visit: Visit, motion_id: int, form: Form) -> Returned | None:
    """The paper that a form with a wrong figure is about."""
    number = form.value("paper")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    try:
        return await paper_return_queries.returned(visit.community_id, motion_id, int(number))
    except NotFound:
        return None


@post(PAPER + "/keying/undo", name="paper.undo")
async def undo(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Back to the paper whose reading was taken back."""
    visit = await enter(request, slug)
    await _motion(visit, motion_id, permissions.may_key)
    form = await read_form(request)
    keying_id = form.integer("keying", least=1, most=2**53)
    form.check()
    return_id = await undo_last(actor=visit.actor, motion_id=motion_id, keying_id=keying_id, now=visit.now)
    paper = await paper_return_queries.returned(visit.community_id, motion_id, return_id)
    return see_other(f"/c/{slug}/motions/{motion_id}/paper/keying?serial={paper.serial}&said=paper.undone")


@get(PAPER + "/disputes", name="paper.disputes")
async def disputes(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Papers that were read differently; what was read is for the scrutineer, who decides, and the auditor."""
    visit = await enter(request, slug)
    motion = await _motion(visit, motion_id, permissions.may_read_count)
    return await _disputes(request, visit, motion, Form.blank())


async def _disputes(
    request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200, return_id: int = 0
) -> Response[bytes]:
    officers = await queries.officers(visit.community_id, motion.id)
    is_decider = permissions.may_decide_paper(visit.actor, officers) is None
    may_decide = is_decider and await impartial.may_count(visit.actor, motion) is None
    papers = await paper_keying_queries.disputed(visit.community_id, motion.id)
    sees_marks = permissions.may_read_readings(visit.actor, officers) is None
    readings = (
        await paper_keying_queries.keyings_of(visit.community_id, [each.id for each in papers]) if sees_marks else {}
    )
    return page(
        request,
        visit,
        "voting/paper_disputes.html",
        status=status,
        motion=motion,
        papers=papers,
        readings=readings,
        may_decide=may_decide,
        may_open=permissions.may_open_image(visit.actor, officers) is None,
        marks=MARKS,
        candidates=await queries.candidates(visit.community_id, motion.id) if motion.is_election else (),
        form=form,
        blank=Form.blank(),
        tried=return_id,
        grouped=grouped,
    )


@post(PAPER + "/returns/{return_id:int}/decide", name="paper.decide")
async def decide(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], return_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    motion = await _motion(visit, motion_id, permissions.may_decide_paper)
    form = await read_form(request)
    try:
        sent = paper_forms.parse_decision(form, await _reader(motion))
        await decide_paper(
            actor=visit.actor,
            motion_id=motion_id,
            return_id=return_id,
            mark=sent.mark,
            words=sent.words,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _disputes(request, visit, motion, form.refused(invalid), status=422, return_id=return_id)
    return see_other(f"/c/{slug}/motions/{motion_id}/paper/disputes?said=paper.decided")


@get(PAPER + "/returns/{return_id:int}/image", name="paper.image")
async def image(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], return_id: FromPath[int]
) -> Response[bytes]:
    """The photographed paper; nobody's browser keeps it."""
    visit = await enter(request, slug)
    data = await paper_images.open_image(actor=visit.actor, motion_id=motion_id, return_id=return_id, now=visit.now)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type="image/jpeg", headers=headers)


async def _motion(visit: Visit, motion_id: int, may: May) -> Motion:
    """The motion, for whoever `may`; held on paper."""
    motion = await queries.motion(visit.community_id, motion_id)
    require(may(visit.actor, await queries.officers(visit.community_id, motion_id)))
    if may in {permissions.may_key, permissions.may_decide_paper}:
        require(await impartial.may_count(visit.actor, motion))
    require_paper(motion)
    return motion


handlers: list[HTTPRouteHandler] = [keying, key, undo, disputes, decide, image]
