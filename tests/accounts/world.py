"""A small community in the register: 2号楼1单元 with three homes, a co-owned one, a shop, and the developer's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from council.accounts import people, slips, staff, ties
from council.accounts.model import Device, HowVerified, SlipTarget
from council.accounts.people import Visitor
from council.accounts.slipcodes import CodeKey, CodeKind, derive
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.scope import Scope, ScopeKind
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction

NOW = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
SECRET = b"a secret for tests that is long enough"
PASSWORD = "plum-blossom-42"
DOOR = Visitor("203.0.113.7", Device.ANDROID)


@dataclass
class World:
    community_id: int
    slug: str
    secret: bytes = SECRET
    units: dict[str, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)

    def code(self, kind: CodeKind, target_id: int, serial: int = 1) -> str:
        return derive(self.secret, CodeKey(self.community_id, kind, target_id, serial))

    async def target(self, kind: CodeKind, target_id: int, serial: int = 1) -> SlipTarget:
        found = await slips.find(self.code(kind, target_id, serial), secret=self.secret, now=NOW)
        assert found is not None
        return found


async def _id(sql: str, *values: object) -> int:
    found: int = (await fetch(sql + " RETURNING id", *values))[0]["id"]
    return found


async def community(slug: str = "garden", area: str | None = None, secret: bytes = SECRET) -> World:
    if area is not None:
        await execute("INSERT INTO area (path, name) VALUES ({}, {}) ON CONFLICT DO NOTHING", area, area)
    community_id = await _id(
        "INSERT INTO community (slug, name, area_path, phone, address, created_at) VALUES ({}, {}, {}, {}, {}, {})",
        *(slug, f"{slug}小区", area, "010-5555 0132", "", NOW),
    )
    world = World(community_id, slug, secret)
    building = await _id("INSERT INTO building (community_id, number) VALUES ({}, {})", community_id, "2")
    entrance = await _id(
        "INSERT INTO entrance (community_id, building_id, number) VALUES ({}, {}, {})", community_id, building, "1"
    )
    for room, area_dm2, use, status, names in (
        ("501", 8953, "dwelling", "occupied", ("罗晓燕", "王强")),
        ("502", 8953, "dwelling", "let", ("陈建国",)),
        ("601", 12000, "dwelling", "occupied", ("李静",)),
        ("602", 12000, "dwelling", "unsold", ("花园地产公司",)),
        ("101", 4000, "shop", "occupied", ("陈建国",)),
    ):
        code = f"2-1-{room}"
        world.units[room] = await _id(
            "INSERT INTO unit (community_id, building_id, entrance_id, code, room, floor, area_dm2, use, status, note,"
            " added_at, changed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, '', {}, {})",
            *(community_id, building, entrance, code, room, int(room) // 100, area_dm2, use, status, NOW, NOW),
        )
        for position, name in enumerate(names):
            if name not in world.owners:
                world.owners[name] = await _id(
                    "INSERT INTO owner (community_id, name, kind, phones, added_at) VALUES ({}, {}, {}, '[]', {})",
                    *(community_id, name, "developer" if "公司" in name else "natural", NOW),
                )
            await execute(
                "INSERT INTO ownership (community_id, unit_id, owner_id, position, is_representative, began_at)"
                " VALUES ({}, {}, {}, {}, {}, {})",
                *(community_id, world.units[room], world.owners[name], position, position == 0, NOW),
            )
    return world


async def with_slips(world: World) -> World:
    await slips.codes_for_print(
        actor=system_actor(world.community_id), scope=Scope(ScopeKind.COMMUNITY), secret=world.secret, now=NOW
    )
    return world


async def member(name: str, phone: str, *targets: SlipTarget, password: str = PASSWORD) -> int:
    """An account with these ties, made without a visit."""
    person_id = await people.create(
        name=name, phone=phone, password=password, known=await people.holders_of(phone), target=None, now=NOW
    )
    assert person_id is not None
    async with transaction():
        for target in targets:
            await ties.tie(person_id, target, NOW)
    return person_id


async def staff_member(world: World, name: str, phone: str, role: Role) -> Actor:
    person_id = await member(name, phone)
    await staff.grant_role(actor=system_actor(world.community_id), person_id=person_id, role=role, now=NOW)
    return Actor(person_id, name, world.community_id, frozenset({role}))


async def verified(world: World, name: str, phone: str) -> int:
    """An account that is verified to be the owner of that name."""
    person_id = await member(name, phone, await world.target(CodeKind.OWNER, world.owners[name]))
    rows = await fetch("SELECT id FROM owner_claim WHERE person_id = {}", person_id)
    await ties.verify_owner(
        actor=system_actor(world.community_id), claim_id=rows[0]["id"], how=HowVerified.DEED, now=NOW
    )
    return person_id
