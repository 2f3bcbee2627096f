"""An account that stands for an owner in a vote is ended by two with a document; one that stands for nobody, by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.accounts import queries as accounts
from council.accounts import tie_queries, ties
from council.accounts.model import HowVerified
from council.files import store
from council.kernel.errors import NotFound, Refused
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import halting, holding_queries, undoing
from council.voting.halt import HaltAct
from council.voting.holding import Capacity
from council.voting.holding_papers import confirm_paper
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.registry.desk import words
from tests.voting.holders import claim, confirmed, halt, halted, recorded
from tests.voting.motions import AFTER, DURING, cast, opened
from tests.voting.test_proxies import give, number_of

HOME = "1-1-302"
SOON = DURING - timedelta(hours=1)
WHY = "房产证上是另一个人"
PDF = {"document": ("房产证.pdf", b"%PDF-1.4 deed\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def claim_of(people: Garden, name: str) -> int:
    (row,) = await fetch(
        "SELECT id FROM owner_claim WHERE person_id = {} AND ended_at IS NULL", people.actors[name].person_id
    )
    return int(row["id"])


async def undo(people: Garden, claim_id: int, now: datetime = DURING) -> None:
    await undoing.undo_claim(actor=people.frank, claim_id=claim_id, reason="搞错了", now=now)


async def guardian(people: Garden, *, until: datetime | None = None) -> int:
    await claim(people, "gina", HOME)
    return await confirmed(people, HOME, Capacity.GUARDIAN, who="gina", until=until)


class TestWhoEndsIt:
    async def test_one_alone_stops_nobodys_vote(self, people: Garden) -> None:
        motion = await opened(people)
        claim_id = await claim_of(people, "grace")
        with pytest.raises(Refused, match=r"claim\.needs_second"):
            await undo(people, claim_id)
        halt_id = await halt(people, HaltAct.END_CLAIM, words=WHY, now=DURING, by=people.frank, claim_id=claim_id)
        assert (await cast(people.grace, motion)).state == "in_force"
        with pytest.raises(Refused, match=r"holder\.second_person"):
            await halting.confirm(actor=people.frank, halt_id=halt_id, now=DURING)
        await halting.confirm(actor=people.dana, halt_id=halt_id, now=DURING)
        with pytest.raises(NotFound):
            await tie_queries.claim(people.community_id, claim_id)
        assert (await fetch("SELECT state FROM ballot"))[0]["state"] == "in_force", "what was cast stands"
        with pytest.raises(Refused, match=r"claim\.ended"):
            await halt(people, HaltAct.END_CLAIM, words=WHY, now=DURING, claim_id=claim_id)

    async def test_where_no_vote_is_announced_one_is_enough(self, people: Garden) -> None:
        motion = await opened(people)
        claim_id = await claim_of(people, "grace")
        await undo(people, claim_id, now=motion.closes_at + timedelta(seconds=1))
        assert await tie_queries.claims_of_owners(people.community_id, [people.owners["1-1-102"]]) == []

    async def test_one_that_nobody_has_checked(self, people: Garden) -> None:
        await opened(people)
        await claim(people, "gina", HOME)
        await undo(people, await claim_of(people, "gina"))
        assert not (await people.refreshed("gina", DURING)).tied_owner_ids

    async def test_whoever_bought_the_home_since_the_notice_stands_there_too(self, people: Garden) -> None:
        await opened(people)
        await execute(
            "UPDATE roll_holder SET owner_id = {} WHERE owner_id = {}",
            *(people.owners["1-1-202"], people.owners["1-1-102"]),
        )
        with pytest.raises(Refused, match=r"claim\.needs_second"):
            await undo(people, await claim_of(people, "grace"))

    async def test_a_guardian_by_a_paper_in_force_also_between_votes(self, people: Garden) -> None:
        paper_id = await guardian(people)
        claim_id = await claim_of(people, "gina")
        with pytest.raises(Refused, match=r"claim\.needs_second"):
            await undo(people, claim_id)
        await halted(people, HaltAct.END_CLAIM, words=WHY, now=DURING, claim_id=claim_id)
        assert (await holding_queries.paper(people.community_id, paper_id)).ended_at == DURING, (
            "no paper is left behind"
        )

    async def test_one_whose_paper_has_run_out_ends_with_its_paper(self, people: Garden) -> None:
        paper_id = await guardian(people, until=SOON)
        await opened(people)
        await undo(people, await claim_of(people, "gina"))
        assert (await holding_queries.paper(people.community_id, paper_id)).ended_at == DURING

    async def test_nobody_of_that_household_and_only_the_desk(self, people: Garden) -> None:
        await opened(people)
        claim_id = await claim_of(people, "grace")
        heir = replace(people.frank, claimed_owner_ids=frozenset({people.owners["1-1-102"]}))
        with pytest.raises(Refused, match=r"halt\.own_matter"):
            await halt(people, HaltAct.END_CLAIM, words=WHY, now=DURING, by=heir, claim_id=claim_id)
        with pytest.raises(Refused, match=r"holder\.desk_only"):
            await halt(people, HaltAct.END_CLAIM, words=WHY, now=DURING, by=people.erin, claim_id=claim_id)
        with pytest.raises(NotFound):
            await halt(people, HaltAct.END_CLAIM, words=WHY, now=DURING, claim_id=10**9)


class TestRunOut:
    async def test_the_owners_own_account_takes_its_place(self, people: Garden) -> None:
        paper_id = await guardian(people, until=SOON)
        motion = await opened(people)
        number = await number_of(people, motion, HOME)
        mandate = await give(people, motion, "gina", "ivan", now=SOON - timedelta(hours=1), number=number)
        await claim(people, "ken", HOME)
        own = await claim_of(people, "ken")
        with pytest.raises(Refused, match=r"claim\.owner_taken"):
            await undoing.verify_claim(
                actor=people.frank, claim_id=own, how=HowVerified.DEED, now=SOON - timedelta(seconds=1)
            )
        await undoing.verify_claim(actor=people.frank, claim_id=own, how=HowVerified.DEED, now=DURING)
        assert (await cast(await people.refreshed("ken", DURING), motion)).number == number
        assert not (await people.refreshed("gina", DURING)).tied_owner_ids
        assert (await fetch("SELECT ended_at FROM proxy WHERE id = {}", mandate))[0]["ended_at"] == DURING
        assert (await holding_queries.paper(people.community_id, paper_id)).ended_at == DURING

    async def test_it_becomes_no_owner_however_it_is_checked(self, people: Garden) -> None:
        """One tap by one of the desk made the guardian of before the owner, without an end."""
        paper_id = await guardian(people, until=SOON)
        motion = await opened(people)
        claim_id = await claim_of(people, "gina")
        before = await tie_queries.claim(people.community_id, claim_id)
        for how in HowVerified:
            for verb in (ties.verify_owner, undoing.verify_claim):
                with pytest.raises(Refused, match=r"claim\.lapsed"):
                    await verb(actor=people.frank, claim_id=claim_id, how=how, now=DURING)
        assert await tie_queries.claim(people.community_id, claim_id) == before
        assert (await holding_queries.paper(people.community_id, paper_id)).ended_at is None
        assert not (await people.refreshed("gina", DURING)).owner_ids
        with pytest.raises(Refused):
            await cast(people.gina, motion)
        assert await fetch("SELECT id FROM ballot") == []

    async def test_a_newer_paper_makes_it_what_it_was(self, people: Garden) -> None:
        await guardian(people, until=SOON)
        motion = await opened(people)
        later = AFTER + timedelta(days=30)
        paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", until=later, now=DURING)
        await confirm_paper(actor=people.frank, paper_id=paper_id, now=DURING)
        assert (await tie_queries.claim(people.community_id, await claim_of(people, "gina"))).acts_until == later
        assert (await cast(await people.refreshed("gina", DURING), motion)).state == "in_force"
        assert not (await people.refreshed("gina", later)).owner_ids, "and no longer than it"

    async def test_who_is_the_owner_now_comes_in_as_everybody_does(self, people: Garden) -> None:
        """An heir, a ward who has come of age: the claim of before is undone, and the owner's slip makes a new one."""
        paper_id = await guardian(people, until=SOON)
        await opened(people)
        await undo(people, await claim_of(people, "gina"))
        assert (await holding_queries.paper(people.community_id, paper_id)).ended_at == DURING
        await claim(people, "gina", HOME)
        own = await claim_of(people, "gina")
        await undoing.verify_claim(actor=people.frank, claim_id=own, how=HowVerified.DEED, now=DURING)
        assert people.owners[HOME] in (await people.refreshed("gina", AFTER)).owner_ids, "without an end"

    async def test_their_own_page_and_the_desks_say_so(self, people: Garden, enter, clock) -> None:
        await guardian(people, until=SOON)
        clock(DURING)
        (mine,) = await accounts.memberships(people.gina.person_id)
        assert [(each.is_verified, each.is_lapsed(DURING)) for each in mine.claims] == [(True, True)]
        told = words(await (await enter(people.gina)).get("/me"))
        assert ("已到期" in told, "这个账号现在不能为这套房屋办事" in told) == (True, True)
        assert "您代这位业主" in told
        frank, claim_id = await enter(people.frank), await claim_of(people, "gina")
        assert "已到期" in words(await frank.get(f"/c/garden/desk/people/units/{people.units[HOME]}"))
        page = await frank.get(f"/c/garden/desk/people/claims/{claim_id}")
        assert ("已到期" in words(page), "不能就此变成业主本人" in words(page)) == (True, True)
        assert ('id="verify"' in page.text, "#deed" in page.text, 'id="undo"' in page.text) == (False, False, True)
        frank.headers["Accept-Language"] = "en"
        told = words(await frank.get(f"/c/garden/desk/people/claims/{claim_id}"))
        assert "It does not become the owner" in told


async def test_the_page_of_the_claim_says_which_way(people: Garden, enter, clock) -> None:
    motion = await opened(people)
    clock(DURING)
    claim_id = await claim_of(people, "grace")
    address = f"/c/garden/desk/people/claims/{claim_id}"
    dana, frank = await enter(people.dana), await enter(people.frank)
    page = await frank.get(address)
    assert ('id="undo"' in page.text, f"{address}/end" in page.text) == (False, True)
    form = await frank.get(f"{address}/end")
    bare = await submit(frank, form, "#end-form", why=WHY)
    assert (bare.status_code, "文件扫描件：" in words(bare), WHY in bare.text) == (422, True, True)
    sent = await submit(frank, bare, "#end-form", files=PDF, why=WHY)
    halt_page = sent.headers["location"].partition("?")[0]
    assert halt_page in (await frank.get(address)).text
    assert f"{address}/end" not in (await frank.get(address)).text
    again = await submit(frank, await frank.get(f"{address}/end"), "#end-form", files=PDF, why=WHY)
    assert (again.status_code, "正等另一位工作人员核对" in words(again)) == (409, True)
    assert halt_page in (await dana.get("/c/garden/desk/holders")).text
    shown = words(await dana.get(halt_page))
    assert (WHY in shown, "这个账号照常投票" in shown) == (True, True)
    done = await submit(dana, await dana.get(halt_page), "#confirm")
    assert done.headers["location"] == halt_page + "?said=halt.confirmed"
    assert (await frank.get(address)).status_code == 404
    assert (await frank.get(halt_page)).status_code == 200, "and what was done stays to be read"
    grace = await enter(people.grace)
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballot")).status_code == 403


async def test_a_button_that_lay_open_when_the_vote_was_announced(people: Garden, enter, clock) -> None:
    claim_id = await claim_of(people, "grace")
    address = f"/c/garden/desk/people/claims/{claim_id}"
    frank = await enter(people.frank)
    page = await frank.get(address)
    await opened(people)
    clock(DURING)
    late = await submit(frank, page, "#undo", reason="搞错了人")
    assert (late.status_code, f"{address}/end" in late.text) == (409, True)
    assert (await tie_queries.claim(people.community_id, claim_id)).is_verified
