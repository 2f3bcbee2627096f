"""A voter's own word that the papers of a vote have come."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.voting.delivering import confirm_receipt
from council.web import Request, enter, read_form, see_other


@post("/c/{slug:str}/motions/{motion_id:int}/received", name="motion.received")
async def received(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """One tap on the vote's own page; back to it."""
    visit = await enter(request, slug)
    form = await read_form(request)
    key = form.key()
    form.check()
    await confirm_receipt(actor=visit.actor, motion_id=motion_id, voter=form.value("voter"), key=key, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}?said=delivery.received#received")


handlers: list[HTTPRouteHandler] = [received]
