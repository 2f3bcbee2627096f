"""What keeps a proposal's page current while it is open."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from council.progress.live import versions
from council.web import Request, enter
from council.web.live import live
from council.web.versions import Topic


@get("/c/{slug:str}/proposals/{proposal_id:int}/live", name="proposal.live")
async def listen(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[Any]:
    """Members read the talk, members hear that it goes on."""
    visit = await enter(request, slug)
    return await live(request, visit, Topic("proposal", visit.community_id, proposal_id), versions)


handlers = [listen]
