"""Asking that a confirmed delivery be taken back, the second person's answer, and the owner's own word taken back."""

from __future__ import annotations

from urllib.parse import urlencode

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import Invalid, require
from council.voting import delivery_asking, delivery_queries, permissions
from council.voting.board_pages import board_page
from council.voting.delivery_pages import DELIVERIES, MOTION
from council.web import Request, enter, kit, read_form, see_other


@post(DELIVERIES + "/{delivery_id:int}/ask", name="delivery.ask")
async def ask(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], delivery_id: FromPath[int]
) -> Response[bytes]:
    """On the home's own panel: this record is wrong, for a reason; back to it."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    (found,) = await delivery_queries.deliveries_by_id(visit.community_id, motion_id, [delivery_id])
    building, entrance, room = found.unit_code.split("-", 2)
    code, asked = f"{building}-{entrance}", {"motion": str(motion_id), "show": ""}
    try:
        why = form.line("why", most=200)
        form.check()
        await delivery_asking.ask_back(
            actor=visit.actor, motion_id=motion_id, delivery_id=delivery_id, why=why, now=kit(request).clock.now()
        )
    except Invalid as invalid:
        return await board_page(request, visit, code, asked, room=room, form=form.refused(invalid), status=422)
    wanted = urlencode({"motion": motion_id, "room": room})
    return see_other(f"/c/{slug}/board/{code}?{wanted}&said=delivery.asked_back")


@post(DELIVERIES + "/{delivery_id:int}/asked", name="delivery.asked")
async def answer(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], delivery_id: FromPath[int]
) -> Response[bytes]:
    """On the list: the second person agrees (`act=agree`), or the record stays; back to the list."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    agrees = form.choice("act", ("agree", "keep")) == "agree"
    form.check()
    await delivery_asking.answer_asked(
        actor=visit.actor,
        motion_id=motion_id,
        delivery_id=delivery_id,
        agrees=agrees,
        seen=form.value("seen"),
        now=kit(request).clock.now(),
    )
    said = "delivery.agreed" if agrees else "delivery.kept"
    return see_other(f"/c/{slug}/motions/{motion_id}/deliveries?said={said}")


@post(MOTION + "/received/back", name="motion.received.back")
async def not_received(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The voter's own word is taken back, on the vote's own page; back to it."""
    visit = await enter(request, slug)
    form = await read_form(request)
    await delivery_asking.take_back_receipt(
        actor=visit.actor, motion_id=motion_id, voter=form.value("voter"), now=kit(request).clock.now()
    )
    return see_other(f"/c/{slug}/motions/{motion_id}?said=delivery.unreceived#received")


handlers: list[HTTPRouteHandler] = [ask, answer, not_received]
