"""A court's judgments about one decision: recorded here with the scan, compared and confirmed by a second person."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT, handing_in
from council.files.giving import given
from council.files.model import Purpose, StoredFile
from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.voting import court_queries, court_records, impartial, queries
from council.voting.court import SECONDS, CourtAct, Judgment, JudgmentDraft, may_act, may_confirm, may_read, may_record
from council.voting.court import may_withdraw as may_take_back
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.verdicts import decided
from council.web import Form, Request, Visit, enter, page, read_form, see_other

COURT = "/c/{slug:str}/motions/{motion_id:int}/court"


@get(COURT, name="court")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_read(visit.actor))
    return await _court_page(request, visit, motion_id)


async def _court_page(
    request: Request,
    visit: Visit,
    motion_id: int,
    *,
    status: int = 200,
    form: Form | None = None,
    scan: StoredFile | None = None,
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    judgments = await court_queries.judgments_of(visit.community_id, motion_id)
    waits = next((each for each in judgments if each.is_waiting), None)
    refusal = None if waits is None else may_confirm(visit.actor, waits)
    if waits is not None and refusal is None:
        refusal = await impartial.may_decide(visit.actor, motion, SECONDS, {waits.recorded_by})
    may_withdraw = waits is not None and may_take_back(visit.actor, waits) is None
    return page(
        request,
        visit,
        "voting/court.html",
        status=status,
        motion=motion,
        judgments=judgments,
        waits=waits,
        refusal=refusal,
        may_confirm=waits is not None and refusal is None,
        may_withdraw=may_withdraw and (refusal is None or (waits and waits.recorded_by == visit.actor.person_id)),
        possible=await court_records.possible(motion),
        result=await _result(motion, visit.now),
        may_record=may_record(visit.actor) is None,
        form=form or Form.blank(),
        scan=scan,
    )


async def _result(motion: Motion, now: datetime) -> str:
    """What a court would take away: a decision that passed, or a result that did not."""
    found = (await decided(motion.community_id, [motion], now)).get(motion.id)
    outcome = motion.official_outcome or (None if found is None else found.outcome)
    return "passed" if outcome is Outcome.PASSED else "not_passed"


@post(COURT, name="court.record", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """What the judgment says, with its scan: it waits for a second person."""
    visit = await enter(request, slug)
    require(may_record(visit.actor))
    form = await read_form(request)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
    try:
        draft = _parsed(form)
        if scan is None:
            form.reject("document", "form.file_missing")
        form.check()
        await court_records.record(
            actor=visit.actor, motion_id=motion_id, draft=draft, file_id=scan.id if scan else 0, now=visit.now
        )
    except Invalid as invalid:
        return await _court_page(request, visit, motion_id, status=422, form=form.refused(invalid), scan=scan)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        again = form.sent_before("court_said")
        return await _court_page(request, visit, motion_id, status=409, form=again, scan=scan)
    return see_other(f"/c/{slug}/motions/{motion_id}/court?said=court.recorded")


def _parsed(form: Form) -> JudgmentDraft:
    return JudgmentDraft(
        key=form.key(),
        act=form.choice("act", CourtAct),
        document=form.line("judgment", least=4, most=120),
        number=form.line("number", least=4, most=60),
        dated_on=local_midnight(form.day("dated_on")),
        words=form.text("court_said", least=6, most=500),
    )


@post(COURT + "/{judgment_id:int}", name="court.act")
async def act(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], judgment_id: FromPath[int]
) -> Response[bytes]:
    """Confirms it as the second person, or takes it back, as its button says."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(may_act(visit.actor))
    judgment = await _of(visit, motion_id, judgment_id)
    what = form.choice("act", ("confirm", "withdraw"))
    form.check()
    if what == "withdraw":
        await court_records.withdraw(actor=visit.actor, judgment_id=judgment_id, now=visit.now)
        return see_other(f"/c/{slug}/motions/{motion_id}/court?said=court.withdrawn")
    await court_records.confirm(actor=visit.actor, judgment_id=judgment_id, now=visit.now)
    said = "motion.revoked" if judgment.act is CourtAct.REVOKE else "motion.restored"
    return see_other(f"/c/{slug}/motions/{motion_id}?said={said}")


@get(COURT + "/{judgment_id:int}/scan", name="court.scan", include_in_schema=False)
async def scan_of(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], judgment_id: FromPath[int]
) -> Response[bytes]:
    """Parties' names and numbers stand in it: for the office."""
    visit = await enter(request, slug)
    require(may_read(visit.actor))
    judgment = await _of(visit, motion_id, judgment_id)
    return await given(visit.community_id, judgment.file_id, f"judgment-{judgment_id}")


async def _of(visit: Visit, motion_id: int, judgment_id: int) -> Judgment:
    judgment = await court_queries.judgment(visit.community_id, judgment_id)
    if judgment.motion_id != motion_id:
        raise NotFound
    return judgment


handlers: list[HTTPRouteHandler] = [show, record, act, scan_of]
