"""Shorter stories begin here: a founded house with its roll in, its slips read, and people who have joined.

What the lift's story walks in a browser is done here by command line and plain HTTP, through the same forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.journeys import slips
from tests.journeys.house import House
from tests.journeys.phone import PASSWORD
from tests.journeys.quiet import Quiet, quiet
from tests.journeys.slips import ReadSlip

ROLLS = Path(__file__).parents[1] / "samples" / "rolls"
C = "/c/courtyard"
SECRETARY = "17000000001"
GRID_WORKER = "17000000003"


@dataclass
class Quick:
    house: House
    slips: list[ReadSlip]
    secretary: Quiet

    async def join(self, name: str, phone: str, *words: str) -> Quiet:
        """Somebody joins with the one slip that says these words, or adds its home to the account they have."""
        person = quiet(self.house, name)
        await person.go(f"/join/{slips.code(self.slips, *words)}")
        await person.submit("#join", name=name, phone=phone, password=PASSWORD)
        person.number = phone
        return person

    async def verify(self) -> None:
        """Every owner who waits, by telephone."""
        await self.secretary.go(f"{C}/desk/people")
        for claim in dict.fromkeys(re.findall(r"/desk/people/claims/\d+", self.secretary.page.text)):
            await self.secretary.go(C + claim)
            await self.secretary.submit("#verify", how="telephone")

    async def publish(self, proposal: str, scrutineer: str, *, paper: str = "no") -> str:
        """The notice goes out with the times that the desk offers; the motion's path."""
        number = proposal.rpartition("/")[2]
        await self.secretary.go(f"{C}/desk?open=publish-{number}")
        people = {name: self._option(name) for name in ("戴娜", "傅岚", scrutineer)}
        await self.secretary.submit(
            f"/desk/proposals/{number}/publish",
            convener_name="本单元业主代表",
            counters=people["戴娜"],
            counter_b=people["傅岚"],
            scrutineer=people[scrutineer],
            paper=paper,
        )
        await self.secretary.go(proposal)
        (motion,) = set(re.findall(rf"{C}/motions/\d+", self.secretary.page.text))
        return str(motion)

    def _option(self, name: str) -> str:
        found = re.search(rf'<option value="(\d+)"[^>]*>{name}', self.secretary.page.text)
        assert found, f"{name} is not offered"
        return found[1]


def founded(house: House, roll: str | None = "courtyard-24.csv") -> list[ReadSlip]:
    """A community with a secretary and a grid worker, its roll imported, its slips printed; the house runs."""
    run(house, "community", "add", "courtyard", "杏花小区", "--phone", "010-5555 0132")
    for role, phone, name in (("secretary", SECRETARY, "戴娜"), ("grid_worker", GRID_WORKER, "傅岚")):
        where = ("--community", "courtyard", "--role", role, "--phone", phone, "--name", name, "--by", "周工")
        run(house, "staff", "add", *where, stdin=PASSWORD + "\n")
    read: list[ReadSlip] = []
    if roll is not None:
        run(house, "roll", "import", str(ROLLS / roll), "--community", "courtyard")
        run(house, "roll", "codes", "--community", "courtyard", "--out", str(house.folder / "codes.pdf"))
        read = slips.read(house.folder / "codes.pdf")
    house.start()
    return read


def run(house: House, *words: str, stdin: str = "") -> None:
    done = house.council(*words, stdin=stdin)
    assert done.returncode == 0, done.stdout + done.stderr


async def begun(house: House) -> Quick:
    """Founded, with the secretary at work."""
    read = founded(house)
    secretary = quiet(house, "戴娜")
    await secretary.log_in(SECRETARY)
    return Quick(house, read, secretary)
