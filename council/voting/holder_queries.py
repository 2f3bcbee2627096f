"""For which voters of owners' votes an account stands: as the owner the roll was frozen with, or as who came after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from council.kernel.actor import Actor
from council.storage.sql import fetch
from council.voting.motion import Motion

_NOW_HELD = (
    "SELECT 1 FROM roll_unit x JOIN ownership n ON n.community_id = x.community_id AND n.unit_id = x.unit_id"
    " AND n.ended_at IS NULL WHERE x.community_id = v.community_id AND x.roll_voter_id = v.id"
)
"""Somebody holds a unit of the voter today. (A developer's unsold flats have no owner: nobody follows on them.)"""

GONE = (
    f"v.is_developer = FALSE AND EXISTS ({_NOW_HELD}) AND NOT EXISTS ({_NOW_HELD} AND n.owner_id = h.owner_id)"
    " AND EXISTS (SELECT 1 FROM roll_unit y JOIN ownership e ON e.community_id = y.community_id AND"
    " e.unit_id = y.unit_id AND e.ended_at IS NOT NULL AND e.owner_id = h.owner_id"
    " WHERE y.community_id = v.community_id AND y.roll_voter_id = v.id)"
)
"""The owner `h` of the frozen roll has given up the last of the voter's units, and somebody else holds them now."""

_SUSPENDED = (
    "EXISTS (SELECT 1 FROM roll_suspension s WHERE s.community_id = v.community_id AND s.motion_id = v.motion_id"
    " AND s.roll_voter_id = v.id AND s.lifted_at IS NULL)"
)

_ACTING = (
    " o.id AS owner_id, o.kind AS owner_kind, o.name AS owner_name,"
    " a.id AS acting_id, a.says AS capacity, a.valid_until"
)
_BY_PAPER = (
    " JOIN owner o ON o.id = {0}.owner_id LEFT JOIN holder_paper a ON a.community_id = {0}.community_id"
    " AND a.owner_id = {0}.owner_id AND a.person_id = {{}} AND a.confirmed_at IS NOT NULL AND a.ended_at IS NULL"
)
"""The confirmed paper by which the account (the first value asked) acts for the owner, where there is one."""

_FROZEN = (
    "SELECT h.motion_id, h.roll_voter_id, v.number, v.area_dm2, u.code,"
    f" (h.is_representative AND NOT ({GONE})) AS may_cast,"
    " (SELECT o.name FROM roll_holder r JOIN owner o ON o.id = r.owner_id"
    "  WHERE r.community_id = h.community_id AND r.roll_voter_id = h.roll_voter_id AND r.is_representative)"
    " AS representative,"
    f" {_SUSPENDED} AS is_suspended,{_ACTING}"
    " FROM roll_holder h JOIN roll_voter v ON v.id = h.roll_voter_id"
    " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
    f"{_BY_PAPER.format('h')}"
    " WHERE h.community_id = {} AND h.owner_id IN {} AND h.motion_id IN {} ORDER BY h.motion_id, v.id, u.id"
)

_SUCCEEDED = (
    "SELECT v.motion_id, v.id AS roll_voter_id, v.number, v.area_dm2, u.code, w.is_representative AS may_cast,"
    " (SELECT o.name FROM ownership r JOIN owner o ON o.id = r.owner_id WHERE r.community_id = w.community_id"
    "  AND r.unit_id = w.unit_id AND r.ended_at IS NULL AND r.is_representative) AS representative,"
    f" {_SUSPENDED} AS is_suspended,{_ACTING}"
    " FROM ownership w JOIN roll_unit u ON u.community_id = w.community_id AND u.unit_id = w.unit_id"
    " JOIN roll_voter v ON v.id = u.roll_voter_id JOIN motion m ON m.id = u.motion_id AND w.began_at > m.notice_at"
    f"{_BY_PAPER.format('w')}"
    " WHERE w.community_id = {} AND w.owner_id IN {} AND w.ended_at IS NULL AND u.motion_id IN {}"
    " AND v.is_developer = FALSE"
    " AND NOT EXISTS (SELECT 1 FROM roll_holder h WHERE h.community_id = v.community_id AND h.roll_voter_id = v.id"
    f" AND (h.owner_id = w.owner_id OR EXISTS ({_NOW_HELD} AND n.owner_id = h.owner_id)))"
    " AND NOT EXISTS (SELECT 1 FROM roll_unit y WHERE y.community_id = v.community_id AND y.roll_voter_id = v.id"
    " AND NOT EXISTS (SELECT 1 FROM ownership q WHERE q.community_id = y.community_id AND q.unit_id = y.unit_id"
    "  AND q.ended_at IS NULL AND q.owner_id = w.owner_id))"
    " ORDER BY v.motion_id, v.id, u.id"
)
"""Whoever has come to own every unit of a voter since the notice, where nobody of the frozen roll holds one of them."""


async def held_by_owner(actor: Actor, motions: Sequence[Motion]) -> list[dict[str, Any]]:
    """One row per unit. A flat that is sold while the vote runs keeps its place and weight on the roll; a ballot that
    was cast stands, and if none was the new owner casts. Those for whom a paper has run out are among them, to be told
    so (`VotingVoter.lacks_authority`). Of somebody's several flats that are one voter, the sale of
    one changes nothing: the voter stays whole with who holds the others. Two queries."""
    owner_ids = actor.owner_ids | actor.lapsed_owner_ids
    if not motions or not owner_ids:
        return []
    of = (actor.person_id, actor.community_id, sorted(owner_ids), [motion.id for motion in motions])
    return await fetch(_FROZEN, *of) + await fetch(_SUCCEEDED, *of)


_HELD_NOW = (
    "SELECT 1 FROM roll_unit x JOIN ownership n ON n.community_id = x.community_id AND n.unit_id = x.unit_id"
    " AND n.ended_at IS NULL WHERE x.community_id = {0}.community_id AND x.roll_voter_id = {0}.roll_voter_id"
)
OVERTAKEN = (
    f"EXISTS (SELECT 1 FROM roll_holder h WHERE h.community_id = {{0}}.community_id"
    " AND h.roll_voter_id = {0}.roll_voter_id AND h.is_representative = TRUE"
    f" AND EXISTS ({_HELD_NOW} AND n.began_at >= {{0}}.given_at)"
    f" AND NOT EXISTS ({_HELD_NOW} AND n.owner_id = h.owner_id AND n.began_at < {{0}}.given_at))"
)
"""The home has changed hands since this mandate was given; what the buyer gives afterwards is in force."""

_BY_MANDATE = (
    "SELECT p.motion_id, p.roll_voter_id, v.number, v.area_dm2, u.code, TRUE AS may_cast, NULL AS representative,"
    f" p.id AS proxy_id, p.giver_name, p.giver_until, g.ended_at AS paper_ended_at, {_SUSPENDED} AS is_suspended"
    " FROM proxy p LEFT JOIN holder_paper g ON g.community_id = p.community_id AND g.id = p.giver_paper_id"
    " JOIN roll_voter v ON v.id = p.roll_voter_id"
    " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
    " WHERE p.community_id = {} AND p.holder_person_id = {} AND p.confirmed_at IS NOT NULL AND p.ended_at IS NULL"
    f" AND p.motion_id IN {{}} AND NOT ({OVERTAKEN.format('p')})"
    " ORDER BY p.motion_id, v.id, u.id"
)


async def held_by_proxy(actor: Actor, motions: Sequence[Motion]) -> list[dict[str, Any]]:
    """Voters that the actor casts for under a mandate that is in force (`proxies.py`); it ends with the giver's own
    right, when the flat is sold, and a buyer's holds. A guardian's, whose paper has ended or run out meanwhile, is
    among them to be told so. One query."""
    if not motions:
        return []
    return await fetch(_BY_MANDATE, actor.community_id, actor.person_id, [motion.id for motion in motions])
