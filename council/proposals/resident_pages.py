"""A household's endorsement."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.proposals import service
from council.web import Request, Visit, enter, read_form, see_other

BASE = "/c/{slug:str}/proposals"
ENDORSEMENTS = BASE + "/{proposal_id:int}/endorsements"


@post(ENDORSEMENTS, name="proposal.endorse")
async def endorse(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    unit_id = form.integer("unit", most=10**15)
    form.check()
    await service.endorse(actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, now=visit.now)
    return _back(visit, proposal_id, "proposal.endorsed")


@post(ENDORSEMENTS + "/{unit_id:int}/withdraw", name="proposal.unendorse")
async def withdraw(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], unit_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await service.withdraw_endorsement(actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, now=visit.now)
    return _back(visit, proposal_id, "proposal.endorsement_withdrawn")


def _back(visit: Visit, proposal_id: int, said: str) -> Response[bytes]:
    """The whole page again: what is missing, the count and the bar at the thumb all follow from an endorsement."""
    return see_other(f"/c/{visit.community.slug}/proposals/{proposal_id}?said={said}")


handlers = [endorse, withdraw]
