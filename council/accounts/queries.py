"""Reads of people and their ties. A tie counts while it lasts: a claim to an owner who has sold all opens nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from council.accounts.model import Membership, OwnerStanding, Person, Reset
from council.kernel.actor import Actor, Role
from council.kernel.errors import NotFound
from council.kernel.look import Look
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.sql import fetch, fetch_one, instant

UNDER = "(c.area_path = t.area_path OR substr(c.area_path, 1, length(t.area_path) + 1) = t.area_path || '/')"
"""Whether community c lies under the node of the area tree that role t is held for."""

OWNS = (
    "EXISTS (SELECT 1 FROM ownership s JOIN unit u ON u.id = s.unit_id WHERE s.community_id = o.community_id"
    " AND s.owner_id = o.owner_id AND s.ended_at IS NULL AND u.retired_at IS NULL)"
)

_ACTOR = f"""
SELECT 'name' AS tie, p.name AS word, p.id AS id FROM person p WHERE p.id = {{}} AND p.closed_at IS NULL
UNION ALL
SELECT 'role', t.role, t.id FROM staff_role t JOIN community c ON c.id = {{}}
    WHERE t.person_id = {{}} AND t.ended_at IS NULL AND (t.community_id = c.id OR {UNDER})
UNION ALL
SELECT 'unit', '', r.unit_id FROM residency r JOIN unit u ON u.id = r.unit_id
    WHERE r.person_id = {{}} AND r.community_id = {{}} AND r.ended_at IS NULL AND u.retired_at IS NULL
UNION ALL
SELECT CASE WHEN o.acts_until <= {{}} THEN 'lapsed' WHEN o.verified_at IS NULL THEN 'claim' ELSE 'owner' END,
    '', o.owner_id FROM owner_claim o
    WHERE o.person_id = {{}} AND o.community_id = {{}} AND o.ended_at IS NULL AND {OWNS}
UNION ALL
SELECT 'unit', '', s.unit_id FROM owner_claim o
    JOIN ownership s ON s.owner_id = o.owner_id AND s.community_id = o.community_id AND s.ended_at IS NULL
    JOIN unit u ON u.id = s.unit_id AND u.retired_at IS NULL
    WHERE o.person_id = {{}} AND o.community_id = {{}} AND o.ended_at IS NULL AND o.verified_at IS NOT NULL
    AND (o.acts_until IS NULL OR o.acts_until > {{}})
"""


async def actor(person_id: int, community_id: int, now: datetime) -> Actor | None:
    """The person as this community sees them at this instant, in one read; None for a closed or unknown account.

    An outsider's actor is not `is_member`. `unit_ids` are homes and the units of owners verified to be this person.
    An owner for whom they acted by a paper that has run out by `now` is among `lapsed_owner_ids` only.
    """
    tied = (person_id, community_id)
    rows = await fetch(_ACTOR, *tied, person_id, *tied, now, *tied, *tied, now)
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row["tie"]].add(row["id"])
    name = next((row["word"] for row in rows if row["tie"] == "name"), None)
    if name is None:
        return None
    return Actor(
        person_id=person_id,
        name=name,
        community_id=community_id,
        roles=frozenset(Role(row["word"]) for row in rows if row["tie"] == "role"),
        unit_ids=frozenset(found["unit"]),
        owner_ids=frozenset(found["owner"]),
        claimed_owner_ids=frozenset(found["claim"]),
        lapsed_owner_ids=frozenset(found["lapsed"]),
    )


async def person(person_id: int) -> Person:
    """NotFound for an unknown or closed account. Two reads."""
    row = await fetch_one(
        "SELECT id, name, locale, type_size, theme FROM person WHERE id = {} AND closed_at IS NULL", person_id
    )
    if row is None:
        raise NotFound
    look = Look(row["locale"], row["type_size"], row["theme"])
    return Person(row["id"], row["name"], tuple((await phones_of([person_id]))[person_id]), look)


async def phones_of(person_ids: Iterable[int]) -> dict[int, list[str]]:
    """Current numbers by person, the oldest first; for the desk and for oneself."""
    wanted = sorted(set(person_ids))
    found: dict[int, list[str]] = {person_id: [] for person_id in wanted}
    for row in await fetch(
        "SELECT person_id, phone FROM person_phone WHERE person_id IN {} AND removed_at IS NULL ORDER BY id", wanted
    ):
        found[row["person_id"]].append(row["phone"])
    return found


async def roles_of(person_id: int) -> list[tuple[Role, int | None]]:
    """Every current role with its community; None when it is held for a node of the area tree."""
    rows = await fetch(
        "SELECT role, community_id FROM staff_role WHERE person_id = {} AND ended_at IS NULL ORDER BY id", person_id
    )
    return [(Role(row["role"]), row["community_id"]) for row in rows]


async def require_tied(community_id: int, person_id: int, now: datetime) -> None:
    """NotFound unless this community's desk has to do with this account: a current home, claim or role here."""
    found = await actor(person_id, community_id, now)
    if found is None or not found.is_member:
        raise NotFound


async def memberships(person_id: int) -> list[Membership]:
    """Every community of a person, with homes, owners and roles; as many reads for one community as for three, plus
    two a community for the units."""
    rows = await fetch(
        f"""
        SELECT 'role' AS tie, c.id AS community_id, t.role AS word, t.id AS id, FALSE AS is_verified, t.id AS tie_id,
            CAST(NULL AS TIMESTAMPTZ) AS acts_until, CAST(NULL AS TIMESTAMPTZ) AS anew_since
            FROM staff_role t JOIN community c ON t.community_id = c.id OR {UNDER}
            WHERE t.person_id = {{}} AND t.ended_at IS NULL
        UNION ALL
        SELECT 'home', r.community_id, '', r.unit_id, FALSE, r.id, CAST(NULL AS TIMESTAMPTZ),
            CAST(NULL AS TIMESTAMPTZ) FROM residency r
            WHERE r.person_id = {{}} AND r.ended_at IS NULL
        UNION ALL
        SELECT 'claim', o.community_id, w.name, o.owner_id, o.verified_at IS NOT NULL, o.id, o.acts_until,
            o.anew_since FROM owner_claim o JOIN owner w ON w.id = o.owner_id
            WHERE o.person_id = {{}} AND o.ended_at IS NULL AND {OWNS}
        ORDER BY tie_id
        """,
        *(person_id, person_id, person_id),
    )
    ids = {row["community_id"] for row in rows}
    known = [each for each in await registry.communities() if each.id in ids]
    found = []
    for community in known:
        own = [row for row in rows if row["community_id"] == community.id]
        homes = await registry.units_by_id(community.id, [row["id"] for row in own if row["tie"] == "home"])
        claims = [row for row in own if row["tie"] == "claim"]
        units = await units_of_owners(community.id, [row["id"] for row in claims])
        found.append(
            Membership(
                community_id=community.id,
                slug=community.slug,
                name=community.name,
                roles=frozenset(Role(row["word"]) for row in own if row["tie"] == "role"),
                homes=tuple(sorted(homes.values(), key=registry.by_place)),
                claims=tuple(
                    OwnerStanding(
                        row["tie_id"],
                        row["word"],
                        bool(row["is_verified"]),
                        units[row["id"]],
                        instant(row["acts_until"]),
                        instant(row["anew_since"]),
                    )
                    for row in claims
                ),
            )
        )
    return found


async def resets_of(person_id: int, since: datetime, *, most: int = 3) -> list[Reset]:
    """The new passwords of an account that came by a slip of some desk, the latest first."""
    rows = await fetch(
        "SELECT a.ended_at AS used_at, a.issued_by_name, c.name AS community_name FROM access_code a"
        " JOIN community c ON c.id = a.community_id WHERE a.person_id = {} AND a.end_reason = 'used'"
        " AND a.ended_at > {} ORDER BY a.ended_at DESC, a.id DESC LIMIT {}",
        *(person_id, since, most),
    )
    return [Reset(**row) for row in rows]


async def units_of_owners(community_id: int, owner_ids: Iterable[int]) -> dict[int, tuple[Unit, ...]]:
    """Each owner's current units, homes before shops and parking, by place."""
    wanted = sorted(set(owner_ids))
    rows = await fetch(
        "SELECT owner_id, unit_id FROM ownership WHERE community_id = {} AND owner_id IN {} AND ended_at IS NULL",
        community_id,
        wanted,
    )
    units = await registry.units_by_id(community_id, [row["unit_id"] for row in rows])
    found: dict[int, list[Unit]] = {owner_id: [] for owner_id in wanted}
    for row in rows:
        if row["unit_id"] in units:
            found[row["owner_id"]].append(units[row["unit_id"]])
    return {owner_id: tuple(sorted(held, key=_homes_first)) for owner_id, held in found.items()}


def _homes_first(unit: Unit) -> tuple[bool, tuple[tuple[int, str], ...]]:
    return not unit.is_dwelling, registry.by_place(unit)
