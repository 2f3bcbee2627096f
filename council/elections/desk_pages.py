"""The desk's page of an election: opening nominations, what comes on paper, publishing. The review has its own."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import tie_queries
from council.elections import correcting, forms, opening, permissions, publishing, queries, rules, sheets
from council.elections.candidate import OFFICIAL, Channel, Nomination
from council.elections.desk_visits import keeping, paper_of, state_of
from council.elections.model import Stage, Standing
from council.elections.paper_pages import signers_of
from council.files import DOCUMENT_LIMIT
from council.files.model import Purpose
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.proposals import queries as proposals
from council.web import Form, Request, Visit, enter, page, see_other

DESK = "/c/{slug:str}/desk/elections/{proposal_id:int}"


@get(DESK, name="desk.election")
async def show(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _election_page(request, visit, proposal_id)


async def _election_page(
    request: Request, visit: Visit, proposal_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    require(permissions.may_read_desk(visit.actor))
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    if not proposal.preset.is_election:
        raise NotFound("election")
    at = (await queries.standings(visit.community_id, [proposal_id])).get(proposal_id)
    fixed = opening.seats_of(proposal)
    return page(
        request,
        visit,
        "elections/desk.html",
        status=status,
        proposal=proposal,
        at=at,
        stage=None if at is None else rules.stage(at, visit.now),
        due=None if at is None else rules.due(at, visit.now),
        until=None if at is None else rules.notice_until(at.election),
        warnings=[] if at is None else rules.warnings(at, is_committee=fixed is None),
        unjudged=0 if at is None else len(rules.unjudged(at.candidates)),
        form=form or Form.blank(seats="5", nomination_days="7", joint_least="2", notice_days="7", days="7"),
        fixed=fixed,
        is_of_either=correcting.is_of_either(proposal),
        may_correct=at is None and proposal.is_open and permissions.may_keep_election(visit.actor) is None,
        may_keep=permissions.may_keep_election(visit.actor) is None,
        said_of=_said_of(at),
    )


def _said_of(at: Standing | None) -> dict[int, str]:
    """The state of each candidate at the desk, as a message id."""
    return {} if at is None else {each.id: f"candidate_state.{state_of(each)}" for each in at.candidates}


@post(DESK, name="desk.election.open")
async def open_it(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await keeping(request, slug)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    try:
        draft = forms.election(form, opening.seats_of(proposal))
        form.check()
        await opening.open_election(actor=visit.actor, proposal_id=proposal_id, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _election_page(request, visit, proposal_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/elections/{proposal_id}?said=election.opened")


@post(DESK + "/correct", name="desk.election.correct")
async def correct(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await keeping(request, slug)
    try:
        fills, reason = forms.correction(form)
        form.check()
        await correcting.correct(actor=visit.actor, proposal_id=proposal_id, fills=fills, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await _election_page(request, visit, proposal_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/elections/{proposal_id}?said=election.corrected")


@post(DESK + "/reopen", name="desk.election.reopen")
async def reopen(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, form = await keeping(request, slug)
    try:
        days, reason = forms.more_time(form)
        form.check()
        await opening.reopen(actor=visit.actor, proposal_id=proposal_id, days=days, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await _election_page(request, visit, proposal_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/elections/{proposal_id}?said=election.reopened")


@post(DESK + "/publish", name="desk.election.publish")
async def publish(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, _ = await keeping(request, slug)
    await publishing.publish(actor=visit.actor, proposal_id=proposal_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/elections/{proposal_id}?said=candidates.published")


@get(DESK + "/new", name="desk.candidate.new")
async def new(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_keep_election(visit.actor))
    return await _new_page(request, visit, proposal_id, Form.blank(channel=Channel.PARTY.value))


async def _new_page(
    request: Request, visit: Visit, proposal_id: int, form: Form, *, status: int = 200
) -> Response[bytes]:
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    at = await queries.standing(visit.community_id, proposal_id)
    return page(
        request,
        visit,
        "elections/enter.html",
        status=status,
        proposal=proposal,
        at=at,
        form=form,
        channels=forms.DESK_CHANNELS,
        is_open=rules.stage(at, visit.now) is Stage.NOMINATING and not at.is_on_ballot,
    )


@post(DESK + "/new", name="desk.candidate.enter", request_max_body_size=2 * DOCUMENT_LIMIT + 64 * 1024)
async def enter_named(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """What an organisation recommends, or somebody who puts themselves forward on paper."""
    visit, form = await keeping(request, slug)
    try:
        named = forms.desk_nomination(form)
        found = await tie_queries.units_matching(visit.community_id, named.room) if named.room else []
        unit_id = forms.one_unit(form, found) if named.room else 0
        on_paper = named.channel is Channel.SELF
        signed = await signers_of(visit, form) if named.channel is Channel.JOINT else ()
        purpose = Purpose.DOCUMENT if named.channel in OFFICIAL else Purpose.SCAN
        paper = await paper_of(visit, form, "document", purpose, needed=True)
        seal = await paper_of(visit, form, "authorisation", Purpose.SCAN)
        form.check()
        sent = Nomination(
            named.key,
            named.channel,
            unit_id,
            named.name,
            named.nominated_by,
            named.statement,
            document_id=paper,
            authorisation_id=seal,
            consent_id=paper if on_paper else None,
        )
        candidate_id = await sheets.nominate(
            actor=visit.actor, proposal_id=proposal_id, nomination=sent, signed=signed, now=visit.now
        )
    except Invalid as invalid:
        return await _new_page(request, visit, proposal_id, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code not in {"form.used_before", "candidate.named_already", "candidate.own_signature"}:
            raise
        if refused.code == "form.used_before":
            form = form.sent_before("name")
        else:
            form.reject("name", refused.code, **refused.details)
        return await _new_page(request, visit, proposal_id, form, status=409)
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.entered")


handlers: list[HTTPRouteHandler] = [show, open_it, correct, reopen, publish, new, enter_named]
