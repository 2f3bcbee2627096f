"""The desk's pages about bodies: what is due, a committee out of a result, the members' ballot, small acts."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import (
    alternates,
    calling_off,
    establishing,
    forms,
    humans,
    parties,
    permissions,
    queries,
    results,
    rounds,
)
from council.bodies.beginning import Founding, next_number
from council.bodies.duties import TERM_YEARS
from council.bodies.model import Body, BodyKind, VoteForm
from council.bodies.standing import body_view, body_views
from council.kernel.clock import end_of_days, local_midnight
from council.kernel.errors import Invalid, Refusal, Refused, require
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
        results=await results.unused(visit.community_id),
        may_record=permissions.may_record(visit.actor) is None,
        has_management=any(each.kind is BodyKind.MANAGEMENT and each.is_standing for each in found),
        has_committee=any(each.kind is BodyKind.OWNERS and each.is_standing for each in found),
    )


@get(DESK + "/{body_id:int}", name="desk.body")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_read_papers(visit.actor))
    return await desk_page(request, visit, body_id)


async def desk_page(
    request: Request, visit: Visit, body_id: int, *, form: Form | None = None, status: int = 200
) -> Response[bytes]:
    """`form`: of whichever act was sent."""
    view = await body_view(visit.community_id, body_id, visit.now)
    return page(
        request,
        visit,
        "bodies/desk_body.html",
        status=status,
        view=view,
        body=view.body,
        off=await _off(visit, view.body),
        may_record=permissions.may_record(visit.actor) is None,
        form=form or Form.blank(),
        forms=list(VoteForm),
        unposted=[each for each in view.chosen_rounds if each.posted_on is None],
    )


@dataclass(frozen=True, slots=True)
class _Off:
    """What the desk may do about calling the open ballot off: `too_late` and `unable` say why not; `seconds` are names
    of those who may confirm."""

    too_late: Refusal | None
    may_ask: bool
    unable: Refusal | None
    may_withdraw: bool
    seconds: tuple[str, ...]


async def _off(visit: Visit, body: Body) -> _Off | None:
    current = body.open_round
    if current is None or permissions.may_record(visit.actor) is not None:
        return None
    asked = current.call_off
    too_late = calling_off.whether(current, visit.now)
    unable = permissions.may_confirm(visit.actor, asked) if asked else None
    first_id = asked.recorded_by if asked else visit.actor.person_id
    return _Off(
        too_late=too_late,
        may_ask=asked is None and await parties.may_record_paper(visit.actor, body, None) is None and too_late is None,
        unable=unable or await parties.may_second_paper(visit.actor, body, None),
        may_withdraw=asked is not None and permissions.may_withdraw(visit.actor, asked) is None,
        seconds=await parties.who_may_second(visit.community_id, body, None, first_id),
    )


@get(DESK + "/results/{motion_id:int}", name="desk.bodies.result")
async def result(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The form that makes a committee of those whom the owners elected."""
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    motion = await voting.motion(visit.community_id, motion_id)
    return await _result_page(request, visit, motion, Form.blank(kind=BodyKind.OWNERS, years=str(TERM_YEARS)))


async def _result_page(
    request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200
) -> Response[bytes]:
    """Who was elected, who of them owns nothing here any more, what the committee that stands comes to by it, and what
    is still said against the vote."""
    through = await results.of_result(motion)
    is_joining = await results.is_by_election(motion)
    standing = await queries.standing_committee(visit.community_id)
    day = (await results.decided_days(visit.community_id, [motion])).get(motion.id)
    joined = await results.joins(motion) if is_joining else None
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
        before=joined if is_joining else standing,
        sits={each for each in through if joined and humans.is_among(each, joined.sitting)},
        newer=standing if not is_joining and day is not None and results.is_newer(standing, day) else None,
        number=await next_number(visit.community_id, BodyKind.OWNERS),
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
        is_joining = await results.is_by_election(motion)
        key, kind, years = forms.parse_founding(form, joins=is_joining)
        form.check()
        body_id = await establishing.establish(
            actor=visit.actor,
            founding=Founding(key, motion_id, kind, years),
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
        return await desk_page(request, visit, body_id, form=form.refused(invalid), status=422)
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
        return await desk_page(request, visit, body_id, form=form.refused(invalid), status=422)
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
