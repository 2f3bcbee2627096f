"""An election decided in the city's own system: its document names the elected, two people compare, a body begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from council.bodies import establishing, queries
from council.bodies.standing import body_view
from council.files import service as files
from council.files import store
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.voting import counting, official_results
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.official import OfficialDraft, Placed
from tests.bodies.ground import DAY, ELECTED, election, established
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.motions import AFTER
from tests.voting.official import PDF

SOON = AFTER + DAY
NAMES = (*ELECTED, "judy", "alice")


async def asked(tmp_path: Path) -> tuple[Garden, Motion, dict[str, int]]:
    """Online answers are wishes here; the numbers on the ballot by name."""
    store.use(tmp_path)
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="no")
    motion = await election(people, NAMES)
    assert motion.is_advisory
    standing = await voting.candidates(people.community_id, motion.id)
    return people, motion, {each.name.lower(): each.number for each in standing}


async def drafted(people: Garden, elected: tuple[Placed, ...], outcome: Outcome = Outcome.PASSED) -> OfficialDraft:
    scan = await files.save_document(actor=people.dana, data=PDF, name="结果.pdf", now=SOON)
    day = local_midnight(local_date(SOON))
    return OfficialDraft(new_id(), outcome, "业主决定共同事项系统结果", "2026年第8号", day, None, scan.id, elected)


async def test_the_document_names_them_and_a_committee_comes_of_it(db: AnyEngine, tmp_path: Path) -> None:
    """Not in the order of the wishes here, and with the document's own figures."""
    people, motion, numbers = await asked(tmp_path)
    order = ("judy", "alice", "grace", "ivan")
    figures = ((20, 150000), (19, 140000), (19, 139000), (15, 100000))
    elected = tuple(Placed(numbers[name], *told) for name, told in zip(order, figures, strict=True))
    draft = await drafted(people, elected)
    official_id = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=SOON)
    again = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=SOON)
    assert again == official_id
    with pytest.raises(Refused, match=r"form\.used_before"):
        other = replace(draft, elected=elected[:3])
        await official_results.record(actor=people.dana, motion_id=motion.id, draft=other, now=SOON)
    assert await counting.elected(people.community_id, motion.id) == ()
    assert await establishing.waiting_results(people.community_id) == []
    with pytest.raises(Refused, match=r"body\.no_result"):
        await established(people, motion, now=SOON)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=SOON)
    assert [each.id for each in await establishing.waiting_results(people.community_id)] == [motion.id]
    body = await queries.body(people.community_id, await established(people, motion, now=SOON))
    assert [(each.name, each.persons) for each in body.sitting] == [("Judy", 20), ("Alice", 19), ("Grace", 19)]
    assert [(each.name, each.area_dm2) for each in body.alternates] == [("Ivan", 100000)]
    assert body.began_at == SOON
    view = await body_view(people.community_id, body.id, SOON)
    assert [(each.name, each.persons, each.is_elected) for each in view.tally][-1] == ("Ivan", 15, False)


async def test_what_a_document_of_an_election_may_not_say(db: AnyEngine, tmp_path: Path) -> None:
    people, motion, numbers = await asked(tmp_path)
    grace, heidi = numbers["grace"], numbers["heidi"]
    for elected, outcome, wrong in (
        ((), Outcome.PASSED, "official.nobody_named"),
        ((Placed(grace),), Outcome.REJECTED, "official.rejected_elects"),
        ((Placed(grace), Placed(grace)), Outcome.PASSED, "official.places"),
        ((Placed(77),), Outcome.PASSED, "official.places"),
        ((Placed(grace, 20, 9000), Placed(heidi)), Outcome.PASSED, "official.half_figures"),
        ((Placed(grace, 10, 9000), Placed(heidi, 11, 9000)), Outcome.PASSED, "official.order"),
    ):
        with pytest.raises(Invalid) as refused:
            await official_results.record(
                actor=people.dana, motion_id=motion.id, draft=await drafted(people, elected, outcome), now=SOON
            )
        assert refused.value.errors == {"elected": wrong}
