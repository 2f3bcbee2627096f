"""The candidates' notice to be posted: as a page that prints on one sheet, as a PDF, and as text."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import queries as log
from council.documents import qr
from council.documents.notice_paper import NoticePaper, printed
from council.elections import queries
from council.elections.model import Standing
from council.elections.press import Press
from council.kernel.errors import NotFound
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.storage.crew import Crew
from council.web import PublicVisit, Request, enter_public, kit, page

_crew = Crew("candidates", threads=1, places=6, retry_after=10)


@get("/c/{slug:str}/proposals/{proposal_id:int}/candidates/notice", name="candidates.notice")
async def show(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """Once it is posted anybody may read it: `?format=pdf` prints, `?format=text` is for reading out and for chats.
    NotFound before."""
    visit = await enter_public(request, slug)
    at = (await queries.standings(visit.community_id, [proposal_id])).get(proposal_id)
    if at is None or at.election.published_at is None:
        raise NotFound("candidates")
    asked = request.query_params.get("format")
    paper = await notice_paper(request, visit, at)
    if asked == "pdf":
        data = await _crew.run(lambda: printed(paper, visit.now))
        name = f"candidates-{slug}-{proposal_id}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
        return Response(data, media_type="application/pdf", headers=headers)
    if asked == "text":
        return as_text(paper)
    code = qr.svg(paper.address, kit(request).words[visit.locale].sentence("slate.scan"))
    return page(request, visit, "elections/notice.html", paper=paper, qr=code, proposal_id=proposal_id)


def as_text(paper: NoticePaper) -> Response[bytes]:
    return Response(paper.as_text().encode(), media_type="text/plain; charset=utf-8")


async def notice_paper(request: Request, visit: PublicVisit, at: Standing) -> NoticePaper:
    """The sheet of a published election."""
    house = kit(request)
    words = house.words[visit.locale]
    proposal = await proposals.proposal(visit.community_id, at.election.proposal_id)
    article = proposal.preset.article.zh if visit.locale == "zh_CN" else proposal.preset.article.en
    root = await log.root_at(visit.community_id, (at.election.published_seq or 0) + 1)
    press = Press(
        title=proposal.title,
        article=article,
        at=at,
        community=await registry.community(visit.community_id),
        convener=words.sentence("slate.convener", {"name": visit.community.name}),
        address=f"{house.base_url}/c/{visit.community.slug}/proposals/{proposal.id}/candidates",
        root=root.hex(),
        words=words,
        now=visit.now,
    )
    return press.paper()


handlers: list[HTTPRouteHandler] = [show]
