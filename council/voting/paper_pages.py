"""Paper ballots for those who handle them: how far they are, taking back, following up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import UPLOAD_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.errors import Invalid, Refused, require
from council.registry import queries as registry
from council.voting import (
    impartial,
    paper_forms,
    paper_printing_queries,
    paper_return_queries,
    paper_voter_queries,
    permissions,
    queries,
    succession,
)
from council.voting.motion import Motion, MotionState
from council.voting.paper import Returned, grouped
from council.voting.paper_press import PaperPress
from council.voting.paper_returns import Brings, take_back
from council.voting.paper_staff import may_handle, require_handling, require_paper
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

PAPER = "/c/{slug:str}/motions/{motion_id:int}/paper"
_SHOWN = 30
"""Returns that the page lists; it says how many more there are."""


@get(PAPER, name="paper")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """How many are out, back, read; and what there is to do for whoever looks."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    officers = await queries.officers(visit.community_id, motion_id)
    require(permissions.may_see_papers(visit.actor, officers))
    require_paper(motion)
    recused = await may_handle(visit.actor, motion)
    free = await impartial.may_count(visit.actor, motion) is None
    return page(
        request,
        visit,
        "voting/paper.html",
        motion=motion,
        state=motion.state(visit.now),
        progress=(await paper_return_queries.progress_of(visit.community_id, [motion_id]))[motion_id],
        runs=await paper_printing_queries.runs(visit.community_id, motion_id),
        may_handle=recused is None,
        recused=recused if recused is not None and recused.code == "paper.recused" else None,
        may_key=free and permissions.may_key(visit.actor, officers) is None,
        may_decide=free and permissions.may_decide_paper(visit.actor, officers) is None,
        is_readable=motion.are_papers_readable(visit.now),
    )


# taking back


@get(PAPER + "/returns", name="paper.returns")
async def returns_page(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """A field for the serial, typed or scanned; what came back last; what was not taken and why. `?kept=` is the one
    that was just sent."""
    visit = await enter(request, slug)
    officers = await queries.officers(visit.community_id, motion_id)
    require(permissions.may_see_papers(visit.actor, officers))
    motion = await queries.motion(visit.community_id, motion_id)
    require_paper(motion)
    return await _returns(request, visit, motion, Form.blank())


async def _returns(request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200) -> Response[bytes]:
    taken = await paper_return_queries.returns(visit.community_id, motion.id, refused=False)
    refused = await paper_return_queries.returns(visit.community_id, motion.id, refused=True)
    kept = just_kept(request, [*taken, *refused])
    return page(
        request,
        visit,
        "voting/paper_returns.html",
        status=status,
        motion=motion,
        form=form,
        kept=kept,
        taken=taken[:_SHOWN],
        more=max(0, len(taken) - _SHOWN),
        refused=refused,
        homes=await homes_of(visit, motion),
        grouped=grouped,
        may_handle=await may_handle(visit.actor, motion) is None,
    )


def just_kept(request: Request, of: Iterable[Returned]) -> Returned | None:
    asked = request.query_params.get("kept", "")
    return next((each for each in of if str(each.id) == asked), None)


async def homes_of(visit: Visit, motion: Motion) -> Mapping[int, tuple[str, ...]]:
    """Unit codes by roll voter."""
    voters = await paper_voter_queries.paper_voters(visit.community_id, motion.id)
    return {each.roll_voter_id: each.unit_codes for each in voters}


@post(PAPER + "/returns", name="paper.return", request_max_body_size=UPLOAD_LIMIT)
async def take(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    form = await read_form(request)
    try:
        kept = await taken_from(request, visit, motion, form)
    except Invalid as invalid:
        return await _returns(request, visit, motion, form.refused(invalid), status=422)
    except Refused as refused:
        if sent_by_mandate(form, refused):
            return await _returns(request, visit, motion, form, status=409)
        if refused.code != "form.used_before":
            raise
        return await _returns(request, visit, motion, form.sent_before("serial", "paper.other_paper"), status=409)
    return see_other(f"/c/{slug}/motions/{motion_id}/paper/returns?kept={kept.id}")


async def taken_from(request: Request, visit: Visit, motion: Motion, form: Form, serial: str | None = None) -> Returned:
    """What became of the paper that a form brings, with its photo if there is one. Invalid, Refused as the verb's."""
    photos = await file_forms.photos(form, "photo", most=1)
    sent = paper_forms.parse_return(form, serial)
    image = None
    for photo in photos:
        image = await files.save_sealed(actor=visit.actor, data=photo.data, name=photo.name)
    return await take_back(
        actor=visit.actor,
        motion_id=motion.id,
        brings=Brings(sent.key, sent.serial, sent.channel, image, sent.is_by_mandate),
        clock=kit(request).clock,
    )


def sent_by_mandate(form: Form, refused: Refused) -> bool:
    """Whether a paper of a mandate's holder was not taken for what the mandate is: the form says why then."""
    if not form.flag("by_mandate") or refused.code == "form.used_before":
        return False
    form.reject("by_mandate", refused.code, **refused.details)
    return True


# following up


@get(PAPER + "/follow-up", name="paper.follow_up")
async def follow_up(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Who answered online beside a vote that paper decides, and has not handed a paper in: whom to visit. Not what
    they answered."""
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    if not motion.takes_wishes:
        raise Refused("paper.no_wishes")
    asked = set(await paper_voter_queries.asked_online(visit.community_id, motion_id))
    sold = await succession.sold(visit.community_id, motion_id)
    voters = await paper_voter_queries.signing_voters(visit.community_id, motion_id, sold)
    live = await paper_printing_queries.live_papers(visit.community_id, motion_id)
    house = kit(request)
    press = PaperPress(house.words[visit.locale], motion, await registry.community(visit.community_id), house.base_url)
    return page(
        request,
        visit,
        "voting/paper_follow_up.html",
        motion=motion,
        rows=[(each, press.name(each), live.get(each.roll_voter_id)) for each in voters if each.roll_voter_id in asked],
        is_open=motion.state(visit.now) in {MotionState.NOTICE, MotionState.OPEN},
        grouped=grouped,
        form=Form.blank(),
    )


async def handled(visit: Visit, motion_id: int) -> Motion:
    """The motion, for those who may handle its papers."""
    motion = await queries.motion(visit.community_id, motion_id)
    await require_handling(visit.actor, motion)
    return motion


handlers: list[HTTPRouteHandler] = [
    show,
    returns_page,
    take,
    follow_up,
]
