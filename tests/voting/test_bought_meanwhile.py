"""A counter of the staff who comes to own a home in scope while the vote runs counts no more: asked at each act."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from council.accounts.tables import OwnerClaim
from council.files import store
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.registry.tables import Owner, Ownership
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting, impartial, lots, proxy_queries, recounts
from council.voting.lots import LotDraft
from council.voting.paper_keying import decide_paper, undo_last
from tests.people import LONG_AGO, Garden, garden, say_in_bylaws
from tests.voting.doors import photo
from tests.voting.elections import tied
from tests.voting.motions import AFTER, DURING, opened
from tests.voting.papers import ballots_of, fresh, key, mark, on_paper, printed, returned

LATER = AFTER + timedelta(minutes=10)


async def bought(people: Garden, name: str, room: str = "1-1-302", *, is_owner: bool = True) -> Actor:
    """They bought it after the notice; the account says so, and nobody has checked it yet."""
    row = Owner(community_id=people.community_id, name="买主", kind="natural", added_at=DURING)
    owner_id = int((await Owner.insert(row))[0]["id"])
    unit_id = people.units[room]
    await execute("UPDATE ownership SET ended_at = {}, end_reason = 'sold' WHERE unit_id = {}", DURING, unit_id)
    await Ownership.insert(
        Ownership(
            community_id=people.community_id,
            unit_id=unit_id,
            owner_id=owner_id,
            is_representative=True,
            began_at=DURING,
        )
    )
    if is_owner:
        person_id = people.actors[name].person_id
        claim = OwnerClaim(
            community_id=people.community_id, person_id=person_id, owner_id=owner_id, claimed_at=LONG_AGO
        )
        await OwnerClaim.insert(claim)
    return await people.refreshed(name, LATER)


async def test_a_counter_who_bought_signs_nothing(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    assert await impartial.may_count(people.erin, motion) is None
    erin = await bought(people, "erin")
    with pytest.raises(Refused, match=r"office\.recused"):
        await counting.certify(actor=erin, motion_id=motion.id, now=AFTER)
    assert not await fetch("SELECT id FROM motion_officer WHERE signed_at IS NOT NULL")
    await counting.certify(actor=people.frank, motion_id=motion.id, now=AFTER)
    certified = await counting.certify(actor=people.ken, motion_id=motion.id, now=AFTER)
    assert certified.certified_at == AFTER


async def test_a_neighbour_who_counts_may_own_there(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    ken = await bought(people, "ken")
    await counting.certify(actor=ken, motion_id=motion.id, now=AFTER)
    assert len(await fetch("SELECT id FROM motion_officer WHERE signed_at IS NOT NULL")) == 1


async def test_a_counter_who_bought_reads_no_paper(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    one, other = await returned(people, motion, "v1", "v2")
    await key(people.erin, motion, one, "1")
    erin = await bought(people, "erin")
    with pytest.raises(Refused, match=r"office\.recused"):
        await key(erin, motion, other, "1")
    (reading,) = await fetch("SELECT id FROM paper_keying")
    with pytest.raises(Refused, match=r"office\.recused"):
        await undo_last(actor=erin, motion_id=motion.id, keying_id=reading["id"], now=LATER)
    assert await key(people.frank, motion, one, "1"), "what was read before stands"
    assert len(await ballots_of(motion)) == 1


async def test_a_scrutineer_of_the_staff_decides_no_paper(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    await key(people.erin, motion, paper, "1")
    await key(people.frank, motion, paper, "2")
    await bought(people, "ken")
    await execute(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, 'committee', {}, {}, '测试甲')",
        *(people.ken.person_id, people.community_id, DURING),
    )
    ken = await people.refreshed("ken", LATER)
    with pytest.raises(Refused, match=r"office\.recused"):
        await decide_paper(
            actor=ken, motion_id=motion.id, return_id=paper.id, mark=mark("1"), words="写的是同意", now=LATER
        )
    assert await ballots_of(motion) == []


async def test_nor_publishes_or_answers_anything(db: AnyEngine) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, query_days=3)
    motion = await opened(people)
    erin = await bought(people, "erin")
    with pytest.raises(Refused, match=r"office\.recused"):
        await recounts.publish_preliminary(actor=erin, motion_id=motion.id, now=AFTER)
    assert (await fresh(motion)).preliminary_at is None
    await recounts.publish_preliminary(actor=people.frank, motion_id=motion.id, now=AFTER)
    asked = await recounts.ask_recount(
        actor=people.alice, motion_id=motion.id, key="k" * 26, words="请再看一遍", now=LATER
    )
    with pytest.raises(Refused, match=r"office\.recused"):
        await recounts.answer_recount(actor=erin, request_id=asked, answer="看过了", now=LATER)
    assert not await fetch("SELECT id FROM recount_request WHERE answered_at IS NOT NULL")


async def test_mandates_ask_for_todays_owners_too(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    frank = await bought(people, "frank")
    assert not frank.tied_owner_ids.isdisjoint(await proxy_queries.owners_on_roll(people.community_id, motion.id))
    assert people.owners["1-1-302"] in await proxy_queries.owners_on_roll(people.community_id, motion.id)


async def test_the_count_page_says_so_and_offers_nothing(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await returned(people, motion, "v1")
    await bought(people, "erin")
    clock(LATER)
    browser = await enter(people.erin)
    here = f"/c/garden/motions/{motion.id}"
    page = await browser.get(f"{here}/count")
    assert page.status_code == 200
    assert "要回避" in page.text
    assert f"{here}/paper/keying" not in page.text
    assert f"{here}/certify" not in page.text
    assert (await browser.get(f"{here}/paper/keying")).status_code == 403


async def test_nor_stands_by_a_lot(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    motion = await tied(people)
    assert await lots.may_record(people.frank, motion) is None
    draft = LotDraft(new_id(), (3, 2), ("钱见证", "孙见证"), AFTER, await photo(people.dana, now=AFTER))
    frank = await bought(people, "frank")
    with pytest.raises(Refused, match=r"office\.recused"):
        await lots.record_lot(actor=frank, motion_id=motion.id, draft=draft, now=LATER)
    lot_id = await lots.record_lot(actor=people.dana, motion_id=motion.id, draft=draft, now=LATER)
    with pytest.raises(Refused, match=r"office\.recused"):
        await lots.confirm_lot(actor=frank, motion_id=motion.id, lot_id=lot_id, now=LATER)
    assert not await fetch("SELECT id FROM lot WHERE confirmed_at IS NOT NULL")
