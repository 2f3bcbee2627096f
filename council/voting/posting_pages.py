"""公告送达: the papers of homes that were tried in vain, posted on the board as the last resort."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import UPLOAD_LIMIT
from council.kernel.errors import Invalid, Refused, require
from council.voting import delivering, delivery_forms, delivery_queries, permissions, queries
from council.voting.delivery import Standing, is_taken, posting_days, standing
from council.voting.delivery_pages import DELIVERIES
from council.voting.delivery_queries import Door, by_voter
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other


@get(DELIVERIES + "/posting", name="delivery.posting")
async def posting(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """公告送达: the homes that were tried in vain, and the photo of the board."""
    visit = await enter(request, slug)
    return await _posting_page(request, visit, motion_id)


async def _posting_page(
    request: Request, visit: Visit, motion_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_deliver(visit.actor))
    return page(
        request,
        visit,
        "voting/posting.html",
        status=status,
        motion=motion,
        form=form or Form.blank(),
        homes=await _tried_in_vain(visit, motion_id),
        is_open=is_taken(motion, visit.now),
        days=posting_days(motion),
    )


async def _tried_in_vain(visit: Visit, motion_id: int) -> list[tuple[Door, Standing]]:
    """One home of each voter, where it was tried last; whoever has voted needs no posting."""
    records = by_voter(await delivery_queries.deliveries(visit.community_id, motion_id))
    doors = {door.unit_id: door for door in await delivery_queries.doors(visit.community_id, motion_id)}
    found = []
    for of_it in records.values():
        where = standing(of_it, visit.now)
        tried = [each for each in of_it if each.stands]
        if where in {Standing.REFUSED, Standing.NOT_REACHED} and not doors[tried[-1].unit_id].took_part:
            found.append((doors[tried[-1].unit_id], where))
    return sorted(found, key=lambda each: each[0].unit_id)


@post(DELIVERIES + "/posting", name="delivery.post", request_max_body_size=UPLOAD_LIMIT)
async def post_up(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    form = await read_form(request)
    try:
        key, units = form.key(), [str(each) for each in form.many("units")]
        photo_id = await delivery_forms.proof(visit.actor, form, visit.now)
        if photo_id is not None:
            form = form.keeping("kept_photo", str(photo_id))
        else:
            form.reject("photo", "delivery.board_photo_missing")
        if not units:
            form.reject("units", "delivery.none_ticked")
        form.check()
        await delivering.record_posting(
            actor=visit.actor,
            motion_id=motion_id,
            units=units,
            key=key,
            photo_id=photo_id or 0,
            now=kit(request).clock.now(),
        )
    except Invalid as invalid:
        return await _posting_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _posting_page(request, visit, motion_id, status=409, form=form.sent_before("units"))
    return see_other(f"/c/{slug}/motions/{motion_id}/deliveries?said=delivery.posted")


handlers: list[HTTPRouteHandler] = [posting, post_up]
