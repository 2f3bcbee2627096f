"""Reads of a motion's locked roll: to count by, to list, and to find the voters that one account belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from council.kernel.actor import Actor
from council.pathways.model import Electorate
from council.registry.rollfile.model import OwnerKind, Status
from council.storage.sql import fetch
from council.voting.holder_queries import held_by_owner, held_by_proxy
from council.voting.holding import Acting, Capacity
from council.voting.model import Roll, RollUnit, Voter
from council.voting.motion import Motion
from council.voting.voter import Participation, VotingVoter

_IS_RETURNED = (
    " EXISTS (SELECT 1 FROM paper_return p WHERE p.community_id = {0}.community_id"
    " AND p.roll_voter_id = {0}.roll_voter_id AND p.state = 'sealed' AND p.ballot_id IS NULL)"
)
"""A paper that came back and is not read yet: 已收回."""


async def roll(community_id: int, motion_id: int) -> Roll:
    """The locked roll, ready to be counted.

    Delivered is who was by the closing: `delivered_at` may lie ahead while a posting's days run, so this answer is the
    same whenever it is asked after the closing, and no job has to have run. A voter that is suspended stays in N and A
    and nothing is read into its silence.
    """
    return (await rolls(community_id, [motion_id])).get(motion_id, Roll(()))


async def rolls(community_id: int, motion_ids: Iterable[int]) -> dict[int, Roll]:
    """`roll` of many motions; one query."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT v.motion_id, v.number, (v.delivered_at IS NOT NULL AND v.delivered_at <= m.closes_at"
        " AND NOT EXISTS (SELECT 1 FROM roll_suspension s WHERE s.community_id = v.community_id"
        " AND s.motion_id = v.motion_id AND s.roll_voter_id = v.id AND s.lifted_at IS NULL)) AS delivered,"
        " u.code, u.area_dm2 FROM roll_voter v JOIN motion m ON m.id = v.motion_id"
        " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id IN {} ORDER BY v.id, u.id",
        *(community_id, wanted),
    )
    units: dict[int, dict[str, list[RollUnit]]] = {motion_id: defaultdict(list) for motion_id in wanted}
    delivered = set()
    for row in rows:
        units[row["motion_id"]][row["number"]].append(RollUnit(row["code"], row["area_dm2"]))
        if row["delivered"]:
            delivered.add((row["motion_id"], row["number"]))
    return {
        motion_id: Roll(
            tuple(Voter(number, tuple(held), (motion_id, number) in delivered) for number, held in of_it.items())
        )
        for motion_id, of_it in units.items()
    }


async def participation(community_id: int, motion_id: int) -> list[Participation]:
    """Room, area, took part: the list that is public in scope after closing."""
    return (await participations(community_id, [motion_id])).get(motion_id, [])


async def participations(community_id: int, motion_ids: Iterable[int]) -> dict[int, list[Participation]]:
    """`participation` of many motions; one query."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT u.motion_id, u.code, u.area_dm2, (b.id IS NOT NULL OR" + _IS_RETURNED.format("u") + ") AS took_part"
        " FROM roll_unit u"
        " LEFT JOIN ballot b ON b.community_id = u.community_id AND b.motion_id = u.motion_id"
        " AND b.roll_voter_id = u.roll_voter_id AND b.state = 'in_force' AND b.is_wish = FALSE"
        " WHERE u.community_id = {} AND u.motion_id IN {} ORDER BY u.id",
        community_id,
        wanted,
    )
    found: dict[int, list[Participation]] = defaultdict(list)
    for row in rows:
        found[row["motion_id"]].append(Participation(row["code"], row["area_dm2"], bool(row["took_part"])))
    return found


def _acting(own: Sequence[Mapping[str, Any]]) -> Acting | None:
    """As what the account casts, where no owner of the voter is the account's own person."""
    casting = [row for row in own if row["may_cast"]]
    if not casting or any(row.get("acting_id") is None for row in casting):
        return None
    row = casting[0]
    return Acting(row["acting_id"], Capacity(row["capacity"]), row["owner_name"], row["valid_until"])


def _needs_authority(own: Sequence[Mapping[str, Any]]) -> bool:
    """Only a company stands behind the account, and no paper of that company does."""
    casting = [row for row in own if row["may_cast"]]
    kinds = {row.get("owner_kind") or OwnerKind.NATURAL for row in casting if row.get("acting_id") is None}
    return bool(casting) and bool(kinds) and OwnerKind.NATURAL not in kinds and _acting(own) is None


async def voters_for(actor: Actor, motion_: Motion) -> list[VotingVoter]:
    """The voters of this motion that the actor belongs to, those they may cast for first."""
    return (await voters_for_motions(actor, [motion_])).get(motion_.id, [])


async def voters_for_motions(actor: Actor, motions_: Sequence[Motion]) -> dict[int, list[VotingVoter]]:
    """`voters_for`, for many motions at once: one query for owners' motions, one for residents'."""
    rows = await held_by_owner(actor, [m for m in motions_ if m.electorate is Electorate.OWNERS])
    rows += await held_by_proxy(actor, [m for m in motions_ if m.procedure.proxies.value == "yes"])
    rows += await _lived_in(actor, [m for m in motions_ if m.electorate is Electorate.RESIDENTS])
    grouped: dict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["motion_id"], row["roll_voter_id"]].append(row)
    found: dict[int, list[VotingVoter]] = defaultdict(list)
    for (motion_id, roll_voter_id), of_it in grouped.items():
        own = [row for row in of_it if row.get("proxy_id") is None]
        mandate = None if any(row["may_cast"] for row in own) else next((row for row in of_it if row not in own), None)
        first = mandate or of_it[0]
        found[motion_id].append(
            VotingVoter(
                roll_voter_id,
                first["number"],
                tuple(dict.fromkeys(row["code"] for row in of_it)),
                first["area_dm2"],
                any(row["may_cast"] for row in of_it),
                first["representative"],
                None if mandate is None else mandate["proxy_id"],
                "" if mandate is None else mandate["giver_name"],
                is_suspended=bool(first.get("is_suspended")),
                acting=None if mandate else _acting(own),
                is_lapsed=bool(own) and all(row.get("owner_id") in actor.lapsed_owner_ids for row in own),
                given_until=None if mandate is None else mandate["giver_until"],
                is_mandate_ended=mandate is not None and mandate["paper_ended_at"] is not None,
                needs_authority=mandate is None and _needs_authority(own),
            )
        )
    for listed in found.values():
        listed.sort(key=lambda voter: (not voter.may_cast, voter.roll_voter_id))
    return found


async def _lived_in(actor: Actor, motions_: Sequence[Motion]) -> list[dict[str, Any]]:
    """Households the actor lives in: by a slip of that home, or as the verified owner who lives there by the register.

    Whoever let a flat leaves its voice in residents' matters to those who live in it.
    """
    if not motions_ or not actor.unit_ids:
        return []
    return await fetch(
        "SELECT v.motion_id, v.id AS roll_voter_id, v.number, v.area_dm2, u.code, TRUE AS may_cast,"
        " NULL AS representative FROM roll_unit u JOIN roll_voter v ON v.id = u.roll_voter_id"
        " WHERE u.community_id = {} AND u.unit_id IN {} AND u.motion_id IN {}"
        " AND (EXISTS (SELECT 1 FROM unit n WHERE n.id = u.unit_id AND n.status IN {})"
        " OR EXISTS (SELECT 1 FROM residency r WHERE r.community_id = u.community_id AND r.person_id = {}"
        " AND r.unit_id = u.unit_id AND r.ended_at IS NULL))"
        " ORDER BY v.motion_id, v.id, u.id",
        actor.community_id,
        sorted(actor.unit_ids),
        [motion_.id for motion_ in motions_],
        [Status.OCCUPIED.value, Status.UNKNOWN.value],
        actor.person_id,
    )


async def took_part_in(community_id: int, motion_id: int, entrance_id: int) -> dict[int, bool]:
    """Whether each unit of this entrance that is on the roll has a ballot, by unit id; one query."""
    rows = await fetch(
        "SELECT r.unit_id, MAX(CASE WHEN b.id IS NOT NULL OR" + _IS_RETURNED.format("r") + " THEN 1 ELSE 0 END)"
        " AS took_part FROM roll_unit r"
        " JOIN unit u ON u.id = r.unit_id AND u.entrance_id = {}"
        " LEFT JOIN ballot b ON b.community_id = r.community_id AND b.motion_id = r.motion_id"
        " AND b.roll_voter_id = r.roll_voter_id AND b.state = 'in_force' AND b.is_wish = FALSE"
        " WHERE r.community_id = {} AND r.motion_id = {} GROUP BY r.unit_id",
        entrance_id,
        community_id,
        motion_id,
    )
    return {row["unit_id"]: bool(row["took_part"]) for row in rows}
