"""The notice to be posted: as a page that prints on one sheet, and as a PDF."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import queries as log
from council.documents import qr
from council.documents.notice_paper import NoticePaper, printed
from council.registry import queries as registry
from council.voting import official_results, queries
from council.voting.cards import VOTE, announcement_card, notice_card
from council.voting.motion import Motion, MotionState
from council.voting.motion_view import MotionView, motion_view
from council.voting.press import Place, Press
from council.web import PublicVisit, Request, enter_public, kit, page
from council.web.sheets import sheet


@get("/c/{slug:str}/motions/{motion_id:int}/notice", name="motion.notice")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """公告 until the result is certified, then its 公示; `?of=vote` stays with the 公告, `?format=pdf` prints,
    `?format=text` is for reading out and for chats.

    Anybody may read it.
    """
    visit = await enter_public(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    has_result = motion.state(visit.now) is MotionState.CERTIFIED or motion.official_at is not None
    is_result = has_result and request.query_params.get("of") != VOTE
    paper, view = await _paper(request, visit, motion, is_result)
    of = "" if is_result == has_result else VOTE
    if request.query_params.get("format") == "pdf":
        name = "-".join(["notice", slug, str(motion_id), *([of] if of else [])])
        return await sheet(lambda: printed(paper, visit.now), name)
    if request.query_params.get("format") == "text":
        return Response(paper.as_text().encode(), media_type="text/plain; charset=utf-8")
    words = kit(request).words[visit.locale]
    code = qr.svg(paper.address, words.sentence("paper.scan"))
    card = (
        announcement_card(visit.community, motion, words, visit.now)
        if of
        else notice_card(visit.community, motion, view.outcome, words, visit.now)
    )
    return page(
        request,
        visit,
        "voting/notice.html",
        paper=paper,
        qr=code,
        motion_id=motion_id,
        card=card,
        of=of,
        has_result=has_result,
    )


async def _paper(
    request: Request, visit: PublicVisit, motion: Motion, is_result: bool
) -> tuple[NoticePaper, MotionView]:
    house = kit(request)
    view = await motion_view(motion, house.words[visit.locale], visit.now)
    press = Press(
        view=view,
        officers=await queries.officers(visit.community_id, motion.id),
        community=await registry.community(visit.community_id),
        place=await _place(motion, is_result),
        address=f"{house.base_url}/c/{visit.community.slug}/motions/{motion.id}",
        is_result=is_result,
        official=await official_results.of_motion(visit.community_id, motion.id) if motion.official_at else None,
        extensions=tuple(await queries.extensions(visit.community_id, motion.id)),
    )
    return press.paper(), view


async def _place(motion: Motion, is_result: bool) -> Place | None:
    """Of the record with which the notice was posted: a sheet printed again says the same as the one on the wall."""
    kind, since = "motion.opened", motion.notice_at
    if is_result and motion.result_notice_at is not None:
        is_official = motion.official_at is not None and motion.official_at == motion.result_notice_at
        kind, since = "motion.official_result" if is_official else "motion.certified", motion.result_notice_at
    found = await log.notice(motion.community_id, kind, motion.id, since)
    return None if found is None else Place(found.seq + 1, await log.root_at(motion.community_id, found.seq + 1))


handlers: list[HTTPRouteHandler] = [show]
