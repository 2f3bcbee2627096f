"""An election decided in the city's own system: its document names the elected, two people compare, a body begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.bodies import queries, results
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
from tests.fixtures.client import browser, submit
from tests.people import Garden, garden, say_in_bylaws, sign_in
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
    assert (await results.unused(people.community_id)).waiting == ()
    with pytest.raises(Refused, match=r"body\.no_result"):
        await established(people, motion, now=SOON)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=SOON)
    assert [each.id for each in (await results.unused(people.community_id)).waiting] == [motion.id]
    body = await queries.body(people.community_id, await established(people, motion, now=SOON))
    assert [(each.name, each.persons) for each in body.sitting] == [("Judy", 20), ("Alice", 19), ("Grace", 19)]
    assert [(each.name, each.area_dm2) for each in body.alternates] == [("Ivan", 100000)]
    # the day of its document, not that of our record
    assert body.began_at == local_midnight(local_date(SOON))
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


async def test_on_the_counts_page_the_elected_are_named_by_their_places(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: Callable[[datetime], None], tmp_path: Path
) -> None:
    people, motion, numbers = await asked(tmp_path)
    at(SOON)
    await sign_in(client, people.dana)
    page = await client.get(f"/c/garden/motions/{motion.id}/count")
    said = {
        "outcome": "passed",
        "document": "业主决定共同事项系统结果",
        "number": "2026年第8号",
        "dated_on": "2026-04-02",
    }
    scan = {"file": ("结果.pdf", PDF, "application/pdf")}
    gap = await submit(client, page, "#official", files=scan, **said, **{f"place_{numbers['judy']}": 2})
    assert (gap.status_code, "名次要从1开始连着排" in gap.text) == (422, True)
    places = {f"place_{numbers[name]}": place for place, name in enumerate(("judy", "grace", "ivan", "alice"), 1)}
    places |= {f"persons_{numbers['judy']}": 20}
    half = await submit(client, gap, "#official", files=scan, **said, **places)
    assert (half.status_code, "要么每一位都填" in half.text) == (422, True)
    places |= {f"persons_{numbers['judy']}": ""}
    sent = await submit(client, half, "#official", files=scan, **said, **places)
    assert sent.status_code == 303
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        shown = await erin.get(f"/c/garden/motions/{motion.id}/count")
        for told in ("1. Judy", "2. Grace", "3. Ivan", "4. Alice"):
            assert told in shown.text
        assert (await submit(erin, shown, "#official-act", button="act=confirm")).status_code == 303
    desk = await client.get("/c/garden/desk/bodies")
    assert f"/desk/bodies/results/{motion.id}" in desk.text
    form = await client.get(f"/c/garden/desk/bodies/results/{motion.id}")
    assert (await submit(client, form, "#establish", kind="owners_committee")).status_code == 303
    (body,) = await queries.bodies(people.community_id)
    assert [each.name for each in body.sitting] == ["Judy", "Grace", "Ivan"]
    assert [each.name for each in body.alternates] == ["Alice"]
