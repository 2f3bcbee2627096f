"""Casting: the form, the second look, the ballot, and the receipt that only its voter opens."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import receipts
from council.documents import qr
from council.kernel.errors import Invalid, Refused, TooMany, require
from council.kernel.ids import new_id
from council.voting import (
    ballot_box,
    casting,
    election_queries,
    forms,
    halt_queries,
    pack_queries,
    proxy_queries,
    queries,
)
from council.voting.head_queries import told_head
from council.voting.log_signing import signed_receipt, signer_of
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.motion_view import motion_view
from council.voting.sentences import Sentences
from council.voting.turnout_queries import told_until
from council.voting.voter import CastBallot, VotingVoter
from council.web import Form, Request, Visit, enter, kit, later, page, read_form, see_other

_HELPED = frozenset(
    {
        "ballot.not_verified",
        "ballot.not_on_roll",
        "ballot.not_representative",
        "ballot.no_representative",
        "ballot.suspended",
        "ballot.needs_authority",
        "ballot.authority_expired",
        "ballot.mandate_expired",
        "ballot.not_open_yet",
        "ballot.closed",
        "ballot.cancelled",
        "ballot.paper_only",
        "ballot.already_cast",
        "ballot.form_used",
        "bound.ballot",
    }
)
"""Refusals that have a page of their own: what is so, and what to do (`<code>.help`)."""


@get("/c/{slug:str}/motions/{motion_id:int}/ballot", name="ballot")
async def ballot(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The locked text, the rule and three equal choices, or the names of an election; with `?choice=…` or `?pick=…` the
    page to look over before casting."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion)
    try:
        left = await _castable(visit, motion, voters)
    except Refused as refused:
        return await _cannot(request, visit, motion, refused)
    # `sent`: a browser that let the form go without a choice
    if not {"choice", "pick", "none", "sent"} & set(request.query_params):
        return await _form(request, visit, motion, left, Form({}))
    typed = Form({name: request.query_params.getall(name) for name in request.query_params})
    if typed.value("again"):
        return await _form(request, visit, motion, left, typed)
    try:
        standing = await queries.candidates(visit.community_id, motion_id)
        choice, picks, voter = forms.parse_choice(typed, left, motion, standing)
    except Invalid as invalid:
        return await _form(request, visit, motion, left, typed.refused(invalid), status=422)
    return page(
        request,
        visit,
        "voting/ballot_confirm.html",
        view=await motion_view(motion, kit(request).words[visit.locale], visit.now),
        choice=choice,
        picks=picks,
        voter=voter,
        has_paper=bool(await queries.received(visit.community_id, [voter.roll_voter_id])),
        ballot_id=new_id(),
    )


async def _castable(visit: Visit, motion: Motion, voters: list[VotingVoter]) -> list[VotingVoter]:
    """My voters that may still cast; Refused when there is none, or it is not the time."""
    casting.check_open(motion, visit.now)
    refused = casting.may_vote(visit.actor, motion, voters)
    if refused is not None:
        raise refused
    mine = [voter for voter in voters if voter.may_cast and not voter.is_suspended]
    lacking = [why for voter in mine if (why := voter.lacks_authority(visit.now)) is not None]
    if lacking and len(lacking) == len(mine):
        require(lacking[0])
    mine = [voter for voter in mine if voter.lacks_authority(visit.now) is None]
    cast = await queries.ballots_in_force(motion.community_id, [voter.roll_voter_id for voter in mine])
    left = [
        voter
        for voter in mine
        if voter.roll_voter_id not in cast or await casting.may_replace(motion, voter.roll_voter_id)
    ]
    if not left:
        raise Refused("ballot.already_cast")
    return left


async def _form(
    request: Request, visit: Visit, motion: Motion, voters: list[VotingVoter], form: Form, *, status: int = 200
) -> Response[bytes]:
    view = await motion_view(motion, kit(request).words[visit.locale], visit.now)
    papers = await queries.received(visit.community_id, [voter.roll_voter_id for voter in voters])
    return page(
        request,
        visit,
        "voting/ballot.html",
        status=status,
        view=view,
        voters=voters,
        papers=papers,
        given=await proxy_queries.given_by(motion, voters),
        pack=await pack_queries.pack_of(visit.community_id, motion.id),
        form=form,
    )


async def _cannot(request: Request, visit: Visit, motion: Motion, refused: Refused) -> Response[bytes]:
    """The kind page of a refusal: what is so, what to do next, and a way on."""
    if refused.code not in _HELPED:
        raise refused
    voters = await queries.voters_for(visit.actor, motion)
    cast = await queries.ballots_in_force(motion.community_id, [voter.roll_voter_id for voter in voters])
    mine = {voter.roll_voter_id for voter in voters if voter.may_cast and voter.proxy_id is None}
    own = [
        each
        for each in cast.values()
        if each.person_id == visit.actor.person_id or (each.is_by_proxy_online and each.roll_voter_id in mine)
    ]
    was_sent = request.method == "POST"
    is_back = refused.code == "ballot.already_cast" and own and not was_sent  # the Back button, mostly: all is well
    words = kit(request).words[visit.locale]
    return page(
        request,
        visit,
        "voting/cannot_cast.html",
        status=403 if refused.forbidden else 409,
        motion=motion,
        say=Sentences(words, motion),
        code="ballot.cast_by_you" if is_back else refused.code,
        details=refused.details,
        own=own,
        others=[each for each in cast.values() if each not in own],
        was_sent=was_sent,
        stopped=await halt_queries.stopped(motion.community_id, [voter.roll_voter_id for voter in voters])
        if refused.code == "ballot.suspended"
        else {},
    )


@post("/c/{slug:str}/motions/{motion_id:int}/ballots", name="ballot.cast")
async def cast(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Casts and leads to the receipt; the same form again leads to the same receipt."""
    visit = await enter(request, slug)
    form = await read_form(request)
    motion = await queries.motion(visit.community_id, motion_id)
    try:
        sent = forms.parse_ballot(form, motion, await queries.candidates(visit.community_id, motion_id))
        done = await casting.cast_ballot(
            actor=visit.actor,
            motion_id=motion_id,
            ballot_id=sent.ballot_id,
            choice=sent.choice,
            picks=sent.picks,
            voter=sent.voter,
            clock=kit(request).clock,
        )
    except Invalid as invalid:
        return await _again(request, visit, motion, form.refused(invalid))
    except Refused as refused:
        return await _cannot(request, visit, motion, refused)
    except TooMany as many:
        return later(await _cannot(request, visit, motion, Refused(many.code, minutes=many.minutes)), many)
    return see_other(f"/c/{slug}/motions/{motion_id}/ballots/{done.ballot_id}")


async def _again(request: Request, visit: Visit, motion: Motion, form: Form) -> Response[bytes]:
    """The first page with what is wrong; whoever could not cast at all is told that instead."""
    try:
        left = await _castable(visit, motion, await queries.voters_for(visit.actor, motion))
    except Refused as refused:
        return await _cannot(request, visit, motion, refused)
    return await _form(request, visit, motion, left, form, status=422)


@get("/c/{slug:str}/motions/{motion_id:int}/ballots/{ballot_id:str}", name="receipt")
async def receipt(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], ballot_id: FromPath[str]
) -> Response[bytes]:
    """Code, QR and place in the log; the choice is folded away and for the voter alone."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    mine = await queries.own_ballot(visit.actor, motion_id, ballot_id)
    address = verify_address(kit(request).base_url, slug, mine.code)
    view = await motion_view(motion, kit(request).words[visit.locale], visit.now)
    return page(
        request,
        visit,
        "voting/receipt.html",
        view=view,
        is_told=not view.is_small or mine.cast_at < told_until(visit.now),
        ballot=mine,
        paper=(await queries.received(visit.community_id, [mine.roll_voter_id])).get(mine.roll_voter_id),
        voter=await _voter_of(visit, motion, mine),
        choice=Choice(mine.choice),
        picks=await election_queries.picks(visit.community_id, ballot_id) if motion.is_election else frozenset(),
        qr=qr.svg(address, kit(request).words[visit.locale].sentence("receipt.qr")),
        address=address,
        may_change=mine.state == "in_force" and await _may_change(motion, mine, visit.now),
    )


async def _voter_of(visit: Visit, motion: Motion, mine: CastBallot) -> VotingVoter | None:
    """The voter with its units; None when this account has nothing to do with it any more."""
    voters = await queries.voters_for(visit.actor, motion)
    return next((voter for voter in voters if voter.roll_voter_id == mine.roll_voter_id), None)


async def _may_change(motion: Motion, mine: CastBallot, now: datetime) -> bool:
    return now in motion.window and await casting.may_replace(motion, mine.roll_voter_id)


@get("/c/{slug:str}/motions/{motion_id:int}/ballots/{ballot_id:str}/receipt", name="receipt.file")
async def sealed(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], ballot_id: FromPath[str]
) -> Response[bytes]:
    """The receipt as a file, without the choice."""
    visit = await enter(request, slug)
    mine = await queries.own_ballot(visit.actor, motion_id, ballot_id)
    return _file(await _receipt(request, visit, mine), mine)


@get("/c/{slug:str}/motions/{motion_id:int}/ballots/{ballot_id:str}/opened", name="receipt.warning")
async def opened_warning(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], ballot_id: FromPath[str]
) -> Response[bytes]:
    """What it means to hold a receipt that proves the choice."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    mine = await queries.own_ballot(visit.actor, motion_id, ballot_id)
    return page(request, visit, "voting/receipt_opened.html", motion=motion, ballot=mine)


@post("/c/{slug:str}/motions/{motion_id:int}/ballots/{ballot_id:str}/opened", name="receipt.opened")
async def opened(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], ballot_id: FromPath[str]
) -> Response[bytes]:
    """The receipt with its opening: it shows anybody who holds it what was chosen."""
    visit = await enter(request, slug)
    await read_form(request)
    motion = await queries.motion(visit.community_id, motion_id)
    mine = await queries.own_ballot(visit.actor, motion_id, ballot_id)
    plain = await _receipt(request, visit, mine)
    picks = await election_queries.picks(visit.community_id, ballot_id) if motion.is_election else frozenset[int]()
    openings = await ballot_box.openings(motion, ballot_id, Choice(mine.choice), picks)
    return _file(plain.opened_each(openings) if motion.is_election else plain.opened(*openings[0]), mine)


async def _receipt(request: Request, visit: Visit, mine: CastBallot) -> receipts.Receipt:
    told = await told_head(visit.community_id, visit.now)
    return await signed_receipt(visit.community_id, mine.log_seq, await signer_of(request, visit), told)


def _file(found: receipts.Receipt, mine: CastBallot) -> Response[bytes]:
    name = f"{'opened' if found.opening else 'receipt'}-{mine.code.replace(' ', '-')}{receipts.SUFFIX}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(receipts.to_text(found).encode(), status_code=200, media_type="text/plain", headers=headers)


def verify_address(base_url: str, slug: str, code: str) -> str:
    """What a receipt's QR holds: the page where anybody can look its code up."""
    return f"{base_url}/c/{slug}/verify?code={code.replace(' ', '-')}"


handlers: list[HTTPRouteHandler] = [ballot, cast, receipt, sealed, opened_warning, opened]
