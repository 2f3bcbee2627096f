"""The desk's page of one candidate: the review by two people, and the answers to objections. What comes on paper is
sent to `paper_pages`."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts.staff import colleagues
from council.elections import forms, objecting, permissions, queries, reviewing, rules
from council.elections.candidate import Candidate, Reason, Verdict
from council.elections.desk_visits import reading, state_of
from council.elections.model import Stage
from council.files import queries as files
from council.kernel.errors import Invalid, Refused, require
from council.proposals import queries as proposals
from council.web import Form, Request, Visit, enter, page, see_other

ONE = "/c/{slug:str}/desk/candidates/{candidate_id:int}"
OBJECTION = "/c/{slug:str}/desk/candidate-objections/{against_id:int}"


@get(ONE, name="desk.candidate")
async def candidate(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await candidate_page(request, visit, candidate_id)


async def candidate_page(
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
    actor, office = visit.actor, await colleagues(visit.community_id, permissions.SECONDS)
    homes = await queries.homes_of(visit.community_id, at.candidates)
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
        may_judge=is_moving and permissions.may_review(actor, found, at.candidates, office, homes) is None,
        may_confirm=is_moving and waits and permissions.may_second(actor, found, at.candidates, office, homes) is None,
        is_waiting=is_moving and waits,
        may_file=is_moving and permissions.may_keep_election(actor) is None,
        may_record=found.is_in
        and not at.is_on_ballot
        and permissions.may_record_letter(actor, found, at.candidates, homes) is None,
        may_enter_sheet=found.is_in
        and rules.stage(at, visit.now) is Stage.NOMINATING
        and not at.is_on_ballot
        and permissions.may_keep_election(actor) is None,
        household=permissions.is_outside(actor, homes),
        letter=found.letter,
        may_second_letter=found.letter_waits
        and found.is_in
        and not at.is_on_ballot
        and found.letter is not None
        and permissions.may_second_paper(actor, found.letter.entered_by, found, at.candidates, homes) is None,
        may_second_sheet={
            each.id
            for each in found.sheets
            if is_moving and permissions.may_second_paper(actor, each.entered_by, found, at.candidates, homes) is None
        },
        pictures={each.id for each in await files.stored_files(visit.community_id, _papers(found)) if each.width},
        recused=permissions.may_review(actor, found, at.candidates, office, homes) if is_moving else None,
        objections=[
            (
                each,
                each.is_open
                and each.outcome is None
                and permissions.may_answer(actor, each, found, at.candidates, office, homes) is None,
                each.waits_for_second
                and permissions.may_uphold(actor, each, found, at.candidates, office, homes) is None,
            )
            for each in objections
        ],
    )


def _papers(one: Candidate) -> list[int]:
    """Scans that this page shows where they are pictures."""
    return [*([one.letter.file_id] if one.letter else []), *(each.file_id for each in one.sheets)]


@post(ONE + "/finding", name="desk.candidate.judge")
async def judge(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        said, key = forms.finding(form), form.key()
        form.check()
        await reviewing.judge(
            actor=visit.actor,
            candidate_id=candidate_id,
            key=key,
            verdict=said.verdict,
            reason=said.reason,
            words=said.words,
            now=visit.now,
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await candidate_page(request, visit, candidate_id, status=409, form=form.sent_before("words"))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.judged")


@post(ONE + "/confirm", name="desk.candidate.confirm")
async def confirm(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        seen = forms.seen(form)
        form.check()
        await reviewing.confirm(actor=visit.actor, candidate_id=candidate_id, seen=seen, now=visit.now)
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.confirmed")


@post(ONE + "/back", name="desk.candidate.back")
async def send_back(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        seen, why = forms.seen(form), forms.words(form, "why")
        form.check()
        await reviewing.send_back(actor=visit.actor, candidate_id=candidate_id, seen=seen, words=why, now=visit.now)
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.sent_back")


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
        return await candidate_page(request, visit, found.candidate_id, status=422, form=refused, answering=against_id)
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
        return await candidate_page(request, visit, found.candidate_id, status=422, form=refused, answering=against_id)
    return see_other(f"/c/{slug}/desk/candidates/{found.candidate_id}?said=candidate.sent_back#objections")


handlers: list[HTTPRouteHandler] = [
    *(candidate, judge, confirm, send_back, answer, uphold, objection_back),
]
