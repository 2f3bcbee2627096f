"""What decided elections say: who is elected, for which committee, and which of them something can still come of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from council.bodies import queries
from council.bodies.elected import Elected
from council.bodies.model import Body
from council.elections import queries as elections
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.voting import counting, election_queries, official_results
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.motion import Motion


@dataclass(frozen=True, slots=True)
class Unused:
    """Elections that are decided and stand, and of which nothing has come. `overtaken`: the committee that stands is
    newer than they are, so nothing comes of them any more."""

    waiting: tuple[Motion, ...]
    overtaken: tuple[Motion, ...]
    committee: Body | None


def decided_at(motion: Motion) -> datetime | None:
    """When it was recorded here that a vote is decided: signed, or, where ours only asked, by the official result."""
    return motion.official_at if motion.is_advisory else motion.certified_at


async def decided_days(community_id: int, motions: Iterable[Motion]) -> dict[int, datetime]:
    """When each decided vote was decided: signed here, or the day that the official result's document bears, however
    late it was recorded. Votes that are not decided are left out. One query."""
    decided = [each for each in motions if decided_at(each) is not None]
    told = await official_results.confirmed(community_id) if any(each.is_advisory for each in decided) else {}
    days = {motion_id: each.dated_on for motion_id, each in told.items()}
    return {each.id: days.get(each.id) or decided_at(each) or each.closes_at for each in decided}


async def is_by_election(motion: Motion) -> bool:
    """Whether those elected join the committee that stands (补选): the election of one who is to be its chair, and
    whatever was filed as filling seats. Everything else elects a whole committee. The voted text says which."""
    return (await proposals.proposal(motion.community_id, motion.proposal_id)).is_by_election


async def of_result(motion: Motion) -> tuple[Elected, ...]:
    """Whom the owners elected by a decided vote that stands, and those in reserve behind them in the result's order."""
    through = await counting.elected(motion.community_id, motion.id)
    if not through:
        return ()
    known = {each.number: each for each in await election_queries.candidates(motion.community_id, motion.id)}
    standing = (await elections.standings(motion.community_id, [motion.proposal_id])).get(motion.proposal_id)
    representing = {each.id for each in standing.candidates if each.is_representing} if standing else set()
    return tuple(
        Elected(
            name=each.name,
            place=at,
            is_reserve=each.is_reserve,
            owner_id=each.owner_id,
            person_id=each.person_id,
            candidate_id=each.candidate_id,
            channel=known[each.number].channel,
            unit_place=known[each.number].place,
            is_representing=each.candidate_id in representing,
            persons=each.persons,
            area_dm2=each.area_dm2,
            drawn=each.drawn,
        )
        for at, each in enumerate(through, 1)
    )


async def joins(motion: Motion) -> Body | None:
    """The committee that those elected by a by-election join: the one that stood when the vote was called, or, for one
    who is to be its chair, that was elected beside it. None: there is no such committee."""
    found = await queries.standing_committee(motion.community_id)
    if found is None:
        return None
    founded_by = await _founding_vote(found)
    return found if _is_joined(motion, found, founded_by) else None


def _is_joined(motion: Motion, body: Body, founded_by: Motion | None) -> bool:
    """Beside: both votes ran at the same time."""
    if body.began_at <= motion.notice_at:
        return True
    is_beside = motion.kind is Kind.ONE_PERSON_CHAIR and founded_by is not None
    return is_beside and founded_by is not None and founded_by.notice_at < motion.closes_at


async def _founding_vote(body: Body) -> Motion | None:
    return None if body.motion_id is None else await voting.motion(body.community_id, body.motion_id)


def is_newer(body: Body | None, day: datetime) -> bool:
    """Whether this committee began when the vote was decided, or later: no older result ends or replaces it."""
    return body is not None and body.began_at >= day


async def unused(community_id: int) -> Unused:
    """As many queries for many votes as for one."""
    used = await queries.used_results(community_id)
    all_of_them = {each.id: each for each in await voting.motions(community_id)}
    found = [
        each
        for each in all_of_them.values()
        if each.is_election and each.id not in used and _is_decided(each) and each.is_live and each.revoked_at is None
    ]
    if not found:
        return Unused((), (), None)
    days = await decided_days(community_id, found)
    committee = await queries.standing_committee(community_id)
    founded_by = None if committee is None else all_of_them.get(committee.motion_id or 0)
    matters = await proposals.proposals_by_id(community_id, [each.proposal_id for each in found])
    fills = {each.id for each in matters if each.is_by_election}

    def is_overtaken(each: Motion) -> bool:
        if each.proposal_id in fills:
            return committee is not None and not _is_joined(each, committee, founded_by)
        return is_newer(committee, days[each.id])

    return Unused(
        waiting=tuple(each for each in found if not is_overtaken(each)),
        overtaken=tuple(each for each in found if is_overtaken(each)),
        committee=committee,
    )


def _is_decided(motion: Motion) -> bool:
    return decided_at(motion) is not None and motion.official_outcome is not Outcome.REJECTED
