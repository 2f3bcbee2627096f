"""The notice to be posted: as a page that prints on one sheet, and as a PDF."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import queries as log
from council.documents import qr
from council.registry import queries as registry
from council.voting import queries
from council.voting.cards import notice_card
from council.voting.motion_view import MotionView, motion_view
from council.voting.papers import NoticePaper, printed
from council.voting.press import Press
from council.web import PublicVisit, Request, enter_public, kit, page


@get("/c/{slug:str}/motions/{motion_id:int}/notice", name="motion.notice")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """公告 until the result is certified, then its 公示; `?format=pdf` for the printer. Anybody may read it."""
    visit = await enter_public(request, slug)
    view = await _view(request, visit, motion_id)
    paper = await _paper(request, visit, motion_id, view)
    if request.query_params.get("format") == "pdf":
        return await _pdf(visit, motion_id, paper)
    words = kit(request).words[visit.locale]
    code = qr.svg(paper.address, words.sentence("paper.scan"))
    card = notice_card(visit.community, view.motion, view.outcome, words, visit.now)
    return page(request, visit, "voting/notice.html", paper=paper, qr=code, motion_id=motion_id, card=card)


async def _view(request: Request, visit: PublicVisit, motion_id: int) -> MotionView:
    motion = await queries.motion(visit.community_id, motion_id)
    return await motion_view(motion, kit(request).words[visit.locale], visit.now)


async def _paper(request: Request, visit: PublicVisit, motion_id: int, view: MotionView) -> NoticePaper:
    house = kit(request)
    return Press(
        view=view,
        officers=await queries.officers(visit.community_id, motion_id),
        community=await registry.community(visit.community_id),
        head=await log.head(visit.community_id),
        address=f"{house.base_url}/c/{visit.community.slug}/motions/{motion_id}",
    ).paper()


async def _pdf(visit: PublicVisit, motion_id: int, paper: NoticePaper) -> Response[bytes]:
    data = await asyncio.to_thread(printed, paper, visit.now)
    headers = {
        "Content-Disposition": f'inline; filename="notice-{visit.community.slug}-{motion_id}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type="application/pdf", headers=headers)


handlers: list[HTTPRouteHandler] = [show]
