"""What keeps a vote's page current while it is open: the versions, and its turnout alone."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.voting import live_queries, queries
from council.voting.motion import MotionState
from council.voting.motion_view import motion_view
from council.web import Request, enter_public, fragment, kit, see_other, wants_fragment
from council.web.live import live
from council.web.versions import Topic

PAGE = "/c/{slug:str}/motions/{motion_id:int}"


@get(PAGE + "/live", name="motion.live")
async def listen(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[Any]:
    """Public as the page is, and says less than it."""
    visit = await enter_public(request, slug)
    return await live(request, visit, Topic("motion", visit.community_id, motion_id), live_queries.versions)


@get(PAGE + "/turnout", name="motion.turnout")
async def turnout(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The page's turnout, for scripts; anybody else, and a vote that is not open, goes to the page."""
    visit = await enter_public(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    if not wants_fragment(request) or motion.state(visit.now) is not MotionState.OPEN:
        return see_other(f"/c/{slug}/motions/{motion_id}")
    view = await motion_view(motion, kit(request).words[visit.locale], visit.now)
    return fragment(request, visit, "voting/_turnout_now.html", view=view)


handlers: list[HTTPRouteHandler] = [listen, turnout]
