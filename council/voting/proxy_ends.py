"""How mandates end by something else than their giver's or the desk's word: by the owner's own ballot, by another
representative, and with the authority or the tie of whoever gave them.

The owner's own ballot ends their mandate at once, a paper when it is *taken back*: that the owner has spoken is known
then, and what the paper says, and whether it counts, is known to nobody before the closing. It stays ended where the
paper turns out blank or spoiled, or where a ballot that the holder cast before stays in force by the rule for two
channels: nobody goes on voting for an owner who has voted. An online ballot that the rule keeps out at once was refused
with words, and ends nothing (`casting`). The holder's own ballot stands in every case until another replaces it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.storage.sql import fetch
from council.storage.transactions import lock_row
from council.voting.holder_queries import OVERTAKEN
from council.voting.motion import Motion
from council.voting.proxy import MandateEnd

_NOW_HELD = (
    "SELECT 1 FROM roll_unit x JOIN ownership n ON n.community_id = x.community_id AND n.unit_id = x.unit_id"
    " AND n.ended_at IS NULL WHERE x.community_id = proxy.community_id AND x.roll_voter_id = proxy.roll_voter_id"
)
_GIVEN_FOR = (
    "proxy.community_id = {} AND proxy.ended_at IS NULL AND (proxy.giver_paper_id IN (SELECT a.id FROM holder_paper a"
    " WHERE a.community_id = proxy.community_id AND a.owner_id = {} AND a.person_id = {})"
    " OR (proxy.giver_person_id = {} AND proxy.giver_paper_id IS NULL AND (EXISTS (SELECT 1 FROM roll_holder h"
    " WHERE h.community_id = proxy.community_id AND h.roll_voter_id = proxy.roll_voter_id AND h.owner_id = {}"
    " AND h.is_representative = TRUE)"
    f" OR (EXISTS ({_NOW_HELD} AND n.owner_id = {{}} AND n.is_representative = TRUE) AND NOT EXISTS (SELECT 1"
    " FROM roll_holder r WHERE r.community_id = proxy.community_id AND r.roll_voter_id = proxy.roll_voter_id"
    f" AND EXISTS ({_NOW_HELD} AND n.owner_id = r.owner_id))))))"
)
"""Given by a paper by which that account acts for that owner (in the app, or signed on paper), or by the account as
that owner: who votes for the others on the frozen roll, or holds the home today where nobody of that roll does."""


async def ended_by_own_ballot(
    actor: Actor, motion: Motion, roll_voter_id: int, now: datetime, *, reason: MandateEnd = MandateEnd.OWN_BALLOT
) -> None:
    """An owner's own ballot ends the mandate they gave, and so does a representative named in their place (`reason`).
    The caller holds the motion's lock, in its transaction."""
    rows = await fetch(
        "UPDATE proxy SET ended_at = {}, ended_by_name = {}, end_reason = {} WHERE community_id = {} AND motion_id = {}"
        " AND roll_voter_id = {} AND ended_at IS NULL RETURNING id",
        *(now, actor.name, reason.value, motion.community_id, motion.id, roll_voter_id),
    )  # one statement, for every ballot of an owner comes through here
    for row in rows:
        await log(actor, "proxy.ended", motion.id, row["id"], now)


async def end_given_for(*, actor: Actor, owner_id: int, giver_person_id: int, now: datetime) -> None:
    """Somebody acts for this owner no more, or never did: what they have let others do for that voter ends with it.

    One that has been used ends as well: nobody changes a vote through it any more. What was cast by it, or has come
    back on paper, stands, and its holder and the owner see it again. What the same account gave as another owner
    stands, and so does what this owner signed on paper themselves. In the caller's transaction.
    """
    given = (actor.community_id, owner_id, giver_person_id, giver_person_id, owner_id, owner_id)
    for row in await fetch(f"SELECT DISTINCT motion_id FROM proxy WHERE {_GIVEN_FOR} ORDER BY motion_id", *given):
        await lock_row("motion", row["motion_id"])
    rows = await fetch(
        "UPDATE proxy SET ended_at = {}, ended_by_name = {}, end_reason = {}"
        f" WHERE {_GIVEN_FOR} RETURNING id, motion_id",
        *(now, actor.name, MandateEnd.REVOKED.value, *given),
    )
    for row in sorted(rows, key=lambda each: each["id"]):  # as many as there are votes at once
        await log(actor, "proxy.ended", row["motion_id"], row["id"], now)


async def end_overtaken(*, actor: Actor, roll_voter_ids: Collection[int], now: datetime) -> None:
    """The home has changed hands: what its owner before let somebody do ends, used or not, and what waits for a second
    person as well. What was cast by it stands. The caller holds the locks of the votes, in its transaction."""
    if not roll_voter_ids:
        return
    rows = await fetch(
        "UPDATE proxy SET ended_at = {}, ended_by_name = {}, end_reason = {} WHERE community_id = {}"
        f" AND roll_voter_id IN {{}} AND ended_at IS NULL AND {OVERTAKEN.format('proxy')} RETURNING id, motion_id",
        *(now, actor.name, MandateEnd.REVOKED.value, actor.community_id, sorted(roll_voter_ids)),
    )
    for row in sorted(rows, key=lambda each: each["id"]):  # as many as there are votes at once
        await log(actor, "proxy.ended", row["motion_id"], row["id"], now)


async def end_row(community_id: int, proxy_id: int, name: str, reason: MandateEnd, now: datetime) -> bool:
    """Whether it was still to end."""
    rows = await fetch(
        "UPDATE proxy SET ended_at = {}, ended_by_name = {}, end_reason = {} WHERE community_id = {} AND id = {}"
        " AND ended_at IS NULL RETURNING id",
        *(now, name, reason.value, community_id, proxy_id),
    )
    return bool(rows)


async def log(actor: Actor, kind: str, motion_id: int, proxy_id: int, now: datetime) -> None:
    data = {"motion": motion_id, "proxy": proxy_id}
    await audit.record(actor.community_id, kind, data, now=now, private={"by": actor.person_id})
