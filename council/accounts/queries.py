"""Reads of people and their ties. A tie counts while it lasts: a claim to an owner who has sold all opens nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from council.accounts.model import Claim, Home, HowVerified, Membership, OwnerStanding, Person, Slip
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Actor, Role
from council.kernel.errors import NotFound
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.sql import fetch, fetch_one

UNDER = "(c.area_path = t.area_path OR substr(c.area_path, 1, length(t.area_path) + 1) = t.area_path || '/')"
"""Whether community c lies under the node of the area tree that role t is held for."""

_OWNS = (
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
SELECT CASE WHEN o.verified_at IS NULL THEN 'claim' ELSE 'owner' END, '', o.owner_id FROM owner_claim o
    WHERE o.person_id = {{}} AND o.community_id = {{}} AND o.ended_at IS NULL AND {_OWNS}
UNION ALL
SELECT 'unit', '', s.unit_id FROM owner_claim o
    JOIN ownership s ON s.owner_id = o.owner_id AND s.community_id = o.community_id AND s.ended_at IS NULL
    JOIN unit u ON u.id = s.unit_id AND u.retired_at IS NULL
    WHERE o.person_id = {{}} AND o.community_id = {{}} AND o.ended_at IS NULL AND o.verified_at IS NOT NULL
"""


async def actor(person_id: int, community_id: int) -> Actor | None:
    """The person as this community sees them, in one read; None for a closed or unknown account.

    An outsider's actor is not `is_member`. `unit_ids` are homes and the units of owners verified to be this person.
    """
    rows = await fetch(_ACTOR, person_id, community_id, *(person_id, *(person_id, community_id) * 3))
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
    )


async def person(person_id: int) -> Person:
    """NotFound for an unknown or closed account. Two reads."""
    row = await fetch_one(
        "SELECT id, name, locale, is_large_type FROM person WHERE id = {} AND closed_at IS NULL", person_id
    )
    if row is None:
        raise NotFound
    return Person(
        row["id"], row["name"], tuple((await phones_of([person_id]))[person_id]), row["locale"], row["is_large_type"]
    )


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


async def is_tied(community_id: int, person_id: int) -> bool:
    """Whether this community's desk has anything to do with this account: a current home, claim or role here."""
    found = await actor(person_id, community_id)
    return found is not None and found.is_member


async def memberships(person_id: int) -> list[Membership]:
    """Every community of a person, with homes, owners and roles; as many reads for one community as for three, plus
    two a community for the units."""
    rows = await fetch(
        f"""
        SELECT 'role' AS tie, c.id AS community_id, t.role AS word, t.id AS id, FALSE AS is_verified, t.id AS tie_id
            FROM staff_role t JOIN community c ON t.community_id = c.id OR {UNDER}
            WHERE t.person_id = {{}} AND t.ended_at IS NULL
        UNION ALL
        SELECT 'home', r.community_id, '', r.unit_id, FALSE, r.id FROM residency r
            WHERE r.person_id = {{}} AND r.ended_at IS NULL
        UNION ALL
        SELECT 'claim', o.community_id, w.name, o.owner_id, o.verified_at IS NOT NULL, o.id FROM owner_claim o
            JOIN owner w ON w.id = o.owner_id
            WHERE o.person_id = {{}} AND o.ended_at IS NULL AND {_OWNS}
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
                    OwnerStanding(row["tie_id"], row["word"], bool(row["is_verified"]), units[row["id"]])
                    for row in claims
                ),
            )
        )
    return found


async def units_of_owners(community_id: int, owner_ids: Iterable[int]) -> dict[int, tuple[Unit, ...]]:
    """Each owner's current units, by place."""
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
    return {owner_id: tuple(sorted(held, key=registry.by_place)) for owner_id, held in found.items()}


_CLAIM = (
    "SELECT o.id, o.person_id, p.name AS person_name, o.owner_id, w.name AS owner_name, o.claimed_at, o.verified_at,"
    " o.verified_by_name, o.verified_how FROM owner_claim o JOIN person p ON p.id = o.person_id"
    " JOIN owner w ON w.id = o.owner_id WHERE o.community_id = {} AND o.ended_at IS NULL"
)


def _claim(row: dict[str, object]) -> Claim:
    how = row["verified_how"]
    return Claim(**{**row, "verified_how": HowVerified(str(how)) if how else None})  # type: ignore[arg-type]


async def claim(community_id: int, claim_id: int) -> Claim:
    row = await fetch_one(_CLAIM + " AND o.id = {}", community_id, claim_id)
    if row is None:
        raise NotFound
    return _claim(row)


async def claims_of_owners(community_id: int, owner_ids: Iterable[int]) -> list[Claim]:
    rows = await fetch(_CLAIM + " AND o.owner_id IN {} ORDER BY o.id", community_id, sorted(set(owner_ids)))
    return [_claim(row) for row in rows]


async def claims_waiting(community_id: int, *, most: int = 50) -> list[Claim]:
    """Claims that nobody has verified, the oldest first; owners who have sold everything are left out."""
    rows = await fetch(
        _CLAIM + f" AND o.verified_at IS NULL AND {_OWNS} ORDER BY o.claimed_at, o.id LIMIT {{}}", community_id, most
    )
    return [_claim(row) for row in rows]


async def verified_owner_ids(community_id: int) -> frozenset[int]:
    """Owners for whom an account can cast: what a notice and the desk's figures need."""
    rows = await fetch(
        "SELECT owner_id FROM owner_claim WHERE community_id = {} AND ended_at IS NULL AND verified_at IS NOT NULL",
        community_id,
    )
    return frozenset(row["owner_id"] for row in rows)


async def homes_of_units(community_id: int, unit_ids: Iterable[int]) -> list[Home]:
    rows = await fetch(
        "SELECT r.id, r.person_id, p.name AS person_name, r.unit_id, r.began_at FROM residency r"
        " JOIN person p ON p.id = r.person_id"
        " WHERE r.community_id = {} AND r.unit_id IN {} AND r.ended_at IS NULL ORDER BY r.id",
        community_id,
        sorted(set(unit_ids)),
    )
    return [Home(**row) for row in rows]


async def slips_of(community_id: int, kind: CodeKind, target_ids: Iterable[int]) -> dict[int, Slip]:
    """The slip in force of each target; a reset slip older than its term is none."""
    rows = await fetch(
        f"SELECT id, kind, {_TARGET[kind]} AS target_id, serial, issued_at, issued_by_name FROM access_code"
        f" WHERE community_id = {{}} AND kind = {{}} AND {_TARGET[kind]} IN {{}} AND ended_at IS NULL",
        community_id,
        kind.value,
        sorted(set(target_ids)),
    )
    return {row["target_id"]: Slip(**{**row, "kind": kind}) for row in rows}


async def slip(community_id: int, slip_id: int) -> Slip:
    """A slip in force by its id."""
    row = await fetch_one(
        "SELECT id, kind, COALESCE(unit_id, owner_id, person_id) AS target_id, serial, issued_at, issued_by_name"
        " FROM access_code WHERE community_id = {} AND id = {} AND ended_at IS NULL",
        community_id,
        slip_id,
    )
    if row is None:
        raise NotFound
    return Slip(**{**row, "kind": CodeKind(row["kind"])})


async def last_serials(community_id: int, kind: CodeKind, target_ids: Iterable[int]) -> dict[int, int]:
    """The newest serial ever given out for each target that has had one."""
    rows = await fetch(
        f"SELECT {_TARGET[kind]} AS target_id, MAX(serial) AS serial FROM access_code"
        f" WHERE community_id = {{}} AND kind = {{}} AND {_TARGET[kind]} IN {{}} GROUP BY {_TARGET[kind]}",
        community_id,
        kind.value,
        sorted(set(target_ids)),
    )
    return {row["target_id"]: row["serial"] for row in rows}


async def people_tied_by(slip_id: int) -> list[int]:
    """Accounts with a current tie that this slip opened."""
    rows = await fetch(
        "SELECT person_id FROM residency WHERE access_code_id = {} AND ended_at IS NULL"
        " UNION SELECT person_id FROM owner_claim WHERE access_code_id = {} AND ended_at IS NULL",
        slip_id,
        slip_id,
    )
    return sorted(row["person_id"] for row in rows)


_TARGET = {CodeKind.RESIDENT: "unit_id", CodeKind.OWNER: "owner_id", CodeKind.RESET: "person_id"}
