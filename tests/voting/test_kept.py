"""What is counted against what the log holds: whoever writes past the house into its tables is found out."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.bylaws.model import Procedure
from council.bylaws.procedure_json import to_json
from council.kernel.text import canonical_json
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting, freezing, kept, queries
from council.voting.kept import Changed
from council.voting.motion import Motion
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.changing import given_time
from tests.voting.elections import election, voted
from tests.voting.motions import AFTER, CLOSES, DURING, cast
from tests.voting.papers import key, on_paper, printed, returned

DAY = timedelta(days=1)


async def counted(people: Garden) -> Motion:
    """Two online, a paper for, a void one; the closing was moved; certified by nobody yet."""
    await say_in_bylaws(people.community_id, online_counts="yes", extension_days=7)
    motion = await on_paper(people)
    await given_time(people, motion.id, CLOSES + DAY, now=DURING)
    await cast(people.grace, motion)
    await cast(people.heidi, motion, "oppose")
    await printed(people, motion)
    valid, void = await returned(people, motion, "v2", "v3")
    after = await queries.motion(people.community_id, motion.id)
    for paper, typed in ((valid, "1"), (void, "91")):
        for counter in (people.erin, people.frank):
            await key(counter, after, paper, typed, at=AFTER + DAY)
    return await queries.motion(people.community_id, motion.id)


async def changed(people: Garden) -> list[Changed]:
    assert (await log.verify(people.community_id)).holds, "the log itself knows nothing of it"
    return [each.what for each in (await kept.differences(people.community_id))[1]]


async def test_what_the_house_wrote_is_as_it_was_recorded(db: AnyEngine) -> None:
    people = await garden()
    motion = await counted(people)
    assert await kept.differences(people.community_id) == (4, [])
    assert len(await queries.ballots(people.community_id, motion.id)) == 4


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE ballot SET choice = 'agree' WHERE choice = 'oppose'", Changed.CHOICE),
        ("UPDATE ballot SET invalid = 'blank' WHERE choice = 'oppose'", Changed.CHOICE),
        ("UPDATE ballot SET is_wish = TRUE WHERE choice = 'oppose'", Changed.CHOICE),
        ("UPDATE ballot SET cast_at = (SELECT notice_at FROM motion) WHERE choice = 'oppose'", Changed.TIME),
        ("UPDATE motion SET title = title, text = 'another'", Changed.TEXT),
        ("UPDATE roll_unit SET area_dm2 = area_dm2 + 1 WHERE code = '1-1-102'", Changed.ROLL),
        ("UPDATE motion SET opens_at = notice_at", Changed.PERIOD),
    ],
)
async def test_what_somebody_changed_in_the_tables(db: AnyEngine, statement: str, what: Changed) -> None:
    people = await garden()
    await counted(people)
    await execute(statement)
    assert what in await changed(people)


async def test_a_ballot_that_was_taken_out_or_put_in(db: AnyEngine) -> None:
    people = await garden()
    motion = await counted(people)
    taken = (await fetch("SELECT id, roll_voter_id FROM ballot WHERE choice = 'oppose'"))[0]
    await execute("UPDATE ballot SET id = 'FALSE' WHERE id = {}", taken["id"])
    assert await changed(people) == [Changed.GONE, Changed.ADDED]
    await execute("UPDATE ballot SET id = {} WHERE id = 'FALSE'", taken["id"])
    assert await changed(people) == []
    other = (await fetch("SELECT id FROM roll_voter WHERE id NOT IN (SELECT roll_voter_id FROM ballot) LIMIT 1"))[0]
    await execute("UPDATE ballot SET roll_voter_id = {} WHERE id = {}", other["id"], taken["id"])
    assert await changed(people) == [Changed.VOTER]
    assert not motion.is_election


async def test_rules_that_were_changed_after_the_notice(db: AnyEngine) -> None:
    people = await garden()
    motion = await counted(people)
    rows = await fetch("SELECT ruleset FROM motion WHERE id = {}", motion.id)
    softened = rows[0]["ruleset"].replace('"not_participating"', '"follow_majority"')
    assert softened != rows[0]["ruleset"]
    await execute("UPDATE motion SET ruleset = {} WHERE id = {}", softened, motion.id)
    assert Changed.RULES in await changed(people)


async def test_rules_from_before_a_setting_was_known_are_still_those(
    db: AnyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(procedure: Procedure) -> str:
        written = json.loads(to_json(procedure))
        del written["settings"]["early_keying"]
        return canonical_json(written)

    monkeypatch.setattr(freezing, "procedure_to_json", older)
    people = await garden()
    motion = await counted(people)
    assert motion.procedure.early_keying.value == "no"
    assert await changed(people) == []


async def test_names_of_an_election(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people, await election(people), {"v2": (1, 2), "v3": ()})
    assert await changed(people) == []
    await counting.count(motion, AFTER)
    assert await changed(people) == []
    await execute("UPDATE ballot_pick SET number = 3 WHERE number = 2")
    assert await changed(people) == [Changed.CHOICE]
