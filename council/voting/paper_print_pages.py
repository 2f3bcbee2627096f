"""Printing paper ballots: for everybody, a place or one voter; what was printed, and its PDF."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused
from council.registry import queries as registry
from council.storage.crew import Crew
from council.voting import (
    paper_forms,
    paper_printing_queries,
    paper_return_queries,
    paper_voter_queries,
    queries,
    succession,
)
from council.voting.motion import Motion
from council.voting.paper import Layout, grouped
from council.voting.paper_pages import PAPER, handled
from council.voting.paper_press import PaperPress
from council.voting.paper_printing import SIGNER, is_printing, print_ballots
from council.voting.paper_voter_queries import PaperVoter
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

_crew = Crew("ballots", threads=1, places=6, retry_after=15)
"""One thread: a whole community's ballots take some seconds of it, and nobody else waits meanwhile."""


@get(PAPER + "/print", name="paper.print")
async def print_page(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """`?whom=` chooses beforehand: an entrance, a voter, those to follow up, those whose signer has changed."""
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    whom = request.query_params.get("whom", "")
    return await _print_form(request, visit, motion, Form.blank(whom=whom, layout="page"))


async def _print_form(
    request: Request, visit: Visit, motion: Motion, form: Form, *, status: int = 200
) -> Response[bytes]:
    voters = await paper_voter_queries.paper_voters(visit.community_id, motion.id)
    live = await paper_printing_queries.live_papers(visit.community_id, motion.id)
    back = await paper_return_queries.received(visit.community_id, [each.roll_voter_id for each in voters])
    whom = form.value("whom")
    anew = await paper_printing_queries.to_print_anew(visit.community_id, motion.id, visit.now)
    one = next((each for each in voters if f"voter-{each.roll_voter_id}" == whom), None)
    return page(
        request,
        visit,
        "voting/paper_print.html",
        status=status,
        motion=motion,
        form=form,
        one=one,
        anew=[each for each in voters if each.roll_voter_id in anew],
        own=live.get(one.roll_voter_id) if one else None,
        is_back=one is not None and one.roll_voter_id in back,
        grouped=grouped,
        places=_places(voters),
        is_signer=whom == SIGNER,
        takes_wishes=motion.takes_wishes,
        is_late=not is_printing(motion, visit.now),
        live=len(live),
        persons=len(voters),
        missing=sum(each.roll_voter_id not in live and each.roll_voter_id not in back for each in voters),
    )


def _places(voters: Iterable[PaperVoter]) -> list[str]:
    """Buildings and entrances in which a voter's first home stands: "2", "2-1"."""
    found: dict[str, None] = {}
    for voter in voters:
        building, *rest = voter.unit_codes[0].split("-", 2)
        found[building] = None
        if len(rest) > 1 and rest[0]:
            found[f"{building}-{rest[0]}"] = None
    return list(found)


@post(PAPER + "/print", name="paper.print.make")
async def print_some(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    form = await read_form(request)
    try:
        order = paper_forms.parse_order(form)
        run = await print_ballots(actor=visit.actor, motion_id=motion_id, order=order, now=visit.now)
    except Invalid as invalid:
        return await _print_form(request, visit, motion, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _print_form(request, visit, motion, form.sent_before("whom"), status=409)
    return see_other(f"/c/{slug}/motions/{motion_id}/paper/prints/{run.id}?said=paper.printed")


@get(PAPER + "/prints/{print_id:int}", name="paper.run")
async def run_page(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], print_id: FromPath[int]
) -> Response[bytes]:
    """What was printed, and its PDF, as often as it is asked for: the same serials."""
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    run = await paper_printing_queries.run(visit.community_id, motion_id, print_id)
    live = await paper_printing_queries.papers_of_run(visit.community_id, print_id)
    return page(request, visit, "voting/paper_run.html", motion=motion, run=run, live=len(live))


@get(PAPER + "/prints/{print_id:int}/ballots.pdf", name="paper.pdf")
async def pdf(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], print_id: FromPath[int]
) -> Response[bytes]:
    """Those of it that are in force still, or the one of `?voter=` alone. Busy when too many wait."""
    visit = await enter(request, slug)
    motion = await handled(visit, motion_id)
    run = await paper_printing_queries.run(visit.community_id, motion_id, print_id)
    papers = await paper_printing_queries.papers_of_run(visit.community_id, print_id)
    if voter := request.query_params.get("voter", ""):
        papers = [each for each in papers if str(each.roll_voter_id) == voter]
    if not papers:
        raise Refused("paper.all_void")
    sold = await succession.sold(visit.community_id, motion_id)
    voters = await paper_voter_queries.signing_voters(visit.community_id, motion_id, sold, run.printed_at)
    house = kit(request)
    community = await registry.community(visit.community_id)
    candidates = await queries.candidates(visit.community_id, motion_id) if motion.is_election else ()
    press = PaperPress(house.words[visit.locale], motion, community, house.base_url, candidates)
    made = await _crew.run(lambda: press.pdf(papers, voters, Layout(run.layout), run.printed_at))
    name = f"ballots-{slug}-{motion_id}-{print_id}.pdf"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(made, media_type="application/pdf", headers=headers)


handlers: list[HTTPRouteHandler] = [print_page, print_some, run_page, pdf]
