"""Who signs a paper ballot: it is printed for whoever acts for the owner, and asked again when it comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from council.files import store
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import kept, paper_printing_queries
from council.voting.holding import Capacity
from council.voting.holding_papers import confirm_paper
from council.voting.kept import Changed
from council.voting.motion import Motion
from council.voting.paper_printing import SIGNER
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.holders import claim, confirmed, ended, recorded
from tests.voting.motions import DURING
from tests.voting.papers import both_key, brought, fresh, on_paper, paper_of, printed
from tests.voting.test_proxies import number_of

HOME = "1-1-302"
SOON = DURING + timedelta(hours=1)


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def guarded(people: Garden, *, until=None) -> tuple[int, Motion, str]:
    """Gina is the guardian; her paper, the vote, and the voter's number. Her ballot is printed."""
    await claim(people, "gina", HOME)
    paper_id = await confirmed(people, HOME, Capacity.GUARDIAN, who="gina", until=until)
    motion = await on_paper(people)
    await printed(people, motion)
    return paper_id, motion, await number_of(people, motion, HOME)


async def test_a_dismissed_guardians_ballot_is_refused_and_kept(people: Garden) -> None:
    paper_id, motion, number = await guarded(people)
    serial = (await paper_of(motion, number)).serial
    await ended(people, paper_id, words="法院撤销监护", now=DURING)
    back = await brought(people, motion, serial, at=SOON)
    assert (back.reason, back.acting_paper_id, back.ballot_id) == ("authority_over", None, None)
    (row,) = await fetch("SELECT serial, state FROM paper_return")
    assert (row["serial"], row["state"]) == (serial, "refused")
    assert (await fresh(motion)).papers_waiting == 0


async def test_one_whose_authority_ran_out_while_the_paper_lay_at_home(people: Garden) -> None:
    _, motion, number = await guarded(people, until=SOON)
    serial = (await paper_of(motion, number)).serial
    assert (await brought(people, motion, serial, at=SOON)).reason == "authority_over"
    assert (await brought(people, motion, serial, at=SOON - timedelta(seconds=1))).reason is None


async def test_somebody_else_acts_now(people: Garden) -> None:
    _, motion, number = await guarded(people)
    older = (await paper_of(motion, number)).serial
    await claim(people, "ivan", HOME)
    newer_paper = await confirmed(people, HOME, Capacity.GUARDIAN, who="ivan", now=DURING)
    assert (await brought(people, motion, older, at=SOON)).reason == "authority_over"
    run = await printed(people, motion, whom=SIGNER, is_anew=True, at=SOON)
    assert run.sheets == 1, "of one voter alone the signer has changed"
    back = await brought(people, motion, (await paper_of(motion, number)).serial, at=SOON)
    assert (back.reason, back.acting_paper_id) == (None, newer_paper)


async def test_the_same_guardian_by_a_renewed_paper(people: Garden) -> None:
    _, motion, number = await guarded(people, until=SOON)
    serial = (await paper_of(motion, number)).serial
    newer = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", now=DURING)
    await confirm_paper(actor=people.frank, paper_id=newer, now=DURING)
    assert await paper_printing_queries.to_print_anew(people.community_id, motion.id, SOON) == []
    back = await brought(people, motion, serial, at=SOON)
    assert (back.reason, back.acting_paper_id) == (None, newer)


async def test_by_whose_right_stands_with_the_ballot_and_in_the_log(people: Garden) -> None:
    paper_id, motion, number = await guarded(people)
    back = await brought(people, motion, (await paper_of(motion, number)).serial)
    assert back.acting_paper_id == paper_id
    await both_key(people, motion, back, "1")
    (row,) = await fetch("SELECT id, acting_paper_id FROM ballot")
    assert row["acting_paper_id"] == paper_id
    assert await kept.differences(people.community_id) == (1, [])
    await execute("UPDATE ballot SET acting_paper_id = NULL WHERE id = {}", row["id"])
    _, found = await kept.differences(people.community_id)
    assert [(each.what, each.ballot_id) for each in found] == [(Changed.VOTER, row["id"])]


async def test_the_one_at_home_is_refused_though_none_was_printed_anew(people: Garden, enter, clock) -> None:
    """The scan page says before anybody presses the button who is to sign, and that this paper is not taken."""
    paper_id, motion, number = await guarded(people)
    paper = await paper_of(motion, number)
    clock(DURING)
    dana, frank = await enter(people.dana), await enter(people.frank, "en")
    address = f"/c/garden/paper/{paper.serial}"
    assert "应由监护人Gina签名" in (await dana.get(address)).text
    assert "To be signed by the guardian, Gina" in (await frank.get(address)).text
    await ended(people, paper_id, words="法院撤销监护", now=DURING)
    said = (await dana.get(address)).text
    assert "不能再代业主行使权利" in said
    assert f"print?whom=voter-{paper.roll_voter_id}" in said
    assert "acts for the owner no more" in (await frank.get(address)).text
    other = await paper_of(motion, "v2")
    assert "应由业主本人签名" in (await dana.get(f"/c/garden/paper/{other.serial}")).text


async def test_all_whose_signer_has_changed_are_printed_from_one_form(people: Garden, enter, clock) -> None:
    _, motion, number = await guarded(people)
    await claim(people, "ivan", HOME)
    await confirmed(people, HOME, Capacity.GUARDIAN, who="ivan", now=DURING)
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(f"/c/garden/motions/{motion.id}/paper/print?whom=signer")
    assert "各再印一张" in page.text
    before = await paper_of(motion, number)
    assert (await submit(dana, page, "#print")).status_code == 303
    after = await paper_of(motion, number)
    assert (after.acting_name, after.issue) == ("Ivan", before.issue + 1)
