"""Those who left because a court revoked the vote by which they sat, once a later judgment has set that aside: who of
them comes back, what forbids it, and what it changes."""

from __future__ import annotations

from datetime import datetime

from council.bodies import queries
from council.bodies.annulled import stands
from council.bodies.humans import is_among
from council.bodies.model import Body, Ending, Member, Post
from council.bodies.papers import Aftermath
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, Refused
from council.storage.sql import execute
from council.storage.transactions import lock_row
from council.voting import court_queries
from council.voting import queries as voting
from council.voting.court import CourtAct


async def returning(body: Body, motion_id: int) -> tuple[Member, ...]:
    """Whoever has sold meanwhile stays gone, and nobody sits twice. A post that somebody else was chosen for is theirs
    (`put_back`)."""
    gone = [each for each in body.members if each.ending is Ending.ANNULLED and each.motion_id == motion_id]
    owning = await queries.owning(body.community_id, [each.owner_id for each in gone])
    here = [each for each in body.members if each.ended_at is None]
    return tuple(each for each in gone if each.owner_id in owning and not is_among(each, here))


async def require_possible(body: Body, motion_id: int, now: datetime) -> None:
    """Refused "body.not_put_back" while no later judgment has set the revocation aside; "body.committee_stands" where
    owners have another committee: that one was elected meanwhile, and nobody ends it from here. A management committee
    is no obstacle: it ends once owners have theirs (`checks`). "body.term_over", "inner.open", "body.nobody_returns",
    "body.seats_taken".
    """
    fell = any(each.ending is Ending.ANNULLED and each.motion_id == motion_id for each in body.members)
    if not fell or not stands(await voting.motion(body.community_id, motion_id)):
        raise Refused("body.not_put_back")
    standing = await queries.standing_committee(body.community_id)
    if standing is not None and standing.id != body.id:
        raise Refused("body.committee_stands")
    if now >= body.term_until:
        raise Refused("body.term_over")
    if body.is_standing and body.open_round is not None:
        raise Refused("inner.open")
    members = [each for each in await returning(body, motion_id) if not each.is_alternate]
    if not members:
        raise Refused("body.nobody_returns")
    if len(body.sitting) + len(members) > body.seats:
        raise Refused("body.seats_taken", seats=body.seats)


async def check(body: Body, paper: Aftermath, now: datetime) -> None:
    """In a transaction: while it runs, no court's word about that vote is recorded."""
    await lock_row("motion", paper.motion_id, is_referred_to=True)
    await require_possible(body, paper.motion_id, now)
    if paper.on > now:
        raise Invalid({"on": "body.day_ahead"})
    told = await court_queries.standing(body.community_id, paper.motion_id)
    days = [each.dated_on for each in told if each.act is CourtAct.RESTORE]
    if days and local_date(paper.on) < local_date(max(days)):
        raise Invalid({"on": "body.before_it_stood_again"})


async def put_back(body: Body, motion_id: int) -> None:
    """They are members as before, and the body stands again where it had ended with them."""
    coming = await returning(body, motion_id)
    taken = {each.post for each in body.sitting} - {Post.MEMBER}
    if without_post := [each.id for each in coming if each.post in taken]:
        await execute(
            "UPDATE body_member SET post = {} WHERE community_id = {} AND id IN {}",
            *(Post.MEMBER.value, body.community_id, without_post),
        )
    await execute(
        "UPDATE body_member SET ended_at = NULL, ending = NULL WHERE community_id = {} AND id IN {}",
        *(body.community_id, [each.id for each in coming]),
    )
    await execute("UPDATE body SET dissolved_at = NULL WHERE community_id = {} AND id = {}", body.community_id, body.id)
