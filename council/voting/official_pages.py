"""Recording the result of a vote held elsewhere, and the second person's yes to it; on the count's own page."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.voting import official, official_results, permissions, queries
from council.voting.count_pages import count_page
from council.voting.model import Count, Outcome, Sums
from council.voting.motion import Motion
from council.voting.official import Figures, OfficialDraft, Placed
from council.web import Form, Request, enter, read_form, see_other

OFFICIAL = "/c/{slug:str}/motions/{motion_id:int}/official"
OUTCOMES = (Outcome.PASSED, Outcome.REJECTED)


@post(OFFICIAL, name="motion.official", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The result of the vote that counts by law, with the scan of the document it stands in."""
    visit = await enter(request, slug)
    require(permissions.may_record_official(visit.actor))
    form = await read_form(request)
    motion = await queries.motion(visit.community_id, motion_id)
    try:
        draft = await _parsed(form, motion)
        papers = await file_forms.documents(form, "file")
        if not papers:
            form.reject("file", "form.file_missing")
        if draft.figures is not None and not form.problems:
            form.also(official.faults(motion.ruleset, draft.outcome, draft.figures))
        if motion.is_election and not form.problems:
            numbers = [each.number for each in await queries.candidates(motion.community_id, motion.id)]
            form.also(official.faults_of_election(numbers, draft.outcome, draft.elected))
        form.check()
        scan = await files.save_document(
            actor=visit.actor, data=papers[0].data, name=papers[0].name, now=visit.now, field="file"
        )
        await official_results.record(
            actor=visit.actor, motion_id=motion_id, draft=official.with_file(draft, scan.id), now=visit.now
        )
    except Invalid as invalid:
        return await count_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        anew = form.keeping("official", "").sent_before("document")
        return await count_page(request, visit, motion_id, status=409, form=anew)
    return see_other(f"/c/{slug}/motions/{motion_id}/count?said=official.recorded#official")


async def _parsed(form: Form, motion: Motion) -> OfficialDraft:
    """Problems stay noted in the form. Of an election the elected are asked by name, of one question its figures."""
    figures: Figures | None = None
    elected: tuple[Placed, ...] = ()
    if motion.is_election:
        elected = _elected(form, [each.number for each in await queries.candidates(motion.community_id, motion.id)])
    else:
        sums = {
            name: Sums(form.integer(f"{name}_persons"), form.area(f"{name}_area"))
            for name in ("roll", "agree", "oppose", "abstain")
        }
        figures = Figures(sums.pop("roll"), Count(**sums))
    return OfficialDraft(
        key=form.key("official"),
        outcome=form.choice("outcome", OUTCOMES),
        document=form.line("document", least=4, most=120),
        number=form.line("number", least=2, most=60),
        dated_on=local_midnight(form.day("dated_on")),
        figures=figures,
        file_id=0,
        elected=elected,
    )


def _elected(form: Form, numbers: Sequence[int]) -> tuple[Placed, ...]:
    """Whoever has a place in the document, by their places, which are 1, 2, 3 … without a gap."""
    placed = {}
    for number in numbers:
        if not form.value(f"place_{number}").strip():
            continue
        place = form.integer(f"place_{number}", least=1, most=len(numbers))
        figures = (form.integer(f"persons_{number}", required=False), form.area(f"area_{number}", required=False))
        if place in placed:
            form.reject("elected", "official.places")
        placed[place] = Placed(number, *figures)
    if not form.problems and sorted(placed) != list(range(1, len(placed) + 1)):
        form.reject("elected", "official.places")
    return tuple(placed[place] for place in sorted(placed))


@post(OFFICIAL + "/{official_id:int}", name="motion.official.act")
async def act(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], official_id: FromPath[int]
) -> Response[bytes]:
    """Confirms it as the second person, or takes it back, as its button says."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_see_official_desk(visit.actor))
    if (await official_results.one(visit.community_id, official_id)).motion_id != motion_id:
        raise NotFound
    what = form.choice("act", ("confirm", "withdraw"))
    form.check()
    if what == "withdraw":
        await official_results.withdraw(actor=visit.actor, official_id=official_id, now=visit.now)
        return see_other(f"/c/{slug}/motions/{motion_id}/count?said=official.withdrawn")
    await official_results.confirm(actor=visit.actor, official_id=official_id, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}?said=motion.official")


handlers: list[HTTPRouteHandler] = [record, act]
