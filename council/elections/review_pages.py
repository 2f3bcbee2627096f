"""The desk's page of one candidate: the review by two people, papers, and the answers to objections."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.elections import forms, nominating, objecting, permissions, queries, reviewing, rules
from council.elections.desk_visits import keeping, paper_of, reading, state_of
from council.elections.model import Reason, Stage, Verdict
from council.files import DOCUMENT_LIMIT
from council.files.model import Purpose
from council.kernel.errors import Invalid, require
from council.proposals import queries as proposals
from council.web import Form, Request, Visit, enter, page, see_other

ONE = "/c/{slug:str}/desk/candidates/{candidate_id:int}"
OBJECTION = "/c/{slug:str}/desk/candidate-objections/{against_id:int}"


@get(ONE, name="desk.candidate")
async def candidate(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _candidate_page(request, visit, candidate_id)


async def _candidate_page(
    request: Request,
    visit: Visit,
    candidate_id: int,
    *,
    status: int = 200,
    form: Form | None = None,
    answering: int | None = None,
) -> Response[bytes]:
    require(permissions.may_read_desk(visit.actor))
    found = await queries.candidate(visit.community_id, candidate_id)
    at = await queries.standing(visit.community_id, found.proposal_id)
    actor = visit.actor
    is_before = rules.stage(at, visit.now) in {Stage.NOMINATING, Stage.REVIEWING}
    is_moving = found.is_in and is_before and not at.is_on_ballot
    waits = found.verdict is not None and found.confirmed_at is None
    objections = [each for each in at.objections if each.candidate_id == candidate_id]
    return page(
        request,
        visit,
        "elections/review.html",
        status=status,
        candidate=found,
        proposal=await proposals.proposal(visit.community_id, found.proposal_id),
        at=at,
        state=f"candidate_state.{state_of(found)}",
        form=form or Form.blank(),
        answering=answering,
        blank=Form.blank(),
        hindrance=rules.cannot_stand(found, at.election.joint_least),
        verdicts=tuple(Verdict),
        reasons=tuple(Reason),
        answers=forms.ANSWERS,
        may_judge=is_moving and permissions.may_review(actor, found, at.candidates) is None,
        may_confirm=is_moving and waits and permissions.may_second(actor, found, at.candidates) is None,
        is_waiting=is_moving and waits,
        may_file=is_moving and permissions.may_keep_election(actor) is None,
        may_withdraw=found.is_in and not at.is_on_ballot and permissions.may_keep_election(actor) is None,
        recused=permissions.may_review(actor, found, at.candidates) if is_moving else None,
        objections=[
            (
                each,
                each.is_open and each.outcome is None and permissions.may_answer(actor, each, at.candidates) is None,
                each.waits_for_second and permissions.may_uphold(actor, each, at.candidates) is None,
            )
            for each in objections
        ],
    )


@post(ONE + "/finding", name="desk.candidate.judge")
async def judge(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        said = forms.finding(form)
        form.check()
        await reviewing.judge(
            actor=visit.actor,
            candidate_id=candidate_id,
            verdict=said.verdict,
            reason=said.reason,
            words=said.words,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.judged")


@post(ONE + "/confirm", name="desk.candidate.confirm")
async def confirm(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        seen = forms.seen(form)
        form.check()
        await reviewing.confirm(actor=visit.actor, candidate_id=candidate_id, seen=seen, now=visit.now)
    except Invalid as invalid:
        return await _candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.confirmed")


@post(ONE + "/back", name="desk.candidate.back")
async def send_back(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        seen, why = forms.seen(form), forms.words(form, "why")
        form.check()
        await reviewing.send_back(actor=visit.actor, candidate_id=candidate_id, seen=seen, words=why, now=visit.now)
    except Invalid as invalid:
        return await _candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.sent_back")


@post(ONE + "/papers", name="desk.candidate.papers", request_max_body_size=2 * DOCUMENT_LIMIT + 64 * 1024)
async def papers(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """The consent that the candidate signed, and a represented owner's authorisation."""
    visit, form = await keeping(request, slug)
    try:
        seal = await paper_of(visit, form, "authorisation", Purpose.SCAN)
        paper = await paper_of(visit, form, "consent", Purpose.SCAN, needed=True)
        form.check()
        await nominating.consent_on_paper(
            actor=visit.actor, candidate_id=candidate_id, file_id=paper or 0, authorisation_id=seal, now=visit.now
        )
    except Invalid as invalid:
        return await _candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.papers")


@post(ONE + "/withdraw", name="desk.candidate.withdraw", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def withdraw(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """Somebody stands back on paper."""
    visit, form = await keeping(request, slug)
    try:
        reason = form.text("reason", least=2, most=500, missing="candidate.reason_needed")
        paper = await paper_of(visit, form, "document", Purpose.SCAN, needed=True)
        form.check()
        await nominating.withdraw(
            actor=visit.actor, candidate_id=candidate_id, reason=reason, file_id=paper, now=visit.now
        )
    except Invalid as invalid:
        return await _candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.withdrawn")


@post(OBJECTION, name="desk.candidate.answer")
async def answer(request: Request, slug: FromPath[str], against_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    found = await queries.objection(visit.community_id, against_id)
    try:
        outcome, said = forms.answered(form)
        form.check()
        await objecting.answer(actor=visit.actor, objection_id=against_id, outcome=outcome, words=said, now=visit.now)
    except Invalid as invalid:
        refused = form.refused(invalid)
        return await _candidate_page(request, visit, found.candidate_id, status=422, form=refused, answering=against_id)
    return see_other(f"/c/{slug}/desk/candidates/{found.candidate_id}?said=candidate.answered#objections")


@post(OBJECTION + "/uphold", name="desk.candidate.uphold")
async def uphold(request: Request, slug: FromPath[str], against_id: FromPath[int]) -> Response[bytes]:
    visit, _ = await reading(request, slug)
    found = await queries.objection(visit.community_id, against_id)
    await objecting.uphold(actor=visit.actor, objection_id=against_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/candidates/{found.candidate_id}?said=candidate.upheld#objections")


@post(OBJECTION + "/back", name="desk.candidate.objection_back")
async def objection_back(request: Request, slug: FromPath[str], against_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    found = await queries.objection(visit.community_id, against_id)
    try:
        why = forms.words(form, "why")
        form.check()
        await objecting.send_back(actor=visit.actor, objection_id=against_id, words=why, now=visit.now)
    except Invalid as invalid:
        refused = form.refused(invalid)
        return await _candidate_page(request, visit, found.candidate_id, status=422, form=refused, answering=against_id)
    return see_other(f"/c/{slug}/desk/candidates/{found.candidate_id}?said=candidate.sent_back#objections")


handlers: list[HTTPRouteHandler] = [
    *(candidate, judge, confirm, send_back, papers, withdraw, answer, uphold, objection_back),
]
