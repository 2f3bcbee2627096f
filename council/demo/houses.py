"""Houses and their owners, laid out from a plan and a seed: pure, the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from council.demo import names
from council.registry.rollfile.cells import code
from council.registry.rollfile.model import OwnerKind, Status, Use

DEVELOPER = "开发公司"
"""The key of the owner that holds what is unsold."""

_SHOP_DM2 = (21260, 26840, 24190, 28870)
_PARKING_DM2 = 1320


@dataclass(frozen=True, slots=True)
class BuildingPlan:
    """`flats` are the exclusive areas (dm²) of one floor's rooms, from the left; `ground_dm2` is what the entrance hall
    takes from each on the first floor, and every entrance after the first differs by `step_dm2`."""

    number: str
    entrances: int
    floors: int
    flats: tuple[int, ...]
    ground_dm2: int = 0
    step_dm2: int = 0
    floor_dm2: int = 0
    """How much each floor is larger than the one below it (walls grow thinner upwards)."""
    shops: int = 0
    unsold: int = 0
    """So many flats, from the top of the last entrance, are the developer's still."""
    accounts: int = 40
    """Percent of the owners who have an account."""


@dataclass(frozen=True, slots=True)
class House:
    """One unit of the register. `owners` are keys of `Estate.owners`, the representative first."""

    code: str
    building: str
    entrance: str
    room: str
    floor: int | None
    area_dm2: int
    use: Use
    status: Status
    owners: tuple[str, ...]

    @property
    def is_developer_held(self) -> bool:
        return self.status in {Status.UNSOLD, Status.UNDELIVERED}


@dataclass(frozen=True, slots=True)
class OwnerDraft:
    """Name and telephone together tell owners apart."""

    name: str
    kind: OwnerKind
    phone: str


@dataclass(slots=True)
class Estate:
    """`online` are the owners (keys) who have joined."""

    houses: list[House] = field(default_factory=list)
    owners: dict[str, OwnerDraft] = field(default_factory=dict)
    online: list[str] = field(default_factory=list)

    @property
    def dwellings(self) -> int:
        return sum(house.use is Use.DWELLING for house in self.houses)


def lay_out(
    plans: Sequence[BuildingPlan],
    *,
    seed: int,
    first_phone: int,
    named: Mapping[str, Sequence[tuple[str, str, str]]] | None = None,
    parking: int = 0,
    developer: str = "青禾置业有限公司",
) -> Estate:
    """The estate of these plans. `named`: the (key, name, telephone) of the owners of chosen units; others are chance.

    Telephones count up from `first_phone` (seven digits behind 1700).
    """
    random = Random(seed)  # noqa: S311 - a made-up town, not a secret
    estate = Estate()
    chosen = dict(named or {})
    phones = iter(range(first_phone, 10**7))
    for plan in plans:
        for house in _flats(plan, random):
            _settle(estate, house, chosen.get(house.code, ()), plan, random, phones)
        for index in range(plan.shops):
            shop = _unit(plan.number, "", f"商{index + 1:02d}", 1, _SHOP_DM2[index % 4], Use.SHOP, Status.LET)
            _settle(estate, shop, chosen.get(shop.code, ()), plan, random, phones)
    for index in range(parking):
        owner = random.choice(estate.online)
        place = _unit("地库", "", f"B1-{index + 1:03d}", -1, _PARKING_DM2, Use.PARKING, Status.OCCUPIED)
        estate.houses.append(replace(place, owners=(owner,)))
    if DEVELOPER in estate.owners:
        estate.owners[DEVELOPER] = OwnerDraft(developer, OwnerKind.DEVELOPER, names.telephone(next(phones)))
    return estate


def _flats(plan: BuildingPlan, random: Random) -> list[House]:
    found = []
    for entrance in range(plan.entrances):
        for floor in range(1, plan.floors + 1):
            for side, area in enumerate(plan.flats, start=1):
                less = plan.ground_dm2 if floor == 1 else 0
                drawn = random.random()
                status = Status.LET if drawn < 0.11 else Status.VACANT if drawn < 0.16 else Status.OCCUPIED
                area_dm2 = area + entrance * plan.step_dm2 + (floor - 1) * plan.floor_dm2 - less
                found.append(
                    _unit(
                        plan.number,
                        str(entrance + 1),
                        f"{floor}{side:02d}",
                        floor,
                        area_dm2,
                        Use.DWELLING,
                        status,
                    )
                )
    kept = len(found) - plan.unsold
    return [
        *found[:kept],
        *(
            replace(house, status=Status.UNDELIVERED if index < 2 else Status.UNSOLD)
            for index, house in enumerate(found[kept:])
        ),
    ]


def _settle(
    estate: Estate,
    house: House,
    named: Sequence[tuple[str, str, str]],
    plan: BuildingPlan,
    random: Random,
    phones: Iterator[int],
) -> None:
    """Gives a unit its owners: those named, the developer, a neighbour who owns one already, or somebody new."""
    if house.is_developer_held:
        estate.owners.setdefault(DEVELOPER, OwnerDraft("", OwnerKind.DEVELOPER, ""))
        estate.houses.append(replace(house, owners=(DEVELOPER,)))
        return
    keys = []
    for key, name, phone in named:
        kind = OwnerKind.LEGAL if house.use is Use.SHOP and len(name) > 4 else OwnerKind.NATURAL
        estate.owners.setdefault(key, OwnerDraft(name, kind, phone))
        keys.append(key)
    if not keys:
        keys.append(_stranger(estate, house.code, plan, random, phones))
        if random.random() < 0.14:
            estate.owners[house.code + "+"] = OwnerDraft(
                names.person(random), OwnerKind.NATURAL, names.telephone(next(phones))
            )
            keys.append(house.code + "+")
    estate.houses.append(replace(house, owners=tuple(keys)))


def _stranger(estate: Estate, key: str, plan: BuildingPlan, random: Random, phones: Iterator[int]) -> str:
    estate.owners[key] = OwnerDraft(names.person(random), OwnerKind.NATURAL, names.telephone(next(phones)))
    if random.randrange(100) < plan.accounts:
        estate.online.append(key)
    return key


def _unit(building: str, entrance: str, room: str, floor: int, area_dm2: int, use: Use, status: Status) -> House:
    return House(code(building, entrance, room), building, entrance, room, floor, area_dm2, use, status, ())
