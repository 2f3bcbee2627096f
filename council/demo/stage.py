"""Where a script is played: one community with its register and people, and the acts waiting for their instant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from council.accounts import queries as accounts
from council.demo.houses import Estate
from council.demo.instants import BadScript
from council.demo.registering import Register
from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.errors import CouncilError
from council.registry.rollfile.model import Use

Run = Callable[[datetime], Awaitable[None]]


class Still(Clock):
    """A clock that stands: the one a ballot of the past is cast by."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        return self._at


@dataclass(frozen=True, slots=True)
class Act:
    at: datetime
    what: str
    run: Run


@dataclass(slots=True)
class Stage:
    """`people` are account ids by log-in key, and by the unit codes that owners with an account own.

    `proposals`, `motions` and `comments` fill while the acts run.
    """

    register: Register
    estate: Estate
    now: datetime
    people: dict[str, int]
    residents: Mapping[str, str]
    """Who lives in a unit: the key of the first account there, by unit code."""
    homes: Mapping[str, str]
    """Where somebody lives: unit code by key."""
    verified: frozenset[str]
    """Owners (keys) whose account was checked at the desk."""
    random: Random
    photos: Mapping[str, int] = field(default_factory=dict)
    proposals: dict[str, int] = field(default_factory=dict)
    motions: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each election, by its matter: the candidates' numbers by the code of their home."""
    acts: list[Act] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def later(self, at: datetime, what: str, run: Run) -> None:
        """Notes an act; `play` runs all of them in the order of their instants."""
        self.acts.append(Act(at, what, run))

    async def play(self) -> None:
        """Every act in order. BadScript names the one that the house refused."""
        for act in sorted(self.acts, key=lambda each: each.at):
            try:
                await act.run(act.at)
            except (CouncilError, KeyError) as error:
                raise BadScript(f"{act.what} at {act.at:%Y-%m-%d %H:%M}: {error!r}") from error

    async def actor(self, key: str) -> Actor:
        """The person as this community sees them; read once, for nobody's ties change while a script is played."""
        if key not in self._actors:
            found = await accounts.actor(self.people[key], self.register.community_id, self.now)
            if found is None:
                raise BadScript(f"nobody is called {key!r}")
            self._actors[key] = found
        return self._actors[key]

    def home(self, key: str) -> str:
        """The unit that somebody speaks for; "" for staff."""
        return self.homes.get(key, "")

    def owner_of(self, code: str) -> str:
        """The key of the owner of a unit: the representative, where there are several."""
        return next(house.owners[0] for house in self.estate.houses if house.code == code)

    def owners_in(self, scope: str) -> list[str]:
        """Units, one for each voter in scope whose representative has an account: who can be asked to vote."""
        found: dict[str, str] = {}
        for house in self.estate.houses:
            if house.owners and house.owners[0] in self.verified and within(house.building, house.entrance, scope):
                if house.use in {Use.PARKING, Use.STORAGE} or len(self._units_of(house.owners[0])) != 1:
                    continue
                found[house.owners[0]] = house.code
        return list(found)

    def households_in(self, scope: str) -> list[str]:
        """Keys of people, one for each dwelling in scope that somebody with an account lives in."""
        homes = [house for house in self.estate.houses if house.use is Use.DWELLING]
        inside = [house for house in homes if within(house.building, house.entrance, scope)]
        found = [self.residents[house.code] for house in inside if house.code in self.residents]
        return list(dict.fromkeys(found))

    def area(self, owner: str) -> int:
        return sum(house.area_dm2 for house in self.estate.houses if house.owners and house.owners[0] == owner)

    def _units_of(self, owner: str) -> Sequence[str]:
        """The sets of owners that this owner stands in, parking left out: more than one means several voters."""
        return sorted({"+".join(house.owners) for house in self.estate.houses if owner in house.owners})


def within(building: str, entrance: str, scope: str) -> bool:
    return scope in {"", building, f"{building}-{entrance}"}
