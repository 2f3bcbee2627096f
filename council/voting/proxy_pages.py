"""Letting a neighbour vote for oneself, taking that back, and what one holds for others."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused
from council.voting import proxies, proxy_forms, proxy_queries, queries
from council.voting.figures import digest_words
from council.voting.motion import Motion
from council.voting.proxy import MandateDraft, why_not_now
from council.voting.sentences import Sentences
from council.voting.voter import VotingVoter
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

BASE = "/c/{slug:str}/motions/{motion_id:int}/proxy"


@get(BASE, name="proxy")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _page(request, visit, motion_id, Form.blank())


@post(BASE, name="proxy.give")
async def give(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    motion = await queries.motion(visit.community_id, motion_id)
    if not proxies.own_voters(await queries.voters_for(visit.actor, motion)):
        raise Refused("proxy.not_yours_to_give", forbidden=True)
    try:
        named = proxy_forms.parse_holder(form)
        number = form.line("voter", most=20) or None
        if not form.flag("agreed"):
            form.reject("agreed", "proxy.say_so")
        form.check()
        words = mandate_words(request, visit, motion, visit.actor.name, named.name)
        draft = MandateDraft(named.key, named.name, named.phone, words)
        await proxies.give(actor=visit.actor, motion_id=motion_id, number=number, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _page(request, visit, motion_id, form.refused(invalid), status=422)
    except Refused as refused:
        return await _refused(request, visit, motion_id, form, refused)
    return see_other(f"/c/{slug}/motions/{motion_id}/proxy?said=proxy.given")


@post(BASE + "/{proxy_id:int}/revoke", name="proxy.revoke")
async def revoke(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], proxy_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    await proxies.revoke(actor=visit.actor, proxy_id=proxy_id, now=visit.now)
    back = "proxies" if form.value("from") == "desk" else "proxy"
    return see_other(f"/c/{slug}/motions/{motion_id}/{back}?said=proxy.revoked")


def mandate_words(request: Request, visit: Visit, motion: Motion, giver: str, holder: str) -> str:
    """The mandate itself, as whoever gives it reads and sends it."""
    details = {"giver": giver, "holder": holder, "title": motion.title, "digest": digest_words(motion.text_sha256)}
    return kit(request).words[visit.locale].sentence("proxy.words", details)


async def _refused(request: Request, visit: Visit, motion_id: int, form: Form, refused: Refused) -> Response[bytes]:
    """Nothing that was typed is lost: why not stands above it."""
    if refused.code == "form.used_before":
        form = form.sent_before("holder_name")
    else:
        form.reject("", refused.code, **refused.details)
    return await _page(request, visit, motion_id, form, status=403 if refused.forbidden else 409)


async def _page(request: Request, visit: Visit, motion_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion)
    own = proxies.own_voters(voters)
    given = await proxy_queries.live_of_voters(visit.community_id, [voter.roll_voter_id for voter in own])
    cast = await queries.ballots_in_force(visit.community_id, [voter.roll_voter_id for voter in voters])
    left = [voter for voter in own if voter.roll_voter_id not in given and voter.roll_voter_id not in cast]
    words = kit(request).words[visit.locale]
    return page(
        request,
        visit,
        "voting/proxy.html",
        status=status,
        motion=motion,
        say=Sentences(words, motion),
        form=form,
        own=own,
        given=given,
        cast=cast,
        left=left,
        held=_held(voters),
        why_not=why_not_now(motion, visit.now),
        most=motion.procedure.proxy_cap.value,
        mandate=mandate_words(request, visit, motion, visit.actor.name, form.value("holder_name") or "……"),
    )


def _held(voters: list[VotingVoter]) -> list[VotingVoter]:
    return [voter for voter in voters if voter.proxy_id is not None]


handlers: list[HTTPRouteHandler] = [show, give, revoke]
