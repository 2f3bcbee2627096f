"""The frozen roll for the desk: who is on it, and what may still be said about a voter while the vote runs."""

from __future__ import annotations

from collections.abc import Iterable

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT, handing_in
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, Refused, require
from council.kernel.text import clean_line
from council.registry import transfer_queries
from council.registry.portions import portion
from council.registry.transfer import Transfer
from council.voting import forms, halt_pages, halt_queries, permissions, queries, standing, standing_queries
from council.voting.halt import HaltAct, Subject
from council.voting.halt_staff import is_own_matter
from council.voting.motion import Motion, MotionState
from council.web import Form, Request, Visit, enter, page, read_form, see_other

ROLL = "/c/{slug:str}/motions/{motion_id:int}/roll"
_AT_ONCE = 60


@get(ROLL, name="motion.roll")
async def index(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Voter by voter; `?q=` keeps those whose room or number holds it."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_read_roll(visit.actor))
    lines = await standing_queries.lines(visit.community_id, motion_id)
    asked = clean_line(request.query_params.get("q", ""))[:20]
    kept = [each for each in lines if not asked or asked in {each.number, each.number[1:]} or _has_room(each, asked)]
    return page(
        request,
        visit,
        "voting/roll.html",
        motion=motion,
        q=asked,
        all=len(lines),
        suspended=[each for each in lines if each.suspension],
        disputed=[each for each in lines if each.disputes],
        transfers=await _transfers(visit, motion, lines),
        part=portion(kept, request, "voters", len(kept) or 1 if asked else _AT_ONCE),
    )


async def _transfers(visit: Visit, motion: Motion, lines: Iterable[standing_queries.RollLine]) -> list[Transfer]:
    """Homes of this roll that wait to change hands, while it matters to the vote."""
    if motion.state(visit.now) in {MotionState.CERTIFIED, MotionState.CANCELLED}:
        return []
    homes = {unit.code for line in lines for unit in line.units}
    return [each for each in await transfer_queries.waiting(visit.community_id) if each.unit_code in homes]


def _has_room(line: standing_queries.RollLine, asked: str) -> bool:
    return any(asked in unit.code for unit in line.units)


@get(ROLL + "/{number:str}", name="motion.roll.voter")
async def show(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[str]
) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _page(request, visit, motion_id, number)


async def _page(
    request: Request,
    visit: Visit,
    motion_id: int,
    number: str,
    *,
    status: int = 200,
    form: Form | None = None,
    scan: StoredFile | None = None,
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_read_roll(visit.actor))
    line = await standing_queries.line(visit.community_id, motion_id, number)
    return page(
        request,
        visit,
        "voting/roll_voter.html",
        status=status,
        motion=motion,
        line=line,
        is_own=await is_own_matter(visit.actor, Subject(HaltAct.SUSPEND, motion_id=motion_id, number=number)),
        transfers=await _transfers(visit, motion, [line]),
        halts=await halt_queries.waiting_of_voter(visit.community_id, line.roll_voter_id),
        scan=scan,
        form=form or Form.blank(),
        runs=motion.state(visit.now) in {MotionState.NOTICE, MotionState.OPEN},
        may_keep=permissions.may_keep_roll(visit.actor) is None,
    )


_HALTS = {
    forms.RollAct.SUSPEND: HaltAct.SUSPEND,
    forms.RollAct.LIFT: HaltAct.LIFT,
    forms.RollAct.NAME: HaltAct.NAME,
}


@post(ROLL + "/{number:str}", name="motion.roll.act", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def act(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[str]
) -> Response[bytes]:
    """Records a suspension, its end or another representative for a second person, or a dispute, as its button says."""
    visit = await enter(request, slug)
    require(permissions.may_keep_roll(visit.actor))
    form = await read_form(request)
    sent, scan = None, None
    try:
        sent = forms.parse_roll_act(form)
        if sent not in _HALTS:
            await _dispute(visit, motion_id, number, forms.parse_area_dispute(form))
            return see_other(f"/c/{slug}/motions/{motion_id}/roll/{number}?said=roll.dispute")
        scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
        owner_id = form.integer("owner", least=1) if sent is forms.RollAct.NAME else None
        subject = Subject(_HALTS[sent], motion_id=motion_id, number=number, owner_id=owner_id or None)
        halt_id = await halt_pages.recorded(visit, form, scan, subject, sent.value)
        return see_other(f"/c/{slug}/desk/halts/{halt_id}?said=halt.recorded")
    except Invalid as invalid:
        return await _page(request, visit, motion_id, number, status=422, form=form.refused(invalid), scan=scan)
    except Refused as refused:
        if sent is None:
            raise
        if refused.code == "form.used_before":
            form = form.sent_before(sent.value)
        else:
            form.reject(sent.value, refused.code, **refused.details)
        status = 403 if refused.forbidden else 409
        return await _page(request, visit, motion_id, number, status=status, form=form, scan=scan)


async def _dispute(visit: Visit, motion_id: int, number: str, sent: forms.SentAreaDispute) -> None:
    await standing.record_area_dispute(
        actor=visit.actor,
        motion_id=motion_id,
        number=number,
        unit_code=sent.unit_code,
        key=sent.key,
        words=sent.words,
        now=visit.now,
    )


handlers: list[HTTPRouteHandler] = [index, show, act]
