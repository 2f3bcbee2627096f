"""The list of proposals, each with where it stands in one word."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.pathways.pathway import walk
from council.progress import words
from council.progress.facts import gather
from council.proposals import list_queries, permissions
from council.proposals import queries as proposals
from council.proposals.model import Choice
from council.web import Request, enter, page


@get("/c/{slug:str}/proposals", name="proposals")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    wanted = request.query_params.get("show", "")
    choice = next((each for each in Choice if each.value == wanted), Choice.ALL)
    typed = request.query_params.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else 1
    shown, has_older = await list_queries.listed(visit.actor, choice, number)
    matters = await proposals.proposals_by_id(visit.community_id, [one.id for one in shown])
    gathered = await gather(visit.community_id, matters, visit.now)
    standing = {
        matter.id: words.standing(
            matter,
            walk(matter.preset, gathered.facts[matter.id], visit.now),
            gathered.motions.get(matter.id),
            visit.now,
        )
        for matter in matters
    }
    return page(
        request,
        visit,
        "progress/proposals.html",
        listed=shown,
        standing=standing,
        choice=choice,
        choices=[each for each in Choice if each is not Choice.BUILDING or visit.actor.unit_ids],
        number=number,
        has_older=has_older,
        may_file=permissions.may_file(visit.actor) is None,
    )


handlers = [index]
