"""A small community with named people, written straight into the tables.

花园小区 ("garden"): building 1 with entrances 1 and 2, six floors of two rooms each: 24 dwellings of different areas,
and one shop (1--S1). Every unit has its owner of its own, but 1-1-401, which Alice and Bob own together.

* Alice  — verified owner of 1-1-101, lives there; representative of 1-1-401.
* Bob    — verified co-owner of 1-1-401, not its representative.
* Grace  — verified owner of 1-1-102; Heidi of 1-1-201; Ivan of 1-1-202; Judy of 1-1-301.
* Ken    — tenant of 1-2-101 (a resident, no owner); Leo holds an owner slip of 1-1-302 that nobody has verified yet.
* Charlie — lives in another community ("orchard").
* Dana secretary, Erin committee, Frank grid worker, Gina auditor: staff here, no homes here.

    people = await garden()
    people.alice            # an Actor of the garden
    await sign_in(client, people.alice)   # a session cookie, without going through the log-in form
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx

from council.accounts import queries as accounts
from council.accounts.tables import OwnerClaim, Person, PersonPhone, Residency, Session, StaffRole
from council.bylaws import queries as bylaws
from council.bylaws.tables import BylawsSetting, BylawsVersion
from council.kernel.actor import Actor, Role
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.registry.tables import Building, Community, Entrance, Owner, Ownership, Unit

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in the courtyard: when most tests begin."""

PASSWORD = "peach-blossom-7"
LONG_AGO = NOW - timedelta(days=400)


@dataclass
class Garden:
    community_id: int
    orchard_id: int
    building_id: int
    entrances: dict[str, int]
    units: dict[str, int]
    owners: dict[str, int]
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def entrance_scope(self) -> Scope:
        """1号楼1单元: twelve dwellings."""
        return Scope(ScopeKind.ENTRANCE, "1-1", self.building_id, self.entrances["1"])

    @property
    def building_scope(self) -> Scope:
        return Scope(ScopeKind.BUILDING, "1", self.building_id)

    async def refreshed(self, name: str, now: datetime = NOW) -> Actor:
        """The actor as the database has them (after a verification, a new role …) at that instant."""
        actor = await accounts.actor(self.actors[name].person_id, self.actors[name].community_id, now)
        assert actor is not None
        self.actors[name] = actor
        return actor


async def garden(*, online_counts: bool = True) -> Garden:
    """Builds the garden and the orchard; online votes count by law unless told otherwise."""
    community_id = await _insert(_community("garden", "花园小区"))
    orchard_id = await _insert(_community("orchard", "果园小区"))
    people = await _houses(community_id, orchard_id)
    if online_counts:
        await say_in_bylaws(community_id, online_counts="yes")
    await _people(people)
    return people


async def say_in_bylaws(community_id: int, *, profile: str = "national", **values: str | int | tuple[str, ...]) -> int:
    """A version that two people confirmed long ago: what the last one said, with `values` in it; its id."""
    before = await bylaws.in_force(community_id, NOW)
    said = {name: clause.value for name, clause in before.clauses.items()} if before else {}
    version = BylawsVersion(
        community_id=community_id,
        key=new_id(),
        number=before.number + 1 if before else 1,
        title="业主大会议事规则",
        profile=profile,
        effective_from=LONG_AGO,
        proposed_by=900001,
        proposed_by_name="测试甲",
        proposed_at=LONG_AGO,
        confirmed_by=900002,
        confirmed_by_name="测试乙",
        confirmed_at=LONG_AGO,
    )
    version_id = int((await BylawsVersion.insert(version))[0]["id"])
    await BylawsSetting.insert(
        *(
            BylawsSetting(
                community_id=community_id,
                version_id=version_id,
                name=name,
                value=bylaws.to_text(value),
                clause=f"业主大会议事规则第{place}条",
                page=place,
            )
            for place, (name, value) in enumerate((said | values).items(), 12)
        )
    )
    return version_id


def _community(slug: str, name: str) -> Community:
    return Community(slug=slug, name=name, phone="010-5555 0132", address="花园路1号", created_at=LONG_AGO)


async def _insert(row: Person | Community | Building | Entrance | Owner) -> int:
    return int((await type(row).insert(row))[0]["id"])


async def _houses(community_id: int, orchard_id: int) -> Garden:
    building_id = await _insert(Building(community_id=community_id, number="1"))
    entrances = {
        number: await _insert(Entrance(community_id=community_id, building_id=building_id, number=number))
        for number in ("1", "2", "")
    }
    people = Garden(community_id, orchard_id, building_id, entrances, {}, {})
    rooms = [(entrance, floor, side) for entrance in ("1", "2") for floor in range(1, 7) for side in (1, 2)]
    units = [
        _unit(people, entrance, f"{floor}0{side}", floor, 7000 + 137 * index, "dwelling")
        for index, (entrance, floor, side) in enumerate(rooms)
    ]
    units.append(_unit(people, "", "S1", 1, 12000, "shop"))
    for unit, row in zip(units, await Unit.insert(*units), strict=True):
        people.units[unit.code] = int(row["id"])
    names = {code: f"业主{code}" for code in people.units}
    owners = [_owner(community_id, name) for name in names.values()] + [_owner(community_id, "共有人")]
    ids = [int(row["id"]) for row in await Owner.insert(*owners)]
    people.owners = {**dict(zip(names, ids, strict=False)), "co": ids[-1]}
    await Ownership.insert(
        *(
            _ownership(people, code, people.owners[code], 0, is_representative=True)
            for code in people.units
            if code != "1-1-401"
        ),
        _ownership(people, "1-1-401", people.owners["1-1-101"], 0, is_representative=True),
        _ownership(people, "1-1-401", people.owners["co"], 1, is_representative=False),
    )
    orchard_building = await _insert(Building(community_id=orchard_id, number="9"))
    orchard_entrance = await _insert(Entrance(community_id=orchard_id, building_id=orchard_building, number="1"))
    home = _unit(people, "1", "101", 1, 6000, "dwelling")
    home.community_id, home.building_id, home.entrance_id, home.code = (
        orchard_id,
        orchard_building,
        orchard_entrance,
        "9-1-101",
    )
    people.units["orchard"] = int((await Unit.insert(home))[0]["id"])
    return people


def _unit(people: Garden, entrance: str, room: str, floor: int, area_dm2: int, use: str) -> Unit:
    return Unit(
        community_id=people.community_id,
        building_id=people.building_id,
        entrance_id=people.entrances[entrance],
        code=f"1-{entrance}-{room}",
        room=room,
        floor=floor,
        area_dm2=area_dm2,
        built_area_dm2=None,
        use=use,
        status="occupied",
        note="",
        added_at=LONG_AGO,
        changed_at=LONG_AGO,
    )


def _owner(community_id: int, name: str) -> Owner:
    return Owner(community_id=community_id, name=name, kind="natural", phones=json.dumps([]), added_at=LONG_AGO)


def _ownership(people: Garden, code: str, owner_id: int, position: int, *, is_representative: bool) -> Ownership:
    return Ownership(
        community_id=people.community_id,
        unit_id=people.units[code],
        owner_id=owner_id,
        position=position,
        is_representative=is_representative,
        began_at=LONG_AGO,
    )


OWNED = {"alice": "1-1-101", "grace": "1-1-102", "heidi": "1-1-201", "ivan": "1-1-202", "judy": "1-1-301"}
STAFF = {"dana": Role.SECRETARY, "erin": Role.COMMITTEE, "frank": Role.GRID_WORKER, "gina": Role.AUDITOR}


async def _people(people: Garden) -> None:
    ids = {name: await add_person(name.title()) for name in (*OWNED, *STAFF, "bob", "ken", "leo", "charlie")}
    for name, code in OWNED.items():
        await live_in(people, ids[name], code)
        await verify_owner(people, ids[name], people.owners[code])
    await verify_owner(people, ids["bob"], people.owners["co"])
    await live_in(people, ids["ken"], "1-2-101")
    await OwnerClaim.insert(
        OwnerClaim(
            community_id=people.community_id,
            person_id=ids["leo"],
            owner_id=people.owners["1-1-302"],
            claimed_at=LONG_AGO,
        )
    )
    for name, role in STAFF.items():
        await StaffRole.insert(
            StaffRole(
                person_id=ids[name],
                role=role.value,
                community_id=people.community_id,
                granted_at=LONG_AGO,
                granted_by_name="system",
            )
        )
    await Residency.insert(
        Residency(
            community_id=people.orchard_id,
            person_id=ids["charlie"],
            unit_id=people.units["orchard"],
            began_at=LONG_AGO,
        )
    )
    for name, person_id in ids.items():
        home = people.orchard_id if name == "charlie" else people.community_id
        actor = await accounts.actor(person_id, home, NOW)
        assert actor is not None
        people.actors[name] = actor


async def add_person(name: str, phone: str | None = None) -> int:
    """An account without a password; `phone` defaults to one that nobody else has."""
    person_id = await _insert(Person(name=name, created_at=LONG_AGO))
    await PersonPhone.insert(
        PersonPhone(person_id=person_id, phone=phone or f"170{person_id:08d}", place=1, added_at=LONG_AGO)
    )
    return person_id


async def live_in(people: Garden, person_id: int, code: str) -> None:
    await Residency.insert(
        Residency(community_id=people.community_id, person_id=person_id, unit_id=people.units[code], began_at=LONG_AGO)
    )


async def verify_owner(people: Garden, person_id: int, owner_id: int) -> None:
    await OwnerClaim.insert(
        OwnerClaim(
            community_id=people.community_id,
            person_id=person_id,
            owner_id=owner_id,
            claimed_at=LONG_AGO,
            verified_at=LONG_AGO,
            verified_by=900001,
            verified_by_name="测试甲",
            verified_how="identity",
        )
    )


async def sign_in(client: httpx.AsyncClient, actor: Actor, now: datetime | None = None) -> None:
    """Gives the browser a session of this person, as a log-in would have."""
    token = secrets.token_urlsafe(32)
    at = now or datetime.now(UTC)
    await Session.insert(
        Session(
            person_id=actor.person_id,
            token_hash=sha256(token.encode()).hexdigest(),
            device="other",
            is_own_phone=True,
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=90),
        )
    )
    client.cookies.set("council", token)
