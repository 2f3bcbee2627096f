"""Whom a paper about a body is about: whoever is on it, and whoever is or waits to be in that body.

Minutes, a letter of resignation or a filing change what the other members have to say there as much as what the one
named in it has; so all of them are, and the neighbours of the office who sit there leave the second look to others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from council.accounts.parties import Parties, may_be_first, seconds
from council.accounts.staff import colleagues
from council.bodies import queries
from council.bodies.model import Body, Ending, Member
from council.bodies.papers import WITH_SEATS, Aftermath, Dissolution, Drawing, Paper
from council.bodies.permissions import RECORDERS
from council.elections import queries as elections
from council.kernel.actor import Actor
from council.kernel.errors import Refusal


async def parties_of(community_id: int, body: Body | None, paper: Paper | None) -> Parties:
    """`paper` None: of any paper about that body. A dissolution is about those too who stay when the body goes;
    what becomes of a vote that fell, about those too who have left because of it."""
    if isinstance(paper, Drawing) and body is not None:
        return _members(body.equals)
    found = _living(body)
    if isinstance(paper, Aftermath) and body is not None:
        gone = (each for each in body.members if each.ending is Ending.ANNULLED)
        found += [(each.person_id, each.owner_id, each.name) for each in gone]
    if isinstance(paper, WITH_SEATS):
        found += [(None, each.owner_id, each.name) for each in paper.seats]
    if isinstance(paper, Dissolution):
        found += _living(await queries.standing_committee(community_id))
    return Parties.of(found)


def _living(body: Body | None) -> list[tuple[int | None, int | None, str]]:
    members = () if body is None else (each for each in body.members if each.ended_at is None)
    return [(each.person_id, each.owner_id, each.name) for each in members]


def _members(members: Iterable[Member]) -> Parties:
    return Parties.of((each.person_id, each.owner_id, each.name) for each in members)


async def in_person(actor: Actor, now: datetime) -> Actor:
    """The account without the owners for whom it is guardian: a seat in a committee is nobody's but its member's."""
    wards, _ = await elections.acted_for(actor.community_id, actor.person_id, now)
    return replace(actor, owner_ids=actor.owner_ids - wards)


async def may_record_paper(actor: Actor, body: Body | None, paper: Paper | None) -> Refusal | None:
    """The first of the two. Whoever is in a lot never records how it was drawn; whom another paper is about records it
    only where the office has no two others."""
    about = await parties_of(actor.community_id, body, paper)
    if isinstance(paper, Drawing):
        return Refusal("lot.candidate") if about.includes(actor) else None
    if not about.includes(actor):
        return None
    office = await colleagues(actor.community_id, RECORDERS)
    return None if may_be_first(actor, office, about, RECORDERS, RECORDERS) else Refusal("body.about_you")


async def may_second_paper(actor: Actor, body: Body | None, paper: Paper | None) -> Refusal | None:
    """The second of the two: nobody whom it is about, ever."""
    if not (await parties_of(actor.community_id, body, paper)).includes(actor):
        return None
    return Refusal("lot.candidate" if isinstance(paper, Drawing) else "body.about_you")


async def who_may_second(community_id: int, body: Body | None, paper: Paper | None, first_id: int) -> tuple[str, ...]:
    """Names, as the page says before anybody tries."""
    about = await parties_of(community_id, body, paper)
    office = await colleagues(community_id, RECORDERS)
    return tuple(each.name for each in seconds(office, about, RECORDERS, first_id))
