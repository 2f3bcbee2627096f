"""An acknowledged ballot is kept: the server is killed outright, again and again, in the middle of voting."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from council.audit import queries as log
from council.kernel.actor import Actor
from council.kernel.clock import CHINA
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.journeys.house import House
from tests.people import NOW, garden, sign_in
from tests.voting import motions
from tests.voting.motions import DURING

ROUNDS = 3
KILLED_AFTER = 7
"""Acknowledgements in a round before the server is killed; each voter has another ballot under way by then."""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, database_url)
    local = DURING.astimezone(CHINA)
    house.set_clock(local.year, local.month, local.day, local.hour, local.minute)
    yield house
    house.stop()


class Voting:
    """Voters who cast one ballot after the other (the rules let them), and what was acknowledged."""

    def __init__(self, house: House, motion_id: int) -> None:
        self.house = house
        self.path = f"/c/garden/motions/{motion_id}"
        self.acknowledged: set[str] = set()

    async def vote(self, actor: Actor, start: asyncio.Barrier, enough: asyncio.Event) -> None:
        async with httpx.AsyncClient(base_url=self.house.address) as client:
            await sign_in(client, actor, NOW)
            page = await client.get("/me")
            token = re.findall(r'name="_csrf" value="([^"]+)"', page.text)[0]
            await start.wait()  # nobody casts before everybody holds a form: the kill must find all of them voting
            for round_ in range(1000):
                ballot = new_id()
                sent = {"_csrf": token, "ballot": ballot, "choice": ("agree", "oppose")[round_ % 2], "voter": ""}
                try:
                    answer = await client.post(f"{self.path}/ballots", data=sent)
                except httpx.TransportError:
                    return
                assert (answer.status_code, answer.headers["location"]) == (303, f"{self.path}/ballots/{ballot}")
                self.acknowledged.add(ballot)
                if len(self.acknowledged) >= KILLED_AFTER:
                    enough.set()

    async def round(self, actors: list[Actor]) -> set[str]:
        """The ballots acknowledged until the server was killed, and at the very moment."""
        self.acknowledged = set()
        enough, start = asyncio.Event(), asyncio.Barrier(len(actors))
        voting = [asyncio.create_task(self.vote(actor, start, enough)) for actor in actors]
        await asyncio.wait([asyncio.create_task(enough.wait()), *voting], return_when=asyncio.FIRST_COMPLETED)
        process = self.house.process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        await asyncio.gather(*voting)
        return self.acknowledged


async def test_no_acknowledged_ballot_is_lost(db: AnyEngine, house: House) -> None:
    people = await garden()
    await motions.setting(people, "change", "until_close")
    motion = await motions.opened(people)
    voting = Voting(house, motion.id)
    kept: set[str] = set()
    for _ in range(ROUNDS):
        await asyncio.to_thread(house.start)
        # Alice casts for two voters and would have to say for which; these have one each.
        done = await voting.round([people.grace, people.heidi, people.ivan, people.judy])
        assert len(done) >= KILLED_AFTER
        kept |= done

    await asyncio.to_thread(house.start)  # what a killed server leaves behind, the next one opens
    rows = await fetch("SELECT id, roll_voter_id, state, log_seq FROM ballot WHERE motion_id = {}", motion.id)
    assert kept <= {row["id"] for row in rows}
    in_force = [row["roll_voter_id"] for row in rows if row["state"] == "in_force"]
    assert len(in_force) == len(set(in_force)) == 4
    report = await log.verify(people.community_id)
    assert report.fault is None
    records = await log.records(people.community_id, start=0, limit=10_000)
    assert {row["log_seq"] for row in rows} == {each.seq for each in records if each.kind == "ballot.accepted"}
    assert await asyncio.to_thread(verified, house)


def verified(house: House) -> bool:
    return house.council("log", "verify", "--community", "garden").returncode == 0
