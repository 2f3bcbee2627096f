"""The proposer's own two acts: a new version of the text, and taking the matter back, while nothing is locked."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, TooMany, require
from council.kernel.money import format_money
from council.pathways.model import Need
from council.progress import forms, service
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.proposals.model import Proposal, Version
from council.web import Form, Request, Visit, enter, later, page, read_form, see_other

PAGE = "/c/{slug:str}/proposals/{proposal_id:int}"


@get(PAGE + "/revise", name="proposal.revise")
async def revise_page(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """The current text, ready to be changed."""
    visit, proposal = await _own(request, slug, proposal_id)
    version = await proposals.version(visit.community_id, proposal_id, proposal.version)
    cost = "" if version.cost_fen is None else format_money(version.cost_fen)
    form = Form.blank(title=version.title, body=version.body, cost=cost, version=str(version.number))
    return await _revise_page(request, visit, proposal, form)


@post(PAGE + "/revise", name="proposal.revise.save")
async def revise(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, proposal = await _own(request, slug, proposal_id)
    form = await read_form(request)
    try:
        text = forms.revision(form, proposal.title if proposal.recalls_id is not None else "")
        form.check()
    except Invalid as invalid:
        return await _revise_page(request, visit, proposal, form.refused(invalid), status=422)
    try:
        await service.revise_proposal(
            actor=visit.actor,
            proposal_id=proposal_id,
            seen_version=text.seen_version,
            title=text.title,
            body=text.body,
            cost_fen=text.cost_fen if Need.COST in proposal.preset.needs else None,
            now=visit.now,
        )
    except TooMany as many:
        return later(await _revise_page(request, visit, proposal, form.put_off(many)), many)
    except Refused as refused:
        if refused.code not in {"proposal.newer_version", "proposal.text_locked"}:
            raise
        return await _overtaken(request, visit, proposal_id, form, refused.code)
    return see_other(f"/c/{slug}/proposals/{proposal_id}?said=proposal.revised")


async def _overtaken(request: Request, visit: Visit, proposal_id: int, form: Form, code: str) -> Response[bytes]:
    """The text was changed, or locked, while this was being written: nothing of it is lost. Beside it stands the text
    that is in force, and after it was read the form may be saved over it."""
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    newest = await proposals.version(visit.community_id, proposal_id, proposal.version)
    again = form.keeping("version", str(newest.number))
    again.reject("", code)
    return await _revise_page(request, visit, proposal, again, status=409, newest=newest)


@get(PAGE + "/withdraw", name="proposal.withdraw")
async def withdraw_page(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """Asks once more, and for the reason that neighbours will read."""
    visit, proposal = await _own(request, slug, proposal_id)
    return page(request, visit, "progress/withdraw.html", proposal=proposal, form=Form.blank())


@post(PAGE + "/withdraw", name="proposal.withdraw.confirm")
async def withdraw(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, proposal = await _own(request, slug, proposal_id)
    form = await read_form(request)
    try:
        reason = forms.reason(form)
        form.check()
    except Invalid as invalid:
        form.refused(invalid)
        return page(request, visit, "progress/withdraw.html", status=422, proposal=proposal, form=form)
    await service.withdraw_proposal(actor=visit.actor, proposal_id=proposal_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/proposals/{proposal_id}?said=proposal.withdrawn")


async def _own(request: Request, slug: str, proposal_id: int) -> tuple[Visit, Proposal]:
    visit = await enter(request, slug)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(proposal_permissions.may_revise(visit.actor, proposal))
    return visit, proposal


async def _revise_page(
    request: Request,
    visit: Visit,
    proposal: Proposal,
    form: Form,
    *,
    status: int = 200,
    newest: Version | None = None,
) -> Response[bytes]:
    """`newest`: the text in force, where another one stands in the form."""
    events = await proposals.events(visit.community_id, proposal.id)
    asked = [event for event in events if event.kind == "returned"] if proposal.state == "returned" else []
    return page(
        request,
        visit,
        "progress/revise.html",
        status=status,
        proposal=proposal,
        form=form,
        asked=asked[-1] if asked else None,
        asks_cost=Need.COST in proposal.preset.needs,
        newest=newest,
    )


handlers = [revise_page, revise, withdraw_page, withdraw]
