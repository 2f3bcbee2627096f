"""Who of the office may vouch for the result of an election held elsewhere: nobody who stands in it is the second of
the two, and the first only where there are no two others."""

from __future__ import annotations

from council.accounts.parties import Parties, may_be_first, seconds
from council.accounts.staff import colleagues
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.voting import election_queries, permissions
from council.voting.motion import Motion

FIRSTS = (Role.SECRETARY,)
SECONDS = (Role.SECRETARY, Role.COMMITTEE)


async def _about(motion: Motion) -> Parties:
    """Everybody on its ballot: whoever was not elected has as much to gain from another order."""
    standing = await election_queries.candidates(motion.community_id, motion.id) if motion.is_election else ()
    return Parties.of((each.person_id, each.owner_id, each.name) for each in standing)


async def may_record(actor: Actor, motion: Motion) -> Refusal | None:
    if (refusal := permissions.may_record_official(actor)) is not None:
        return refusal
    about = await _about(motion)
    if not about.includes(actor):
        return None
    office = await colleagues(motion.community_id, SECONDS)
    return None if may_be_first(actor, office, about, FIRSTS, SECONDS) else Refusal("official.stands_in_it")


async def may_confirm(actor: Actor, motion: Motion, recorded_by: int) -> Refusal | None:
    if (refusal := permissions.may_confirm_official(actor, recorded_by)) is not None:
        return refusal
    return Refusal("official.stands_in_it") if (await _about(motion)).includes(actor) else None


async def who_may_confirm(motion: Motion, recorded_by: int) -> tuple[str, ...]:
    """Names, as the page says before anybody tries."""
    office = await colleagues(motion.community_id, SECONDS)
    return tuple(each.name for each in seconds(office, await _about(motion), SECONDS, recorded_by))
