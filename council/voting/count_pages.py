"""After the closing: the officers' page, their signatures, the bundle; what the secretary does beside it."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import require
from council.kernel.ids import new_id
from council.pathways.model import Electorate
from council.voting import (
    change_queries,
    changing,
    counting,
    court,
    court_records,
    delivery_queries,
    impartial,
    official_results,
    paper_return_queries,
    permissions,
    queries,
)
from council.voting.afterwards import came_to_nothing, is_begun_and_revoked
from council.voting.change import latest_closing, may_ask
from council.voting.lots import may_record
from council.voting.model import Channel
from council.voting.motion import Motion, MotionState
from council.voting.motion_view import MotionView, have_signed, motion_view
from council.voting.paper import grouped
from council.voting.proxy import may_read_mandates
from council.voting.recounts import asked_until
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other


@get("/c/{slug:str}/motions/{motion_id:int}/count", name="motion.count")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The count with every comparison, and who has signed it."""
    visit = await enter(request, slug)
    return await count_page(request, visit, motion_id)


async def count_page(
    request: Request,
    visit: Visit,
    motion_id: int,
    *,
    status: int = 200,
    form: Form | None = None,
    answering: int | None = None,
) -> Response[bytes]:
    """`form` is one of its forms that cannot be taken as it is; `answering`: the question whose answer it is."""
    motion = await queries.motion(visit.community_id, motion_id)
    officers = await queries.officers(visit.community_id, motion_id)
    require(permissions.may_read_count(visit.actor, officers))
    extensions = await queries.extensions(visit.community_id, motion_id)
    has_paper = Channel.PAPER in motion.channels
    papers = (await queries.progress_of(visit.community_id, [motion_id]))[motion_id] if has_paper else None
    recorded = await official_results.of_motion(visit.community_id, motion_id) if motion.is_advisory else None
    is_decided = motion.is_countable(visit.now) and has_paper
    form = form or Form.blank()
    change = await change_queries.latest(visit.community_id, motion_id)
    mine = next((officer for officer in officers if officer.person_id == visit.actor.person_id), None)
    recused = None if mine is None else await impartial.may_count(visit.actor, motion)
    view = await motion_view(motion, kit(request).words[visit.locale], visit.now)
    has_lot = any(line.is_tied or line.drawn for line in view.standings)
    return page(
        request,
        visit,
        "voting/count.html",
        reach=await _reach(motion, view, visit.now),
        status=status,
        view=view,
        may_draw=has_lot and await may_record(visit.actor, motion) is None,
        officers=officers,
        signed=have_signed(officers),
        needed=motion.signatures_needed,
        mine=mine if recused is None else None,
        recused=recused,
        papers=papers,
        void=await paper_return_queries.void_papers(visit.community_id, motion_id) if is_decided else (),
        refused=await paper_return_queries.returns(visit.community_id, motion_id, refused=True) if is_decided else (),
        grouped=grouped,
        may_key=recused is None and permissions.may_key(visit.actor, officers) is None,
        sees_papers=permissions.may_see_papers(visit.actor, officers) is None,
        may_download=permissions.may_read_choices(visit.actor, officers) is None,
        is_secretary=may_ask(visit.actor) is None,
        sees_mandates=may_read_mandates(visit.actor) is None,
        form=form,
        keys={name: form.value(name) or new_id() for name in ("extension", "calling_off", "official")},
        asked=await changing.asked(visit.actor, motion, change, visit.now),
        official=recorded,
        **await official_results.may(visit.actor, motion, recorded),
        answering=answering,
        blank_form=Form.blank(),
        extensions=extensions,
        latest=latest_closing(motion, extensions),
        requests=await queries.recount_requests(visit.community_id, motion_id),
        asked_until=asked_until(motion),
        may_call_again=await came_to_nothing(motion, visit.now),
        begun_and_revoked=await is_begun_and_revoked(motion),
        sees_court=court.may_read(visit.actor) is None and await court_records.possible(motion) is not None,
    )


async def _reach(motion: Motion, view: MotionView, now: datetime) -> delivery_queries.OpenWork | None:
    """Whom nothing has reached, told until the count is signed; None where papers go to nobody."""
    is_told = view.state in {MotionState.OPEN, MotionState.COUNTING}
    if not is_told or view.is_poll or motion.electorate is not Electorate.OWNERS:
        return None
    return (await delivery_queries.open_work(motion.community_id, [motion.id], now))[motion.id]


@post("/c/{slug:str}/motions/{motion_id:int}/certify", name="motion.certify")
async def certify(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    motion = await counting.certify(actor=visit.actor, motion_id=motion_id, now=visit.now)
    said = "motion.signed" if motion.certified_at is None else "motion.certified"
    return see_other(f"/c/{slug}/motions/{motion_id}/count?said={said}")


@get("/c/{slug:str}/motions/{motion_id:int}/bundle.json", name="motion.bundle")
async def bundle(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Every choice with its voter's number: for the officers and the auditor, each download in the log."""
    visit = await enter(request, slug)
    data = await counting.decision_bundle(actor=visit.actor, motion_id=motion_id, now=visit.now)
    headers = {
        "Content-Disposition": f'attachment; filename="decision-{slug}-{motion_id}.json"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type="application/json", headers=headers)


handlers: list[HTTPRouteHandler] = [show, certify, bundle]
