"""For which voters somebody is asked whether the papers have come, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.voting import delivery_queries
from council.voting.delivery import Channel, Delivery, Standing, is_taken, is_told_online, standing
from council.voting.motion import Motion
from council.voting.voter import VotingVoter


@dataclass(frozen=True, slots=True)
class Receiving:
    """`told`: their own word, where it was given and stands; else they may give it."""

    voter: VotingVoter
    told: Delivery | None


async def receiving(community_id: int, motion: Motion, voters: Sequence[VotingVoter], now: datetime) -> list[Receiving]:
    """Of these voters those whose word the frozen bylaws take, or took; one query. Not of those to whom delivery is
    proven by others: nothing is to be asked of them."""
    mine = [each for each in voters if each.receives and each.lacks_authority(now) is None]
    if not mine or not is_told_online(motion):
        return []
    ids = [each.roll_voter_id for each in mine]
    records = delivery_queries.by_voter(await delivery_queries.deliveries_of_voters(community_id, motion.id, ids))
    found = []
    for voter in mine:
        of_it = records.get(voter.roll_voter_id, [])
        told = next((each for each in of_it if each.stands and each.channel is Channel.ONLINE), None)
        is_asked = is_taken(motion, now) and standing(of_it, now) is not Standing.DELIVERED
        if told is not None or is_asked:
            found.append(Receiving(voter, told))
    return found
