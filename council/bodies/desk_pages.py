"""The desk's pages about bodies: what is due, a committee out of a result, the members' ballot, small acts."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import alternates, establishing, forms, permissions, queries, rounds
from council.bodies.duties import TERM_YEARS
from council.bodies.establishing import Founding
from council.bodies.model import BodyKind, VoteForm
from council.bodies.standing import body_view, body_views
from council.kernel.clock import end_of_days, local_midnight
from council.kernel.errors import Invalid, Refused, require
from council.voting import queries as voting
from council.voting.motion import Motion
from council.web import Form, Request, Visit, enter, page, read_form, see_other

DESK = "/c/{slug:str}/desk/bodies"


@get(DESK, name="desk.bodies")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Every body with what it owes, papers that wait for a second person, and results nobody has begun with."""
    visit = await enter(request, slug)
    require(permissions.may_read_papers(visit.actor))
    found = await queries.bodies(visit.community_id)
    return page(
        request,
        visit,
        "bodies/desk.html",
        views=await body_views(visit.community_id, found, visit.now),
        waiting=await queries.waiting(visit.community_id),
        results=await establishing.waiting_results(visit.community_id),
        may_record=permissions.may_record(visit.actor) is None,
        has_management=any(each.kind is BodyKind.MANAGEMENT and each.is_standing for each in found),
        has_committee=any(each.kind is BodyKind.OWNERS and each.is_standing for each in found),
    )


@get(DESK + "/{body_id:int}", name="desk.body")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_read_papers(visit.actor))
    return await _desk_page(request, visit, body_id)


async def _desk_page(
    request: Request, visit: Visit, body_id: int, *, form: Form | None = None, status: int = 200
) -> Response[bytes]:
    view = await body_view(visit.community_id, body_id, visit.now)
    return page(
        request,
        visit,
        "bodies/desk_body.html",
        status=status,
        view=view,
        body=view.body,
        may_record=permissions.may_record(visit.actor) is None,
        form=form or Form.blank(),
        forms=list(VoteForm),
        unposted=[each for each in view.chosen_rounds if each.posted_on is None],
    )


@get(DESK + "/results/{motion_id:int}", name="desk.bodies.result")
async def result(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The form that makes a committee of those whom the owners elected."""
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    motion = await voting.motion(visit.community_id, motion_id)
    number = await establishing.next_number(visit.community_id, BodyKind.OWNERS)
    blank = Form.blank(kind=BodyKind.OWNERS, years=str(TERM_YEARS), number=str(number))
    return await _result_page(request, visit, motion, blank)


async def _result_page(
    request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200
) -> Response[bytes]:
    """Who was elected, who of them owns nothing here any more, what the committee that stands comes to by it, and what
    is still said against the vote."""
    through = await establishing.of_result(motion)
    is_joining = await establishing.is_by_election(motion)
    objections = (await voting.objections_of(visit.community_id, [motion.id])).get(motion.id, [])
    since = motion.result_notice_at
    return page(
        request,
        visit,
        "bodies/result.html",
        status=status,
        motion=motion,
        elected=through,
        owning=await queries.owning(visit.community_id, [each.owner_id for each in through]),
        is_joining=is_joining,
        before=await (establishing.joins(motion) if is_joining else queries.standing_committee(visit.community_id)),
        open_objections=sum(each.closed_at is None for each in objections),
        notice_until=None if since is None else end_of_days(since, motion.preset.days.result),
        form=form,
        most=TERM_YEARS,
    )


@post(DESK + "/results/{motion_id:int}", name="desk.bodies.establish")
async def establish(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    motion = await voting.motion(visit.community_id, motion_id)
    form = await read_form(request)
    try:
        is_joining = await establishing.is_by_election(motion)
        key, kind, years, number = forms.parse_founding(form, joins=is_joining)
        form.check()
        body_id = await establishing.establish(
            actor=visit.actor,
            founding=Founding(key, motion_id, kind, years, number),
            now=visit.now,
        )
    except Invalid as invalid:
        return await _result_page(request, visit, motion, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            raise
        form.reject("kind" if refused.code == "body.vote_appoints_no_manager" else "", refused.code, **refused.details)
        return await _result_page(request, visit, motion, form, status=409)
    said = "body.joined_now" if is_joining else "body.established_now"
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said={said}")


@post(DESK + "/{body_id:int}/rounds", name="desk.bodies.round")
async def open_round(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body = await queries.body(visit.community_id, body_id)
    form = await read_form(request)
    try:
        key, how, basis, closes_at = forms.parse_round(form)
        form.check()
        await rounds.open_round(
            actor=visit.actor, body_id=body.id, key=key, form=how, basis=basis, closes_at=closes_at, now=visit.now
        )
    except Invalid as invalid:
        return await _desk_page(request, visit, body_id, form=form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=inner.opened_now")


@post(DESK + "/rounds/{round_id:int}/close", name="desk.bodies.close")
async def close_round(request: Request, slug: FromPath[str], round_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body_id = await queries.round_body(visit.community_id, round_id)
    await read_form(request)
    await rounds.close_round(actor=visit.actor, round_id=round_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=inner.counted")


@post(DESK + "/rounds/{round_id:int}/posted", name="desk.bodies.posted")
async def posted(request: Request, slug: FromPath[str], round_id: FromPath[int]) -> Response[bytes]:
    """The notice of who was chosen hangs on the board since the day that is typed."""
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body_id = await queries.round_body(visit.community_id, round_id)
    form = await read_form(request)
    try:
        posted_on = local_midnight(form.day("posted_on"))
        form.check()
        await rounds.record_posting(actor=visit.actor, round_id=round_id, posted_on=posted_on, now=visit.now)
    except Invalid as invalid:
        return await _desk_page(request, visit, body_id, form=form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=body.chair_posted")


@post(DESK + "/{body_id:int}/alternates/{member_id:int}", name="desk.bodies.step_up")
async def step_up(
    request: Request, slug: FromPath[str], body_id: FromPath[int], member_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    await read_form(request)
    await alternates.step_up(actor=visit.actor, body_id=body_id, member_id=member_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=body.stepped_up")


handlers = [index, show, result, establish, open_round, close_round, posted, step_up]
