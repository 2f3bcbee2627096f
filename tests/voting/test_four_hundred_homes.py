"""432 homes, every way of voting at once, under each rule about silence: page, notice, workbook and bundle say what a
count on one's fingers says."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from council.files import store
from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.voting import counting
from tests.voting.four_hundred import HOMES, announced, decided, read, reload, voted
from tests.voting.four_hundred_told import RULES, Get, by_hand, every_paper_says, outcome_of
from tests.voting.motions import AFTER


@pytest.mark.parametrize("silence", RULES)
async def test_every_paper_says_the_same(
    db: AnyEngine,
    enter,
    clock,
    client: httpx.AsyncClient,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    silence: str,
) -> None:
    store.use(tmp_path / "files")
    world = await announced(unreturned_major=silence)
    people = world.people
    await voted(world)
    assert sorted(world.refused) == sorted(["ballot.already_cast", *["late"] * 7])
    await read(world)
    motion = await reload(world)
    with pytest.raises(Refused, match=r"motion\.papers_undecided"):
        await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    await decided(world)
    await world.certifies()
    motion = await reload(world)
    wanted = by_hand(world, silence)
    assert len(world.area) == motion.roll_persons == HOMES
    assert outcome_of(world, wanted) == RULES[silence]

    counted = await counting.count(motion, AFTER)
    sums = counted.tally.counted
    told = {name: (getattr(sums, name).persons, getattr(sums, name).area_dm2) for name in wanted}
    assert told == wanted
    assert counted.verdict.outcome == RULES[silence]
    assert counted.tally.deemed.participants.persons == (0 if silence == "not_participating" else len(world.silent))

    clock(AFTER)
    erin = await enter(people.erin)
    await every_paper_says(
        world,
        wanted,
        RULES[silence],
        public=getting(client),
        officer=getting(erin),
        tmp_path=tmp_path,
        capsys=capsys,
    )


def getting(client: httpx.AsyncClient) -> Get:
    async def get(path: str) -> bytes:
        return (await client.get(path)).content

    return get
