"""The list of proposals, each with where it stands in one word; filters are links, each with how many it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from council.kernel.actor import Actor
from council.pathways.pathway import walk
from council.progress import words
from council.progress.facts import gather
from council.progress.stages import Reached, reached
from council.progress.words import Standing
from council.proposals import list_queries, permissions
from council.proposals import queries as proposals
from council.proposals.list_queries import PAGE, Key
from council.proposals.model import Choice
from council.web import Request, Visit, enter, page
from council.web.narrowing import Filter, page_asked


@get("/c/{slug:str}/proposals", name="proposals")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """`?show=` whose, `?stage=` how far, `?page=` by thirty; nonsense asks for everything."""
    visit = await enter(request, slug)
    show = next((each for each in Choice if each.value == request.query_params.get("show")), Choice.ALL)
    stage = next((each for each in Reached if each.value == request.query_params.get("stage")), None)
    keys = await list_queries.keys(visit.actor)
    standing = await _standing(visit)
    stages = {proposal_id: reached(chip) for proposal_id, chip in standing.items()}
    wanted = _chosen(keys, show, stages)
    shown = [key for key in wanted if stage is None or stages[key.id] is stage]
    pages = max(1, -(-len(shown) // PAGE))
    number = min(page_asked(request), pages)
    path = f"/c/{slug}/proposals"
    return page(
        request,
        visit,
        "progress/proposals.html",
        listed=await list_queries.lines(
            visit.community_id, [key.id for key in shown[(number - 1) * PAGE : number * PAGE]]
        ),
        standing=standing,
        show=show,
        stage=stage,
        whose=[
            Filter(f"show.{each}", _address(path, each), len(_chosen(keys, each, stages)), each is show)
            for each in _offered(visit.actor)
        ],
        stages=_stages(path, show, stage, (stages[key.id] for key in wanted)),
        newer=_address(path, show, stage, number - 1) if number > 1 else None,
        older=_address(path, show, stage, number + 1) if number < pages else None,
        may_file=permissions.may_file(visit.actor) is None,
    )


async def _standing(visit: Visit) -> dict[int, Standing]:
    """Every proposal's chip. Reading them all is what makes the counts true, whatever a gate depends on."""
    matters = await proposals.proposals(visit.community_id)
    gathered = await gather(visit.community_id, matters, visit.now)
    return {
        matter.id: words.standing(
            matter,
            walk(matter.preset, gathered.facts[matter.id], visit.now),
            gathered.motions.get(matter.id),
            visit.now,
        )
        for matter in matters
    }


def _offered(actor: Actor) -> list[Choice]:
    return [each for each in Choice if each is not Choice.BUILDING or actor.unit_ids]


def _chosen(keys: Sequence[Key], show: Choice, stages: dict[int, Reached]) -> list[Key]:
    return [
        key
        for key in keys
        if show is Choice.ALL
        or (show is Choice.OPEN and stages[key.id].is_open)
        or (show is Choice.MINE and key.is_mine)
        or (show is Choice.BUILDING and key.is_in_my_building)
    ]


def _stages(path: str, show: Choice, current: Reached | None, found: Iterable[Reached]) -> list[Filter]:
    """Those that have something, and the current one; its own link takes it off again."""
    counts = Counter(found)
    return [
        Filter(
            f"reached.{each}", _address(path, show, None if each is current else each), counts[each], each is current
        )
        for each in Reached
        if counts[each] or each is current
    ]


def _address(path: str, show: Choice, stage: Reached | None = None, number: int = 1) -> str:
    given = {
        "show": "" if show is Choice.ALL else show.value,
        "stage": "" if stage is None else stage.value,
        "page": "" if number == 1 else str(number),
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path


handlers = [index]
