"""Candidates as neighbours see them: the list, one person's page, putting somebody forward, yes and no, objections."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import queries as accounts
from council.accounts import tie_queries
from council.elections import consenting, forms, nominating, objecting, permissions, queries, rules
from council.elections.candidate import Channel, Nomination
from council.elections.model import Stage
from council.elections.notice_pages import as_text, notice_paper
from council.files import DOCUMENT_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, TooMany, require
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.registry.rollfile.model import OwnerKind
from council.web import Form, PublicVisit, Request, Visit, enter, enter_public, later, page, read_form, see_other

LIST = "/c/{slug:str}/proposals/{proposal_id:int}/candidates"
ONE = "/c/{slug:str}/candidates/{candidate_id:int}"


@get(LIST, name="candidates")
async def index(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """Where the election stands and who is in it; before the notice names are for members. `?format=text|pdf`: the
    notice."""
    visit = await enter_public(request, slug)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    if not proposal.preset.is_election:
        raise NotFound("candidates")
    at = (await queries.standings(visit.community_id, [proposal_id])).get(proposal_id)
    asked = request.query_params.get("format")
    is_out = at is not None and at.election.published_at is not None
    if at is not None and is_out and asked == "text":
        return as_text(await notice_paper(request, visit, at))
    if is_out and asked == "pdf":
        return see_other(f"/c/{slug}/proposals/{proposal_id}/candidates/notice?format=pdf")
    stage = None if at is None else rules.stage(at, visit.now)
    may_nominate = stage is Stage.NOMINATING and visit.actor is not None
    return page(
        request,
        visit,
        "elections/candidates.html",
        proposal=proposal,
        at=at,
        stage=stage,
        until=None if at is None else rules.notice_until(at.election),
        listed=[] if at is None else rules.listed(at, visit.actor),
        mine={each.id for each in at.candidates if permissions.is_own(visit.actor, each)}
        if at is not None and visit.actor is not None
        else set(),
        order_rule="slate.order" if at is None else rules.order_rule(at.election),
        may_nominate=may_nominate and visit.actor is not None and permissions.may_nominate(visit.actor) is None,
        is_unverified=may_nominate and visit.actor is not None and not visit.actor.owner_ids,
        may_read_desk=visit.actor is not None and permissions.may_read_desk(visit.actor) is None,
    )


@get(LIST + "/new", name="candidates.new")
async def new(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    asked = request.query_params.get("channel", "")
    channel = Channel.JOINT if asked == Channel.JOINT else Channel.SELF
    return await _new_page(request, visit, proposal_id, Form.blank(channel=channel.value))


async def _new_page(
    request: Request, visit: Visit, proposal_id: int, form: Form, *, status: int = 200
) -> Response[bytes]:
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(permissions.may_nominate(visit.actor))
    at = await queries.standing(visit.community_id, proposal_id)
    owned = await accounts.units_of_owners(visit.community_id, visit.actor.owner_ids)
    units = {unit.id: unit for held in owned.values() for unit in held}
    holdings = await registry.holdings_of(visit.community_id, units)
    kinds = {each.kind for held in holdings.values() for each in held if each.owner_id in visit.actor.owner_ids}
    return page(
        request,
        visit,
        "elections/nominate.html",
        status=status,
        proposal=proposal,
        at=at,
        form=form,
        units=sorted(units.values(), key=registry.by_place),
        is_joint=form.value("channel") == Channel.JOINT,
        is_open=rules.stage(at, visit.now) is Stage.NOMINATING and not at.is_on_ballot,
        asks_authorisation=bool(kinds - {OwnerKind.NATURAL}),
    )


@post(LIST, name="candidate.nominate", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def nominate(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """Oneself, or a neighbour with one's own name as the first to sign."""
    visit = await enter(request, slug)
    form = await read_form(request)
    await proposals.proposal(visit.community_id, proposal_id)
    require(permissions.may_nominate(visit.actor))
    try:
        named = forms.own_nomination(form)
        unit_id = await _unit(visit, form, named)
        received = await file_forms.documents(form, "authorisation")
        form.check()
        stored = [
            await files.save_document(
                actor=visit.actor,
                data=each.data,
                name=each.name,
                now=visit.now,
                purpose=Purpose.SCAN,
                field="authorisation",
            )
            for each in received
        ]
        sent = Nomination(
            named.key,
            named.channel,
            unit_id,
            named.name,
            "",
            named.statement,
            authorisation_id=stored[0].id if stored else None,
        )
        candidate_id = await nominating.nominate(
            actor=visit.actor, proposal_id=proposal_id, nomination=sent, now=visit.now
        )
    except Invalid as invalid:
        return await _new_page(request, visit, proposal_id, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _new_page(request, visit, proposal_id, form.put_off(many)), many)
    except Refused as refused:
        if refused.code not in {"form.used_before", "candidate.named_already", "candidate.own_signature"}:
            raise
        if refused.code == "form.used_before":
            form = form.sent_before("statement")
        else:
            form.reject("name", refused.code, **refused.details)
        return await _new_page(request, visit, proposal_id, form, status=409)
    said = "candidate.joint" if sent.channel is Channel.JOINT else "candidate.self"
    return see_other(f"/c/{slug}/candidates/{candidate_id}?said={said}")


async def _unit(visit: Visit, form: Form, named: forms.Named) -> int:
    if named.channel is Channel.SELF:
        owned = await accounts.units_of_owners(visit.community_id, visit.actor.owner_ids)
        known = {str(unit.id): unit.id for held in owned.values() for unit in held}
        if named.unit and named.unit not in known:
            form.reject("unit", "form.not_a_choice")
        return known.get(named.unit, 0)
    return forms.one_unit(form, await tie_queries.units_matching(visit.community_id, named.room)) if named.room else 0


@get(ONE, name="candidate")
async def show(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """Anybody's to read once they are on the notice; before, a member's."""
    visit = await enter_public(request, slug)
    return await candidate_page(request, visit, candidate_id)


async def candidate_page(
    request: Request, visit: PublicVisit, candidate_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    found = await queries.candidate(visit.community_id, candidate_id)
    at = await queries.standing(visit.community_id, found.proposal_id)
    actor = visit.actor
    if not (found.number or found in rules.listed(at, actor) or _works(actor)):
        raise NotFound("candidate")
    against = [each for each in at.objections if each.candidate_id == candidate_id]
    return page(
        request,
        visit,
        "elections/candidate.html",
        status=status,
        candidate=found,
        proposal=await proposals.proposal(visit.community_id, found.proposal_id),
        at=at,
        stage=rules.stage(at, visit.now),
        until=rules.notice_until(at.election),
        form=form or Form.blank(),
        offered=rules.offered(actor, found, at, visit.now),
        objections=[(each, permissions.may_read_objection(actor, each, found) is None) for each in against],
        may_read_desk=_works(actor),
    )


def _works(actor: Actor | None) -> bool:
    return actor is not None and permissions.may_read_desk(actor) is None


@post(ONE + "/sign", name="candidate.sign")
async def sign(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await nominating.sign(actor=visit.actor, candidate_id=candidate_id, now=visit.now)
    return see_other(f"/c/{slug}/candidates/{candidate_id}?said=candidate.signed")


@post(ONE + "/consent", name="candidate.consent")
async def consent(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        said, key = forms.statement(form), form.key()
        form.check()
        await consenting.consent(actor=visit.actor, candidate_id=candidate_id, key=key, statement=said, now=visit.now)
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await candidate_page(request, visit, candidate_id, status=409, form=form.sent_before("statement"))
    return see_other(f"/c/{slug}/candidates/{candidate_id}?said=candidate.consented")


@post(ONE + "/withdraw", name="candidate.withdraw")
async def withdraw(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    found = await queries.candidate(visit.community_id, candidate_id)
    require(permissions.may_speak_for(visit.actor, found))
    form = await read_form(request)
    try:
        reason = form.text("reason", most=500)
        form.check()
        await consenting.withdraw(actor=visit.actor, candidate_id=candidate_id, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/proposals/{found.proposal_id}/candidates?said=candidate.withdrawn")


_TYPED = {"form.used_before", "candidate.objection_too_late", "candidate.appeal_too_late", "candidate.gone"}
"""Refusals of an objection that come with its page and what was typed."""


@post(ONE + "/objections", name="candidate.object")
async def object_to(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """An objection while the notice hangs, an appeal before it."""
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        ground, key = forms.ground(form), form.key()
        form.check()
        units = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
        place = min(units.values(), key=registry.by_place).code if units else ""
        await objecting.object_to(
            actor=visit.actor, candidate_id=candidate_id, key=key, ground=ground, place=place, now=visit.now
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except TooMany as many:
        return later(await candidate_page(request, visit, candidate_id, form=form.put_off(many)), many)
    except Refused as refused:
        if refused.code not in _TYPED:
            raise
        code = "form.other_words" if refused.code == "form.used_before" else refused.code
        return await candidate_page(request, visit, candidate_id, status=409, form=form.sent_before("ground", code))
    return see_other(f"/c/{slug}/candidates/{candidate_id}?said=candidate.objected#objections")


@post("/c/{slug:str}/candidate-objections/{against_id:int}/withdraw", name="candidate.take_back")
async def take_back(request: Request, slug: FromPath[str], against_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    found = await queries.objection(visit.community_id, against_id)
    await objecting.take_back(actor=visit.actor, objection_id=against_id, now=visit.now)
    return see_other(f"/c/{slug}/candidates/{found.candidate_id}?said=candidate.taken_back")


handlers: list[HTTPRouteHandler] = [index, new, nominate, show, sign, consent, withdraw, object_to, take_back]
