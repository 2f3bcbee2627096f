"""What anybody may read of the community's bodies, and the page on which members choose their chair."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import forms, permissions, press, queries, rounds
from council.bodies.model import Body, Round
from council.bodies.parties import in_person
from council.bodies.standing import body_view, body_views
from council.documents import qr
from council.documents.notice_paper import printed
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import queries as registry
from council.web import Form, PublicVisit, Request, Visit, enter, enter_public, kit, page, read_form, see_other
from council.web.sheets import sheet

BASE = "/c/{slug:str}/bodies"


@get(BASE, name="bodies")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_public(request, slug)
    views = await body_views(visit.community_id, await queries.bodies(visit.community_id), visit.now)
    return page(request, visit, "bodies/index.html", views=views, is_desk=_is_desk(visit))


@get(BASE + "/{body_id:int}", name="body")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    """Members as posted, by which route the chair came, the record behind it, and what is late. No telephone."""
    visit = await enter_public(request, slug)
    view = await body_view(visit.community_id, body_id, visit.now)
    actor = visit.actor
    return page(
        request,
        visit,
        "bodies/show.html",
        view=view,
        body=view.body,
        notices=press.notices(view),
        is_desk=_is_desk(visit),
        is_member=actor is not None and actor.is_member,
        may_choose=await _may_choose(visit, view.body),
    )


def _is_desk(visit: PublicVisit) -> bool:
    return permissions.may_read_papers(visit.actor) is None


async def _may_choose(visit: PublicVisit, body: Body) -> bool:
    current = body.open_round
    if visit.actor is None or current is None or permissions.may_choose(visit.actor, body) is not None:
        return False
    member = permissions.member_of(await in_person(visit.actor, visit.now), body)
    return member is not None and member.id not in current.voted and visit.now < current.closes_at


@get(BASE + "/{body_id:int}/notices/{what:str}", name="body.notice")
async def notice(request: Request, slug: FromPath[str], body_id: FromPath[int], what: FromPath[str]) -> Response[bytes]:
    """A posted notice: `?format=pdf` prints, `?format=text` is for reading out and for chats."""
    visit = await enter_public(request, slug)
    view = await body_view(visit.community_id, body_id, visit.now)
    house = kit(request)
    words = house.words[visit.locale]
    address = f"{house.base_url}/c/{slug}/bodies/{body_id}"
    place = await registry.community(visit.community_id)
    paper = press.BodyPress(view, place, words, address, visit.now).paper(what)
    asked = request.query_params.get("format")
    if asked == "pdf":
        return await sheet(lambda: printed(paper, visit.now), f"body-{slug}-{body_id}-{what}")
    if asked == "text":
        return Response(paper.as_text().encode(), media_type="text/plain; charset=utf-8")
    code = qr.svg(paper.address, words.sentence("body_paper.scan"))
    return page(request, visit, "bodies/notice.html", paper=paper, qr=code, body=view.body, what=what)


@get(BASE + "/{body_id:int}/choose", name="body.choose")
async def choose(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _choice_page(request, visit, await queries.body(visit.community_id, body_id))


def _current(body: Body) -> Round:
    current = body.open_round
    if current is None:
        raise Refused("inner.closed")
    return current


async def _choice_page(
    request: Request, visit: Visit, body: Body, *, form: Form | None = None, status: int = 200
) -> Response[bytes]:
    self_alone = await in_person(visit.actor, visit.now)
    require(permissions.may_choose(self_alone, body))
    member = permissions.member_of(self_alone, body)
    if member is None:
        raise NotFound("member")
    current = _current(body)
    if member.id in current.voted:
        raise Refused("inner.voted")
    if visit.now >= current.closes_at:
        raise Refused("inner.closed")
    return page(
        request,
        visit,
        "bodies/choose.html",
        status=status,
        body=body,
        round=current,
        member=member,
        form=form or Form.blank(),
    )


@post(BASE + "/{body_id:int}/choose", name="body.vote")
async def vote(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    body = await queries.body(visit.community_id, body_id)
    require(permissions.may_choose(await in_person(visit.actor, visit.now), body))
    form = await read_form(request)
    given = form.value("round")
    current = next((each for each in body.rounds if str(each.id) == given), None)
    if current is None:
        raise Refused("inner.closed")
    try:
        key = form.key()
        picks = forms.parse_picks(form, current.posts, [each.id for each in body.sitting])
        form.check()
        await rounds.vote(actor=visit.actor, round_id=current.id, key=key, picks=picks, now=visit.now)
    except Invalid as invalid:
        return await _choice_page(request, visit, body, form=form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/bodies/{body_id}?said=inner.cast")


handlers = [index, show, notice, choose, vote]
