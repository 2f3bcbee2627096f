"""Communities of any size for trials and load: houses, owners and matters by a seed, nobody in particular."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from council.accounts import queries as accounts
from council.accounts import staff
from council.demo.houses import BuildingPlan, Estate, lay_out
from council.demo.instants import BadScript, Instant
from council.demo.joining import Checker, Joining, homes_of, join, open_accounts
from council.demo.matters import Matter, Said
from council.demo.names import person, telephone
from council.demo.play import perform
from council.demo.registering import register
from council.demo.stage import Stage
from council.demo.votes import Vote
from council.kernel.actor import Role, system_actor
from council.registry.rollfile.model import Status, Use
from council.storage.transactions import transaction

MOST = 15_000
"""Households at most: each community has 20,000 invented telephones to itself."""

STAFF = {
    "secretary": Role.SECRETARY,
    "committee": Role.COMMITTEE,
    "counter": Role.GRID_WORKER,
    "second": Role.GRID_WORKER,
    "scrutineer": Role.DEPARTMENT,
}
_PER_BUILDING = 108
_SUBJECTS = (
    "楼道灯更换",
    "单元门维修",
    "屋面防水",
    "下水管疏通",
    "消防箱补齐",
    "外墙裂缝修补",
    "车棚顶翻新",
    "健身器材维修",
)
_STANCES = ("agree", "oppose", "suggestion", "none")
_WORDS = ("支持，早该办了。", "费用请列清楚再说。", "能不能分两期做？", "知道了，等公告。", "我家漏得厉害，请快一点。")


def founded_at(now: datetime) -> datetime:
    """When a community made for seeding was founded."""
    return now.replace(microsecond=0) - timedelta(days=300)


async def build(
    community_id: int, *, households: int, proposals: int, seed: int, password_hash: str | None, now: datetime
) -> Stage:
    """Fills an empty community: `households` dwellings, an account for each owner, `proposals` matters on their way."""
    random = Random(seed)  # noqa: S311 - a made-up town, not a secret
    began = founded_at(now)
    first_phone = 3_000_000 + community_id % 340 * 20_000
    estate = _estate(households, seed, first_phone + 100)
    async with transaction():
        people = await _accounts(estate, random, first_phone, password_hash, began)
        for key, role in STAFF.items():
            system = system_actor(community_id)
            await staff.grant_role(actor=system, person_id=people[key], role=role, now=began)
        secretary = await accounts.actor(people["secretary"], community_id, began)
        if secretary is None:
            raise BadScript("no secretary")
        made = await register(secretary, estate, began + timedelta(days=1))
        joining = _joining(estate, began, random)
        await join(made, joining, people, Checker(people["counter"], "网格员"))
        residents = {code: each.key for each in joining for code in each.homes}
        stage = Stage(made, estate, now, people, residents, homes_of(joining), frozenset(estate.online), random)
        for number in range(proposals):
            perform(stage, _matter(stage, number))
        await stage.play()
    return stage


def _estate(households: int, seed: int, first_phone: int) -> Estate:
    """So many dwellings in buildings of 108, the last one cut short."""
    buildings = -(-households // _PER_BUILDING)
    plans = [
        BuildingPlan(
            str(number + 1), entrances=3, floors=18, flats=(8900 + 37 * (number % 9), 11200), step_dm2=45, accounts=100
        )
        for number in range(buildings)
    ]
    estate = lay_out(plans, seed=seed, first_phone=first_phone)
    kept = estate.houses[:households]
    owning = {key for house in kept for key in house.owners}
    owners = {key: owner for key, owner in estate.owners.items() if key in owning}
    return Estate(kept, owners, [key for key in estate.online if key in owning])


async def _accounts(
    estate: Estate, random: Random, first_phone: int, password_hash: str | None, began: datetime
) -> dict[str, int]:
    keys = [*STAFF, *estate.online]
    people = [(person(random), telephone(first_phone + at), "") for at in range(len(STAFF))]
    people += [(estate.owners[key].name, estate.owners[key].phone, "") for key in estate.online]
    return dict(zip(keys, await open_accounts(people, password_hash, began), strict=True))


def _joining(estate: Estate, began: datetime, random: Random) -> list[Joining]:
    found = []
    for house in estate.houses:
        if house.use is Use.DWELLING and house.owners[0] in estate.online:
            homes = (house.code,) if house.status is Status.OCCUPIED else ()
            at = began + timedelta(days=3, minutes=random.randrange(60 * 24 * 90))
            found.append(Joining(house.owners[0], at, homes, house.owners[0]))
    return found


def _matter(stage: Stage, number: int) -> Matter:
    """A matter of one building: just filed, talked about, voted on, or certified, in turn."""
    random = stage.random
    buildings = list(dict.fromkeys(house.building for house in stage.estate.houses))
    scope = buildings[number % len(buildings)]
    willing = stage.households_in(scope)
    stages = number % 4
    filed = (-2, -20, -40, -60)[stages] if len(willing) >= 10 else -2
    said = tuple(
        Said(
            by=random.choice(willing),
            at=_at(filed + 1 if filed < -2 else -1, random),
            stance=_STANCES[each % 4],
            text=random.choice(_WORDS),
        )
        for each in range(3 if willing else 0)
    )
    is_talked_about = filed < -2
    vote = None
    if filed <= -40:
        able = len(stage.owners_in(scope))
        turnout = able // 3 if stages == 2 else able * 9 // 10
        signed = (("counter", Instant(-1, 600)), ("second", Instant(-1, 660)))
        vote = Vote(
            notice=Instant(filed + 18, 540),
            convener="committee",
            convener_name="业主委员会",
            counters=("counter", "second"),
            scrutineer="scrutineer",
            agree=turnout * 4 // 5,
            oppose=turnout // 5,
            signed=signed if stages == 3 else (),
        )
    return Matter(
        key=f"matter-{number}",
        kind="fund_use",
        scope=scope,
        by=willing[number % len(willing)] if willing else "committee",
        at=_at(filed, random),
        title=f"{scope}号楼{_SUBJECTS[number % len(_SUBJECTS)]}（试验 {number + 1}）",
        body="这是用来试运行的数据，不对应任何真实的人和事。",
        cost_yuan=random.randrange(2, 400) * 500,
        endorsed=8,
        endorsed_over=(Instant(filed + 1, 0), Instant(filed + 2, 0)) if is_talked_about else None,
        accepted=Instant(filed + 3, 600) if is_talked_about else None,
        said=said,
        vote=vote,
    )


def _at(day: int, random: Random) -> Instant:
    return Instant(day, 480 + random.randrange(720))
