"""The search page."""

from __future__ import annotations

from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from council.kernel.text import clean_line
from council.proposals import permissions
from council.search.model import Results
from council.search.queries import search
from council.search.terms import LONGEST, MOST_WORDS, words_of
from council.web import Request, enter, page
from council.web.narrowing import page_asked

_NOTHING = Results(0, 1, 1, ())


@get("/c/{slug:str}/search", name="search")
async def show(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """What members may read and `?q=` is in, `?page=` by twenty; without words, how to begin."""
    visit = await enter(request, slug)
    typed = clean_line(request.query_params.get("q", "")[: 4 * LONGEST])
    words = words_of(typed) if len(typed) <= LONGEST else ()
    problem = "search.too_long" if len(typed) > LONGEST else "search.too_many" if len(words) > MOST_WORDS else ""
    asked = bool(words) and not problem
    results = await search(visit.actor, words, page_asked(request), visit.now) if asked else _NOTHING
    return page(
        request,
        visit,
        "search/show.html",
        status=422 if problem else 200,
        q=typed[:LONGEST],
        asked=asked,
        problem=problem,
        results=results,
        address=f"/c/{slug}/search?{urlencode({'q': typed})}&page=",
        may_file=permissions.may_file(visit.actor) is None,
    )


handlers = [show]
