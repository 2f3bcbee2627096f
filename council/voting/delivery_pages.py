"""Deliveries: the tap at a door, the second person's list, and the photos, which nobody else may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import UPLOAD_LIMIT
from council.files import queries as files
from council.files.giving import given
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import queries as registry
from council.registry.portions import portion
from council.voting import delivering, delivery_checks, delivery_forms, delivery_queries, permissions, queries
from council.voting.board import chart, next_to_do
from council.voting.board_pages import board_page
from council.voting.board_view import read_board
from council.voting.delivery import Delivery, Result, Standing, is_taken, posting_days, standing
from council.voting.delivery_asking import hanging_on
from council.voting.delivery_queries import by_voter
from council.voting.sentences import Sentences
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

MOTION = "/c/{slug:str}/motions/{motion_id:int}"
DELIVERIES = MOTION + "/deliveries"
_SAID = {
    Result.DELIVERED: "delivery.delivered",
    Result.REFUSED: "delivery.refused",
    Result.NOT_REACHED: "delivery.not_reached",
}
_GROUPS = 20
"""Photographs on one part of the list."""


@post(DELIVERIES, name="delivery.record", request_max_body_size=UPLOAD_LIMIT)
async def record(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """One tap on the board; on to the next home that has nothing yet."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    unit = form.line("unit", most=80)
    building, _, rest = unit.partition("-")
    entrance, _, room = rest.partition("-")
    asked = {"motion": str(motion_id), "show": form.value("show")[:20]}
    code = f"{building}-{entrance}"
    try:
        draft = delivery_forms.parse_delivery(form)
        photo_id = await delivery_forms.proof(visit.actor, form, visit.now)
        form = form if photo_id is None else form.keeping("kept_photo", str(photo_id))
        # The clock is read now: a body may take its time, and the closing with it.
        made = await delivering.record_delivery(
            actor=visit.actor,
            motion_id=motion_id,
            unit=unit,
            draft=draft,
            photo_id=photo_id,
            waited=delivery_forms.waited(form),
            now=kit(request).clock.now(),
        )
    except Invalid as invalid:
        return await board_page(request, visit, code, asked, room=room, form=form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await board_page(request, visit, code, asked, room=room, form=form.sent_before("note"), status=409)
    onward = await _next(visit, code, asked, room)
    where = {"motion": str(motion_id), "show": asked["show"], "room": onward or "", "done": room}
    wanted = urlencode({name: value for name, value in where.items() if value} | {"said": _SAID[made.result]})
    return see_other(f"/c/{slug}/board/{code}?{wanted}")


async def _next(visit: Visit, entrance: str, asked: dict[str, str], room: str) -> str | None:
    board = await read_board(visit, await registry.tree(visit.community_id), entrance, asked)
    return next_to_do(chart(board.units, board.states), board.states, room)


@dataclass(frozen=True, slots=True)
class Group:
    """What one photograph shows, or one record without a photo."""

    photo_id: int | None
    records: tuple[Delivery, ...]

    @property
    def first(self) -> Delivery:
        return self.records[0]


@get(DELIVERIES, name="deliveries")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """What waits for a second person, with its photos; whom the papers have reached."""
    visit = await enter(request, slug)
    return await _list_page(request, visit, motion_id)


async def _list_page(
    request: Request, visit: Visit, motion_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_see_deliveries(visit.actor))
    records = await delivery_queries.deliveries(visit.community_id, motion_id)
    waiting = _waiting(records, visit)
    shown = await files.stored_files(visit.community_id, [each.photo_id for each in waiting if each.photo_id])
    may_act = is_taken(motion, visit.now) and permissions.may_deliver(visit.actor) is None
    mine = [each for each in waiting if each.first.by_person == visit.actor.person_id]
    asked = [each for each in records if each.is_asked_back]
    hanging = await hanging_on(motion, records, [each.id for each in asked])
    return page(
        request,
        visit,
        "voting/deliveries.html",
        status=status,
        motion=motion,
        form=form or Form.blank(),
        part=portion([each for each in waiting if each not in mine], request, "from", _GROUPS),
        mine=mine,
        asked=asked,
        hanging=hanging,
        sizes={file.id: file for file in shown},
        say=Sentences(kit(request).words[visit.locale], motion),
        waits=sum(len(each.records) for each in waiting),
        taken_back=[each for each in reversed(records) if not each.stands][:_GROUPS],
        sums=await delivery_queries.delivery_sums(visit.community_id, motion_id, visit.now),
        may_act=may_act,
        is_open=is_taken(motion, visit.now),
        posting_days=posting_days(motion),
    )


def _waiting(records: Sequence[Delivery], visit: Visit) -> list[Group]:
    """Those that wait, the oldest photograph first; of voters whose delivery is proven already none does."""
    proven = {voter for voter, of_it in by_voter(records).items() if standing(of_it, visit.now) is Standing.DELIVERED}
    waiting = [each for each in records if each.is_waiting and each.roll_voter_id not in proven]

    def together(each: Delivery) -> tuple[int, int]:
        return (each.photo_id or 0, each.by_person if each.photo_id else each.id)

    found = [
        Group(some[0].photo_id, tuple(some))
        for _, of_it in groupby(sorted(waiting, key=together), together)
        if (some := list(of_it))
    ]
    return sorted(found, key=lambda each: each.first.id)


@post(DELIVERIES + "/confirm", name="deliveries.confirm")
async def confirm(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The second person: the ticked records are as their proof shows; or (`act=return`) they are not, for a reason."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    now = kit(request).clock.now()
    try:
        ids = delivery_forms.ticked(form)
        if form.value("act") == "return":
            why = form.line("why", most=200)
            form.check()
            await delivery_checks.withdraw_deliveries(actor=visit.actor, motion_id=motion_id, ids=ids, why=why, now=now)
            return see_other(f"/c/{slug}/motions/{motion_id}/deliveries?said=delivery.sent_back")
        await delivery_checks.confirm_deliveries(actor=visit.actor, motion_id=motion_id, ids=ids, now=now)
    except Invalid as invalid:
        return await _list_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/motions/{motion_id}/deliveries?said=delivery.confirmed")


@post(DELIVERIES + "/{delivery_id:int}/withdraw", name="delivery.withdraw")
async def withdraw(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], delivery_id: FromPath[int]
) -> Response[bytes]:
    """A wrong record is taken back, on the home's own panel; back to it."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    found = (await delivery_queries.deliveries_by_id(visit.community_id, motion_id, [delivery_id]))[0]
    building, entrance, room = found.unit_code.split("-", 2)
    code, asked = f"{building}-{entrance}", {"motion": str(motion_id), "show": ""}
    try:
        why = form.line("why", most=200)
        form.check()
        await delivery_checks.withdraw_deliveries(
            actor=visit.actor, motion_id=motion_id, ids=[delivery_id], why=why, now=kit(request).clock.now()
        )
    except Invalid as invalid:
        return await board_page(request, visit, code, asked, room=room, form=form.refused(invalid), status=422)
    wanted = urlencode({"motion": motion_id, "room": room})
    return see_other(f"/c/{slug}/board/{code}?{wanted}&said=delivery.withdrawn")


@get(DELIVERIES + "/{delivery_id:int}/photo", name="delivery.photo", include_in_schema=False)
async def photo(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], delivery_id: FromPath[int]
) -> Response[bytes]:
    """The proof of one record, to those who follow deliveries and to nobody else; kept by no browser."""
    visit = await enter(request, slug)
    require(permissions.may_see_deliveries(visit.actor))
    found = (await delivery_queries.deliveries_by_id(visit.community_id, motion_id, [delivery_id]))[0]
    if found.photo_id is None:
        raise NotFound
    return await given(visit.community_id, found.photo_id, f"delivery-{delivery_id}")


handlers: list[HTTPRouteHandler] = [record, show, confirm, withdraw, photo]
