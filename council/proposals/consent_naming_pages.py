"""The second person's word on a home that is to be named after the notice of the vote, and the document it rests on."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files.giving import given
from council.kernel.errors import require
from council.proposals import consent as rules
from council.proposals import consent_namings, consent_queries
from council.proposals.consent_pages import ALL
from council.web import Request, enter, read_form, see_other

NAMING = ALL + "/namings/{naming_id:int}"


@post(NAMING, name="consent.naming")
async def decide_naming(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], naming_id: FromPath[int]
) -> Response[bytes]:
    """The second person confirms that the home is to be asked, or it is taken back."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(rules.may_work(visit.actor))
    word = form.choice("word", ("confirm", "withdraw"))
    form.check()
    verb = consent_namings.confirm_naming if word == "confirm" else consent_namings.withdraw_naming
    await verb(actor=visit.actor, proposal_id=proposal_id, naming_id=naming_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/consents?said=consent.naming_{word}")


@get(NAMING + "/scan", name="consent.naming.scan", include_in_schema=False)
async def naming_scan(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], naming_id: FromPath[int]
) -> Response[bytes]:
    """What shows that the home must agree by itself."""
    visit = await enter(request, slug)
    require(rules.may_look(visit.actor))
    naming = await consent_queries.naming(visit.community_id, proposal_id, naming_id)
    return await given(visit.community_id, naming.file_id, f"naming-{naming_id}")


handlers: list[HTTPRouteHandler] = [decide_naming, naming_scan]
