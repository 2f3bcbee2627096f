"""The courtyard, and the way in."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath

from council.accounts import queries as accounts
from council.kernel.clock import local_date, parse_instant
from council.pathways.periods import days_left
from council.progress import courtyard_queries, feed, permissions
from council.progress.courtyard import waiting_for
from council.progress.desk import may_act
from council.progress.desk_jobs import queue
from council.proposals import permissions as proposals
from council.registry import queries as registry
from council.web import Request, enter, enter_site, page, see_other


@get("/", name="start")
async def start(request: Request) -> Response[bytes]:
    """The communities of whoever is signed in; who has one goes straight there. Strangers are shown the way in."""
    visit = await enter_site(request)
    if visit.person is None:
        return page(request, visit, "progress/welcome.html")
    mine = await accounts.memberships(visit.person.person_id)
    if len(mine) == 1:
        return see_other(f"/c/{mine[0].slug}/")
    return page(request, visit, "progress/communities.html", memberships=mine)


@get("/c/{slug:str}", name="courtyard")
async def courtyard(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """What needs me now, then what moved; `?before=` an instant shows what moved earlier."""
    visit = await enter(request, slug)
    before = _instant(request.query_params.get("before"))
    days, older = await feed.page(visit.community_id, before=before, now=visit.now)
    is_now = before is None
    has_desk = is_now and permissions.may_see_desk(visit.actor) is None and may_act(visit.actor)
    waiting = await waiting_for(visit.actor, visit.now) if is_now else None
    desk = waiting.beside((await queue(visit.actor, visit.now)).mine) if waiting is not None and has_desk else []
    homes = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
    return page(
        request,
        visit,
        "progress/courtyard.html",
        waiting=waiting,
        waits=0 if waiting is None else waiting.count + len(desk),
        desk=desk,
        desk_late=sum(job.days_late(visit.now) > 0 for job in desk),
        days=days,
        older=older,
        days_ago=lambda day: (local_date(visit.now) - day).days,
        counts=await courtyard_queries.counts(visit.community_id, visit.now),
        homes=sorted(homes.values(), key=registry.by_place),
        may_file=proposals.may_file(visit.actor) is None,
        days_left=lambda end: days_left(visit.now, end),
    )


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_instant(text.replace(" ", "+"))
    except (ValueError, OverflowError):
        return None


handlers = [start, courtyard]
