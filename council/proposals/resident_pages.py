"""A household's endorsement."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.proposals import queries, service
from council.web import Request, Visit, enter, fragment, read_form, see_other, wants_fragment

BASE = "/c/{slug:str}/proposals"
ENDORSEMENTS = BASE + "/{proposal_id:int}/endorsements"


@post(ENDORSEMENTS, name="proposal.endorse")
async def endorse(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    unit_id = form.integer("unit", most=10**15)
    form.check()
    await service.endorse(actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, now=visit.now)
    return await _support(request, visit, proposal_id, "proposal.endorsed")


@post(ENDORSEMENTS + "/{unit_id:int}/withdraw", name="proposal.unendorse")
async def withdraw(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], unit_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await service.withdraw_endorsement(actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, now=visit.now)
    return await _support(request, visit, proposal_id, "proposal.endorsement_withdrawn")


async def _support(request: Request, visit: Visit, proposal_id: int, said: str) -> Response[bytes]:
    if not wants_fragment(request):
        return see_other(f"/c/{visit.community.slug}/proposals/{proposal_id}?said={said}")
    proposal = await queries.proposal(visit.community_id, proposal_id)
    support = await queries.support(visit.actor, proposal)
    return fragment(request, visit, "proposals/_endorse.html", proposal=proposal, support=support)


handlers = [endorse, withdraw]
