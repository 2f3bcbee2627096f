"""The desk's pages of homes that must agree by themselves: who is asked, who has answered, and what they signed."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import tie_queries
from council.files import DOCUMENT_LIMIT, handing_in
from council.files.giving import given
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.pathways.model import GateName, Kind
from council.proposals import consent as rules
from council.proposals import (
    consent_drops,
    consent_namings,
    consent_papers,
    consent_queries,
    consents,
    permissions,
    queries,
)
from council.proposals.consent import Consent, Ground
from council.web import Form, Request, Visit, enter, page, read_form, see_other

ALL = "/c/{slug:str}/desk/proposals/{proposal_id:int}/consents"
ONE = ALL + "/{consent_id:int}"
PAPER = ALL + "/papers/{paper_id:int}"


@get(ALL, name="consents")
async def index(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    return await _index(request, await enter(request, slug), proposal_id, Form.blank())


async def _index(
    request: Request,
    visit: Visit,
    proposal_id: int,
    form: Form,
    *,
    status: int = 200,
    scan: StoredFile | None = None,
) -> Response[bytes]:
    require(rules.may_look(visit.actor))
    proposal = await queries.proposal(visit.community_id, proposal_id)
    if GateName.CONSENT not in proposal.preset.gates:
        raise NotFound
    asked = (await consent_queries.consents_of(visit.community_id, [proposal_id])).get(proposal_id, [])
    papers = await consent_queries.papers_of(visit.community_id, proposal_id)
    may_name = proposal.is_open and permissions.may_record(visit.actor) is None
    namings = [
        (each, proposal.is_open and rules.may_confirm_naming(visit.actor, proposal, each) is None)
        for each in await consent_queries.namings(visit.community_id, proposal_id)
    ]
    return page(
        request,
        visit,
        "proposals/consents.html",
        status=status,
        proposal=proposal,
        consents=asked,
        waiting={each.consent_id for each in papers if each.is_waiting},
        may_name=may_name,
        namings=namings,
        is_called=await consent_queries.is_called(visit.community_id, proposal_id),
        form=form,
        scan=scan,
        has_outside=proposal.kind is Kind.HOME_TO_SHOP,
    )


async def _named(visit: Visit, form: Form) -> int:
    """The id of the home that is typed; 0 with its problem noted."""
    typed = form.line("room", least=1, most=40)
    found = await tie_queries.units_matching(visit.community_id, typed) if typed else []
    if len(found) == 1:
        return found[0].id
    form.reject("room", "proposal.several_rooms" if found else "proposal.no_such_room", room=typed)
    return 0


@post(ALL, name="desk.consent", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def name_home(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """Names a home; once the notice of the vote is out, with a document and for a second person."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_record(visit.actor))
    await queries.proposal(visit.community_id, proposal_id)
    is_called = await consent_queries.is_called(visit.community_id, proposal_id)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN) if is_called else None
    try:
        unit_id, why = await _named(visit, form), form.line("why", least=2, most=120)
        if is_called:
            await _naming(visit, form, proposal_id, unit_id, why, scan)
        else:
            form.check()
            await consents.name_home(
                actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, why=why, now=visit.now
            )
    except Invalid as invalid:
        return await _index(request, visit, proposal_id, form.refused(invalid), status=422, scan=scan)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("why")
        else:
            form.reject("why" if refused.code == "consent.named_already" else "", refused.code, **refused.details)
        return await _index(request, visit, proposal_id, form, status=403 if refused.forbidden else 409, scan=scan)
    said = "consent.naming_recorded" if is_called else "desk.consent"
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/consents?said={said}")


async def _naming(visit: Visit, form: Form, proposal_id: int, unit_id: int, why: str, scan: StoredFile | None) -> None:
    key = form.key()
    if scan is None:
        form.reject("document", "form.file_missing")
    form.check()
    if scan is None:
        raise NotFound("file")
    await consent_namings.record_naming(
        actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, why=why, key=key, file_id=scan.id, now=visit.now
    )


@get(ONE, name="consent")
async def show(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], consent_id: FromPath[int]
) -> Response[bytes]:
    return await _show(request, await enter(request, slug), proposal_id, consent_id, Form.blank())


async def _show(
    request: Request,
    visit: Visit,
    proposal_id: int,
    consent_id: int,
    form: Form,
    *,
    status: int = 200,
    scan: StoredFile | None = None,
) -> Response[bytes]:
    actor = visit.actor
    require(rules.may_look(actor))
    proposal = await queries.proposal(visit.community_id, proposal_id)
    asked = await consent_queries.consent(visit.community_id, proposal_id, consent_id)
    papers = [
        each for each in await consent_queries.papers_of(visit.community_id, proposal_id) if each.consent_id == asked.id
    ]
    waiting = next((each for each in papers if each.is_waiting), None)
    may_record = proposal.is_open and rules.may_record(actor, proposal, asked) is None
    is_second = (
        proposal.is_open
        and waiting is not None
        and rules.may_confirm(actor, proposal, asked, waiting.recorded_by) is None
    )
    is_of_before = waiting is not None and not asked.is_answered_by(waiting)
    drop = asked.drop
    may_decide = drop is not None and rules.may_confirm(actor, proposal, asked, drop.asked_by) is None
    return page(
        request,
        visit,
        "proposals/consent.html",
        status=status,
        proposal=proposal,
        asked=asked,
        papers=papers,
        waiting=waiting,
        names={each.owner_id: each.name for each in asked.owners},
        form=form,
        scan=scan,
        may_record=may_record and waiting is None and not asked.is_settled,
        is_of_before=is_of_before,
        may_confirm=is_second and not is_of_before,
        may_withdraw=is_second or (waiting is not None and waiting.recorded_by == actor.person_id),
        may_drop=may_record and drop is None and asked.ground is not Ground.CO_OWNED,
        may_decide=proposal.is_open and may_decide,
        may_take_back=proposal.is_open and drop is not None and (may_decide or drop.asked_by == actor.person_id),
    )


@post(ONE, name="consent.act", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def act(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], consent_id: FromPath[int]
) -> Response[bytes]:
    """Records what owners signed, or that this home was named by mistake: each waits for a second person."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(rules.may_work(visit.actor))
    proposal = await queries.proposal(visit.community_id, proposal_id)
    asked = await consent_queries.consent(visit.community_id, proposal_id, consent_id)
    require(rules.may_record(visit.actor, proposal, asked))
    is_paper = form.value("act") == "paper"
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN) if is_paper else None
    try:
        await (_paper(visit, form, asked, scan) if is_paper else _mistake(visit, form, asked))
    except Invalid as invalid:
        form = form.refused(invalid)
        return await _show(request, visit, proposal_id, consent_id, form, status=422, scan=scan)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("owner")
        else:
            form.reject("", refused.code, **refused.details)
        status = 403 if refused.forbidden else 409
        return await _show(request, visit, proposal_id, consent_id, form, status=status, scan=scan)
    said = "consent.paper_recorded" if is_paper else "consent.drop_asked"
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/consents/{consent_id}?said={said}")


async def _paper(visit: Visit, form: Form, asked: Consent, scan: StoredFile | None) -> None:
    key = form.key()
    signed = [int(each) for each in form.values("owner")[:50] if each.isascii() and each.isdigit() and len(each) < 16]
    answer = form.choice("answer", ("agree", "refuse"))
    if not signed:
        form.reject("owner", "consent.nobody_signed")
    if scan is None:
        form.reject("document", "form.file_missing")
    form.check()
    if scan is None:
        raise NotFound("file")
    await consent_papers.record_paper(
        actor=visit.actor,
        proposal_id=asked.proposal_id,
        consent_id=asked.id,
        key=key,
        owner_ids=set(signed),
        is_agreed=answer == "agree",
        file_id=scan.id,
        now=visit.now,
    )


async def _mistake(visit: Visit, form: Form, asked: Consent) -> None:
    form.choice("act", ("paper", "drop"))
    reason = form.text("reason", least=4, most=300, missing="form.no_reason")
    form.check()
    await consent_drops.ask_no_more(
        actor=visit.actor, proposal_id=asked.proposal_id, consent_id=asked.id, reason=reason, now=visit.now
    )


@post(ONE + "/drop", name="consent.drop")
async def decide_drop(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], consent_id: FromPath[int]
) -> Response[bytes]:
    """The second person's word: the home is asked no more, or stays."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(rules.may_work(visit.actor))
    word = form.choice("word", ("drop", "keep"))
    form.check()
    await consent_drops.decide_drop(
        actor=visit.actor, proposal_id=proposal_id, consent_id=consent_id, is_yes=word == "drop", now=visit.now
    )
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/consents?said=consent.{word}")


@post(PAPER, name="consent.paper")
async def decide_paper(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    """The second person confirms a signed answer, or it is taken back."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(rules.may_work(visit.actor))
    word = form.choice("word", ("confirm", "withdraw"))
    form.check()
    paper = await consent_queries.paper(visit.community_id, proposal_id, paper_id)
    verb = consent_papers.confirm_paper if word == "confirm" else consent_papers.withdraw_paper
    await verb(actor=visit.actor, proposal_id=proposal_id, paper_id=paper_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/consents/{paper.consent_id}?said=consent.paper_{word}")


@get(PAPER + "/scan", name="consent.scan", include_in_schema=False)
async def scan(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    """What the owners signed."""
    visit = await enter(request, slug)
    require(rules.may_look(visit.actor))
    paper = await consent_queries.paper(visit.community_id, proposal_id, paper_id)
    return await given(visit.community_id, paper.file_id, f"consent-{paper_id}")


handlers: list[HTTPRouteHandler] = [index, name_home, show, act, decide_drop, decide_paper, scan]
