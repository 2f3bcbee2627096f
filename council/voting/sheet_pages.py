"""Delivery sheets: printed for the stairwells of a vote, and read again from one photograph when they are signed."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.documents.signing import SheetText, SigningSheet, signing_sheets_pdf
from council.files import UPLOAD_LIMIT
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.crew import Crew
from council.voting import delivering, delivery_forms, delivery_queries, permissions, queries
from council.voting.delivery import Receiver, Standing, is_taken, standing
from council.voting.delivery_pages import DELIVERIES
from council.voting.delivery_queries import by_voter
from council.voting.delivery_sheets import DeliverySheet, find, sheets
from council.voting.figures import digest_words
from council.voting.motion import Motion
from council.voting.sentences import Sentences
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other
from council.web.i18n import Words
from council.web.places import place

_crew = Crew("delivery sheets", threads=1, places=6, retry_after=10)
"""Staff's own: whoever asks for a notice does not wait for a stack of these."""


@get(DELIVERIES + "/sheets", name="delivery.sheets")
async def index(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The sheets by entrance; `?format=pdf` prints them all, `&entrance=2-1` those of one."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_see_deliveries(visit.actor))
    made = sheets(await delivery_queries.doors(visit.community_id, motion_id))
    asked = request.query_params.get("entrance", "")
    if request.query_params.get("format") == "pdf":
        wanted = [each for each in made if asked in {"", each.entrance}]
        if not wanted:
            raise NotFound
        return await _pdf(request, visit, motion, wanted, len(made))
    entrances: dict[str, list[DeliverySheet]] = {}
    for each in made:
        entrances.setdefault(each.entrance, []).append(each)
    return page(request, visit, "voting/sheets.html", motion=motion, entrances=entrances, total=len(made))


async def _pdf(
    request: Request, visit: Visit, motion: Motion, wanted: list[DeliverySheet], total: int
) -> Response[bytes]:
    """Busy when a queue of them waits already."""
    house = kit(request)
    words = house.words[visit.locale]
    address = f"{house.base_url}/c/{visit.community.slug}/motions/{motion.id}/deliveries/sheets"
    pages = [_signing(each, words, f"{address}/{each.number}", motion, total) for each in wanted]
    text = _text(motion, Sentences(words, motion), words)
    data = await _crew.run(lambda: signing_sheets_pdf(pages, text, now=visit.now))
    name = f"deliveries-{visit.community.slug}-{motion.id}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


def _signing(sheet: DeliverySheet, words: Words, url: str, motion: Motion, total: int) -> SigningSheet:
    serial = {"motion": motion.id, "number": sheet.number, "total": total}
    rows = tuple(
        (
            words.sentence("place.room", {"room": row.code.rsplit("-", 1)[-1]}),
            words.sentence("sheet.others", {"n": row.others}) if row.others else "",
        )
        for row in sheet.rows
    )
    return SigningSheet(place(words, sheet.entrance), words.sentence("sheet.serial", serial), url, rows)


def _text(motion: Motion, say: Sentences, words: Words) -> SheetText:
    period = {"opens": say.instant(motion.opens_at), "closes": say.instant(motion.closes_at)}
    return SheetText(
        heading=words.sentence("sheet.heading"),
        title=motion.title,
        facts=(
            words.sentence("sheet.scope", {"scope": say.scope, "convener": motion.convener_name}),
            words.sentence("sheet.period", period),
            words.sentence("sheet.digest", {"digest": digest_words(motion.text_sha256)}),
        ),
        statement=words.sentence("sheet.statement"),
        columns=tuple(words.sentence(f"sheet.column.{name}") for name in ("number", "room", "signed", "who", "date")),
        who=tuple(words.sentence(f"sheet.who.{receiver}") for receiver in Receiver),
        footer=(words.sentence("sheet.by"), words.sentence("sheet.on")),
    )


@get(DELIVERIES + "/sheets/{number:int}", name="delivery.sheet")
async def show(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """What the QR on a sheet opens: its rows, to be ticked as they are signed, and one photograph of it."""
    visit = await enter(request, slug)
    return await _sheet_page(request, visit, motion_id, number)


async def _sheet_page(
    request: Request, visit: Visit, motion_id: int, number: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    require(permissions.may_see_deliveries(visit.actor))
    made = sheets(await delivery_queries.doors(visit.community_id, motion_id))
    sheet = find(made, number)
    if sheet is None:
        raise NotFound
    voters = [row.roll_voter_id for row in sheet.rows]
    records = by_voter(await delivery_queries.deliveries_of_voters(visit.community_id, motion_id, voters))
    where = {voter: standing(records.get(voter, ()), visit.now) for voter in voters}
    return page(
        request,
        visit,
        "voting/sheet.html",
        status=status,
        motion=motion,
        sheet=sheet,
        total=len(made),
        where=where,
        open_rows=[row for row in sheet.rows if where[row.roll_voter_id] is not Standing.DELIVERED],
        form=form or Form.blank(),
        may_record=is_taken(motion, visit.now) and permissions.may_deliver(visit.actor) is None,
        is_open=is_taken(motion, visit.now),
    )


@post(DELIVERIES + "/sheets/{number:int}", name="delivery.sheet.record", request_max_body_size=UPLOAD_LIMIT)
async def record(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """The ticked rows, all on one photograph; they wait for a second person's look at it."""
    visit = await enter(request, slug)
    require(permissions.may_deliver(visit.actor))
    await queries.motion(visit.community_id, motion_id)
    form = await read_form(request)
    sheet = find(sheets(await delivery_queries.doors(visit.community_id, motion_id)), number)
    if sheet is None:
        raise NotFound
    try:
        key, units = form.key(), [str(each) for each in form.many("units", sheet.codes)]
        photo_id = await delivery_forms.proof(visit.actor, form, visit.now)
        if photo_id is not None:
            form = form.keeping("kept_photo", str(photo_id))
        else:
            form.reject("photo", "delivery.sheet_photo_missing")
        if not units:
            form.reject("units", "delivery.none_ticked")
        form.check()
        await delivering.record_sheet(
            actor=visit.actor,
            motion_id=motion_id,
            sheet=number,
            units=units,
            key=key,
            photo_id=photo_id or 0,
            now=kit(request).clock.now(),
        )
    except Invalid as invalid:
        return await _sheet_page(request, visit, motion_id, number, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _sheet_page(request, visit, motion_id, number, status=409, form=form.sent_before("units"))
    return see_other(f"/c/{slug}/motions/{motion_id}/deliveries?said=delivery.sheet")


handlers: list[HTTPRouteHandler] = [index, show, record]
